// The look of what later.js brings, and the colours of YAML.
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { CODE } from './theme.js';

/** A shape to cut the gutter mark from; the colour is the background's. */
const shape = (path) =>
  `url('data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill-rule="evenodd" d="${path}"/></svg>')`;

// The same three shapes as in the list of findings: an octagon, a triangle, a disc.
const SHAPES = {
  error: 'M5 1h6l4 4v6l-4 4H5l-4-4V5zM5.2 6.3 6.9 8 5.2 9.7l1.1 1.1L8 9.1l1.7 1.7 1.1-1.1L9.1 8l1.7-1.7-1.1-1.1L8 6.9 6.3 5.2z',
  warning: 'M8 1 15.5 14.5H.5zM7.2 5.5v4.5h1.6V5.5zM7.2 11.3v1.6h1.6v-1.6z',
  info: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zM7.2 4v1.6h1.6V4zM7.2 7v5h1.6V7z',
};

const severities = (rule) => Object.fromEntries(Object.keys(SHAPES).map(rule));

/** One period of a zigzag. */
const squiggle = (colour) =>
  [
    `linear-gradient(45deg, transparent 65%, ${colour} 80%, transparent 90%)`,
    `linear-gradient(135deg, transparent 5%, ${colour} 15%, transparent 25%)`,
    `linear-gradient(135deg, transparent 45%, ${colour} 55%, transparent 65%)`,
    `linear-gradient(45deg, transparent 25%, ${colour} 35%, transparent 50%)`,
  ].join();

const look = EditorView.theme({
  '.cm-foldGutter .cm-gutterElement': { padding: '0 var(--s1)', cursor: 'pointer', color: 'var(--line-strong)' },
  '.cm-foldGutter .cm-gutterElement:hover': { color: 'var(--ink)' },
  '.cm-foldPlaceholder': {
    padding: '0 var(--s2)',
    color: 'var(--ink-soft)',
    backgroundColor: 'var(--surface-2)',
    border: '1px solid var(--line)',
  },
  '.mr-guide': { borderLeft: '1px solid var(--line)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--selection)', outline: 'none' },
  '.cm-searchMatch': { backgroundColor: 'var(--match)' },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--match)', outline: '2px solid var(--accent)' },

  '.cm-panels': { color: 'var(--ink)', backgroundColor: 'var(--surface-2)', fontFamily: 'var(--sans)' },
  '.cm-panels.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panels.cm-panels-bottom': { borderTop: '1px solid var(--line)' },
  '.cm-panel.cm-search': { padding: 'var(--s2) var(--s6) var(--s2) var(--s3)', fontSize: 'var(--small)' },
  '.cm-panel.cm-search label': { display: 'inline-flex', alignItems: 'center', gap: 'var(--s1)', fontSize: 'var(--small)' },
  '.cm-panel.cm-search [name=close]': { top: 'var(--s2)', right: 'var(--s2)', width: 'var(--s5)', fontSize: '1.25em' },
  '.cm-textfield': {
    padding: 'var(--s1) var(--s2)',
    color: 'var(--ink)',
    backgroundColor: 'var(--editor)',
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius-s)',
    fontSize: 'var(--small)',
  },
  '.cm-button': {
    padding: 'var(--s1) var(--s2)',
    color: 'var(--ink)',
    backgroundImage: 'none',
    backgroundColor: 'var(--surface)',
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius-s)',
    fontSize: 'var(--small)',
  },
  '.cm-panels :focus-visible': { outline: '2px solid var(--accent)', outlineOffset: '1px' },

  '.cm-tooltip': {
    color: 'var(--ink)',
    backgroundColor: 'var(--surface)',
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius)',
    boxShadow: 'var(--shadow)',
    overflow: 'hidden',
  },
  '.cm-tooltip-lint': { maxWidth: 'min(32rem, 86vw)', maxHeight: '18rem', overflowY: 'auto', fontFamily: 'var(--sans)' },
  // Where a finger points. Panels, such as the search, lie above.
  '.mr-touch': { display: 'none', position: 'absolute', top: 'var(--s2)', insetInlineEnd: 'var(--s3)', zIndex: '10', gap: 'var(--s2)' },
  '@media (pointer: coarse)': { '.mr-touch': { display: 'flex' } },
  ':host([readonly]) & .mr-touch': { display: 'none' },
  '.mr-touch button': {
    width: '2.75rem',
    height: '2.75rem',
    padding: '.8rem',
    color: 'var(--ink)',
    backgroundColor: 'color-mix(in srgb, var(--surface) 85%, transparent)',
    border: '1px solid var(--line)',
    borderRadius: 'var(--radius)',
  },
  '.mr-touch path': { fill: 'none', stroke: 'currentcolor', strokeWidth: '1.5', strokeLinecap: 'round', strokeLinejoin: 'round' },
  '.mr-touch button:focus-visible': { outline: '2px solid var(--accent)', outlineOffset: '1px' },
  '.mr-menu:focus': { outline: 'none' },
  // The menu says it already.
  '&:has(.mr-menu) > .cm-tooltip-lint': { display: 'none' },
  '.cm-diagnostic': { margin: '0', padding: 'var(--s3) var(--s4)', fontSize: 'var(--small)', lineHeight: '1.5' },
  '.cm-diagnostic + .cm-diagnostic': { borderTop: '1px solid var(--line)' },
  '.cm-diagnosticText > *': { display: 'block', margin: '0 0 var(--s1)' },
  '.cm-diagnosticText > .mr-rule': { color: 'var(--ink-soft)' },
  '.cm-diagnosticText > .mr-actions': { display: 'flex', flexWrap: 'wrap', gap: 'var(--s2)', alignItems: 'center', margin: 'var(--s2) 0 0' },
  '.mr-actions button': {
    minHeight: '2rem',
    color: 'var(--accent)',
    background: 'none',
    border: '0',
    borderRadius: 'var(--radius-s)',
    font: 'inherit',
    textAlign: 'start',
    cursor: 'pointer',
  },
  '.mr-actions .mr-fix': { padding: 'var(--s1) var(--s3)', border: '1px solid var(--line-strong)', fontWeight: '600' },
  '.mr-actions .mr-fix:hover': { backgroundColor: 'var(--accent-wash)', borderColor: 'var(--accent)' },
  '.mr-actions .mr-explain': { padding: 'var(--s1)', textDecoration: 'underline', textUnderlineOffset: '.2em' },
  '.mr-actions .mr-explain:first-child': { marginInlineStart: 'calc(-1 * var(--s1))' },
  '.mr-actions button:focus-visible': { outline: '2px solid var(--accent)', outlineOffset: '1px' },
  '.cm-diagnosticText code': CODE,
  '.cm-diagnosticText > .mr-message': { fontWeight: '600' },
  ...severities((severity) => [
    `.cm-diagnostic-${severity}`,
    { borderLeft: `4px solid var(--${severity})` },
  ]),

  // The library draws squiggles as images of one fixed colour. Text decoration would take the colour of a selection.
  '.cm-lintRange': { backgroundPosition: 'left bottom', backgroundSize: '6px 3px', backgroundRepeat: 'repeat-x', paddingBottom: '3px' },
  ...severities((severity) => [`.cm-lintRange-${severity}`, { backgroundImage: squiggle(`var(--${severity})`) }]),
  ...severities((severity) => [
    `:host([stale]) & .cm-lintRange-${severity}`,
    { backgroundImage: squiggle(`color-mix(in srgb, var(--${severity}) 40%, transparent)`) },
  ]),
  ':host([stale]) & .cm-lint-marker, :host([stale]) & .cm-lintPoint': { opacity: '.4' },
  '.cm-lintRange-active': { backgroundColor: 'var(--selection)' },
  ...severities((severity) => [
    `.cm-lintPoint-${severity}:after`,
    { borderBottomColor: `var(--${severity})` },
  ]),
  '.cm-gutter-lint .cm-gutterElement': { padding: '.35em .3em' },
  '.cm-lint-marker': { cursor: 'pointer' },
  ...severities((severity) => [
    `.cm-lint-marker-${severity}`,
    { content: 'normal', backgroundColor: `var(--${severity})`, mask: `${shape(SHAPES[severity])} center / contain no-repeat` },
  ]),
});

const yaml = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--code-key)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--code-string)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--code-comment)', fontStyle: 'italic' },
  { tag: [tags.labelName, tags.typeName, tags.keyword, tags.attributeValue, tags.meta], color: 'var(--code-mark)' },
  { tag: [tags.punctuation, tags.separator, tags.brace, tags.squareBracket], color: 'var(--ink-soft)' },
]);

export const theme = [look, syntaxHighlighting(yaml)];
