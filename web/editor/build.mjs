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
  const { outputFiles } = await build({ ...shared, ...options, entryPoints: [entry], write: false });
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
    const owned = /^(@codemirror\/(state|view)|style-mod|\.\/(text|theme)\.js)$/;
    onResolve({ filter: owned }, () => ({ path: 'shared', namespace: 'editor' }));
    onLoad({ filter: /^shared$/, namespace: 'editor' }, () => ({
      contents: `export const { ${names} } = customElements.get('mr-editor').shared`,
    }));
  },
});

/**
 * In editor.js: later.js is a file of its own. Of @codemirror/commands the editor has the history, and later.js the other
 * commands, which are what needs these packages.
 */
const fetching = (path) => ({
  name: 'fetching',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/later\.js$/ }, () => ({ path, external: true }));
    const others = /^(@codemirror\/language|@lezer\/.*)$/;
    onResolve({ filter: others }, ({ path }) => ({ path, external: true, sideEffects: false }));
  },
});

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist/later', { recursive: true });

const later = await script('src/later.js', { format: 'esm', plugins: [borrowing(await namesOfShared())] });
// The hash in its name keeps an editor from getting that of another version.
const name = `later/${createHash('sha256').update(later).digest('hex').slice(0, 16)}.js`;
writeFileSync(`dist/${name}`, later);

writeFileSync('dist/editor.js', await script('src/editor.js', { format: 'esm', plugins: [fetching(`./${name}`)] }));

for (const file of ['boot.js', 'worker.js']) {
  writeFileSync(`dist/${file}`, await script(`../${file}`, { format: 'iife' }));
}
await build({ ...shared, entryPoints: ['../styles/index.css'], outfile: 'dist/styles.css', minify: true });
