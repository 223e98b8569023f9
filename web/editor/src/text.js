// Places in a text, and text in elements: what both of the editor's files need.
import { Facet } from '@codemirror/state';

/** The name of the document that a state holds. */
export const documentId = Facet.define({ combine: ([id]) => id });

/** The offset of a place counted from 1, moved into the document if the text has changed since it was told. */
function offset(doc, line, column) {
  if (line > doc.lines) return doc.length;
  const { from, to } = doc.line(Math.max(line, 1));
  return Math.min(from + Math.max(column, 1) - 1, to);
}

/** The range of `{ line, column, endLine, endColumn }`, columns in UTF-16 units. */
export function range(doc, { line, column, endLine, endColumn }) {
  const from = offset(doc, line, column);
  return { from, to: Math.max(from, offset(doc, endLine, endColumn)) };
}

/** An element with text as text, never as markup; what stands between backticks is code. */
export function prose(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  text.split('`').forEach((part, index) => {
    if (index % 2 === 0) return element.append(part);
    const code = document.createElement('code');
    code.textContent = part;
    element.append(code);
  });
  return element;
}
