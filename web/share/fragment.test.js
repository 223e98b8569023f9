import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

import { decode, encode, FILE, MAX_BYTES, MAX_LENGTH, slim } from './fragment.js';

const STATE = {
  files: [
    { name: FILE, text: 'kind: Service\n# 端口 🚢\n' },
    { name: 'b/服务.yaml', text: '' },
  ],
  active: 1,
  settings: { failOn: 'warning', rules: { MR101: 'off' } },
  view: 'mesh',
  language: 'zh-CN',
  version: '0.1.0',
};

/** A fragment of form 1 around any text, made by other means than the module's. */
const form1 = (json) => `1.${deflateRawSync(Buffer.from(json)).toString('base64url')}`;
const json = (fragment) => inflateRawSync(Buffer.from(fragment.slice(2), 'base64url')).toString();
const fails = (fragment, kind) => assert.rejects(decode(fragment), { name: 'FragmentError', kind }, fragment);

// Links of each form that may be out in the world. An entry is never changed, only added.
const LINKS = [
  {
    form: 1,
    fragment: '1.HcuxDsFQGEDhV2mO9ap2_VczEkY1XLTaaK-kRUNzX0AidpEIRoOnKqtHEJ3PdyoiZFyxRlgmZi7OKMy3ySwMTMv5PF_16eF8r-d7YLCqwiBMO-_LsT7c3J3OUlSzYicKjfiKAqmIdJIO_rjUuUnMAkW-ScOm9Ya-5yOsoghrFSVCFhYxihRhH7e7fRQZguf6rof9AQ',
    state: STATE,
  },
  { form: 1, fragment: '1.q64FAA', state: { files: [], active: 0, settings: {} } },
];

for (const { form, fragment, state } of LINKS) {
  test(`form ${form} stays readable: ${fragment.slice(0, 12)}…`, async () => {
    assert.deepEqual(await decode(fragment), state);
    assert.deepEqual(await decode(`#${fragment}`), state);
  });
}

test('a state survives', async () => {
  const fragment = await encode(STATE);
  assert.match(fragment, /^1\.[\w-]+$/);
  assert.deepEqual(await decode(fragment), STATE);
});

test('what goes without saying is left out', async () => {
  const plain = { files: [{ name: FILE, text: 'a: 1' }], active: 0, settings: {}, view: '', language: undefined };
  assert.equal(json(await encode(plain)), '{"f":[{"t":"a: 1"}]}');
  assert.deepEqual(slim({}), {});
  assert.deepEqual(Object.keys(slim(STATE)), ['f', 'a', 's', 'w', 'l', 'm']);
});

test('half a character of a text does not damage the rest', async () => {
  const files = [{ name: 'a.yaml', text: 'a: \ud83d' }];
  assert.deepEqual((await decode(await encode({ files }))).files, files);
});

test('what a later page adds is passed over', async () => {
  assert.deepEqual(await decode(form1('{"f":[{"t":"a","z":1}],"z":{}}')), {
    files: [{ name: FILE, text: 'a' }],
    active: 0,
    settings: {},
  });
});

test('a form that is not known yet is said to be one', async () => {
  for (const fragment of ['2.abc', '#17.abc', '2.']) await fails(fragment, 'version');
});

test('a fragment cut off anywhere is damaged', async () => {
  const fragment = await encode(STATE);
  for (let length = 0; length < fragment.length; length += 1) await fails(fragment.slice(0, length), 'damaged');
});

test('what was never a fragment is damaged', async () => {
  for (const fragment of ['', '#', 'findings', '1', '1.', '0.abc', '01.abc', '99999.abc', '1.a+b/', '1.ab cd', '##1.abc'])
    await fails(fragment, 'damaged');
});

test('a fragment that holds something else is damaged', async () => {
  const wrong = [
    '', '{', 'null', '[]', '1', '"a"',
    '{"f":{}}', '{"f":[null]}', '{"f":[{}]}', '{"f":[{"t":1}]}', '{"f":[{"n":1,"t":""}]}',
    '{"a":1}', '{"f":[{"t":""}],"a":1}', '{"a":-1}', '{"a":0.5}', '{"a":"0"}',
    '{"s":[]}', '{"s":null}', '{"w":1}', '{"l":{}}', '{"m":null}',
  ];
  for (const text of wrong) await fails(form1(text), 'damaged');
  await fails(form1(Buffer.from([0x22, 0xff, 0x22])), 'damaged');
});

test('a short link that unpacks to much is refused, up to the limit none', async () => {
  const text = (length) => 'x'.repeat(length - '{"f":[{"t":""}]}'.length);
  const bomb = form1(JSON.stringify({ f: [{ t: text(MAX_BYTES + 1) }] }));
  assert.ok(bomb.length < MAX_LENGTH);
  await fails(bomb, 'too-large');
  await assert.rejects(encode({ files: [{ name: FILE, text: text(MAX_BYTES + 1) }] }), { kind: 'too-large' });

  const files = [{ name: FILE, text: text(MAX_BYTES) }];
  assert.deepEqual((await decode(await encode({ files }))).files, files);
});

test('a link that is too long is measured, not made', async () => {
  // Digits of which no two parts are alike: each takes some bits.
  let number = 1;
  const digits = Array.from({ length: 60_000 }, () => (number = (number * 48_271) % 2_147_483_647) % 10).join('');
  const made = async (length) => encode({ files: [{ name: FILE, text: digits.slice(0, length) }] });
  assert.equal(typeof (await made(40_000)), 'string');
  const { tooLong } = await made(60_000);
  assert.ok(tooLong > MAX_LENGTH, String(tooLong));
});
