// The policy in Node.js, without a package: what it takes to run policy.wasm in V8, and so in a browser.
//
// `node tests/examples/embed.mjs < request.json` reads `{"request": <AdmissionRequest>, "settings": {…}}` and prints the
// verdict. With a number behind it prints microseconds as JSON instead: of compiling the module, and the medians of so
// many fresh instances and of so many calls of one.
import { readFileSync } from 'node:fs';

/** What the host says when the module asks for objects of a cluster, or wants to write to a log. */
const NO_CLUSTER = new TextEncoder().encode('there is no cluster here');

/** A fresh instance: a function that takes operation and payload, text or bytes, and gives the answer's text. */
export function instantiate(module) {
  let memory;
  let call;
  const bytes = (start, length) => new Uint8Array(memory.buffer, start, length);
  const write = (at, text) => bytes(at, text.length).set(text);
  const keep = (start, length) => { call.answer = new TextDecoder().decode(bytes(start, length)); };
  const wapc = {
    __guest_request(operation, payload) {
      write(operation, call.operation);
      write(payload, call.payload);
    },
    __guest_response: keep,
    __guest_error: keep,
    __host_call: () => 0,
    __host_response_len: () => 0,
    __host_response() {},
    __host_error_len: () => NO_CLUSTER.length,
    __host_error: (at) => write(at, NO_CLUSTER),
    __console_log() {},
  };
  const { exports } = new WebAssembly.Instance(module, { wapc });
  memory = exports.memory;
  return (operation, payload) => {
    const encode = (text) => (typeof text === 'string' ? new TextEncoder().encode(text) : text);
    call = { operation: encode(operation), payload: encode(payload) };
    if (!exports.__guest_call(call.operation.length, call.payload.length)) throw new Error(call.answer);
    return call.answer;
  };
}

const wasm = readFileSync(new URL('../../policy-wasm/policy.wasm', import.meta.url));
const payload = readFileSync(0);
const time = (run) => {
  const start = performance.now();
  run();
  return (performance.now() - start) * 1000;
};

let module;
const compiling = time(() => { module = new WebAssembly.Module(wasm); });
const kept = instantiate(module);
const runs = Number(process.argv[2] ?? 0);
if (runs > 0) {
  const median = (run) => Array.from({ length: runs }, () => time(run)).sort((a, b) => a - b)[runs >> 1];
  const instance = median(() => instantiate(module));
  console.log(JSON.stringify([compiling, instance, median(() => kept('validate', payload))]));
} else {
  console.log(kept('validate', payload));
}
