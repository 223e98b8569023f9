// The time of each call of policy.wasm's `check` in milliseconds, on the page's thread: the payload written into the
// module's memory, the call, the answer read as text. A small waPC host, so that nothing else is measured.
const [text, runs] = given;
const module = await (await fetch('./policy.wasm')).arrayBuffer();
const operation = new TextEncoder().encode('check');
const files = [{ name: 'manifests.yaml', text }];
const payload = new TextEncoder().encode(JSON.stringify({ files, positionEncoding: 'utf-16' }));
let memory;
let answer;
const bytes = (start, length) => new Uint8Array(memory.buffer, start, length);
const read = (start, length) => new TextDecoder().decode(bytes(start, length));
const wapc = {
  __guest_request(operationAt, payloadAt) {
    bytes(operationAt, operation.length).set(operation);
    bytes(payloadAt, payload.length).set(payload);
  },
  __guest_response: (start, length) => (answer = read(start, length)),
  __guest_error: (start, length) => { throw new Error(read(start, length)); },
  __console_log() {},
  __host_call: () => 0,
  __host_response_len: () => 0,
  __host_response() {},
  __host_error_len: () => 0,
  __host_error() {},
};
const { instance } = await WebAssembly.instantiate(module, { wapc });
memory = instance.exports.memory;
instance.exports._start?.();
instance.exports.wapc_init?.();

const times = [];
for (let run = 0; run <= runs; run += 1) {
  const start = performance.now();
  instance.exports.__guest_call(operation.length, payload.length);
  times.push(performance.now() - start);
}
if (!JSON.parse(answer).summary.resources) throw new Error('nothing was checked');
return times;
