import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { load, ModuleError } from 'mesh-ready';

const bytes = await readFile(new URL('../policy.wasm', import.meta.url));

const fails = (kind, message) => (error) => {
  assert.ok(error instanceof ModuleError);
  assert.equal(error.kind, kind);
  assert.match(error.message, message);
  return true;
};

test('the module of the package is loaded, with its digest and its version', async () => {
  const checker = await load();
  assert.equal(checker.sha256, createHash('sha256').update(bytes).digest('hex'));
  assert.equal(checker.version, (await checker.rules()).version);
});

test('the module may be given as bytes, as a response, as an address, compiled', async () => {
  const compiled = await WebAssembly.compile(bytes);
  const wholes = [bytes, new Response(bytes), Promise.resolve(new Response(bytes)), new URL('../policy.wasm', import.meta.url)];
  const checkers = await Promise.all([...wholes, compiled].map((wasm) => load({ wasm })));
  const [digest] = checkers.map(({ sha256 }) => sha256);
  assert.deepEqual(
    checkers.map(({ sha256 }) => sha256),
    [digest, digest, digest, digest, null],
  );
  const reports = await Promise.all(checkers.map((checker) => checker.check('kind: Pod')));
  for (const report of reports) assert.deepEqual(report, reports[0]);
});

test('what cannot be had or is no module is refused', async () => {
  const missing = new URL('nowhere.wasm', import.meta.url);
  await assert.rejects(load({ wasm: missing }), fails('fetch', /nowhere\.wasm/));
  await assert.rejects(load({ wasm: new Response('', { status: 404 }) }), fails('fetch', /404/));
  await assert.rejects(load({ wasm: Promise.reject(new Error('offline')) }), fails('fetch', /offline/));
  await assert.rejects(load({ wasm: new TextEncoder().encode('<!doctype html>') }), fails('compile', /./));
});
