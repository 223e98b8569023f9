// The built folder, as `make site` leaves it; SITE names another one.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { decode } from '../../share/fragment.js';

const REPOSITORY = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const FOLDER = process.env.SITE ?? join(REPOSITORY, 'dist');
const LANGUAGES = ['en', 'zh-CN'];
const SECTIONS = {
  en: { fails: 'Example that fails', passes: 'Example that passes' },
  'zh-CN': { fails: '不通过的示例', passes: '通过的示例' },
};

assert.ok(existsSync(join(FOLDER, 'index.html')), `${FOLDER} holds no page: run 'make site'`);
const read = (path) => readFileSync(join(FOLDER, path), 'utf8');
const files = readdirSync(FOLDER, { recursive: true })
  .map((path) => path.split(sep).join('/'))
  .filter((path) => statSync(join(FOLDER, path)).isFile());
const ending = (...ends) => files.filter((path) => ends.some((end) => path.endsWith(end)));
const pages = ending('.html');
const ruleIds = readdirSync(join(REPOSITORY, 'docs/rules'))
  .filter((name) => /^MR\d+\.en\.md$/.test(name))
  .map((name) => name.slice(0, 5));
const examples = JSON.parse(read('examples.json'));

const unescape = (text) =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

/** The attributes of a page that name an address, as `[tag, attribute, value]`. */
const addresses = (html) =>
  [...html.matchAll(/<([a-z-]+)\s([^>]*)>/g)].flatMap(([, tag, attributes]) =>
    [...attributes.matchAll(/(?:^|\s)(href|src|srcset|data|action|poster)="([^"]*)"/g)].map(([, name, value]) => [
      tag,
      name,
      unescape(value),
    ]),
  );

/** The file that a link leads to; an address that ends in a slash is that of a folder's index. */
function target(page, path) {
  if (path === '') return page;
  const found = posix.join(posix.dirname(page), path);
  return path.endsWith('/') ? posix.join(found, 'index.html') : found;
}

/** The examples of a rule page, read from its Markdown: kind, text without marks, settings as they are written. */
function written(id, language) {
  const markdown = readFileSync(join(REPOSITORY, `docs/rules/${id}.${language}.md`), 'utf8');
  return Object.entries(SECTIONS[language]).flatMap(([kind, title]) => {
    const section = markdown.split(`\n## ${title}\n`)[1].split('\n## ')[0];
    const blocks = section.split('```yaml\n').slice(1);
    return blocks.map((block) => {
      const lines = block.split('```')[0].split('\n');
      const settings = lines[0].startsWith('#: ') ? lines.shift().slice(3) : '{}';
      return { kind, settings, text: lines.map((line) => line.split(' #! ')[0]).join('\n') };
    });
  });
}

/** Settings as the first line of an example writes them: one level of scalars. */
const flow = (settings) =>
  `{${Object.entries(settings)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(', ')}}`;

test('every link inside the folder leads somewhere', () => {
  const dead = [];
  for (const page of pages) {
    for (const [tag, , value] of addresses(read(page))) {
      if (/^(?:https?|data):/.test(value)) continue;
      const [path, fragment] = value.split('#');
      const file = target(page, path);
      if (!files.includes(file)) dead.push(`${page}: <${tag}> ${value}`);
      else if (fragment && file !== 'index.html' && !read(file).includes(` id="${decodeURIComponent(fragment)}"`)) {
        dead.push(`${page}: nothing has the id of ${value}`);
      }
    }
  }
  assert.deepEqual(dead, []);
});

test('every rule has a page in each language, and so has every guide', () => {
  assert.ok(ruleIds.length > 30);
  for (const language of LANGUAGES) {
    const index = read(`rules/${language}/index.html`);
    for (const id of ruleIds) {
      const html = read(`rules/${language}/${id}.html`);
      const [, name] = new RegExp(`<h1><span class="id">${id}</span> ([a-z-]+)</h1>`).exec(html);
      assert.match(html, new RegExp(`<html lang="${language}">`));
      assert.match(html, new RegExp(`<title>${id} ${name}[^<]{3,} · mesh-ready</title>`));
      assert.match(html, /<meta name="description" content="[^"]{20,}"/);
      const other = LANGUAGES.find((tag) => tag !== language);
      assert.ok(html.includes(`hreflang="${other}" href="../${other}/${id}.html"`), id);
      assert.ok(index.includes(`href="${id}.html"`), id);
    }
  }
  const guides = LANGUAGES.map((language) => files.filter((path) => path.startsWith(`docs/${language}/`)));
  assert.deepEqual(...guides.map((paths) => paths.map((path) => posix.basename(path)).sort()));
  assert.ok(guides[0].includes('docs/en/settings.html'));
});

test('the pages hold neither scripts nor styles of their own', () => {
  for (const page of pages.filter((path) => /^(?:rules|docs)\//.test(path))) {
    const html = read(page);
    assert.match(html, /http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self';/, page);
    assert.doesNotMatch(html, /<script|<style|<[a-z][^>]*\s(?:style|on[a-z]+)=/, page);
  }
});

test('nothing is loaded from another origin', () => {
  const foreign = [];
  for (const page of pages) {
    for (const [tag, name, value] of addresses(read(page))) {
      if (tag !== 'a' && /^(?:https?:)?\/\//.test(value)) foreign.push(`${page}: <${tag} ${name}="${value}">`);
    }
  }
  for (const style of ending('.css')) {
    for (const [found] of read(style).matchAll(/(?:@import|url\()\s*["']?(?:https?:)?\/\/[^\s"')]*/g)) {
      foreign.push(`${style}: ${found}`);
    }
  }
  // Scripts load what they name. The names of XML's namespaces are no addresses, and prose is in comments.
  for (const script of ending('.js')) {
    const code = read(script).replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '');
    for (const [found] of code.matchAll(/["'`](?:https?:|wss?:)?\/\/[\w.-]+[^"'`\s]*/g)) {
      if (!found.startsWith('http://www.w3.org/', 1)) foreign.push(`${script}: ${found}`);
    }
  }
  assert.deepEqual(foreign, []);
});

test('an example opens in the playground as its page shows it', async () => {
  for (const language of LANGUAGES) {
    for (const id of ruleIds) {
      const html = read(`rules/${language}/${id}.html`);
      const expected = written(id, language);
      const figures = html.split('<figure class="example ').slice(1);
      assert.equal(figures.length, expected.length, id);
      for (const [index, figure] of figures.entries()) {
        const { kind, settings, text } = expected[index];
        assert.ok(figure.startsWith(kind), id);
        const [, fragment] = /<a class="open" href="\.\.\/\.\.\/#([\w.-]+)">/.exec(figure);
        const state = await decode(fragment);
        assert.deepEqual(state.files.map((file) => file.text), [text], id);
        assert.equal(flow(state.settings), settings, id);
        assert.equal(state.language, language);

        const [, code] = /<pre[^>]*><code>([^]*?)<\/code>/.exec(figure);
        const shown = code.replace(/<span class="note">.*?<\/span><\/span>/g, '').replace(/<[^>]*>/g, '');
        assert.equal(unescape(shown), text.trimEnd(), id);
      }
    }
  }
});

test('the gallery has the examples of the rule pages, and six applications', () => {
  const ids = examples.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const { id, title } of examples) {
    for (const language of LANGUAGES) assert.ok(title[language], id);
  }
  for (const rule of ruleIds) {
    const own = examples.filter((example) => example.rule === rule);
    const found = own.map(({ kind, settings, files: [file] }) => ({ kind, settings: flow(settings), text: file.t }));
    assert.deepEqual(found, written(rule, 'en'), rule);
  }
  const applications = examples.filter(({ kind }) => kind === 'application');
  assert.equal(applications.length, 6);
  for (const { id, about, files: own } of applications) {
    for (const language of LANGUAGES) assert.ok(about[language], id);
    for (const { n, t } of own) {
      const text = readFileSync(join(REPOSITORY, 'web/src/examples/apps', id, n), 'utf8');
      assert.equal(t, text.replace(/ #! .*$/gm, ''), n);
    }
  }
  assert.equal(examples.length, applications.length + ruleIds.flatMap((id) => written(id, 'en')).length);
});

test('the service worker knows every file', () => {
  const source = `${read('sw.js')}\n;[FILES, fileOf]`;
  const scope = 'https://example.com/sub/path/';
  const self = { registration: { scope }, addEventListener() {} };
  const [listed, fileOf] = vm.runInNewContext(source, { self, URL, Object });
  const hash = (path) => `sha256-${createHash('sha256').update(readFileSync(join(FOLDER, path))).digest('base64')}`;
  const expected = files.filter((path) => path !== 'sw.js').map((path) => [path, hash(path)]);
  assert.deepEqual({ ...listed }, Object.fromEntries(expected));

  for (const [address, path] of [
    ['', 'index.html'],
    ['?embed=1', 'index.html'],
    ['index.html', 'index.html'],
    ['policy.wasm', 'policy.wasm'],
    ['rules/en/', 'rules/en/index.html'],
    ['rules/en/MR101', 'rules/en/MR101.html'],
    ['rules/en', undefined],
    ['sw.js', undefined],
    ['../other/', undefined],
    ['https://example.org/sub/path/', undefined],
    ['constructor', undefined],
  ]) {
    assert.equal(fileOf(new URL(address, scope).href), path, address);
  }
});
