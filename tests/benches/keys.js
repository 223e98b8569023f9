// From now on `measured` gets, for each key that changes the text, the milliseconds until its report is there and until
// the browser has drawn it.
const measured = [];
let pressed;
addEventListener('keydown', ({ timeStamp }) => { pressed = timeStamp; }, true);
document.addEventListener('mesh-ready:report', () => {
  const reported = performance.now() - pressed;
  // The first task after a frame.
  requestAnimationFrame(() => setTimeout(() => measured.push([reported, performance.now() - pressed])));
});
window.measured = measured;
// The first line is a document's start, which a # there makes a comment.
document.querySelector('#editor').jumpTo(1, 1, 1, 1);
