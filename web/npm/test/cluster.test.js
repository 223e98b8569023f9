import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cluster } from 'mesh-ready';

const service = (name, namespace, more = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, ...(namespace && { namespace }), ...more },
  spec: { type: 'ClusterIP', ports: [{ port: 80, name: 'http', nodePort: 30000 }], selector: { app: name } },
});

const OBJECTS = [
  service('cart', 'shop', {
    managedFields: [{}],
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', team: 'blue' },
  }),
  service('web'),
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  { apiVersion: 'security.istio.io/v1beta1', kind: 'PeerAuthentication', metadata: { name: 'all', namespace: 'shop' } },
];

const call = ({ answer }, operation, payload, binding = 'kubewarden') => {
  const [namespace, name] = operation.split('/');
  const text = new TextDecoder().decode(answer(binding, namespace, name, new TextEncoder().encode(JSON.stringify(payload))));
  return text && JSON.parse(text);
};

const ask = (operation, payload) => call(cluster(OBJECTS), `kubernetes/${operation}`, payload);

test('a list has the objects of a kind in a namespace, as the server keeps them', () => {
  const answer = ask('list_resources_by_namespace', { api_version: 'v1', kind: 'Service', namespace: 'shop' });
  assert.deepEqual(answer, {
    apiVersion: 'v1',
    kind: 'ServiceList',
    metadata: {},
    items: [service('cart', 'shop', { annotations: { team: 'blue' } })],
  });
  const { items } = ask('list_resources_by_namespace', { api_version: 'v1', kind: 'Service', namespace: 'default' });
  assert.deepEqual(items, [service('web')]);
});

test('a list of all namespaces has both its names', () => {
  for (const operation of ['list_all_resources', 'list_resources_all']) {
    const { items } = ask(operation, { api_version: 'v1', kind: 'Service' });
    assert.deepEqual(
      items.map(({ metadata }) => metadata.name),
      ['cart', 'web'],
    );
  }
});

test('objects have type, metadata and the fields asked for', () => {
  const query = { api_version: 'v1', kind: 'Service', namespace: 'default' };
  const kept = (field_masks) => ask('list_resources_by_namespace', { ...query, field_masks }).items[0];
  const { spec, ...rest } = service('web');
  assert.deepEqual(kept([]), rest);
  assert.deepEqual(kept(['spec.ports.port', 'spec.none']).spec, { ports: [{ port: 80 }] });
  assert.deepEqual(kept(['spec.ports.port', 'spec']).spec, spec);
  assert.deepEqual(kept(['spec', 'spec.ports.port']).spec, spec);
});

test('an object is served under every version of its group', () => {
  const query = { api_version: 'security.istio.io/v1', kind: 'PeerAuthentication', namespace: 'shop' };
  assert.deepEqual(
    ask('list_resources_by_namespace', query).items.map(({ apiVersion }) => apiVersion),
    ['security.istio.io/v1'],
  );
  assert.deepEqual(ask('list_resources_by_namespace', { ...query, api_version: 'v1' }).items, []);
});

test('a single object is found, or missing in the words of the server', () => {
  const query = { api_version: 'v1', kind: 'Namespace', name: 'shop', namespace: null };
  assert.deepEqual(ask('get_resource', query), OBJECTS[2]);
  assert.throws(() => ask('get_resource', { ...query, name: 'bank' }), {
    message: "Cannot find v1/Namespace named 'bank' inside of namespace 'None'",
  });
  assert.throws(() => ask('get_resource', { ...query, kind: 'Service', name: 'web', namespace: 'shop' }), {
    message: `Cannot find v1/Service named 'web' inside of namespace 'Some("shop")'`,
  });
});

test('what manifests do not tell is refused', () => {
  const query = { api_version: 'v1', kind: 'Service', namespace: 'shop' };
  assert.throws(() => ask('can_i', {}), { message: 'manifests do not tell who may do what' });
  assert.throws(() => ask('list_resources_by_namespace', { ...query, label_selector: 'app=cart' }), {
    message: 'selectors are not evaluated here',
  });
  assert.throws(() => ask('toString', {}), { message: 'unknown operation: kubernetes/toString' });
  assert.throws(() => call(cluster([]), 'kubernetes/can_i', {}, 'other'), { message: 'unknown binding: other' });
});

test('what was asked is told, the log and refusals among it', () => {
  const asked = cluster(OBJECTS);
  const query = { api_version: 'v1', kind: 'Service', namespace: 'shop' };
  call(asked, 'kubernetes/list_resources_by_namespace', { ...query, field_masks: ['spec'] });
  assert.equal(call(asked, 'tracing/log', { level: 'warning', message: 'hm' }), '');
  assert.throws(() => call(asked, 'kubernetes/can_i', {}));
  assert.deepEqual(asked.exchanges, [
    { operation: 'kubernetes/list_resources_by_namespace', request: query, found: 1 },
    { operation: 'tracing/log', request: { level: 'warning', message: 'hm' }, found: undefined },
    { operation: 'kubernetes/can_i', request: {}, error: 'manifests do not tell who may do what' },
  ]);
});
