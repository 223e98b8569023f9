/**
 * `<mr-editor>`: CodeMirror for YAML as a custom element.
 *
 * It lives in a shadow root, where CodeMirror puts its rules into adopted style sheets, so the page needs no inline style.
 * This file holds what an empty document needs. The rest comes with later.js; what is asked for before is done then.
 * The element knows nothing of rules or reports. Lines and columns count from 1, columns in UTF-16 units, ends are exclusive.
 *
 * It holds several documents, each with its own history, selection, folds and place, and shows one. An id is a string of
 * the page's choice; what is said of a document that is not open is ignored. The one that is there at first is `''`.
 *
 * - `open(id, text)`: adds a document, or starts it anew, without showing it. `show(id)`: shows it. `close(id)`: forgets it;
 *   instead of the one shown, an empty document `''` is.
 * - `textOf(id)`, `lengthOf(id)`: its text and, without making the string, its length; undefined if it is not open.
 * - `replace(id, text)`: another text, as one undoable edit of as few places as can be told quickly.
 * - `edit(id, [{ line, column, endLine, endColumn, newText }])`: changes of today's text, as one undoable edit.
 * - `findingsOf(id, [{ severity, rule, name, message, help, fixes, line, column, endLine, endColumn }])`: squiggles, gutter
 *   marks, tooltips; `fixes = [{ title, index }]` are its buttons. Only severity, message and place are required.
 *   `findingsOf(id)`: the same ones again, since what is replaced loses its marks.
 * - `text`, `textLength`, `findings = […]`: the same for the document shown; setting `text` goes to its start.
 * - `jumpTo(line, column, endLine, endColumn)`: selects in the document shown, scrolls there and takes the focus.
 * - `goToFinding('first' | 'last' | 'next' | 'previous')`: what F8 does.
 * - `stale`, `readOnly`, also as the attributes `stale` and `readonly`: fades the findings; keeps people from editing.
 * - `localise({ label, placeholder, phrases })`: the words it shows. Between backticks in the placeholder stands code.
 *
 * Events; all but the first bubble out of a shadow root:
 *
 * - `edit`, `{ id }`: a document changed, by whatever hand.
 * - `fix`, `{ id, index }`: somebody wants that fix of a finding. `explain`, `{ rule }`: or to read about its rule.
 * - `next-finding`, `{ direction: 'next' | 'previous' }`: F8 has come to the end of the document. Unless the default is
 *   prevented, it starts over.
 * - `incomplete`: later.js could not be fetched. It does not bubble.
 */
import { history, historyKeymap, isolateHistory } from '@codemirror/commands';
import { Compartment, EditorState } from '@codemirror/state';
import {
  EditorView,
  gutter,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view';
import * as shared from './shared.js';
import { documentId, prose, range } from './text.js';
import { theme } from './theme.js';

const words = new Compartment();
const lock = new Compartment();
const later = new Compartment();

/** Where later.js is, and the hash that it must have: build.mjs puts both in. */
const [LATER, LATER_HASH] = [BUILT_LATER, BUILT_LATER_HASH];

/** Fetches later.js. Browsers remember that a module could not be fetched, but not for another address. */
async function fetchLater(attempt) {
  const { href } = new URL(attempt ? `${LATER}?${attempt}` : LATER, import.meta.url);
  // An import has no place for a hash; a module that was preloaded with one is not fetched again.
  const link = Object.assign(document.createElement('link'), { rel: 'modulepreload', href, integrity: LATER_HASH });
  try {
    await new Promise((resolve, reject) => {
      Object.assign(link, { onload: resolve, onerror: reject });
      document.head.append(link);
    });
  } finally {
    link.remove();
  }
  return import(href);
}

/** Instead of what later.js brings: the same gutters, so that the text stays where it is. */
const gutters = [gutter({ class: 'cm-gutter-lint' }), lineNumbers(), gutter({ class: 'cm-foldGutter' })];

/** What keys do that wait for later.js: commands out of what it exports. */
const AWAITED = {
  'Mod-f': ({ openSearchPanel }) => openSearchPanel,
  F8: ({ goTo }) => goTo('next'),
  'Shift-F8': ({ goTo }) => goTo('previous'),
  'Mod-.': ({ showFixes }) => showFixes,
  'Alt-Enter': ({ showFixes }) => showFixes,
};

const setup = [
  highlightSpecialChars(),
  history(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  keymap.of(historyKeymap),
  // Files are the page's: the library would insert their text here.
  EditorView.domEventHandlers({ drop: ({ dataTransfer }) => dataTransfer?.files.length > 0 }),
  theme,
];

/** An undo of its own. */
const alone = isolateHistory.of('full');

function hint(text) {
  const element = document.createElement('div');
  element.append(...text.split('\n').map((line) => prose('p', 'mr-hint', line)));
  return element;
}

class Editor extends HTMLElement {
  static observedAttributes = ['readonly'];
  /** For later.js, which cannot import from here: trunk gives this file another name. */
  static shared = shared;

  /** By id: `state`, outdated for the one shown, `scroll`, where it was, and its `findings`, which may wait for later.js. */
  #documents = new Map();
  #shown = '';
  #view;
  #words = [];
  /** What later.js exports, once it has come. */
  #later;
  #coming;
  #failures = 0;
  /** What the compartment of that name holds. */
  #extensions = [
    gutters,
    keymap.of(Object.entries(AWAITED).map(([key, command]) => ({ key, run: () => this.#run(command) }))),
  ];

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open', delegatesFocus: true });
    this.#view = new EditorView({ root, parent: root });
    // Whoever goes there may press a key next.
    this.addEventListener('focusin', () => this.#fetchLater());
    this.open('', '');
  }

  open(id, text) {
    const state = EditorState.create({
      doc: text,
      extensions: [
        later.of(this.#extensions),
        setup,
        documentId.of(id),
        words.of(this.#words),
        lock.of(EditorState.readOnly.of(this.readOnly)),
        EditorView.updateListener.of(({ docChanged }) => docChanged && this.#edited(id)),
      ],
    });
    this.#documents.set(id, { state });
    if (text) this.#fetchLater();
    if (id === this.#shown) this.#view.setState(state);
  }

  show(id) {
    const next = this.#documents.get(id);
    if (!next || id === this.#shown) return;
    const view = this.#view;
    const last = this.#documents.get(this.#shown);
    if (last) {
      last.state = view.state.update(this.#later?.closeOverlays ?? {}).state;
      last.scroll = view.scrollSnapshot();
    }
    this.#shown = id;
    view.setState(next.state);
    view.dispatch({ effects: next.scroll ?? EditorView.scrollIntoView(0, { yMargin: 16 }) });
  }

  close(id) {
    this.#documents.delete(id);
    if (id !== this.#shown) return;
    this.open('', '');
    this.show('');
  }

  textOf(id) {
    return this.#stateOf(id)?.doc.toString();
  }

  lengthOf(id) {
    return this.#stateOf(id)?.doc.length;
  }

  replace(id, text) {
    const after = text.replace(/\r\n?/g, '\n');
    this.#apply(id, ({ doc }) => {
      const before = doc.toString();
      if (before === after) return undefined;
      const changes = this.#later?.differences(before, after) ?? { from: 0, to: doc.length, insert: after };
      return { changes, annotations: alone };
    });
  }

  edit(id, edits) {
    this.#apply(id, ({ doc }) => ({
      changes: edits.map((edit) => ({ ...range(doc, edit), insert: edit.newText })),
      annotations: alone,
    }));
  }

  findingsOf(id, findings) {
    const document = this.#documents.get(id);
    if (!document) return;
    if (findings) document.findings = findings;
    if (document.findings) this.#apply(id, (state) => this.#later?.mark(state, document.findings));
  }

  get text() {
    return this.textOf(this.#shown);
  }

  set text(text) {
    this.#apply(this.#shown, ({ doc }) => ({
      changes: { from: 0, to: doc.length, insert: text },
      selection: { anchor: 0 },
      // The margin shows the space above the first line, too.
      effects: EditorView.scrollIntoView(0, { yMargin: 16 }),
    }));
  }

  get textLength() {
    return this.lengthOf(this.#shown);
  }

  set findings(findings) {
    this.findingsOf(this.#shown, findings);
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

  goToFinding(which) {
    this.#view.focus();
    this.#run(({ goTo }) => goTo(which));
  }

  get stale() {
    return this.hasAttribute('stale');
  }

  set stale(stale) {
    this.toggleAttribute('stale', stale);
  }

  get readOnly() {
    return this.hasAttribute('readonly');
  }

  set readOnly(readOnly) {
    this.toggleAttribute('readonly', readOnly);
  }

  attributeChangedCallback() {
    this.#configure(lock.reconfigure(EditorState.readOnly.of(this.readOnly)));
  }

  localise({ label, placeholder: text, phrases }) {
    this.#words = [
      EditorState.phrases.of(phrases),
      EditorView.contentAttributes.of({
        'aria-label': label,
        'aria-placeholder': text.replaceAll('`', ''),
        tabindex: '0',
      }),
      placeholder(() => hint(text)),
    ];
    this.#configure(words.reconfigure(this.#words));
  }

  #stateOf(id) {
    return id === this.#shown ? this.#view.state : this.#documents.get(id)?.state;
  }

  /** Carries out what `make` makes of the document's state, if anything. */
  #apply(id, make) {
    const document = this.#documents.get(id);
    const spec = document && make(this.#stateOf(id));
    if (!spec) return;
    if (id === this.#shown) return this.#view.dispatch(spec);
    const transaction = document.state.update(spec);
    document.state = transaction.state;
    document.scroll = document.scroll?.map(transaction.changes);
    if (transaction.docChanged) this.#edited(id);
  }

  #configure(effects) {
    for (const id of this.#documents.keys()) this.#apply(id, () => ({ effects }));
  }

  /** Fetches later.js when somebody needs it. Where it does not come, the editor goes on without, and asks again. */
  #fetchLater() {
    this.#coming ??= fetchLater(this.#failures).then(
      (module) => this.#take(module),
      () => {
        this.#coming = undefined;
        this.#failures += 1;
        this.dispatchEvent(new CustomEvent('incomplete'));
      },
    );
    return this.#coming;
  }

  #take(module) {
    this.#later = module;
    this.#extensions = module.extensions;
    this.#configure(later.reconfigure(module.extensions));
    module.listenToPointer(this.#view);
    for (const id of this.#documents.keys()) this.findingsOf(id);
  }

  /** Runs a command of later.js, at once or when that has come. Where it did not come, keys are the browser's. */
  #run(command) {
    const run = () => this.#later && command(this.#later)(this.#view);
    const isExpected = this.#failures === 0;
    if (this.#later) run();
    else this.#fetchLater().then(run);
    return isExpected;
  }

  #edited(id) {
    // Not with every key, where it does not come.
    if (this.#failures === 0) this.#fetchLater();
    this.dispatchEvent(new CustomEvent('edit', { detail: { id } }));
  }
}

customElements.define('mr-editor', Editor);
