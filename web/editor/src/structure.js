// The structure of YAML as indentation shows it: what folds, and guides. Unlike a syntax tree, it is there at once for texts
// of any size, and holds in templates that are no YAML yet.
import { bracketMatching, codeFolding, foldKeymap, foldService } from '@codemirror/language';
import { RectangleMarker, keymap, layer } from '@codemirror/view';

/** A longer block folds by the syntax tree, once that has come: a keystroke must not read more lines than this. */
const FOLDED_LINES = 2_000;
/** How far up the lines are read for what the first one on the screen belongs to. */
const LINES_ABOVE = 1_000;

const MARKER = /^(---|\.\.\.)(\s|$)/;

/** The column of the first character that is no space; -1 if there is none. */
const indentation = (text) => text.search(/[^ ]/);

const folding = foldService.of(({ doc }, from, to) => {
  const { text, number } = doc.lineAt(from);
  const column = indentation(text);
  if (column < 0 || text[column] === '#' || number === doc.lines) return null;
  const whole = text.startsWith('---') && MARKER.test(text);
  // A key's sequence may stand in the key's own column.
  const key = text[column] !== '-';
  const belongs = (line, at) => whole || at > column || (key && at === column && /^- |^-$/.test(line.slice(at, at + 2)));

  let [start, end, left] = [to + 1, to, FOLDED_LINES];
  for (const line of doc.iterLines(number + 1)) {
    const at = indentation(line);
    if (at >= 0 && line[at] !== '#') {
      if (MARKER.test(line) || !belongs(line, at)) break;
      end = start + line.length;
    }
    start += line.length + 1;
    left -= 1;
    if (left === 0) return null;
  }
  return end > to ? { from: to, to: end } : null;
});

/** What a folded document is: a kind and a name. Empty for anything else. */
function summary({ doc }, { from, to }) {
  if (!MARKER.test(doc.lineAt(from).text)) return '';
  const text = doc.sliceString(from, Math.min(to, from + 4_000));
  const [kind, name] = [/^kind: *(\S+)/m, /^metadata:(?:\n(?: .*)?)*?\n +name: *(\S+)/m].map((part) => part.exec(text)?.[1]);
  return [kind, name].filter(Boolean).join(' ');
}

function placeholderDOM(view, onclick, prepared) {
  const element = document.createElement('span');
  element.className = 'cm-foldPlaceholder';
  element.textContent = prepared ? `${prepared} …` : '…';
  element.title = view.state.phrase('unfold');
  element.setAttribute('aria-label', `${view.state.phrase('folded code')} ${prepared}`.trim());
  element.onclick = onclick;
  return element;
}

/** The column of each line that the one of this number stands in, and that is further left than `column`. */
function ancestors(doc, number, column) {
  const columns = [];
  for (let above = number - 1; column > 0 && above > Math.max(0, number - LINES_ABOVE); above -= 1) {
    const at = indentation(doc.line(above).text);
    if (at < 0 || at >= column) continue;
    columns.unshift(at);
    column = at;
  }
  return columns;
}

/** Vertical lines below the start of each block that has lines on the screen, as `{ column, top, bottom }` in pixels. */
function guidesOf(view) {
  const { doc } = view.state;
  const rows = view.viewportLineBlocks.map(({ from, top, bottom }) => {
    const { text, number } = doc.lineAt(from);
    return { number, top, bottom, column: indentation(text) };
  });
  // An empty line is as deep as what follows.
  rows.reduceRight((below, row) => (row.column < 0 ? Object.assign(row, { column: below }) : row).column, 0);

  const [{ number, top, column }] = rows;
  const open = ancestors(doc, number, column).map((column) => ({ column, top }));
  const guides = [];
  const close = (column, bottom) => {
    while (open.length && open.at(-1).column >= column) {
      const guide = { ...open.pop(), bottom };
      if (guide.bottom > guide.top) guides.push(guide);
    }
  };
  for (const row of rows) {
    close(row.column, row.top);
    open.push({ column: row.column, top: row.bottom });
  }
  close(0, rows.at(-1).bottom);
  return guides;
}

const guides = layer({
  above: false,
  class: 'mr-guides',
  update: ({ docChanged, viewportChanged }) => docChanged || viewportChanged,
  markers(view) {
    const text = view.coordsAtPos(view.viewportLineBlocks[0].from);
    if (!text) return [];
    const { scrollDOM, documentTop, defaultCharacterWidth } = view;
    const { left, top } = scrollDOM.getBoundingClientRect();
    const x = text.left - left + scrollDOM.scrollLeft;
    const y = documentTop - top + scrollDOM.scrollTop;
    return guidesOf(view).map(
      (guide) =>
        new RectangleMarker('mr-guide', x + guide.column * defaultCharacterWidth, y + guide.top, null, guide.bottom - guide.top),
    );
  },
});

export const structure = [
  codeFolding({ preparePlaceholder: summary, placeholderDOM }),
  folding,
  keymap.of(foldKeymap),
  bracketMatching(),
  guides,
];
