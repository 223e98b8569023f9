// Makes the page work without a network after the first visit, and tells it of a new version. Two events on `document`:
//
// - `mesh-ready:update`: there is a new version, which waits. The page offers it.
// - `mesh-ready:update-accepted`: the visitor wants it. The page loads again, in that version.

/** Tells the page that there is another version than the one it shows; one that starts later finds the attribute. */
const offer = () => {
  document.documentElement.dataset.update = '';
  document.dispatchEvent(new CustomEvent('mesh-ready:update'));
};

/**
 * Starts all of it. Without a network later on nothing of it is needed to show the page, so that it may fail in silence:
 * some browsers forbid storage.
 *
 * @param {ServiceWorkerContainer} workers
 */
async function start(workers) {
  let isAccepted = false;
  // On a first visit there is nothing that a new version could replace.
  let isReplaced = Boolean(workers.controller);
  workers.addEventListener('controllerchange', () => {
    if (isAccepted) location.reload();
    // Accepted in another tab: what this one has not loaded yet is gone.
    else if (isReplaced) offer();
    isReplaced = true;
  });

  const registration = await workers.register('sw.js');
  document.addEventListener('mesh-ready:update-accepted', () => {
    isAccepted = true;
    if (registration.waiting) registration.waiting.postMessage('skip-waiting');
    else location.reload();
  });
  if (registration.waiting && workers.controller) offer();
  registration.addEventListener('updatefound', () => {
    const { installing } = registration;
    installing.addEventListener('statechange', () => {
      if (installing.state === 'installed' && workers.controller) offer();
    });
  });

  // The rule pages in the visitor's language, too, unless transfer is dear.
  const { active } = await workers.ready;
  if (navigator.connection?.saveData) return;
  const root = document.documentElement;
  const keep = () => active.postMessage(`keep ${root.lang}`);
  // The page sets the language when it starts and when the visitor changes it.
  new MutationObserver(keep).observe(root, { attributeFilter: ['lang'] });
  keep();
}

// Inside another site's page nobody comes back to it.
if ('serviceWorker' in navigator && window === window.top) {
  addEventListener('load', () => start(navigator.serviceWorker).catch(() => {}));
}
