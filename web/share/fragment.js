/**
 * What a link carries: `1.` and base64url(deflate-raw(JSON)), for the part of an address that follows `#` and that no
 * browser sends to a server. For browsers and for Node 20; imports nothing.
 *
 * The number before the dot is the form. Links live longer than the page that made them, so that a form, once out, stays
 * in `FORMS` for good; a new one gets the next number.
 */

/**
 * Everything a link says. Colours are not in it: they belong to whoever looks.
 *
 * @typedef {object} State
 * @property {{name: string, text: string}[]} files
 * @property {number} active index of the file that is shown
 * @property {Record<string, unknown>} settings the fields that differ from the defaults
 * @property {string} [view] what is shown beside the editor
 * @property {string} [language] `en` or `zh-CN`
 * @property {string} [version] of the module with the rules, when the link was made
 */

/** The name of the one file of a page that never named any. */
export const FILE = 'manifests.yaml';

/**
 * The longest fragment that is offered as a link, in characters. Browsers take more: Chromium carries 2,097,152
 * characters and shows 32,768, Firefox keeps 65,536 in its history. What stands between two people takes less: Slack cuts
 * a message at 40,000 characters, and its advice is 4,000. There is no number that holds for every mail program and
 * chat; this one leaves room for the address and a sentence in those that are known.
 */
export const MAX_LENGTH = 30_000;

/** The most bytes of JSON in a link, so that a short one cannot fill the memory. */
export const MAX_BYTES = 8 * 1024 * 1024;

/** Why a fragment says nothing. */
export class FragmentError extends Error {
  /**
   * @param {'version' | 'damaged' | 'too-large'} kind `version`: made by a newer version of the page; `damaged`: cut off,
   *   changed or no fragment of this kind at all; `too-large`: it holds more than `MAX_BYTES`
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(kind, message, options) {
    super(message, options);
    this.name = 'FragmentError';
    this.kind = kind;
  }
}

const damaged = (why, cause) => new FragmentError('damaged', `the link is damaged: ${why}`, { cause });
const tooLarge = () => new FragmentError('too-large', `more than ${MAX_BYTES} bytes`);

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The JSON of a link: short keys, and nothing that goes without saying.
 *
 * @param {Partial<State>} state
 * @returns {object}
 */
export function slim({ files = [], active = 0, settings = {}, view, language, version }) {
  const slimmed = {};
  if (files.length) slimmed.f = files.map(({ name, text }) => (name === FILE ? { t: text } : { n: name, t: text }));
  if (active) slimmed.a = active;
  if (Object.keys(settings).length) slimmed.s = settings;
  if (view) slimmed.w = view;
  if (language) slimmed.l = language;
  if (version) slimmed.m = version;
  return slimmed;
}

/** The reverse. What a later page of the same form may have added is passed over. */
function full(slimmed) {
  if (!isObject(slimmed)) throw damaged('no object');
  const { f = [], a = 0, s = {}, w, l, m } = slimmed;
  if (!Array.isArray(f)) throw damaged('files');
  const files = f.map((file) => {
    const { n = FILE, t } = isObject(file) ? file : {};
    if (typeof n !== 'string' || typeof t !== 'string') throw damaged('a file');
    return { name: n, text: t };
  });
  if (!Number.isInteger(a) || a < 0 || a >= Math.max(files.length, 1)) throw damaged('the file that is shown');
  if (!isObject(s)) throw damaged('settings');
  const state = { files, active: a, settings: s };
  for (const [key, value] of Object.entries({ view: w, language: l, version: m })) {
    if (value === undefined) continue;
    if (typeof value !== 'string') throw damaged(key);
    state[key] = value;
  }
  return state;
}

/** Runs bytes through a compressor or decompressor, at most so many of which come out. */
async function pipe(bytes, transform, limit) {
  const reader = new Blob([bytes]).stream().pipeThrough(transform).getReader();
  const parts = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > limit) {
      // What else comes of the stream is of no interest, not even that it fails.
      reader.cancel().catch(() => {});
      throw tooLarge();
    }
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function toBase64Url(bytes) {
  let binary = '';
  // A call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(text) {
  if (!/^[\w-]+$/.test(text)) throw damaged('its characters');
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
  } catch (error) {
    throw damaged('its length', error);
  }
}

async function read1(rest) {
  const packed = fromBase64Url(rest);
  // Outside: a browser that lacks it is no fault of the link.
  const inflate = new DecompressionStream('deflate-raw');
  let json;
  try {
    const bytes = await pipe(packed, inflate, MAX_BYTES);
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw error instanceof FragmentError ? error : damaged('what is packed in it', error);
  }
  return full(json);
}

/** A reader for each form there has been, by its number. */
const FORMS = new Map([['1', read1]]);

/**
 * Puts a state into a fragment, without `#`, or says how long it would have been where that is more than `MAX_LENGTH`.
 *
 * @param {Partial<State>} state
 * @returns {Promise<string | {tooLong: number}>}
 * @throws {FragmentError} `too-large`, where nobody could read it back
 */
export async function encode(state) {
  const json = new TextEncoder().encode(JSON.stringify(slim(state)));
  if (json.length > MAX_BYTES) throw tooLarge();
  const fragment = `1.${toBase64Url(await pipe(json, new CompressionStream('deflate-raw'), Infinity))}`;
  return fragment.length > MAX_LENGTH ? { tooLong: fragment.length } : fragment;
}

/**
 * Reads a fragment, with `#` or without, in any form that was ever written.
 *
 * @param {string} fragment
 * @returns {Promise<State>}
 * @throws {FragmentError}
 */
export async function decode(fragment) {
  const [, form, rest] = /^#?([1-9]\d{0,3})\.(.*)$/.exec(fragment) ?? [];
  if (form === undefined) throw damaged('its beginning');
  const read = FORMS.get(form);
  if (!read) throw new FragmentError('version', 'the link was made by a newer version of this page');
  return read(rest);
}
