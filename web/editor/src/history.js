// The history is the editor's: another copy of the library would not see it.
export { redo, redoDepth, undo, undoDepth } from '@codemirror/commands';
