// What the site is made of: the documents of docs/ that exist in every language, and the rules among them.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lexer } from 'marked';
import { parse } from 'yaml';
import { LANGUAGES } from './words.js';

/** The top folder of the repository. */
export const REPOSITORY = join(dirname(fileURLToPath(import.meta.url)), '../..');

const read = (path) => readFileSync(join(REPOSITORY, path), 'utf8');

/** Where the repository is published, for links to what is no page. */
export const SOURCE = parse(read('policy-wasm/metadata.yml')).annotations['io.kubewarden.policy.source'];

// Characters between which Chinese text has no space: Han, and the full width forms of punctuation.
const HAN = '\\p{Script=Han}';
const WIDE = '，。；：？！（）「」《》、…';
const MARKUP = '[*_\\[]*';
const AFTER_WIDE = new RegExp(`(?<=[${WIDE}][*_]*)\\n *(?=\\S)`, 'gu');
const BEFORE_WIDE = new RegExp(`(?<=\\S)\\n *(?=${MARKUP}[${WIDE}])`, 'gu');
const BETWEEN_HAN = new RegExp(`(?<=${HAN}[*_]*)\\n *(?=${MARKUP}${HAN})`, 'gu');
const NEW_BLOCK = /^ *(?:[-*+|>#]|\d+\.) ?/;

/** Joins the lines of Chinese paragraphs where a browser would show the line break as a space. */
function joinLines(markdown) {
  const isSplit = (match, at, text) => (NEW_BLOCK.test(text.slice(at + 1).split('\n', 1)[0]) ? match : '');
  // Every second part is a block of code.
  const parts = markdown.split(/^( *```[^]*?^ *```$)/m);
  return parts
    .map((part, index) =>
      index % 2 ? part : [AFTER_WIDE, BEFORE_WIDE, BETWEEN_HAN].reduce((text, gap) => text.replace(gap, isSplit), part),
    )
    .join('');
}

// The link to the translation, which the page has in its header.
const TRANSLATION = /(?: |^)\[(?:简体中文|English)\]\([^)]*\)\n/mu;

/** The tokens of a document, of a path inside the repository. */
function tokensOf(path) {
  return lexer(joinLines(read(path).replace(TRANSLATION, '\n')));
}

const listed = readdirSync(join(REPOSITORY, 'docs'));

/** The names of the guides: the documents of docs/ that have a translation. */
export const GUIDES = listed
  .filter((file) => file.endsWith('.zh-CN.md'))
  .map((file) => file.replace('.zh-CN.md', ''))
  .filter((name) => listed.includes(`${name}.md`));

/**
 * A page of the site.
 *
 * @typedef {object} Document
 * @property {'rule' | 'guide'} kind
 * @property {string} id `MR101`, or the name of a guide
 * @property {string} language
 * @property {string} source its Markdown, as a path in the repository
 * @property {string} path its page, as a path in the site
 * @property {import('marked').Token[]} tokens
 */

/** @returns {Document} */
function document(kind, id, language) {
  const folder = kind === 'rule' ? 'rules' : 'docs';
  const source =
    kind === 'rule' ? `docs/rules/${id}.${language}.md` : `docs/${id}${language === 'en' ? '' : `.${language}`}.md`;
  return { kind, id, language, source, path: `${folder}/${language}/${id}.html`, tokens: tokensOf(source) };
}

const text = (cell) => cell.text.replace(/^\[(.*)\]\(.*\)$/, '$1');

/**
 * The rules as the list of them says, in one language, by id: name, severity, title, and whether it has a fix.
 *
 * @param {string} language
 */
export function rules(language) {
  const path = `docs/rules/README${language === 'en' ? '' : `.${language}`}.md`;
  const { rows } = tokensOf(path).find(({ type }) => type === 'table');
  return rows.map((row) => {
    const [id, name, severity, title, , , , fix] = row.map(text);
    return { id, name, severity, title, hasFix: fix !== '–' };
  });
}

/** Every page that is made of a document, in every language. */
export const DOCUMENTS = LANGUAGES.flatMap((language) => [
  ...rules(language).map(({ id }) => document('rule', id, language)),
  ...GUIDES.map((name) => document('guide', name, language)),
]);

/** The page of the list of rules in a language. */
export const indexPath = (language) => `rules/${language}/index.html`;

const PATHS = new Map([
  ...DOCUMENTS.map(({ source, path }) => [source, path]),
  ['docs/rules/README.md', indexPath('en')],
  ['docs/rules/README.zh-CN.md', indexPath('zh-CN')],
]);

/** A link from one page to another, as paths in the site. */
export const relative = (from, to) => posix.relative(posix.dirname(from), to);

/**
 * Where a link of a document leads on the site: to another page, or to the repository for what is none.
 *
 * @param {string} href as it stands in the Markdown
 * @param {Document} from
 */
export function resolve(href, from) {
  if (/^(?:[a-z]+:|#)/.test(href)) return href;
  const [file, fragment] = href.split('#');
  const path = posix.join(posix.dirname(from.source), file);
  const page = PATHS.get(path);
  const to = page ? relative(from.path, page) : `${SOURCE}/blob/main/${path}`;
  return fragment ? `${to}#${fragment}` : to;
}
