import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from 'mesh-ready';
import { DEPLOYMENT, SHOP } from './manifests.js';

const checker = await load();

const asked = ({ hostCalls }, kind) => hostCalls.find(({ request }) => request.kind === kind);

test('each object is judged as the policy would judge it', async () => {
  const [service, deployment] = await checker.admit(SHOP);
  assert.deepEqual(
    [service, deployment].map(({ resource, location }) => [resource.kind, location.line]),
    [
      ['Service', 3],
      ['Deployment', 8],
    ],
  );
  assert.equal(service.response.allowed, true);
  assert.equal(service.response.message, null);
  assert.equal(deployment.request.operation, 'CREATE');
  assert.equal(deployment.response.allowed, false);
  assert.equal(deployment.response.code, 461);
  assert.match(deployment.response.message, /1337/);
});

test('the cluster holds the other objects, and not the one that is created', async () => {
  const [service, deployment] = await checker.admit(SHOP);
  assert.equal(asked(service, 'Service').found, 0);
  assert.equal(asked(service, 'Deployment').found, 1);
  assert.equal(asked(deployment, 'Service').found, 1);
  assert.match(asked(deployment, 'Namespace').error, /^Cannot find v1\/Namespace named 'shop'/);

  const [alone] = await checker.admit(DEPLOYMENT);
  assert.equal(asked(alone, 'Service').found, 0);

  // Without a name, each is another object.
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {generateName: cart-}\nspec: {containers: []}\n';
  const pods = await checker.admit([pod, pod].join('---\n'));
  assert.deepEqual(
    pods.map((admission) => asked(admission, 'Pod').found),
    [1, 1],
  );
});

test('the Namespace among the objects decides', async () => {
  const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: disabled}}\n';
  const admissions = await checker.admit([namespace, SHOP].join('---\n'));
  const deployment = admissions.at(-1);
  assert.equal(asked(deployment, 'Namespace').found, 1);
  assert.equal(deployment.response.allowed, true);
});

test('settings are heard, the mutation among them', async () => {
  const settings = { mutate: ['MR108'], failOn: 'error', rules: { MR103: 'warning' } };
  const [, { response }] = await checker.admit(SHOP, settings);
  assert.equal(response.allowed, true);
  assert.ok(response.warnings.some((warning) => warning.includes('1337')));
  assert.equal(response.mutatedObject.spec.template.metadata.labels.version, 'v2');

  const [, { hostCalls }] = await checker.admit(SHOP, { context: 'none' });
  assert.deepEqual(hostCalls, []);
});

test('the language is that of the call, else that of the settings', async () => {
  const message = async (...rest) => (await checker.admit(DEPLOYMENT, ...rest))[0].response.message;
  assert.match(await message({}, { language: 'zh-CN' }), /代理/);
  assert.match(await message({ language: 'zh-CN' }), /代理/);
  assert.match(await message({ language: 'zh-CN' }, { language: 'en' }), /the proxy/);
});

test('the operation is there by its name, too', async () => {
  const files = [{ name: 'manifests.yaml', text: SHOP }];
  const all = await checker.admit(SHOP);
  assert.deepEqual(await checker.call('admit', { files }), { admissions: all, total: all.length });
  // In slices, as the page asks.
  const slice = await checker.call('admit', { files, start: 1, count: 1 });
  assert.deepEqual(slice, { admissions: all.slice(1, 2), total: all.length });
});

test('an object that is too large to be judged is named', async () => {
  const large = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: large}\ndata:\n  a: &a ${'a'.repeat(1 << 20)}\n`;
  const aliases = Array.from({ length: 40 }, (_, index) => `  a${index}: *a\n`);
  const [judged, omitted] = await checker.admit([DEPLOYMENT, large + aliases.join('')].join('---\n'));
  assert.equal(judged.resource.name, 'cart');
  assert.equal(omitted.resource.name, 'large');
  assert.deepEqual([omitted.request, omitted.response, omitted.hostCalls], [null, null, []]);
});

test('what is no object is not judged', async () => {
  assert.deepEqual(await checker.admit('just: text'), []);
});
