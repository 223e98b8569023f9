/**
 * A waPC host for browsers and Node.js.
 *
 * waPC modules import nine functions and export `memory` and `__guest_call`. For one call the host announces the
 * lengths of an operation's name and payload, the guest fetches both with `__guest_request` and hands back bytes with
 * `__guest_response` or a sentence with `__guest_error`. Meanwhile it may call its host in turn.
 *
 * The guest is not trusted: each access takes a fresh view of its memory (growth detaches older ones), and making a
 * view checks its bounds. After a trap the instance is thrown away; the next call starts a new one.
 */

/** More memory than this is given back after a call, by giving up the instance: a module's memory never shrinks. */
const KEPT_MEMORY = 64 << 20;

const encoder = new TextEncoder();
// Neither may a byte order mark vanish nor a byte that is no UTF-8 be an error: guests say what they like.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Why a call had no answer. Its `kind` is one of
 *
 * - `compile`: the bytes are no WebAssembly module
 * - `link`: the module imports something that waPC does not have
 * - `missing-export`: the module lacks an export that waPC demands; the message is its name
 * - `trap`: the module stopped in the middle of a call
 * - `guest`: the module refused the call; the message is the module's own
 * - `silent`: the module ended the call without an answer and without a reason
 * - `fetch`: the module's bytes could not be had
 */
export class ModuleError extends Error {
  /**
   * @param {'compile' | 'link' | 'missing-export' | 'trap' | 'guest' | 'silent' | 'fetch'} kind
   * @param {string} message
   */
  constructor(kind, message) {
    super(message);
    this.name = 'ModuleError';
    this.kind = kind;
  }
}

const failure = (kind, thrown) => new ModuleError(kind, String(thrown?.message ?? thrown));

/**
 * Answers a call that a module makes to its host, at once. What it throws is an error for the module.
 *
 * @callback HostCall
 * @param {string} binding
 * @param {string} namespace
 * @param {string} operation
 * @param {Uint8Array} payload
 * @returns {Uint8Array}
 */

/** @type {HostCall} */
const noHostCalls = () => {
  throw new Error('this host answers no host calls');
};

/** A compiled module, and an instance of it between calls. */
export class Host {
  #idle;

  /**
   * Compiles a module without running any of it.
   *
   * @param {BufferSource} bytes
   * @returns {Promise<Host>}
   * @throws {ModuleError} `compile`
   */
  static async compile(bytes) {
    try {
      return new Host(await WebAssembly.compile(bytes));
    } catch (thrown) {
      throw failure('compile', thrown);
    }
  }

  /** @param {WebAssembly.Module} module */
  constructor(module) {
    /** The compiled module, which may be sent to another thread. */
    this.module = module;
  }

  /**
   * Calls an operation and gives back the guest's answer. Calls may be made while others are under way, also from
   * within `hostCall`: each has an instance of its own.
   *
   * @param {string} operation
   * @param {Uint8Array} payload
   * @param {HostCall} [hostCall]
   * @returns {Promise<Uint8Array>}
   * @throws {ModuleError} every kind but `compile`
   */
  async call(operation, payload, hostCall = noHostCalls) {
    let guest = this.#idle;
    this.#idle = undefined;
    guest ??= await Guest.start(this.module);
    try {
      return guest.call(operation, payload, hostCall);
    } finally {
      if (!guest.trapped && guest.memorySize <= KEPT_MEMORY) this.#idle = guest;
    }
  }
}

/** A running instance. */
class Guest {
  trapped = false;
  #memory;
  #entry;
  /** What host and guest have told each other during one call. */
  #exchange = {};

  static async start(module) {
    const guest = new Guest();
    let exports;
    try {
      ({ exports } = await WebAssembly.instantiate(module, { wapc: guest.#imports() }));
    } catch (thrown) {
      throw failure(thrown instanceof WebAssembly.RuntimeError ? 'trap' : 'link', thrown);
    }
    const { memory, __guest_call: entry } = exports;
    if (!(memory instanceof WebAssembly.Memory)) throw new ModuleError('missing-export', 'memory');
    if (typeof entry !== 'function') throw new ModuleError('missing-export', '__guest_call');
    guest.#memory = memory;
    guest.#entry = entry;
    for (const name of ['_start', 'wapc_init']) {
      if (typeof exports[name] === 'function') guest.#run(exports[name]);
    }
    return guest;
  }

  get memorySize() {
    return this.#memory.buffer.byteLength;
  }

  call(operation, payload, hostCall) {
    this.#exchange = { operation: encoder.encode(operation), payload, hostCall };
    const { length } = this.#exchange.operation;
    const status = this.#run(() => this.#entry(length, payload.length));
    const { response, error } = this.#exchange;
    this.#exchange = {};
    if (status === 1 && response) return response;
    if (status !== 1 && error !== undefined) throw new ModuleError('guest', error);
    throw new ModuleError('silent', 'no answer');
  }

  /** Runs code of the guest. Whatever is thrown in there leaves it in the middle of something. */
  #run(code) {
    try {
      return code();
    } catch (thrown) {
      this.trapped = true;
      throw failure('trap', thrown);
    }
  }

  /** The guest's bytes at this place; a place outside of its memory is a RangeError. */
  #view(start, length) {
    // Addresses are unsigned, but arrive as signed numbers.
    return new Uint8Array(this.#memory.buffer, start >>> 0, length >>> 0);
  }

  #write(start, bytes) {
    this.#view(start, bytes.length).set(bytes);
  }

  #text(start, length) {
    return decoder.decode(this.#view(start, length));
  }

  /** The nine functions of waPC. */
  #imports() {
    // The answer to the last host call.
    let response = new Uint8Array();
    let error = new Uint8Array();
    return {
      __guest_request: (operation, payload) => {
        this.#write(operation, this.#exchange.operation);
        this.#write(payload, this.#exchange.payload);
      },
      __guest_response: (start, length) => {
        this.#exchange.response = this.#view(start, length).slice();
      },
      __guest_error: (start, length) => {
        this.#exchange.error = this.#text(start, length);
      },
      __console_log: (start, length) => console.log('policy.wasm:', this.#text(start, length)),
      __host_call: (binding, bindingLength, namespace, namespaceLength, operation, operationLength, start, length) => {
        const words = [
          this.#text(binding, bindingLength),
          this.#text(namespace, namespaceLength),
          this.#text(operation, operationLength),
        ];
        const payload = this.#view(start, length).slice();
        try {
          const answer = (this.#exchange.hostCall ?? noHostCalls)(...words, payload);
          if (!(answer instanceof Uint8Array)) throw new TypeError('the answer to a host call is not a Uint8Array');
          response = answer;
          return 1;
        } catch (thrown) {
          error = encoder.encode(String(thrown?.message ?? thrown));
          return 0;
        }
      },
      __host_response_len: () => response.length,
      __host_response: (start) => this.#write(start, response),
      __host_error_len: () => error.length,
      __host_error: (start) => this.#write(start, error),
    };
  }
}
