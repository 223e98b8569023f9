import { Cluster } from './cluster.js';
import { Host } from './host.js';

/** The name of a text that was given without one. */
const FILE = 'manifests.yaml';

/** The section in which the module says what it is, as Kubewarden reads it. */
const METADATA = 'io.kubewarden.metadata';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const filesOf = (input) => (typeof input === 'string' ? [{ name: FILE, text: input }] : input);

async function sha256(bytes) {
  const digest = await globalThis.crypto?.subtle?.digest('SHA-256', bytes);
  return digest ? Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('') : null;
}

function versionOf(module) {
  const [section] = WebAssembly.Module.customSections(module, METADATA);
  if (!section) return null;
  return JSON.parse(decoder.decode(section)).annotations?.['io.kubewarden.policy.version'] ?? null;
}

/** The response of the policy in the words of a Kubernetes AdmissionResponse. */
function admissionResponse(answer) {
  const response = {
    allowed: answer.accepted,
    message: answer.message ?? null,
    code: answer.code ?? null,
    warnings: answer.warnings ?? [],
    auditAnnotations: answer.audit_annotations ?? {},
  };
  return answer.mutated_object ? { ...response, mutatedObject: answer.mutated_object } : response;
}

/** The rules, ready to be asked. `index.d.ts` describes what goes in and what comes out. */
export class Checker {
  #host;

  /** Compiles the bytes of `policy.wasm`. */
  static async compile(bytes) {
    const [host, digest] = await Promise.all([Host.compile(bytes), sha256(bytes)]);
    return new Checker(host, digest);
  }

  /** Takes a compiled module, with the digest of the bytes that it was made of where that is known. */
  static from(module, digest = null) {
    return new Checker(new Host(module), digest);
  }

  /** @private */
  constructor(host, digest) {
    this.#host = host;
    this.module = host.module;
    this.sha256 = digest;
    this.version = versionOf(host.module);
  }

  async call(operation, payload = {}, hostCall) {
    return JSON.parse(decoder.decode(await this.callBytes(operation, encoder.encode(JSON.stringify(payload)), hostCall)));
  }

  /** The same with the JSON of payload and answer as bytes, which need not be read to be passed on. */
  async callBytes(operation, payload, hostCall) {
    if (operation !== 'admit') return this.#host.call(operation, payload, hostCall);
    const { files, settings, language, start, count } = JSON.parse(decoder.decode(payload));
    return encoder.encode(JSON.stringify(await this.#admit(files, settings, language, start, count)));
  }

  check(input, settings, { positionEncoding = 'utf-16', ...options } = {}) {
    return this.call('check', { files: filesOf(input), settings, positionEncoding, ...options });
  }

  fix(input, settings, { which = 'safe', ...options } = {}) {
    return this.call('fix', { files: filesOf(input), settings, which, ...options });
  }

  mesh(input, settings, { positionEncoding = 'utf-16', ...options } = {}) {
    return this.call('mesh', { files: filesOf(input), settings, positionEncoding, ...options });
  }

  rules(language) {
    return this.call('rules', { language });
  }

  settings(input, options = {}) {
    return this.call('settings', { ...(typeof input === 'string' ? { text: input } : { value: input }), ...options });
  }

  async admit(input, settings, { language } = {}) {
    return (await this.#admit(filesOf(input), settings, language)).admissions;
  }

  /** Decides on `count` objects from the one at `start` on: each decision reads all the others. */
  async #admit(files, settings, language, start = 0, count = Infinity) {
    const positionEncoding = 'utf-16';
    const { requests, objects, omitted } = await this.call('requests', { files, settings, language, positionEncoding });
    const spoken = language ? { ...settings, language } : { ...settings };
    const cluster = new Cluster(objects);
    const admissions = [];
    for (const [index, { resource, location, request }] of requests.slice(start, start + count).entries()) {
      const { answer, exchanges } = cluster.without(objects[start + index]);
      const verdict = await this.call('validate', { request, settings: spoken }, answer);
      admissions.push({ resource, location, request, response: admissionResponse(verdict), hostCalls: exchanges });
    }
    // What is not judged is said, too, at the end.
    const isLast = start + count >= requests.length;
    const left = (isLast ? omitted : []).map((object) => ({ ...object, request: null, response: null, hostCalls: [] }));
    return { admissions: [...admissions, ...left], total: requests.length + omitted.length };
  }
}
