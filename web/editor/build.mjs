// Bundles the page's scripts and styles, and makes them small: what the page waits for counts by the kilobyte.
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { minify } from 'terser';

const shared = { bundle: true, target: 'esnext', legalComments: 'none', logLevel: 'warning' };

/** One script out of an entry and what it imports. Terser's is some kilobytes smaller than esbuild's own. */
async function script(entry, options) {
  const { outputFiles } = await build({ ...shared, ...options, entryPoints: [entry], write: false });
  const { code } = await minify(outputFiles[0].text, { module: true, ecma: 2020, compress: { passes: 2 } });
  return code;
}

/** In later.js: what the editor has already is taken from its element. */
const borrowing = {
  name: 'borrowing',
  setup({ onResolve, onLoad }) {
    const packages = /^(@codemirror\/(language|state|view)|@lezer\/(common|highlight))$/;
    onResolve({ filter: packages }, () => ({ path: 'shared', namespace: 'editor' }));
    onLoad({ filter: /^shared$/, namespace: 'editor' }, () => ({
      contents: "module.exports = customElements.get('mr-editor').shared",
    }));
  },
};

/** In editor.js: later.js is a file of its own. */
const fetching = (path) => ({
  name: 'fetching',
  setup: ({ onResolve }) => onResolve({ filter: /^\.\/later\.js$/ }, () => ({ path, external: true })),
});

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist/later', { recursive: true });

const later = await script('src/later.js', { format: 'esm', plugins: [borrowing] });
// The hash in its name keeps an editor from getting that of another version.
const name = `later/${createHash('sha256').update(later).digest('hex').slice(0, 16)}.js`;
writeFileSync(`dist/${name}`, later);

const editor = await script('src/editor.js', {
  format: 'esm',
  plugins: [fetching(`./${name}`)],
  // Where a browser has this interface, CodeMirror parses for 100 ms at a stretch and yields to input alone: drawing and
  // the answers of the worker would wait. Without it a stretch is half as long.
  define: { 'navigator.scheduling': 'undefined' },
});
writeFileSync('dist/editor.js', editor);

for (const file of ['boot.js', 'worker.js']) {
  writeFileSync(`dist/${file}`, await script(`../${file}`, { format: 'iife' }));
}
await build({ ...shared, entryPoints: ['../styles/index.css'], outfile: 'dist/styles.css', minify: true });
