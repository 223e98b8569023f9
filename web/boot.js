// Starts the page. The build makes a classic script of it, so that the theme is set before anything is drawn.
import './offline.js';

// The page makes no markup and no code of text, and starts no scripts but these: the Content-Security-Policy asks
// this policy, the only one it lets exist, about everything else that tries.
const scripts = new Set(['worker.js', 'sw.js'].map((name) => new URL(name, document.baseURI).href));
globalThis.trustedTypes?.createPolicy('default', {
  createHTML: () => null,
  createScript: () => null,
  createScriptURL: (url) => (scripts.has(new URL(url, document.baseURI).href) ? url : null),
});

const root = document.documentElement;
try {
  root.dataset.theme = localStorage.getItem('mesh-ready:theme') ?? 'system';
} catch {
  // Storage is forbidden: the system's theme it is.
}

const fail = (error) => {
  const box = document.getElementById('boot-error');
  box.querySelector('pre').textContent = String(error?.message ?? error);
  box.hidden = false;
};
// The page catches what the rules' module throws, so a trap that arrives here is the page's own.
addEventListener('error', ({ error }) => error instanceof WebAssembly.RuntimeError && fail(error));

// Modules run before this event: the editor is defined by now, or it never will be.
addEventListener('DOMContentLoaded', async () => {
  try {
    // Without it nothing on the page has a colour.
    if (!CSS.supports('color', 'light-dark(red, red)')) throw new Error('CSS light-dark()');
    if (!customElements.get('mr-editor')) throw new Error('editor.js');
    const glue = document.querySelector('link[rel="modulepreload"]');
    const wasm = document.querySelector('link[rel="preload"][type="application/wasm"]');
    const { default: start } = await import(glue.href);
    // Browsers ignore the hash on a preload of this kind, so the request repeats it.
    await start({ module_or_path: fetch(wasm.href, { integrity: wasm.integrity }) });
  } catch (error) {
    fail(error);
  }
});
