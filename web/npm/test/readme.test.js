import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const folder = fileURLToPath(new URL('..', import.meta.url));

for (const name of ['README.md', 'README.zh-CN.md']) {
  test(`the example of ${name} prints what it says`, () => {
    const [, program, printed] = readFileSync(folder + name, 'utf8').match(/```js\n(.*?)```\n+```text\n(.*?)```/s);
    const options = { cwd: folder, encoding: 'utf8' };
    assert.equal(execFileSync(process.execPath, ['--input-type=module', '--eval', program], options), printed);
  });
}
