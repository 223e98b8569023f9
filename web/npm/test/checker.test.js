import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from 'mesh-ready';
import { DEPLOYMENT, SERVICE, SHOP } from './manifests.js';

const checker = await load();
const rulesOf = ({ findings }) => findings.map(({ rule }) => rule);

test('a text is checked as one file, and columns count what strings count', async () => {
  const { summary, findings } = await checker.check(SHOP);
  assert.equal(summary.resources, 2);
  const { location } = findings.find(({ rule }) => rule === 'MR103');
  const line = SHOP.split('\n')[location.line - 1];
  assert.equal(location.file, 'manifests.yaml');
  assert.equal(line.slice(location.column - 1, location.endColumn - 1), '1337');

  const bytes = await checker.check(SHOP, {}, { positionEncoding: 'utf-8' });
  const inBytes = bytes.findings.find(({ rule }) => rule === 'MR103').location;
  assert.equal(inBytes.column, location.column + 2);
});

test('files are seen together', async () => {
  const files = [
    { name: 'service.yaml', text: SERVICE },
    { name: 'deployment.yaml', text: DEPLOYMENT },
  ];
  assert.deepEqual(rulesOf(await checker.check(files)), rulesOf(await checker.check(SHOP)));
  assert.ok(rulesOf(await checker.check(files.slice(1))).includes('MR101'));
});

test('settings and language are heard', async () => {
  const report = await checker.check(SHOP, { rules: { MR103: 'info' } }, { language: 'zh-CN' });
  const finding = report.findings.find(({ rule }) => rule === 'MR103');
  assert.equal(finding.severity, 'info');
  assert.match(finding.message, /代理自身/);
});

test('wrong settings are refused with the words of the module', async () => {
  await assert.rejects(checker.check(SHOP, { failOn: 'never' }), {
    name: 'ModuleError',
    kind: 'guest',
    message: 'failOn: must be one of: error, warning, info',
  });
});

test('a report comes as SARIF and as Markdown', async () => {
  const sarif = await checker.check(SHOP, undefined, { format: 'sarif' });
  assert.equal(sarif.version, '2.1.0');
  assert.ok(sarif.runs[0].results.some(({ ruleId }) => ruleId === 'MR103'));
  assert.match(await checker.check(SHOP, undefined, { format: 'markdown' }), /MR103/);
});

test('fixes are applied, the safe ones unless more is asked', async () => {
  const applied = async (which) => (await checker.fix(SHOP, {}, { which })).applied.map(({ rule }) => rule);
  assert.deepEqual(await applied(), ['MR108']);
  assert.deepEqual(await applied('safe'), ['MR108']);
  assert.ok((await applied('all')).includes('MR103'));

  const { files } = await checker.fix(SHOP);
  assert.deepEqual(
    files.map(({ name }) => name),
    ['manifests.yaml'],
  );
  assert.ok(!rulesOf(await checker.check(files)).includes('MR108'));
});

test('the mesh is what the rules see', async () => {
  const { services, workloads } = await checker.mesh(SHOP);
  assert.deepEqual(services[0].ports[0].targets, [{ workload: 0, port: 8080, declared: true }]);
  assert.equal(workloads[0].membership, 'sidecar');
});

test('rules have titles in each language', async () => {
  const [en, zh] = await Promise.all([checker.rules(), checker.rules('zh-CN')]);
  assert.deepEqual(
    en.rules.map(({ id }) => id),
    zh.rules.map(({ id }) => id),
  );
  assert.notEqual(en.rules[0].title, zh.rules[0].title);
});

test('settings are read from text and from values', async () => {
  const yaml = 'failOn: warning\n';
  for (const input of [yaml, { failOn: 'warning', cni: false }]) {
    const answer = await checker.settings(input);
    assert.ok(answer.valid);
    assert.equal(answer.yaml, yaml);
    assert.equal(answer.settings.failOn, 'warning');
  }
  assert.equal((await checker.settings()).yaml, '');
  const { valid, errors } = await checker.settings('cni: maybe', { language: 'zh-CN' });
  assert.equal(valid, false);
  assert.deepEqual([errors[0].path, errors[0].line], ['cni', 1]);
});

test('any operation can be called, and one that is not there is refused', async () => {
  assert.equal(await checker.call('protocol_version'), 'v1');
  await assert.rejects(checker.call('chekc'), { kind: 'guest', message: /chekc/ });
});

test('calls made at once do not mix', async () => {
  const texts = Array.from({ length: 20 }, (_, index) => SHOP.replaceAll('name: cart', `name: cart-${index}`));
  const reports = await Promise.all(texts.map((text) => checker.check(text)));
  reports.forEach((report, index) => assert.equal(report.findings[0].resource.name, `cart-${index}`));
});
