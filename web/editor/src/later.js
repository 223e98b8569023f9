// What an empty document can do without: the colours of YAML, the search, and what a replacement leaves alone. It is
// fetched when there is a text, or when somebody searches.
import { yamlLanguage } from '@codemirror/lang-yaml';
import { LanguageSupport } from '@codemirror/language';
import { diff } from '@codemirror/merge';
import { search, searchKeymap } from '@codemirror/search';
import { keymap } from '@codemirror/view';

export { openSearchPanel } from '@codemirror/search';

/** Texts that are longer together, in UTF-16 units, are replaced as a whole: comparing them would be felt. */
const COMPARED = 2_000_000;
/** Of stretches with more differences than this, only the long common pieces are kept. */
const DIFFERENCES = 200;

// Below this length of text the tree of a stretch is packed, and parsed anew where a key changes anything in it. By
// default that is most of a manifest.
const language = new LanguageSupport(yamlLanguage.configure({ bufferLength: 128 }));

export const extensions = [search({ top: true }), keymap.of(searchKeymap), language];

/** The places in which one text differs from another; undefined if it would take long to tell. */
export function differences(before, after) {
  if (before.length + after.length > COMPARED) return undefined;
  return diff(before, after, { scanLimit: DIFFERENCES }).map(({ fromA, toA, fromB, toB }) => ({
    from: fromA,
    to: toA,
    insert: after.slice(fromB, toB),
  }));
}
