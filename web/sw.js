// Keeps the site at hand, so that it works without a network. Classic, since not every browser takes modules here.
// The build puts a line before this one: `FILES`, every file of the site with the hash of its content.
//
// What is kept is kept under its address and hash. A new version therefore brings along only what has changed, and the
// one before it goes on undisturbed until the visitor wants the new one.

const SCOPE = self.registration.scope;
// Other sites may live on the same origin, each with caches of its own.
const CACHE = `mesh-ready ${SCOPE}`;

/** What the page itself needs; the rest is kept when it is first read, or when the page asks for it. */
const isNeeded = (path) => !/^(?:rules|docs)\/|\.txt$/.test(path);

const addressOf = (path) => new URL(path === 'index.html' ? '' : path, SCOPE).href;
const keyOf = (path) => `${addressOf(path)}?${encodeURIComponent(FILES[path])}`;

/** The file that an address means, if it is one of ours. */
function fileOf(address) {
  const url = new URL(address);
  const here = url.origin + url.pathname;
  if (!here.startsWith(SCOPE)) return undefined;
  const path = here.slice(SCOPE.length);
  const names = path === '' || path.endsWith('/') ? [`${path}index.html`] : [path, `${path}.html`];
  return names.find((name) => Object.hasOwn(FILES, name));
}

/** Gets a file in this version, from what is kept or from the network; fails where there is another version by now. */
async function obtain(path) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(keyOf(path));
  if (kept) return kept;
  const answer = await fetch(addressOf(path), { cache: 'no-cache', integrity: FILES[path] });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  // Some servers lead to an address without `.html`, and browsers refuse to show an answer that was led on.
  const clean = answer.redirected ? new Response(answer.body, { headers: answer.headers }) : answer;
  await cache.put(keyOf(path), clean.clone());
  return clean;
}

self.addEventListener('install', (event) => {
  event.waitUntil(Promise.all(Object.keys(FILES).filter(isNeeded).map(obtain)));
});

self.addEventListener('activate', (event) => {
  const tidy = async () => {
    const cache = await caches.open(CACHE);
    const wanted = new Set(Object.keys(FILES).map(keyOf));
    const kept = await cache.keys();
    await Promise.all(kept.filter(({ url }) => !wanted.has(url)).map((request) => cache.delete(request)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  const path = method === 'GET' ? fileOf(url) : undefined;
  if (path) event.respondWith(obtain(path).catch(() => fetch(event.request)));
});

self.addEventListener('message', (event) => {
  if (event.data === 'skip-waiting') self.skipWaiting();
  const [, language] = /^keep (en|zh-CN)$/.exec(event.data) ?? [];
  if (!language) return;
  const keep = async () => {
    for (const path of Object.keys(FILES)) {
      if (path.startsWith(`rules/${language}/`) || path.startsWith(`docs/${language}/`)) await obtain(path);
    }
  };
  event.waitUntil(keep().catch(() => {}));
});
