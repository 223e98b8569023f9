/**
 * mesh-ready: checks Kubernetes manifests against what Istio asks of applications, with the module that its Kubewarden
 * policy runs in a cluster.
 */
import { Checker } from './checker.js';
import { ModuleError } from './host.js';

export { ModuleError };
export { cluster } from './cluster.js';

/** Reads a file of this machine; in a variable, so that bundlers for browsers leave it alone. */
async function readFile(url) {
  const fs = 'node:fs/promises';
  const { readFile } = await import(/* webpackIgnore: true */ /* @vite-ignore */ fs);
  return readFile(url);
}

async function bytesOf(source) {
  if (source instanceof URL && source.protocol === 'file:') return readFile(source);
  const response = source instanceof URL ? await fetch(source) : source;
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.arrayBuffer();
}

/**
 * Loads the module with the rules.
 *
 * @param {import('./index.d.ts').LoadOptions} [options]
 * @returns {Promise<Checker>}
 * @throws {ModuleError} `fetch`, `compile`
 */
export async function load({ wasm = new URL('../policy.wasm', import.meta.url) } = {}) {
  if (wasm instanceof WebAssembly.Module) return Checker.from(wasm);
  const given = wasm instanceof ArrayBuffer || ArrayBuffer.isView(wasm);
  let bytes = wasm;
  if (!given) {
    try {
      bytes = await bytesOf(await wasm);
    } catch (thrown) {
      throw new ModuleError('fetch', String(thrown?.message ?? thrown));
    }
  }
  return Checker.compile(bytes);
}
