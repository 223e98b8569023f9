/**
 * A cluster that exists as manifests alone. It answers Kubewarden's host capabilities from them, in the formats of its
 * policy server.
 *
 * Source: Kubewarden, `crates/policy-evaluator/src/callback_handler/kubernetes/`.
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The group of an `apiVersion`: a cluster serves one object under each version of its group. */
const groupOf = (apiVersion) => String(apiVersion ?? '').split('/').slice(0, -1).join('/');

const namespaceOf = (object) => object.metadata?.namespace || 'default';

/** What two manifests of one and the same object of a cluster have in common. */
function identity(object) {
  const name = object.metadata?.name;
  // Without a name, each is another object.
  return name === undefined
    ? object
    : JSON.stringify([groupOf(object.apiVersion), object.kind, namespaceOf(object), name]);
}

/** The fields to keep as a tree: `true` keeps everything below. */
function tree(masks) {
  const root = new Map();
  for (const mask of masks) {
    const keys = mask.split('.');
    const last = keys.pop();
    let node = root;
    for (const key of keys) {
      if (!node.has(key)) node.set(key, new Map());
      node = node.get(key);
      if (node === true) break;
    }
    if (node !== true) node.set(last, true);
  }
  return root;
}

/** What the server keeps of a value; lists are passed through. */
function prune(value, fields) {
  if (fields === true || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => prune(item, fields));
  const kept = Object.entries(value).filter(([key]) => fields.has(key));
  return Object.fromEntries(kept.map(([key, below]) => [key, prune(below, fields.get(key))]));
}

/** An object as the server hands it out: under the version asked for, pruned to the fields asked for. */
function handOut(object, apiVersion, fields) {
  const metadata = { ...object.metadata };
  delete metadata.managedFields;
  if (metadata.annotations) {
    metadata.annotations = { ...metadata.annotations };
    delete metadata.annotations['kubectl.kubernetes.io/last-applied-configuration'];
  }
  return prune({ ...object, apiVersion, metadata }, fields);
}

const isEverywhere = () => true;

/** Which objects of its kind an operation asks for. */
const OPERATIONS = {
  'kubernetes/list_resources_by_namespace':
    ({ namespace }) =>
    (object) =>
      namespaceOf(object) === namespace,
  // The SDK has the first name, the server the second.
  'kubernetes/list_all_resources': () => isEverywhere,
  'kubernetes/list_resources_all': () => isEverywhere,
  'kubernetes/get_resource':
    ({ name, namespace }) =>
    (object) =>
      object.metadata?.name === name && (namespace == null || namespaceOf(object) === namespace),
  'kubernetes/can_i': () => {
    throw new Error('manifests do not tell who may do what');
  },
};

function list({ api_version: apiVersion, kind }, items) {
  const [version, listKind] = [apiVersion, `${kind}List`].map((text) => JSON.stringify(text));
  return `{"apiVersion":${version},"kind":${listKind},"metadata":{},"items":[${items.join(',')}]}`;
}

function one({ api_version: apiVersion, kind, name, namespace }, [item]) {
  if (item) return item;
  // The words of the server, which writes the namespace as Rust's Debug does.
  const where = namespace == null ? 'None' : `Some(${JSON.stringify(namespace)})`;
  throw new Error(`Cannot find ${apiVersion}/${kind} named '${name}' inside of namespace '${where}'`);
}

/** The objects of a cluster. What they were asked for once is found at once the next time. */
export class Cluster {
  #objects;
  /** By operation and payload: each object with its text. */
  #found = new Map();

  /** @param {object[]} objects */
  constructor(objects) {
    this.#objects = objects.map((object) => ({ object, identity: identity(object) }));
  }

  #find(operation, text, request) {
    const key = `${operation} ${text}`;
    const known = this.#found.get(key);
    if (known) return known;
    const select = Object.hasOwn(OPERATIONS, operation) && OPERATIONS[operation];
    if (!select) throw new Error(`unknown operation: ${operation}`);
    const isAsked = select(request);
    if (request.label_selector || request.field_selector) throw new Error('selectors are not evaluated here');
    const { api_version: apiVersion, kind, field_masks: masks } = request;
    const fields = masks ? tree(['apiVersion', 'kind', 'metadata', ...masks]) : true;
    const group = groupOf(apiVersion);
    const found = this.#objects
      .filter(({ object }) => object.kind === kind && groupOf(object.apiVersion) === group && isAsked(object))
      .map(({ object, identity }) => ({ identity, text: JSON.stringify(handOut(object, apiVersion, fields)) }));
    this.#found.set(key, found);
    return found;
  }

  /**
   * Answers as if one of the objects were not there yet.
   *
   * @param {object} [absent]
   * @returns {{ answer: import('./host.js').HostCall, exchanges: import('./index.d.ts').Exchange[] }} `exchanges` grows
   * with each call
   */
  without(absent) {
    const missing = absent && identity(absent);
    const exchanges = [];
    const respond = (operation, text, request) => {
      if (operation === 'tracing/log') return { response: '' };
      const found = this.#find(operation, text, request).filter(({ identity }) => identity !== missing);
      const items = found.map(({ text }) => text);
      const isOne = operation === 'kubernetes/get_resource';
      return { response: (isOne ? one : list)(request, items), found: isOne ? 1 : items.length };
    };
    const answer = (binding, namespace, name, payload) => {
      if (binding !== 'kubewarden') throw new Error(`unknown binding: ${binding}`);
      const operation = `${namespace}/${name}`;
      const text = decoder.decode(payload);
      const request = JSON.parse(text);
      // Whoever reads what was asked asks for objects, not for fields.
      const { field_masks: _, ...told } = request;
      try {
        const { response, found } = respond(operation, text, request);
        exchanges.push({ operation, request: told, found });
        return encoder.encode(response);
      } catch (thrown) {
        exchanges.push({ operation, request: told, error: thrown.message });
        throw thrown;
      }
    };
    return { answer, exchanges };
  }
}

/**
 * A cluster of these objects.
 *
 * @param {object[]} objects
 */
export const cluster = (objects) => new Cluster(objects).without();
