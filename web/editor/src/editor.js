/**
 * `<mr-editor>`: CodeMirror for YAML as a custom element.
 *
 * It lives in a shadow root, where CodeMirror puts its rules into adopted style sheets, so the page needs no inline style.
 * The element knows nothing of rules or reports:
 *
 * - `text`: the document; setting it is one undoable edit. `textLength`: its length without making the string.
 * - `findings = [{ severity, rule, message, help, line, column, endLine, endColumn }]`: squiggles, gutter marks, tooltips.
 *   Lines and columns count from 1, columns in UTF-16 units, ends are exclusive.
 * - `jumpTo(line, column, endLine, endColumn)`: selects, scrolls there and takes the focus.
 * - `localise({ label, placeholder, phrases })`: the words it shows.
 * - event `edit`: the document changed, by whatever hand.
 */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, codeFolding, foldGutter, foldKeymap } from '@codemirror/language';
import { forEachDiagnostic, lintGutter, nextDiagnostic, previousDiagnostic, setDiagnostics } from '@codemirror/lint';
import { search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState } from '@codemirror/state';
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view';
import { theme } from './theme.js';

/** Runs a command that selects a finding, then reads the finding out. */
const announced = (command) => (view) => {
  const moved = command(view);
  const { from, to } = view.state.selection.main;
  const messages = [];
  forEachDiagnostic(view.state, (finding, start, end) => {
    if (start === from && end === to) messages.push(finding.message);
  });
  if (moved && messages.length) view.dispatch({ effects: EditorView.announce.of(messages.join('\n')) });
  return moved;
};

const keys = keymap.of([
  { key: 'F8', run: announced(nextDiagnostic) },
  { key: 'Shift-F8', run: announced(previousDiagnostic) },
  indentWithTab,
  ...searchKeymap,
  ...historyKeymap,
  ...foldKeymap,
  ...defaultKeymap,
]);

/** The offset of a place counted from 1, moved into the document if the text has changed since it was told. */
function offset(doc, line, column) {
  if (line > doc.lines) return doc.length;
  const { from, to } = doc.line(Math.max(line, 1));
  return Math.min(from + Math.max(column, 1) - 1, to);
}

function range(doc, { line, column, endLine, endColumn }) {
  const from = offset(doc, line, column);
  return { from, to: Math.max(from, offset(doc, endLine, endColumn)) };
}

/** Text as text, never as markup; what stands between backticks is code. */
function paragraph(className, text) {
  const element = document.createElement('p');
  element.className = className;
  text.split('`').forEach((part, index) => {
    if (index % 2 === 0) return element.append(part);
    const code = document.createElement('code');
    code.textContent = part;
    element.append(code);
  });
  return element;
}

function tooltip({ rule, message, help }) {
  const element = document.createDocumentFragment();
  if (rule) element.append(paragraph('mr-rule', rule));
  element.append(paragraph('mr-message', message));
  if (help) element.append(paragraph('mr-help', help));
  return element;
}

class Editor extends HTMLElement {
  #view;
  #words = new Compartment();

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open', delegatesFocus: true });
    this.#view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        extensions: [
          lintGutter(),
          lineNumbers(),
          foldGutter(),
          codeFolding(),
          highlightSpecialChars(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          highlightActiveLineGutter(),
          bracketMatching(),
          search({ top: true }),
          yaml(),
          keys,
          theme,
          this.#words.of([]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) this.dispatchEvent(new Event('edit'));
          }),
        ],
      }),
    });
  }

  get text() {
    return this.#view.state.doc.toString();
  }

  set text(text) {
    const view = this.#view;
    view.dispatch({
      changes: { from: 0, to: view.state.doc.length, insert: text },
      selection: { anchor: 0 },
      // The margin shows the space above the first line, too.
      effects: EditorView.scrollIntoView(0, { yMargin: 16 }),
    });
  }

  get textLength() {
    return this.#view.state.doc.length;
  }

  set findings(findings) {
    const { state } = this.#view;
    const marks = findings.map((finding) => ({
      ...range(state.doc, finding),
      severity: finding.severity,
      message: [finding.rule, finding.message].filter(Boolean).join(': '),
      renderMessage: () => tooltip(finding),
    }));
    this.#view.dispatch(setDiagnostics(state, marks));
  }

  jumpTo(line, column, endLine, endColumn) {
    const view = this.#view;
    const { from, to } = range(view.state.doc, { line, column, endLine, endColumn });
    view.dispatch({
      selection: { anchor: from, head: to },
      effects: EditorView.scrollIntoView(from, { y: 'center' }),
    });
    view.focus();
  }

  localise({ label, placeholder: hint, phrases }) {
    this.#view.dispatch({
      effects: this.#words.reconfigure([
        EditorState.phrases.of(phrases),
        EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
        placeholder(hint),
      ]),
    });
  }
}

customElements.define('mr-editor', Editor);
