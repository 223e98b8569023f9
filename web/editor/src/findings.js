// What the rules found, in the text: marks, tooltips with their fixes, the menu of fixes, steps from finding to finding.
import { forEachDiagnostic, setDiagnostics, setDiagnosticsEffect } from '@codemirror/lint';
import { StateEffect, StateField } from '@codemirror/state';
import { EditorView, activateHover, closeHoverTooltips, keymap, showTooltip } from '@codemirror/view';
import { documentId, prose, range } from './text.js';

/** Fires an event that leaves the shadow root; false if somebody has taken care of it. */
const fire = (view, type, detail) =>
  view.dom.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable: true }));

/** In the order of the text. */
const inOrder = (places) => places.sort((a, b) => a.from - b.from || a.to - b.to);

/** The transaction that marks these findings and no others; none where they are marked already. */
export function mark(state, findings) {
  const marks = inOrder(findings.map((finding) => ({ finding, ...range(state.doc, finding) })));
  const before = placed(state);
  const isMarked = ({ finding, from, to }, index) => {
    const other = before[index];
    return other.mark.finding === finding && other.from === from && other.to === to;
  };
  if (marks.length === before.length && marks.every(isMarked)) return undefined;
  return setDiagnostics(
    state,
    marks.map(({ finding, from, to }) => ({
      from,
      to,
      severity: finding.severity,
      message: [finding.rule, finding.message].filter(Boolean).join(': '),
      renderMessage: (view) => describe(view, finding),
      finding,
    })),
  );
}

/** Every finding with its place today, in the order of the text. */
function placed(state) {
  const all = [];
  forEachDiagnostic(state, (mark, from, to) => all.push({ mark, from, to }));
  return inOrder(all);
}

function button(className, text, act) {
  const element = prose('button', className, text);
  element.type = 'button';
  element.addEventListener('click', act);
  return element;
}

/** A finding in words, and what can be done about it. */
function describe(view, { rule, name, message, help, fixes = [] }) {
  const { state } = view;
  // The listener may show something else, so the text has the focus back before it hears of it.
  const act = (type, detail) => () => {
    view.dispatch({ effects: [closeMenu, closeHoverTooltips] });
    view.focus();
    fire(view, type, detail);
  };
  const element = document.createDocumentFragment();
  if (rule) element.append(prose('p', 'mr-rule', [rule, name].filter(Boolean).join(' ')));
  element.append(prose('p', 'mr-message', message));
  if (help) element.append(prose('p', 'mr-help', help));
  const actions = document.createElement('div');
  actions.className = 'mr-actions';
  if (!state.readOnly) {
    const id = state.facet(documentId);
    actions.append(...fixes.map(({ title, index }) => button('mr-fix', title, act('fix', { id, index }))));
  }
  if (rule) actions.append(button('mr-explain', state.phrase('About $', rule), act('explain', { rule })));
  if (actions.childElementCount) element.append(actions);
  return element;
}

// The menu: a tooltip that takes the focus. `null`: closed, and the text has the focus back; `false`: the focus went elsewhere.
const setMenu = StateEffect.define();
const closeMenu = setMenu.of(null);

const menu = StateField.define({
  create: () => null,
  update(open, transaction) {
    // Fixes belong to the findings that are marked now.
    const outdated = transaction.docChanged || transaction.effects.some((effect) => effect.is(setDiagnosticsEffect));
    return transaction.effects.reduce((value, effect) => (effect.is(setMenu) ? effect.value : value), outdated ? null : open);
  },
  provide: (field) => showTooltip.from(field, (value) => value || null),
});

const focusReturns = EditorView.updateListener.of(({ startState, state, view }) => {
  if (startState.field(menu, false) && state.field(menu, false) === null) view.focus();
});

function drawMenu(view, marks) {
  const dom = document.createElement('div');
  dom.className = 'mr-menu';
  dom.setAttribute('role', 'dialog');
  dom.setAttribute('aria-label', view.state.phrase('Fixes'));
  const list = document.createElement('ul');
  list.className = 'cm-tooltip-lint';
  for (const { severity, finding } of marks) {
    const item = document.createElement('li');
    item.className = `cm-diagnostic cm-diagnostic-${severity}`;
    const text = document.createElement('div');
    text.className = 'cm-diagnosticText';
    text.append(describe(view, finding));
    item.append(text);
    list.append(item);
  }
  dom.append(list);

  const buttons = [...dom.querySelectorAll('button')];
  const focus = (index) => buttons.at(index % buttons.length)?.focus({ preventScroll: true });
  dom.addEventListener('keydown', (event) => {
    const at = buttons.indexOf(event.target);
    const moves = { ArrowDown: () => focus(at + 1), ArrowUp: () => focus(at - 1), Home: () => focus(0), End: () => focus(-1) };
    const move = event.key === 'Escape' ? () => view.dispatch({ effects: closeMenu }) : moves[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    move();
  });
  dom.addEventListener('focusout', ({ relatedTarget }) => {
    // Removing the menu takes its focus away, too.
    if (view.state.field(menu, false) && !dom.contains(relatedTarget)) view.dispatch({ effects: setMenu.of(false) });
  });
  dom.tabIndex = -1;
  return { dom, mount: () => (buttons[0] ?? dom).focus({ preventScroll: true }) };
}

/** Opens the fixes of these findings, at the cursor. */
function openMenu(view, marks) {
  const { state } = view;
  const { head: pos } = state.selection.main;
  const create = () => drawMenu(view, marks);
  // What hangs at a place out of sight is out of sight.
  const effects = marks.length
    ? [closeHoverTooltips, EditorView.scrollIntoView(pos), setMenu.of({ pos, above: false, create })]
    : EditorView.announce.of(state.phrase('No finding on this line'));
  view.dispatch({ effects });
}

/** The marks that touch a range. */
const touching = (state, { from, to }) =>
  placed(state)
    .filter((place) => place.from <= to && place.to >= from)
    .map(({ mark }) => mark);

/** Opens the fixes at the cursor or, if there is no finding, of its line. */
export function showFixes(view) {
  const { state } = view;
  const { head } = state.selection.main;
  const at = touching(state, { from: head, to: head });
  openMenu(view, at.length ? at : touching(state, state.doc.lineAt(head)));
  return true;
}

/**
 * Selects a finding, shows what it says and reads it out: `next`, `previous`, `first` or `last`.
 * Past the end it asks for another document, and starts over in this one if nobody answers.
 */
export const goTo = (which) => (view) => {
  const { main } = view.state.selection;
  const all = placed(view.state);
  const order = ({ from, to }) => from - main.from || to - main.to;
  let place;
  if (which === 'next') place = all.find((one) => order(one) > 0);
  if (which === 'previous') place = all.findLast((one) => order(one) < 0);
  if (!place) {
    const step = which === 'next' || which === 'previous';
    if (step && !fire(view, 'next-finding', { direction: which })) return true;
    place = which === 'next' || which === 'first' ? all[0] : all.at(-1);
  }
  if (!place) return false;
  const { from, to } = place;
  const messages = all.filter((one) => one.from === from && one.to === to).map(({ mark }) => mark.message);
  view.dispatch({
    selection: { anchor: from, head: to },
    effects: EditorView.announce.of(messages.join('\n')),
    scrollIntoView: true,
  });
  const left = ({ docChanged, newSelection: { main } }) => docChanged || main.head < from || main.head > to;
  activateHover(view, from, 1, { until: left });
  return true;
};

/** The transaction that closes what hangs over the text. */
export const closeOverlays = { effects: [setMenu.of(false), closeHoverTooltips] };

/** For pointers: a mark in the gutter opens the fixes of its line. The view's element outlives its states. */
export function listenToPointer(view) {
  view.dom.addEventListener('click', ({ target, clientY }) => {
    if (!target.closest('.cm-gutter-lint .cm-lint-marker')) return;
    const line = view.state.doc.lineAt(view.lineBlockAtHeight(clientY - view.documentTop).from);
    view.dispatch({ selection: { anchor: line.from } });
    openMenu(view, touching(view.state, line));
  });
  // The library listens on the window whether the pointer has left a tooltip of the gutter, where the shadow root hides
  // what it is over; without this, nobody would reach the buttons.
  view.dom.addEventListener('mousemove', (event) => {
    if (event.target.closest('.cm-tooltip')) event.stopPropagation();
  });
}

export const findings = [
  menu,
  focusReturns,
  keymap.of([
    { key: 'F8', run: goTo('next'), shift: goTo('previous') },
    { key: 'Mod-.', run: showFixes },
    { key: 'Alt-Enter', run: showFixes },
  ]),
];
