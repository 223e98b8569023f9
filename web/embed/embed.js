/**
 * `<mesh-ready>`: the mesh-ready page in a frame of another page, with manifests to look at. One file without
 * dependencies, for any site to include once, from where the page is: `<script src="…/embed.js" defer></script>`.
 * Code blocks of the class `mesh-ready` become such frames by themselves. docs/embedding.md tells the rest.
 */
(() => {
  // Included as a module, the script is not the current one.
  const isThis = ({ src }) => src && new URL(src).pathname.endsWith('/embed.js');
  const script = document.currentScript ?? [...document.scripts].find(isThis);
  if (!script?.src) throw new Error('mesh-ready: embed.js must be included by a <script> with its address in src');
  const BASE = new URL('./', script.src);

  const FILE = 'manifests.yaml';
  const CONTENT = ['fragment', 'settings', 'src'];
  const LOOK = ['language', 'panes', 'read-only', 'theme'];
  const FRAME = ['height', 'max-height', 'title'];

  const LANGUAGES = new Map([['en', 'en'], ['zh', 'zh-CN']]);
  const THEMES = new Map([['light', 'light'], ['dark', 'dark'], ['default', 'light'], ['slate', 'dark']]);

  const root = document.documentElement;
  const connected = new Set();

  const style = new CSSStyleSheet();
  style.replaceSync(`
    :host { display: block; margin-block: 1em; }
    :host([hidden]) { display: none; }
    iframe {
      box-sizing: border-box; display: block; width: 100%; height: 0; min-height: 20rem; max-height: 50rem;
      border: 1px solid rgb(128 128 128 / 40%); border-radius: 0.5rem;
    }
    p { margin: 0 0 0.5em; }
  `);

  /** Without what all lines are indented by, and without blank lines around. */
  function dedent(text) {
    const lines = text.replaceAll('\r\n', '\n').replace(/^([ \t]*\n)+/, '').trimEnd().split('\n');
    const indents = lines.filter((line) => line.trim()).map((line) => /^[ \t]*/.exec(line)[0]);
    const common = indents.reduce((all, indent) => {
      let length = 0;
      while (length < all.length && all[length] === indent[length]) length += 1;
      return all.slice(0, length);
    }, indents[0] ?? '');
    const dedented = lines.map((line) => line.slice(line.trim() ? common.length : line.length)).join('\n');
    return dedented && `${dedented}\n`;
  }

  /** The text of a block of code, without the line numbers that some sites put among it. */
  function textOfCode(code) {
    const copy = code.cloneNode(true);
    // Hugo marks the numbers by classes or, without a style sheet, by this alone.
    for (const number of copy.querySelectorAll('.ln, .lnt, .linenos, [style*="user-select:none"]')) number.remove();
    // Docusaurus ends lines by nothing else.
    for (const end of copy.querySelectorAll('br')) end.replaceWith('\n');
    return copy.textContent;
  }

  /** The text inside the element: in a child that keeps it from being read as HTML or from being laid out, or bare. */
  function textInside(element) {
    const child = element.querySelector('script[type="application/yaml"], template, pre');
    if (!child) return element.textContent;
    if (child.localName === 'template') return child.content.textContent;
    return child.localName === 'pre' ? textOfCode(child) : child.textContent;
  }

  /** A number of pixels, or a length of any kind; the style sheet's without one. */
  const length = (value) => (/^\d+$/.test(value) ? `${value}px` : value);

  /** `en`, `zh-CN`, or undefined for a language that the page does not speak. */
  const languageOf = (tag) => LANGUAGES.get(tag?.toLowerCase().split('-')[0]);

  /** The colours that the site around has chosen, else those that the element inherits, else the system's. */
  function themeAround(element) {
    // Docusaurus, Material for MkDocs.
    const theme = THEMES.get(root.dataset.theme ?? document.body.dataset.mdColorScheme);
    if (theme) return theme;
    // mdBook, and every site that tells the browser.
    const inherited = getComputedStyle(element).colorScheme;
    return inherited === 'light' || inherited === 'dark' ? inherited : 'system';
  }

  class MeshReady extends HTMLElement {
    static observedAttributes = [...CONTENT, ...LOOK, ...FRAME];

    #frame;
    /** Whether the page in the frame has said that it listens. */
    #ready = false;
    /** How often there was something to read, so that what comes late is not taken for the last. */
    #turn = 0;
    #look = '';

    constructor() {
      super();
      this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [style];
    }

    connectedCallback() {
      connected.add(this);
      addEventListener('message', this);
      this.#ready = false;
      const frame = document.createElement('iframe');
      this.#frame = frame;
      this.#fit();
      frame.loading = 'lazy';
      frame.referrerPolicy = 'no-referrer';
      // "Copy" buttons.
      frame.allow = 'clipboard-write';
      // Scripts, for it is one; its own origin, for without it no worker, no storage and no file that is fetched with
      // an integrity hash; downloads of a fixed file or a report; new tabs, for "open in the playground" and
      // documentation, and those free of this sandbox. Not: to navigate this page, to submit forms, to open dialogs.
      frame.sandbox = 'allow-scripts allow-same-origin allow-downloads allow-popups allow-popups-to-escape-sandbox';
      const look = this.#lookNow();
      this.#look = JSON.stringify(look);
      const address = new URL(BASE);
      address.searchParams.set('embed', '1');
      address.searchParams.set('theme', look.theme);
      if (look.panes) address.searchParams.set('panes', look.panes.join());
      if (look.language) address.searchParams.set('lang', look.language);
      if (look.readOnly) address.searchParams.set('readonly', '1');
      frame.src = address;
      this.shadowRoot.replaceChildren(frame);
    }

    disconnectedCallback() {
      connected.delete(this);
      removeEventListener('message', this);
    }

    attributeChangedCallback(name, before, now) {
      if (!this.#frame || before === now) return;
      if (FRAME.includes(name)) this.#fit();
      else if (LOOK.includes(name)) this.lookAround();
      else this.#load();
    }

    /** Tells the page in the frame what has changed of the page around. */
    lookAround() {
      this.#fit();
      const look = this.#lookNow();
      const text = JSON.stringify(look);
      if (text === this.#look) return;
      this.#look = text;
      this.#send('look', look);
    }

    /** A message to the window: only what comes from the page in this element's own frame counts. */
    handleEvent({ source, origin, data }) {
      if (source !== this.#frame.contentWindow || origin !== BASE.origin) return;
      if (data?.type === 'mesh-ready:ready') {
        this.#ready = true;
        this.#send('look', this.#lookNow());
        this.#load();
      } else if (data?.type === 'mesh-ready:height' && Number.isFinite(data.height)) {
        // The height of the content; its border comes on top.
        const border = this.#frame.offsetHeight - this.#frame.clientHeight;
        this.#frame.style.height = `${Math.max(0, Math.ceil(data.height)) + border}px`;
      }
    }

    get #language() {
      return languageOf(this.getAttribute('language') ?? this.closest('[lang]')?.lang);
    }

    #say(en, zhCn) {
      return this.#language === 'zh-CN' ? zhCn : en;
    }

    #fit() {
      this.#frame.style.minHeight = length(this.getAttribute('height') ?? '');
      this.#frame.style.maxHeight = length(this.getAttribute('max-height') ?? '');
      this.#frame.title =
        this.getAttribute('title') ??
        this.#say('Kubernetes manifests and what mesh-ready finds in them', 'Kubernetes 清单及 mesh-ready 的检查结果');
    }

    #lookNow() {
      return {
        language: this.#language,
        panes: this.getAttribute('panes')?.split(/[\s,]+/).filter(Boolean),
        readOnly: this.hasAttribute('read-only'),
        theme: this.getAttribute('theme') ?? themeAround(this),
      };
    }

    #send(type, what) {
      if (this.#ready) this.#frame.contentWindow?.postMessage({ type: `mesh-ready:${type}`, ...what }, BASE.origin);
    }

    async #load() {
      this.#turn += 1;
      const turn = this.#turn;
      this.shadowRoot.querySelector('p')?.remove();
      try {
        const content = await this.#content();
        if (turn === this.#turn) this.#send('load', content);
      } catch (error) {
        if (turn !== this.#turn) return;
        const alert = document.createElement('p');
        alert.setAttribute('role', 'alert');
        const why = `${this.getAttribute('src')}: ${error.message}`;
        alert.textContent = this.#say(`The manifests could not be loaded: ${why}`, `无法加载清单：${why}`);
        this.shadowRoot.prepend(alert);
      }
    }

    async #content() {
      const settingsText = dedent(this.getAttribute('settings') ?? '') || undefined;
      const fragment = this.getAttribute('fragment');
      if (fragment) return { fragment, settingsText };
      const src = this.getAttribute('src');
      if (src === null) {
        const text = dedent(textInside(this));
        return { files: text ? [{ name: FILE, text }] : [], settingsText };
      }
      const address = new URL(src, document.baseURI);
      // Of another site, a fetch would tell it of every reader.
      if (address.origin !== location.origin) throw new Error(`not on ${location.origin}`);
      const response = await fetch(address);
      if (!response.ok) throw new Error(`${response.status} ${response.statusText}`.trim());
      const name = decodeURIComponent(address.pathname.split('/').pop()) || FILE;
      return { files: [{ name, text: await response.text() }], settingsText };
    }
  }

  /** Puts a frame in the place of each block of code that asks for one and has none yet. */
  function upgrade() {
    // Until Docusaurus has taken over what its server drew, a change would make it draw everything anew.
    if (root.dataset.hasHydrated === 'false') return;
    for (const marked of document.querySelectorAll('.mesh-ready:not([data-mesh-ready], mesh-ready, mesh-ready *)')) {
      if (marked.parentElement.closest('[data-mesh-ready]')) continue;
      // The class is on the code (mdBook), on its `pre`, or on what is around it (Hugo, MkDocs, a `div` by hand).
      const wrapper = marked.matches('pre, code') ? undefined : marked;
      // The last: a table's line numbers come first.
      const code = wrapper ? [...wrapper.querySelectorAll('pre code')].pop() : (marked.querySelector('code') ?? marked);
      if (!code) continue;
      marked.dataset.meshReady = '';
      const element = document.createElement('mesh-ready');
      const source = document.createElement('template');
      source.content.append(textOfCode(code));
      element.append(source);
      // Hidden, not removed: frameworks that made it want to find it again.
      const block = code.closest('pre') ?? code;
      const hidden = wrapper ? [...wrapper.children] : [block];
      for (const each of hidden) each.style.setProperty('display', 'none', 'important');
      if (wrapper) wrapper.append(element);
      else block.after(element);
    }
  }

  function start() {
    // Included twice.
    if (customElements.get('mesh-ready')) return;
    // Only now is the text inside the elements complete.
    customElements.define('mesh-ready', MeshReady);
    upgrade();
    // Many sites replace their content instead of loading another page.
    new MutationObserver(upgrade).observe(root, { childList: true, subtree: true });
    const around = new MutationObserver(() => {
      upgrade();
      for (const element of connected) element.lookAround();
    });
    for (const element of [root, document.body]) {
      around.observe(element, {
        attributeFilter: ['class', 'data-has-hydrated', 'data-md-color-scheme', 'data-theme', 'lang', 'style'],
      });
    }
  }

  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', start);
  else start();
})();
