// What later.js takes from the editor: a second copy of CodeMirror's own modules would not work with the first.
export {
  LRLanguage,
  LanguageSupport,
  delimitedIndent,
  foldInside,
  foldNodeProp,
  indentNodeProp,
} from '@codemirror/language';
export {
  CharCategory,
  EditorSelection,
  EditorState,
  Facet,
  Prec,
  RangeSetBuilder,
  StateEffect,
  StateField,
  codePointAt,
  codePointSize,
  combineConfig,
  findClusterBreak,
  fromCodePoint,
} from '@codemirror/state';
export {
  Decoration,
  EditorView,
  ViewPlugin,
  getDialog,
  getPanel,
  keymap,
  runScopeHandlers,
  showDialog,
  showPanel,
} from '@codemirror/view';
export { DefaultBufferLength, IterMode, NodeProp, NodeSet, NodeType, Parser, Tree } from '@lezer/common';
export { styleTags, tags } from '@lezer/highlight';
