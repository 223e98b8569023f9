// Writes into the built page which bytes policy.wasm must have: trunk does so for what it names by its hash alone.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.TRUNK_STAGING_DIR;
const page = join(folder, 'index.html');
const hash = createHash('sha384').update(readFileSync(join(folder, 'policy.wasm'))).digest('base64');
const link = 'href="./policy.wasm"';
const parts = readFileSync(page, 'utf8').split(link);
if (parts.length !== 2) throw new Error(`index.html must have one ${link}`);
writeFileSync(page, parts.join(`${link} integrity="sha384-${hash}"`));
