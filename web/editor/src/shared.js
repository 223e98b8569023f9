// What later.js takes from the editor: a second copy of CodeMirror's own modules would not work with the first.
import { EditorView } from '@codemirror/view';

export {
  Annotation,
  ChangeDesc,
  ChangeSet,
  CharCategory,
  Compartment,
  EditorSelection,
  EditorState,
  Facet,
  MapMode,
  Prec,
  RangeSet,
  RangeSetBuilder,
  RangeValue,
  StateEffect,
  StateField,
  Text,
  Transaction,
  codePointAt,
  codePointSize,
  combineConfig,
  countColumn,
  findClusterBreak,
  findColumn,
  fromCodePoint,
} from '@codemirror/state';
export {
  Decoration,
  Direction,
  EditorView,
  GutterMarker,
  ViewPlugin,
  WidgetType,
  gutter,
  keymap,
  lineNumbers,
  logException,
  runScopeHandlers,
} from '@codemirror/view';
/** Inside of @codemirror/view, tooltips use it by this name. */
export const { scrollMargins } = EditorView;
export { StyleModule } from 'style-mod';
export { documentId, prose, range } from './text.js';
export { CODE } from './theme.js';
