// What an empty document can do without: most keys, what the rules found, structure and colours of YAML, the search, and
// what a replacement leaves alone. It is fetched when somebody comes to the editor or there is a text.
import { defaultKeymap, indentWithTab } from '@codemirror/commands';
import { yamlLanguage } from '@codemirror/lang-yaml';
import { LanguageSupport, foldGutter } from '@codemirror/language';
import { lintGutter } from '@codemirror/lint';
import { diff } from '@codemirror/merge';
import { search, searchKeymap } from '@codemirror/search';
import { keymap, lineNumbers } from '@codemirror/view';
import { findings } from './findings.js';
import { structure } from './structure.js';
import { theme } from './theme-later.js';
import { touch } from './touch.js';

export { openSearchPanel } from '@codemirror/search';
export { closeOverlays, goTo, listenToPointer, mark, showFixes } from './findings.js';

/** Texts that are longer together, in UTF-16 units, are replaced as a whole: comparing them would be felt. */
const COMPARED = 2_000_000;
/** Of stretches with more differences than this, only the long common pieces are kept. */
const DIFFERENCES = 200;

// Below this length of text the tree of a stretch is packed, and parsed anew where a key changes anything in it. By
// default that is most of a manifest.
const language = new LanguageSupport(yamlLanguage.configure({ bufferLength: 128 }));

export const extensions = [
  search({ top: true }),
  keymap.of(searchKeymap),
  language,
  // In the order, and with the widths, of the gutters that were there before.
  [lintGutter(), lineNumbers(), foldGutter()],
  findings,
  structure,
  touch,
  keymap.of([indentWithTab, ...defaultKeymap]),
  theme,
];

/** The places in which one text differs from another; undefined if it would take long to tell. */
export function differences(before, after) {
  if (before.length + after.length > COMPARED) return undefined;
  return diff(before, after, { scanLimit: DIFFERENCES }).map(({ fromA, toA, fromB, toB }) => ({
    from: fromA,
    to: toA,
    insert: after.slice(fromB, toB),
  }));
}
