// Adds to the built folder what trunk does not know of: which bytes policy.wasm must have, and the parts of the page that
// web/parts.mjs has cut off.
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.TRUNK_STAGING_DIR;
const page = join(folder, 'index.html');

const hash = (file) => `sha384-${createHash('sha384').update(readFileSync(join(folder, file))).digest('base64')}`;

/** `text` with `after` in place of `before`, which must be there once. */
function replaced(text, before, after, where) {
  const parts = text.split(before);
  if (parts.length !== 2) throw new Error(`${where} must have ${before} once`);
  return parts.join(after);
}

let html = readFileSync(page, 'utf8');
const link = 'href="./policy.wasm"';
html = replaced(html, link, `${link} integrity="${hash('policy.wasm')}"`, page);

const [, glue] = /<link rel="modulepreload" href="\.\/(mesh-ready-web-\w+\.js)"/.exec(html);
const built = join(process.env.CARGO_TARGET_DIR ?? 'target', 'wasm-bindgen', 'release');
const parts = readdirSync(built).find((name) => name.startsWith('parts-'));
cpSync(join(built, parts), join(folder, parts), { recursive: true });
const loader = `${parts}/parts.js`;
const path = join(folder, loader);
writeFileSync(path, replaced(readFileSync(path, 'utf8'), './mesh-ready-web.js', `../${glue}`, path));
const preload = `<link rel="modulepreload" href="./${loader}" crossorigin="anonymous" integrity="${hash(loader)}">`;
html = replaced(html, '</head>', `${preload}</head>`, page);
writeFileSync(page, html);
