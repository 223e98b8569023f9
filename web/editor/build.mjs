// Bundles the page's scripts and styles, and makes them small: what the page waits for counts by the kilobyte.
import { build } from 'esbuild';

const shared = { bundle: true, minify: true, target: 'esnext', legalComments: 'none', logLevel: 'warning' };

await build({
  ...shared,
  entryPoints: ['src/editor.js'],
  outfile: 'dist/editor.js',
  format: 'esm',
  // Where a browser has this interface, CodeMirror parses for 100 ms at a stretch and yields to input alone: drawing and
  // the answers of the worker would wait. Without it a stretch is half as long.
  define: { 'navigator.scheduling': 'undefined' },
});

await build({ ...shared, entryPoints: ['../boot.js', '../worker.js'], outdir: 'dist', format: 'iife' });
await build({ ...shared, entryPoints: ['../styles/index.css'], outfile: 'dist/styles.css' });
