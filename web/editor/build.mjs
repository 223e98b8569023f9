// Bundles the page's scripts and styles, and makes them small: what the page waits for counts by the kilobyte.
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { minify } from 'terser';

const shared = {
  bundle: true,
  target: 'esnext',
  legalComments: 'none',
  logLevel: 'warning',
  // Where a browser has this interface, CodeMirror parses for 100 ms at a stretch and yields to input alone: drawing and
  // the answers of the worker would wait. Without it a stretch is half as long.
  define: { 'navigator.scheduling': 'undefined' },
};

/** One script out of an entry and what it imports. Terser's is some kilobytes smaller than esbuild's own. */
async function script(entry, options) {
  const { outputFiles, metafile } = await build({ ...shared, ...options, entryPoints: [entry], write: false, metafile: true });
  const [{ imports }] = Object.values(metafile.outputs);
  if (imports.length) throw new Error(`${entry} needs ${imports.map(({ path }) => path)}, which no browser finds`);
  const { code } = await minify(outputFiles[0].text, { module: true, ecma: 2020, compress: { passes: 2 } });
  return code;
}

/** The names that src/shared.js exports. */
async function namesOfShared() {
  const entryPoints = ['src/shared.js'];
  const { metafile } = await build({ ...shared, format: 'esm', entryPoints, write: false, metafile: true });
  return Object.values(metafile.outputs)[0].exports;
}

/** In later.js: what the editor has already is taken from its element. */
const borrowing = (names) => ({
  name: 'borrowing',
  setup({ onResolve, onLoad }) {
    const owned = /^(@codemirror\/(state|view)|style-mod|\.\/(history|text|theme)\.js)$/;
    onResolve({ filter: owned }, () => ({ path: 'shared', namespace: 'editor' }));
    onLoad({ filter: /^shared$/, namespace: 'editor' }, () => ({
      contents: `export const { ${names} } = customElements.get('mr-editor').shared`,
    }));
  },
});

/** In editor.js: of @codemirror/commands it has the history. What needs these packages are the other commands. */
const historyAlone = {
  name: 'history alone',
  setup({ onResolve }) {
    const others = /^(@codemirror\/language|@lezer\/.*)$/;
    onResolve({ filter: others }, ({ path }) => ({ path, external: true, sideEffects: false }));
  },
};

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist/later', { recursive: true });

const later = await script('src/later.js', { format: 'esm', plugins: [borrowing(await namesOfShared())] });
const hash = (algorithm, encoding) => createHash(algorithm).update(later).digest(encoding);
// The hash in its name keeps an editor from getting that of another version.
const name = `later/${hash('sha256', 'hex').slice(0, 16)}.js`;
writeFileSync(`dist/${name}`, later);

const define = {
  ...shared.define,
  BUILT_LATER: JSON.stringify(`./${name}`),
  BUILT_LATER_HASH: JSON.stringify(`sha384-${hash('sha384', 'base64')}`),
};
writeFileSync('dist/editor.js', await script('src/editor.js', { format: 'esm', plugins: [historyAlone], define }));

for (const file of ['boot.js', 'worker.js']) {
  writeFileSync(`dist/${file}`, await script(`../${file}`, { format: 'iife' }));
}
await build({ ...shared, entryPoints: ['../styles/index.css'], outfile: 'dist/styles.css', minify: true });
