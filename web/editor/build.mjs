// Bundles the page's scripts and styles, and makes them small: what the page waits for counts by the kilobyte.
import { mkdirSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { minify } from 'terser';

const shared = { bundle: true, target: 'esnext', legalComments: 'none', logLevel: 'warning' };

/** One script out of an entry and what it imports. Terser's is some kilobytes smaller than esbuild's own. */
async function script(entry, options) {
  const { outputFiles } = await build({ ...shared, ...options, entryPoints: [entry], write: false });
  const { code } = await minify(outputFiles[0].text, { module: true, ecma: 2020, compress: { passes: 2 } });
  return code;
}

mkdirSync('dist', { recursive: true });

const editor = await script('src/editor.js', {
  format: 'esm',
  // Where a browser has this interface, CodeMirror parses for 100 ms at a stretch and yields to input alone: drawing and
  // the answers of the worker would wait. Without it a stretch is half as long.
  define: { 'navigator.scheduling': 'undefined' },
});
writeFileSync('dist/editor.js', editor);

for (const file of ['boot.js', 'worker.js']) {
  writeFileSync(`dist/${file}`, await script(`../${file}`, { format: 'iife' }));
}
await build({ ...shared, entryPoints: ['../styles/index.css'], outfile: 'dist/styles.css', minify: true });
