// The examples of the rule pages, which also say what is found in them, and the applications of the gallery.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { FILE } from '../share/fragment.js';
import { DOCUMENTS, REPOSITORY, rules } from './documents.js';
import { LANGUAGES, WORDS } from './words.js';

const APPLICATIONS = join(REPOSITORY, 'web/src/examples/apps');

/**
 * An example without its marks.
 *
 * @typedef {object} Example
 * @property {string} text the YAML
 * @property {Record<string, unknown>} settings of its first line, `#: {cni: true}`
 * @property {Map<number, string[]>} findings what `#! MR103 error` at the end of lines says, by index of the line
 */

/**
 * Takes the marks out of an example.
 *
 * @param {string} marked
 * @returns {Example}
 */
export function unmark(marked) {
  const first = /^#: (\{.*\})\n/.exec(marked);
  const findings = new Map();
  const lines = marked.slice(first?.[0].length ?? 0).split('\n');
  const bare = lines.map((line, index) => {
    const [, text, mark] = /^(.*?) *#! (.*)$/.exec(line) ?? [line, line];
    if (mark) findings.set(index, mark.split(' '));
    return text;
  });
  return { text: bare.join('\n'), settings: first ? parse(first[1]) : {}, findings };
}

/**
 * The blocks of YAML of a rule page that are examples, in order, with what kind they are.
 *
 * @param {import('./documents.js').Document} page
 * @returns {{kind: 'fails' | 'passes', token: object, example: Example}[]}
 */
export function examplesOf({ kind, language, tokens }) {
  if (kind !== 'rule') return [];
  const { fails, passes } = WORDS[language];
  const kinds = new Map([
    [fails, 'fails'],
    [passes, 'passes'],
  ]);
  const examples = [];
  let section;
  for (const token of tokens) {
    if (token.type === 'heading') section = kinds.get(token.text);
    else if (section && token.type === 'code' && token.lang === 'yaml') {
      examples.push({ kind: section, token, example: unmark(`${token.text}\n`) });
    }
  }
  return examples;
}

function fromRules() {
  const titles = LANGUAGES.map((language) => [
    language,
    new Map(rules(language).map(({ id, title }) => [id, title])),
  ]);
  const pages = DOCUMENTS.filter(({ kind, language }) => kind === 'rule' && language === 'en');
  return pages.flatMap((page) => {
    const seen = { fails: 0, passes: 0 };
    return examplesOf(page).map(({ kind, example: { text, settings } }) => {
      seen[kind] += 1;
      return {
        id: `${page.id}-${kind}${seen[kind] > 1 ? `-${seen[kind]}` : ''}`,
        kind,
        rule: page.id,
        title: Object.fromEntries(titles.map(([language, byId]) => [language, byId.get(page.id)])),
        files: [{ n: FILE, t: text }],
        settings,
      };
    });
  });
}

function applications() {
  const listed = parse(readFileSync(join(APPLICATIONS, 'apps.yaml'), 'utf8'));
  return listed.map(({ id, title, about, files }) => {
    const unmarked = files.map((name) => [name, unmark(readFileSync(join(APPLICATIONS, id, name), 'utf8'))]);
    return {
      id,
      kind: 'application',
      title,
      about,
      files: unmarked.map(([name, { text }]) => ({ n: name, t: text })),
      settings: Object.assign({}, ...unmarked.map(([, { settings }]) => settings)),
    };
  });
}

/** What the page's gallery shows: applications first, then the examples of the rule pages. */
export const gallery = () => [...applications(), ...fromRules()];
