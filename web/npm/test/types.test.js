import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { load } from 'mesh-ready';
import ts from 'typescript';
import { SHOP } from './manifests.js';

const checker = await load();
const place = fileURLToPath(new URL('program.ts', import.meta.url));

/** What TypeScript says of a program, one line for each mistake. */
function mistakes(program) {
  const options = {
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
    module: ts.ModuleKind.NodeNext,
    noEmit: true,
    skipDefaultLibCheck: true,
    strict: true,
    target: ts.ScriptTarget.ES2022,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (name) => name === place || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === place ? ts.createSourceFile(name, program, ...rest) : getSourceFile(name, ...rest);
  return ts
    .getPreEmitDiagnostics(ts.createProgram([place], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

test('the types are those of the answers, neither more nor less', async () => {
  const settings = { mutate: ['MR108'], failOn: 'error', rules: { MR103: 'info' } };
  const broken = `${SHOP}---\nkind: "Pod\n`;
  const silenced = SHOP.replace('1337}', '1337 # mesh-ready: ignore MR103 -- it is meant\n      }');
  const answers = {
    Report: [await checker.check(broken), await checker.check(silenced)],
    SarifLog: [await checker.check(SHOP, {}, { format: 'sarif' })],
    Fixed: [await checker.fix(SHOP)],
    Mesh: [await checker.mesh(SHOP)],
    Catalogue: [await checker.rules()],
    SettingsAnswer: [await checker.settings(settings), await checker.settings('a: 1')],
    'Admission[]': [await checker.admit(SHOP), await checker.admit(SHOP, settings)],
  };
  assert.ok(answers.Report[0].diagnostics.length > 0);
  assert.equal(answers.Report[1].summary.suppressed, 1);
  const lines = Object.entries(answers).flatMap(([type, values]) =>
    values.map((value) => `export const ${type.replace('[]', 's')}_${values.indexOf(value)}: m.${type} = ${JSON.stringify(value)};`),
  );
  assert.deepEqual(mistakes(`import type * as m from 'mesh-ready';\n${lines.join('\n')}`), []);
});

test('the types let through what works and stop what does not', () => {
  const program = `
    import { cluster, load, ModuleError, type Report, type Settings } from 'mesh-ready';
    const checker = await load({ wasm: fetch('policy.wasm') });
    const settings: Settings = { dataPlane: 'ambient', rules: { MR107: 'off' } };
    const report: Report = await checker.check('kind: Pod', settings, { language: 'zh-CN' });
    const text: string = await checker.check([{ name: 'a', text: '' }], undefined, { format: 'markdown' });
    for (const { request, response } of await checker.admit(text)) console.log(request?.uid, response?.allowed);
    await checker.call('validate', { request: {} }, cluster([]).answer);
    export const kind = (error: unknown) => error instanceof ModuleError && error.kind === 'trap' && report;
  `;
  const wrong = [
    ["await checker.check('', { dataPlan: 'ambient' });", /dataPlan/],
    ["await checker.check('', {}, { format: 'sarif', positionEncoding: 'utf-8' });", /No overload/],
    ["await checker.fix('', {}, { which: 'some' });", /some/],
    ["for (const { response } of await checker.admit('')) response.allowed;", /possibly 'null'/],
    ["new ModuleError('trap', '');", /private/],
  ];
  const found = mistakes([program, ...wrong.map(([line]) => line)].join('\n'));
  assert.equal(found.length, wrong.length, found.join('\n'));
  wrong.forEach(([, mistake], index) => assert.match(found[index], mistake));
});
