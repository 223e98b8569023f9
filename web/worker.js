/**
 * The thread on which the page's module runs, so that typing never waits.
 *
 * It needs no network: the page sends it the bytes of `policy.wasm`, and gets back the compiled module, from which the
 * next worker starts at once when this one had to be ended.
 *
 * - page: `{ wasm: BufferSource }` or `{ wasm: WebAssembly.Module, sha256 }`, once
 *   worker: `{ kind: 'ready', module, sha256, version }` or `{ kind: 'failed', error }`
 * - page: `{ id, operation, payload: Uint8Array }`, the payload as JSON
 *   worker: `{ id, answer: Uint8Array }`, JSON too, or `{ id, error }`
 *
 * An `error` is `{ kind, message }` with the kinds of `ModuleError`. The operations are those of the module, and `admit`.
 */
import { Checker } from './npm/src/checker.js';

const told = ({ kind = 'worker', message }) => ({ kind, message });

/** Settled by the first message; what is asked meanwhile waits for it. */
let checker;

const open = async ({ wasm, sha256 }) =>
  wasm instanceof WebAssembly.Module ? Checker.from(wasm, sha256) : Checker.compile(wasm);

async function start(data) {
  checker = open(data);
  try {
    const { module, sha256, version } = await checker;
    postMessage({ kind: 'ready', module, sha256, version });
  } catch (error) {
    postMessage({ kind: 'failed', error: told(error) });
  }
}

async function answer({ id, operation, payload }) {
  try {
    const answer = await (await checker).callBytes(operation, payload);
    postMessage({ id, answer }, [answer.buffer]);
  } catch (error) {
    postMessage({ id, error: told(error) });
  }
}

addEventListener('message', ({ data }) => (data.wasm ? start(data) : answer(data)));
