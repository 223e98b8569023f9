// For fingers: the keyboard of a phone has no keys that take a change back.
import { ViewPlugin } from '@codemirror/view';
import { redo, redoDepth, undo, undoDepth } from './history.js';

const BUTTONS = [
  { name: 'Undo', run: undo, depth: undoDepth, lines: 'M6 2.5 2.5 6 6 9.5M2.5 6h7a4 4 0 0 1 0 8H6' },
  { name: 'Redo', run: redo, depth: redoDepth, lines: 'm10 2.5 3.5 3.5L10 9.5M13.5 6h-7a4 4 0 0 0 0 8H10' },
];

function icon(lines) {
  const [svg, path] = ['svg', 'path'].map((name) => document.createElementNS('http://www.w3.org/2000/svg', name));
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', lines);
  svg.append(path);
  return svg;
}

/** Buttons over the text, each as long as there is something to take back or to do again. */
export const touch = ViewPlugin.define((view) => {
  const bar = document.createElement('div');
  bar.className = 'mr-touch';
  const buttons = BUTTONS.map(({ name, run, depth, lines }) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = `mr-${name.toLowerCase()}`;
    button.append(icon(lines));
    // The text keeps the focus, and the phone its keyboard.
    button.addEventListener('pointerdown', (event) => event.preventDefault());
    button.addEventListener('mousedown', (event) => event.preventDefault());
    button.addEventListener('click', () => {
      const isFocused = button.matches(':focus');
      run(view);
      if (isFocused && button.hidden) view.focus();
    });
    const show = (state) => {
      button.hidden = depth(state) === 0;
      // The language may change at any time.
      button.ariaLabel = state.phrase(name);
    };
    return { button, show };
  });
  const show = ({ state }) => buttons.forEach((one) => one.show(state));
  show(view);
  bar.append(...buttons.map(({ button }) => button));
  view.dom.append(bar);
  return { update: show, destroy: () => bar.remove() };
});
