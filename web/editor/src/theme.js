// How an empty document looks. What later.js brings has its look in theme-later.js.
// Colours come from the page's custom properties, which reach into the shadow root: a theme change needs no script.
import { EditorView } from '@codemirror/view';

/** Code within prose. */
export const CODE = {
  padding: '.05em .3em',
  backgroundColor: 'var(--surface-2)',
  borderRadius: 'var(--radius-s)',
  fontFamily: 'var(--mono)',
  fontSize: '.92em',
};

export const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'var(--editor)', fontSize: 'var(--code-size)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6' },
  '.cm-content': { padding: 'var(--s3) 0', caretColor: 'var(--accent)' },
  '.cm-line': { padding: '0 var(--s4) 0 var(--s2)' },
  '.cm-placeholder': { color: 'var(--ink-soft)' },
  // Lines do not wrap, but the hint does.
  '.cm-content:has(.cm-placeholder)': { flexShrink: '1', minWidth: '0' },
  '.mr-hint': { margin: '0', minHeight: '1lh', fontFamily: 'var(--sans)', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  '.mr-hint code': CODE,
  '.cm-activeLine': { backgroundColor: 'var(--editor-line)' },
  '&:not(.cm-focused) .cm-activeLine, &:not(.cm-focused) .cm-activeLineGutter': { backgroundColor: 'transparent' },
  // The library could draw selection and cursor itself, but at each key that is one more layout and one more frame.
  '.cm-content ::selection, .cm-content::selection': { backgroundColor: 'var(--selection)' },
  '.cm-gutters': { backgroundColor: 'var(--editor)', color: 'var(--ink-faint)', border: 'none' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--editor-line)', color: 'var(--ink)' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '3ch', padding: '0 var(--s1) 0 0' },
  ':host([readonly]) &': { backgroundColor: 'var(--surface)' },
  ':host([readonly]) & .cm-gutters': { backgroundColor: 'var(--surface)' },
  ':host([readonly]) & .cm-activeLine, :host([readonly]) & .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '.cm-specialChar': { color: 'var(--error)' },
  // These gutters are filled later, and must not move the text then.
  '.cm-gutter-lint': { width: '1.6em' },
  '.cm-foldGutter': { width: '1.35em' },
});
