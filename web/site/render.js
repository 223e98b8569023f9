// A document as a page: HTML of its Markdown, and what stands around it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { highlightCode, tagHighlighter, tags } from '@lezer/highlight';
import { parser as yamlParser } from '@lezer/yaml';
import { Marked } from 'marked';
import { encode } from '../share/fragment.js';
import { DOCUMENTS, REPOSITORY, SOURCE, indexPath, relative, resolve, rules } from './documents.js';
import { examplesOf } from './example.js';
import { LANGUAGES, WORDS } from './words.js';

const logo = readFileSync(join(REPOSITORY, 'web/icon.svg'), 'utf8').replace('<svg ', '<svg class="logo" aria-hidden="true" ');

const escape = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

// The same groups as in the editor.
const colours = tagHighlighter([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], class: 'key' },
  { tag: [tags.string, tags.special(tags.string)], class: 'string' },
  { tag: [tags.comment, tags.lineComment], class: 'comment' },
  { tag: [tags.labelName, tags.typeName, tags.keyword, tags.attributeValue, tags.meta], class: 'mark' },
  { tag: [tags.punctuation, tags.separator, tags.brace, tags.squareBracket], class: 'sign' },
]);

/** The lines of a YAML text as HTML. */
function highlight(text) {
  const lines = [''];
  const put = (code, classes) => {
    lines[lines.length - 1] += classes ? `<span class="${classes}">${escape(code)}</span>` : escape(code);
  };
  highlightCode(text, yamlParser.parse(text), colours, put, () => lines.push(''));
  return lines;
}

/** A block of code that scrolls in itself, reachable by keyboard. */
const block = (lines, label) =>
  `<pre tabindex="0" role="group" aria-label="${label}"><code>${lines.join('\n')}</code></pre>`;

async function exampleBlock({ kind, example }, page) {
  const words = WORDS[page.language];
  const { text, settings, findings } = example;
  const lines = highlight(text.trimEnd()).map((line, index) => {
    const [rule, severity] = findings.get(index) ?? [];
    if (!rule) return line;
    return (
      `<span class="at ${severity}">${line}` +
      `<span class="note"><b>${severity}</b> ${rule}<span class="unseen"> ${words.finding}</span></span></span>`
    );
  });
  const fragment = await encode({ files: [{ name: 'manifests.yaml', text }], settings, language: page.language });
  if (typeof fragment !== 'string') throw new Error(`${page.source}: an example is too long for a link`);
  const fields = Object.entries(settings).map(([field, value]) => `<code>${escape(`${field}: ${JSON.stringify(value)}`)}</code>`);
  const said = fields.length ? `<span>${words.settings}${words.colon}${fields.join(' ')}</span>` : '';
  return (
    `<figure class="example ${kind}">` +
    `<figcaption>${said}<a class="open" href="${relative(page.path, '')}/#${fragment}">${words.open}</a></figcaption>` +
    `${block(lines, words[kind])}</figure>\n`
  );
}

/** Ids of headings as GitHub makes them, so that links into a document hold in both places. */
function slugger() {
  const seen = new Map();
  return (heading) => {
    const slug = heading.toLowerCase().replace(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count ? `${slug}-${count}` : slug;
  };
}

/** Plain text of inline tokens. */
const plain = (tokens) => tokens.map((token) => (token.tokens ? plain(token.tokens) : token.text)).join('');

function markdown(page, exampleHtml) {
  const words = WORDS[page.language];
  const slug = slugger();
  return new Marked({
    renderer: {
      code(token) {
        if (exampleHtml.has(token)) return exampleHtml.get(token);
        const lines = token.lang === 'yaml' ? highlight(token.text) : escape(token.text).split('\n');
        return `${block(lines, words.code)}\n`;
      },
      heading({ tokens, depth }) {
        return `<h${depth} id="${slug(plain(tokens))}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, title, tokens }) {
        const named = title ? ` title="${escape(title)}"` : '';
        return `<a href="${escape(resolve(href, page))}"${named}>${this.parser.parseInline(tokens)}</a>`;
      },
      table({ header, rows }) {
        const row = (cells, tag) =>
          `<tr>${cells.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('')}</tr>`;
        return (
          `<div class="scroll" tabindex="0" role="group" aria-label="${words.table}"><table>` +
          `<thead>${row(header, 'th')}</thead><tbody>${rows.map((cells) => row(cells, 'td')).join('')}</tbody></table></div>\n`
        );
      },
      html({ text }) {
        // What tests fill in stands between comments.
        if (/^<!--[^]*?-->\s*$/.test(text)) return '';
        throw new Error(`${page.source}: HTML in a document: ${text}`);
      },
    },
  });
}

const SEVERITY = /<code>(error|warning|info)<\/code>/g;

/** `<main>` of a document, with its title and what search engines show below it. */
async function content(page) {
  const words = WORDS[page.language];
  const examples = examplesOf(page);
  const html = await Promise.all(examples.map((example) => exampleBlock(example, page)));
  const marked = markdown(page, new Map(examples.map(({ token }, index) => [token, html[index]])));
  const tokens = page.tokens.filter(({ type }) => type !== 'space');
  const [heading, lede] = tokens;
  if (heading.type !== 'heading' || lede.type !== 'paragraph') throw new Error(`${page.source} begins otherwise`);
  const said = plain(lede.tokens);
  if (page.kind === 'guide') {
    return { title: heading.text, description: said.split(/(?<=[.:。：]) ?/)[0], main: marked.parser(tokens) };
  }
  const [, id, name] = /^(\S+) (\S+)$/.exec(heading.text);
  const facts = marked.parser([tokens[2]]).replace('<p>', '<p class="facts">');
  return {
    title: `${id} ${name}${words.colon}${said.replace(/[.。]$/, '')}`,
    description: said + words.gap + words.claim,
    main:
      `<h1><span class="id">${id}</span> ${name}</h1>\n<p class="lede">${escape(said)}</p>\n` +
      facts.replace(SEVERITY, '<code class="severity $1">$1</code>') +
      marked.parser(tokens.slice(3)),
  };
}

function shell({ language, path, title, description, main, translations, isIndex = false }) {
  const words = WORDS[language];
  const to = (target) => relative(path, target);
  const alternates = LANGUAGES.map(
    (other) => `<link rel="alternate" hreflang="${other}" href="${to(translations[other])}" />`,
  );
  const languages = LANGUAGES.filter((other) => other !== language).map(
    (other) => `<a href="${to(translations[other])}" lang="${other}" hreflang="${other}">${WORDS[other].name}</a>`,
  );
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<meta name="referrer" content="no-referrer" />
<meta name="description" content="${escape(description)}" />
<title>${escape(title)} · mesh-ready</title>
<link rel="icon" href="${to('icon.svg')}" />
<link rel="stylesheet" href="${to('site.css')}" />
${alternates.join('\n')}
<link rel="alternate" hreflang="x-default" href="${to(translations.en)}" />
</head>
<body>
<a class="skip" href="#content">${words.skip}</a>
<header>
<a class="home" href="${to('')}/">${logo.trim()}mesh-ready</a>
<nav>
<a href="${to('')}/">${words.playground}</a>
<a href="${to(indexPath(language))}"${isIndex ? ' aria-current="page"' : ''}>${words.rules}</a>
<a href="${to(indexPath(language))}#guides">${words.guides}</a>
${languages.join('\n')}
</nav>
</header>
<main id="content">
${main.trimEnd()}
</main>
</body>
</html>
`;
}

const inEachLanguage = (path) => Object.fromEntries(LANGUAGES.map((language) => [language, path(language)]));

function neighbours(page, listed) {
  const words = WORDS[page.language];
  const at = listed.findIndex(({ id }) => id === page.id);
  const link = (rule, rel) =>
    rule
      ? `<a rel="${rel}" href="${rule.id}.html"><span>${rel === 'prev' ? words.previous : words.next}</span> <b>${rule.id}</b> ${rule.name}</a>`
      : '';
  return `<nav class="neighbours" aria-label="${words.neighbours}">${link(listed[at - 1], 'prev')}${link(listed[at + 1], 'next')}</nav>`;
}

/**
 * The page of a document.
 *
 * @param {import('./documents.js').Document} page
 * @returns {Promise<string>} HTML
 */
export async function render(page) {
  const { language, kind, id, path, source } = page;
  const words = WORDS[language];
  const { main, ...head } = await content(page);
  const isRule = kind === 'rule';
  const up = isRule
    ? `<p class="up"><a href="index.html">${words.allRules}</a></p>\n`
    : `<p class="up"><a href="${relative(path, indexPath(language))}#guides">${words.guides}</a></p>\n`;
  const end =
    (isRule ? neighbours(page, rules(language)) : '') +
    `<p class="source"><a href="${SOURCE}/blob/main/${source}">${words.source}</a></p>`;
  const translations = inEachLanguage((other) => path.replace(`/${language}/`, `/${other}/`));
  return shell({ ...head, language, path, main: `${up}<article>\n${main}</article>\n${end}`, translations });
}

/**
 * The list of rules and guides in a language.
 *
 * @param {string} language
 * @returns {string} HTML
 */
export function renderIndex(language) {
  const words = WORDS[language];
  const path = indexPath(language);
  const listed = rules(language);
  const families = Object.entries(words.families).map(([digit, family]) => {
    const items = listed
      .filter(({ id }) => id[2] === digit)
      .map(
        ({ id, name, severity, title, hasFix }) =>
          `<li><a href="${id}.html"><b>${id}</b> ${escape(title)}</a>` +
          `<p><span class="severity ${severity}">${severity}</span><span>${name}</span>${hasFix ? `<span>${words.fix}</span>` : ''}</p></li>`,
      );
    return `<h2>${family}</h2>\n<ul class="rules">\n${items.join('\n')}\n</ul>`;
  });
  const guides = DOCUMENTS.filter((page) => page.kind === 'guide' && page.language === language).map(
    (page) => `<li><a href="${relative(path, page.path)}">${escape(page.tokens[0].text)}</a></li>`,
  );
  const main = `<h1>${words.indexTitle}</h1>
<p class="lede">${words.indexLede}</p>
<p class="facts">${words.fixNote}</p>
${families.join('\n')}
<h2 id="guides">${words.guides}</h2>
<ul>
${guides.join('\n')}
</ul>`;
  return shell({
    language,
    path,
    title: words.indexTitle,
    description: words.claim + words.gap + words.indexLede,
    main,
    translations: inEachLanguage(indexPath),
    isIndex: true,
  });
}
