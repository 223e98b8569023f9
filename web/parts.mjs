// Cuts the page's module into parts where the code says `#[wasm_split]`, then has wasm-bindgen do its work on the part
// that comes first. Takes the arguments that trunk gives to wasm-bindgen.
//
// The parts stand in a folder named after the module's hash, so that those of one version never meet the page of another.
// web/integrity.mjs brings them into the built folder, and tells them there where the page's glue is.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createRequire } from 'node:module';
import { join } from 'node:path';

// Where the editor's bundler is.
const { transformSync } = createRequire(new URL('editor/', import.meta.url))('esbuild');

/** What wasm-split-cli calls the module that fetches parts, as the page's module imports it. */
const LINK = './__wasm_split.js';

const options = process.argv.slice(2);
const input = options.find((option) => !option.startsWith('--'));
const value = (name) => options.find((option) => option.startsWith(`${name}=`)).slice(name.length + 1);
const [output, name] = [value('--out-dir'), value('--out-name')];

const run = (command, ...parameters) => execFileSync(command, parameters, { stdio: 'inherit' });
const digest = (algorithm, bytes) => createHash(algorithm).update(bytes).digest();

/** `text` with `after` in place of `before`, which must be there. */
function replaced(text, before, after) {
  if (typeof before === 'string' ? !text.includes(before) : text.search(before) < 0) throw new Error(`wasm-split-cli and wasm-bindgen write other code than web/parts.mjs knows: ${before}`);
  return text.replaceAll(before, after);
}

const minified = (script) => transformSync(script, { minify: true, format: 'esm', target: 'es2022' }).code;

/** A module without names and other sections that only tools read; they are at its end. */
function stripped(bytes) {
  const kept = [bytes.subarray(0, 8)];
  for (let at = 8; at < bytes.length; ) {
    const start = at;
    const kind = bytes[at++];
    let length = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      length |= (bytes[at] & 0x7f) << shift;
      more = bytes[at++] > 0x7f;
    }
    at += length;
    if (kind !== 0) kept.push(bytes.subarray(start, at));
  }
  return Buffer.concat(kept);
}

/**
 * Module or glue with numbers, of the same length, in place of the hashes by which wasm-bindgen tells imports apart: what
 * looks random cannot be compressed.
 */
function numbered(text, numbers) {
  return replaced(text, /(?<=__wbg_\w+_|invoke__h)[0-9a-f]{16}(?![0-9a-f])/g, (hash) => {
    if (!numbers.has(hash)) numbers.set(hash, String(numbers.size).padStart(hash.length, '0'));
    return numbers.get(hash);
  });
}

const cut = mkdtempSync(join(tmpdir(), 'mesh-ready-'));
rmSync(output, { recursive: true, force: true });
run('wasm-split-cli', '--target', 'web', '--out-name', name, input, cut);
run(
  'wasm-bindgen',
  ...options.filter((option) => option !== input),
  '--remove-name-section',
  '--remove-producers-section',
  // The parts import memory and table.
  '--keep-lld-exports',
  join(cut, `${name}.wasm`),
);

const folder = `parts-${digest('sha256', readFileSync(input)).toString('hex').slice(0, 16)}`;
mkdirSync(join(output, folder), { recursive: true });
const glue = join(output, `${name}.js`);
const linked = replaced(readFileSync(glue, 'utf8'), `from "${LINK}"`, `from "./${folder}/parts.js"`);
const module = join(output, `${name}_bg.wasm`);
const numbers = new Map();
writeFileSync(glue, minified(numbered(linked, numbers)));
writeFileSync(module, numbered(readFileSync(module, 'latin1'), numbers), 'latin1');

for (const file of readdirSync(join(output, 'snippets'), { recursive: true }).filter((file) => file.endsWith('.js'))) {
  const path = join(output, 'snippets', file);
  writeFileSync(path, minified(readFileSync(path, 'utf8')));
}

const hashes = new Map();
for (const file of readdirSync(cut).filter((file) => file.endsWith('.wasm') && file !== `${name}.wasm`)) {
  const bytes = stripped(readFileSync(join(cut, file)));
  writeFileSync(join(output, folder, file), bytes);
  hashes.set(file, `sha256-${digest('sha256', bytes).toString('base64')}`);
}
const fetching = replaced(
  readFileSync(join(cut, LINK), 'utf8'),
  /fetch\(new URL\("\.\/(\w+\.wasm)", import\.meta\.url\)\)/g,
  (_, file) => `fetch(new URL('./${file}', import.meta.url), { integrity: '${hashes.get(file)}' })`,
);
// Some servers do not know what a .wasm file is, and then streaming fails.
const parts = replaced(
  fetching,
  'WebAssembly.instantiateStreaming(src, imports)',
  'WebAssembly.instantiate(await (await src).arrayBuffer(), imports)',
);
writeFileSync(join(output, folder, 'parts.js'), minified(parts));
rmSync(cut, { recursive: true });
