// Bundles the page's scripts and styles, and makes them small: what the page waits for counts by the kilobyte.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { parse } from 'acorn';
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

/** One script out of an entry and what it imports. */
async function bundle(entry, options) {
  const { outputFiles } = await build({ ...shared, ...options, entryPoints: [entry], write: false });
  return outputFiles[0].text;
}

/** The same script, small. Terser's is some kilobytes smaller than esbuild's own. */
async function small(script) {
  const { code } = await minify(script, { module: true, ecma: 2020, compress: { passes: 2 } });
  return code;
}

/** The names that src/shared.js exports. */
async function namesOfShared() {
  const entryPoints = ['src/shared.js'];
  const { metafile } = await build({ ...shared, format: 'esm', entryPoints, write: false, metafile: true });
  return Object.values(metafile.outputs)[0].exports;
}

/** What a statement declares. */
const declared = ({ id, declarations = [{ id }] }) => declarations.flatMap(({ id }) => id?.name ?? []);

/**
 * In later.js: what the editor has already is taken from its element. Of two modules that is a part; the rest, such as
 * tooltips and most commands, comes with later.js.
 */
const borrowing = (names) => ({
  name: 'borrowing',
  setup({ onResolve, onLoad }) {
    const owned = /^(@codemirror\/state|style-mod|editor|\.\/(text|theme)\.js)$/;
    onResolve({ filter: owned }, () => ({ path: 'shared', namespace: 'editor' }));
    onLoad({ filter: /^shared$/, namespace: 'editor' }, () => ({
      contents: `export const { ${names} } = customElements.get('mr-editor').shared`,
    }));
    onLoad({ filter: /@codemirror\/(commands|view)\/dist\/index\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const { body } = parse(source, { ecmaVersion: 'latest', sourceType: 'module' });
      const borrowed = body.flatMap(declared).filter((name) => names.includes(name));
      // What is no declaration completes classes that the editor has.
      const rest = body.filter(
        (node) => /Declaration$/.test(node.type) && !declared(node).some((name) => borrowed.includes(name)),
      );
      const text = rest.map(({ start, end }) => source.slice(start, end));
      return { contents: [`import { ${borrowed} } from 'editor'`, ...text].join(';\n') };
    });
  },
});

/** In editor.js: later.js is a file of its own, and brings what only the other commands of @codemirror/commands need. */
const fetching = (path) => ({
  name: 'fetching',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/later\.js$/ }, () => ({ path, external: true }));
    const others = /^(@codemirror\/language|@lezer\/.*)$/;
    onResolve({ filter: others }, ({ path }) => ({ path, external: true, sideEffects: false }));
  },
});

/** The names of what CodeMirror tells apart by identity: two of one kind would not know of each other. */
const definitions = (script) =>
  [...script.matchAll(/^var (\w+) = .*?(Annotation|Facet|StateEffect|StateField|ViewPlugin)\.(define|fromClass)\(/gm)].map(
    ([, name]) => name,
  );

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist/later', { recursive: true });

const later = await bundle('src/later.js', { format: 'esm', plugins: [borrowing(await namesOfShared())] });
const smallLater = await small(later);
// The hash in its name keeps an editor from getting that of another version.
const name = `later/${createHash('sha256').update(smallLater).digest('hex').slice(0, 16)}.js`;
writeFileSync(`dist/${name}`, smallLater);

const editor = await bundle('src/editor.js', { format: 'esm', plugins: [fetching(`./${name}`)] });
writeFileSync('dist/editor.js', await small(editor));

const inLater = definitions(later);
const twice = definitions(editor).filter((name) => inLater.includes(name));
if (twice.length) throw new Error(`src/shared.js must share ${twice}`);

for (const file of ['boot.js', 'worker.js']) {
  writeFileSync(`dist/${file}`, await small(await bundle(`../${file}`, { format: 'iife' })));
}
await build({ ...shared, entryPoints: ['../styles/index.css'], outfile: 'dist/styles.css', minify: true });
