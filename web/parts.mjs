// Cuts the page's module into parts where the code says `#[wasm_split]`, then has wasm-bindgen do its work on the part
// that comes first. Takes the arguments that trunk gives to wasm-bindgen.
//
// The parts stand in a folder named after the hash of everything. web/integrity.mjs brings it into the built folder, gives
// the page's other files the same name there, and tells the parts where the page's glue is.
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
const value = (name) => {
  const option = options.find((option) => option.startsWith(`${name}=`));
  if (!option) throw new Error(`trunk calls wasm-bindgen without ${name}=, which web/parts.mjs needs`);
  return option.slice(name.length + 1);
};
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

const built = readdirSync(output).filter((name) => /^parts-[0-9a-f]{16}$/.test(name));
for (const folder of built) rmSync(join(output, folder), { recursive: true });

const cut = mkdtempSync(join(tmpdir(), 'mesh-ready-'));
try {
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
  finish();
} finally {
  rmSync(cut, { recursive: true });
}

function finish() {
  const isScript = (file) => file.endsWith('.js');
  for (const file of readdirSync(join(output, 'snippets'), { recursive: true }).filter(isScript)) {
    const path = join(output, 'snippets', file);
    writeFileSync(path, minified(readFileSync(path, 'utf8')));
  }

  const isPart = (file) => file.endsWith('.wasm') && file !== `${name}.wasm`;
  const parts = new Map(
    readdirSync(cut).filter(isPart).map((file) => [file, stripped(readFileSync(join(cut, file)))]),
  );
  const integrity = (file) => `sha256-${digest('sha256', parts.get(file)).toString('base64')}`;
  const fetching = replaced(
    readFileSync(join(cut, LINK), 'utf8'),
    /fetch\(new URL\("\.\/(\w+\.wasm)", import\.meta\.url\)\)/g,
    (_, file) => `fetch(new URL('./${file}', import.meta.url), { integrity: '${integrity(file)}' })`,
  );
  // Some servers do not know what a .wasm file is, and then streaming fails.
  const compiled = 'WebAssembly.instantiate(await (await src).arrayBuffer(), imports)';
  const loader = minified(replaced(fetching, 'WebAssembly.instantiateStreaming(src, imports)', compiled));

  const numbers = new Map();
  const [glue, module] = [join(output, `${name}.js`), join(output, `${name}_bg.wasm`)];
  const script = minified(numbered(readFileSync(glue, 'utf8'), numbers));
  const bytes = Buffer.from(numbered(readFileSync(module, 'latin1'), numbers), 'latin1');

  // Of all that belongs together: no file of one version ever meets one of another.
  const all = createHash('sha256');
  for (const part of [script, bytes, loader, ...parts.values()]) all.update(part);
  const folder = `parts-${all.digest('hex').slice(0, 16)}`;

  writeFileSync(glue, replaced(script, new RegExp(`from ?"${LINK.replaceAll('.', '\\.')}"`, 'g'), `from"./${folder}/parts.js"`));
  writeFileSync(module, bytes);
  mkdirSync(join(output, folder));
  writeFileSync(join(output, folder, 'parts.js'), loader);
  for (const [file, bytes] of parts) writeFileSync(join(output, folder, file), bytes);
}
