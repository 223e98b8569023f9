// At the start of each load: when the page is drawn first, and when it is ready to check what is typed.
addEventListener('DOMContentLoaded', () => {
  const observer = new MutationObserver(() => {
    const main = document.querySelector('main');
    if (!main) return;
    globalThis.drawn ??= performance.now();
    if (main.dataset.phase === 'loading') return;
    globalThis.interactive = performance.now();
    observer.disconnect();
  });
  observer.observe(document, { subtree: true, childList: true, attributes: true });
});
