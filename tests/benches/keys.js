// From now on `measured` gets, for each key that changes the text, the milliseconds until its report is there and until
// the browser has drawn it. `whenMeasured(n)` waits until it has more than n entries: asleep, since looking for them in
// every frame would be work, too.
const measured = [];
const waiting = [];
let pressed;
window.whenMeasured = (number) =>
  new Promise((resolve) => (measured.length > number ? resolve() : waiting.push([number, resolve])));
addEventListener('keydown', ({ timeStamp }) => { pressed = timeStamp; }, true);
document.addEventListener('mesh-ready:report', () => {
  const reported = performance.now() - pressed;
  // The first task after a frame.
  requestAnimationFrame(() =>
    setTimeout(() => {
      measured.push([reported, performance.now() - pressed]);
      for (const [number, resolve] of waiting.splice(0)) {
        if (measured.length > number) resolve();
        else waiting.push([number, resolve]);
      }
    }),
  );
});
window.measured = measured;
// The first line is a document's start, which a # there makes a comment.
document.querySelector('#editor').jumpTo(1, 1, 1, 1);
