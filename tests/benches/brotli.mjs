// The sizes of files in bytes and as brotli's best, as a JSON list of pairs: node brotli.mjs FILE...
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
const sizes = process.argv.slice(2).map((file) => {
  const bytes = readFileSync(file);
  return [bytes.length, brotliCompressSync(bytes, { params }).length];
});
console.log(JSON.stringify(sizes));
