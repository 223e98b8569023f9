// Bundles the page's scripts, one file each: the editor, and the worker that runs the module.
import { build } from 'esbuild';

const shared = { bundle: true, minify: true, target: 'es2022', legalComments: 'none', logLevel: 'warning' };

await build({
  ...shared,
  entryPoints: ['src/editor.js'],
  outfile: 'dist/editor.js',
  format: 'esm',
  // Where a browser has this interface, CodeMirror parses for 100 ms at a stretch and yields to input alone: drawing and
  // the answers of the worker would wait. Without it a stretch is half as long.
  define: { 'navigator.scheduling': 'undefined' },
});

await build({ ...shared, entryPoints: ['../worker.js'], outfile: 'dist/worker.js', format: 'iife' });
