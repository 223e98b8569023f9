// Writes what the site has beside the page: node build.js FOLDER
// The folder holds the built page already; sw.js lists every file in it, so that this comes last.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { DOCUMENTS, REPOSITORY, indexPath } from './documents.js';
import { gallery } from './example.js';
import { render, renderIndex } from './render.js';
import { LANGUAGES } from './words.js';

const [folder] = process.argv.slice(2);

function write(path, text) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** The stylesheet of the site, on the sizes and colours of the page: each `:root {…}` of its styles. */
function stylesheet() {
  const styles = readFileSync(join(REPOSITORY, 'web/styles/tokens.css'), 'utf8');
  const properties = styles.match(/^:root[^{]*\{[^}]*\}/gm);
  if (!properties) throw new Error('web/styles/tokens.css has no :root');
  return `${properties.join('\n\n')}\n\n${readFileSync(join(REPOSITORY, 'web/site/site.css'), 'utf8')}`;
}

/** Every file of the folder with the hash of its content, as integrity metadata has it. */
function hashes() {
  const hash = (path) => `sha256-${createHash('sha256').update(readFileSync(join(folder, path))).digest('base64')}`;
  const paths = readdirSync(folder, { recursive: true }).filter((path) => statSync(join(folder, path)).isFile());
  const listed = paths.map((path) => path.split(sep).join('/')).filter((path) => path !== 'sw.js');
  return Object.fromEntries(listed.sort().map((path) => [path, hash(path)]));
}

for (const page of DOCUMENTS) write(page.path, await render(page));
for (const language of LANGUAGES) write(indexPath(language), renderIndex(language));
write('site.css', stylesheet());
copyFileSync(join(REPOSITORY, 'web/icon.svg'), join(folder, 'icon.svg'));
write('examples.json', JSON.stringify(gallery()));
// `trunk serve` builds otherwise: whoever changes the page wants to see what is there now.
const files = process.env.TRUNK_PROFILE === 'debug' ? {} : hashes();
write('sw.js', `const FILES = ${JSON.stringify(files)};\n${readFileSync(join(REPOSITORY, 'web/sw.js'), 'utf8')}`);
