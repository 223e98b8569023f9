// Adds to the built folder what trunk does not know of: which bytes policy.wasm must have, and the parts of the page that
// web/parts.mjs has cut off. What belongs together gets the name of one hash.
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.TRUNK_STAGING_DIR;
const page = join(folder, 'index.html');

const read = (file) => readFileSync(join(folder, file), 'utf8');
const hash = (file) => `sha384-${createHash('sha384').update(readFileSync(join(folder, file))).digest('base64')}`;

/** `text` with `after` in place of `before`, which must be there once. */
function replaced(text, before, after, where) {
  const parts = text.split(before);
  if (parts.length !== 2) throw new Error(`${where} must have ${before} once`);
  return parts.join(after);
}

/** What a pattern finds. */
function found(text, pattern, where) {
  const [, part] = pattern.exec(text) ?? [];
  if (part === undefined) throw new Error(`${where} must have ${pattern}: was the page built by 'make site'?`);
  return part;
}

let html = read('index.html');
const link = 'href="./policy.wasm"';
html = replaced(html, link, `${link} integrity="${hash('policy.wasm')}"`, page);

const trunks = found(html, /<link rel="modulepreload" href="\.\/(mesh-ready-web-\w+)\.js"/, page);
const version = found(read(`${trunks}.js`), /"\.\/parts-(\w+)\/parts\.js"/, `${trunks}.js`);
const [name, parts] = [`mesh-ready-web-${version}`, `parts-${version}`];
for (const ending of ['.js', '_bg.wasm']) renameSync(join(folder, trunks + ending), join(folder, name + ending));
html = html.replaceAll(trunks, name);

const built = join(process.env.CARGO_TARGET_DIR ?? 'target', 'wasm-bindgen', 'release', parts);
cpSync(built, join(folder, parts), { recursive: true });
const loader = `${parts}/parts.js`;
writeFileSync(join(folder, loader), replaced(read(loader), './mesh-ready-web.js', `../${name}.js`, loader));
const preload = `<link rel="modulepreload" href="./${loader}" crossorigin="anonymous" integrity="${hash(loader)}">`;
html = replaced(html, '</head>', `${preload}</head>`, page);
writeFileSync(page, html);
