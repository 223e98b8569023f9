//! `web/embed/embed.js` in headless Chromium, between a page that embeds and one that keeps to the messages of
//! `docs/embedding.md`.

#![allow(clippy::panic, reason = "a test fails by panicking")]

use mesh_ready_tests::{Page, Screen, repository};
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;

/// The page in the frame: it says that it listens and how high it is, and tells what it was sent.
const FRAMED: &str = "
const seen = [];
addEventListener('message', ({ data, source }) => {
  if (source !== parent) return;
  seen.push(data);
  parent.postMessage({ type: 'seen', address: location.href, seen }, '*');
});
parent.postMessage({ type: 'mesh-ready:height', height: 432.1 }, '*');
parent.postMessage({ type: 'mesh-ready:ready' }, '*');
";

/// What the frames tell, by the window.
const HOST: &str = "
window.told = new Map();
addEventListener('message', ({ data, source }) => data.type === 'seen' && told.set(source, data));
window.frameOf = (element) => element.shadowRoot?.querySelector('iframe');
window.toldBy = (element) => told.get(frameOf(element)?.contentWindow);
";

/// A site with a page that embeds and, under `play/`, one to be embedded.
fn open(html: &str, manifests: &str) -> (Page, TempDir) {
    let folder = TempDir::new().unwrap_or_else(|error| panic!("{error}"));
    let script = fs::read(repository().join("web/embed/embed.js"));
    let script = script.unwrap_or_else(|error| panic!("web/embed/embed.js: {error}"));
    let files: [(&str, &[u8]); 6] = [
        ("index.html", html.as_bytes()),
        ("host.js", HOST.as_bytes()),
        ("a b.yaml", manifests.as_bytes()),
        (
            "play/index.html",
            b"<!doctype html><title>framed</title><script src=\"framed.js\"></script>",
        ),
        ("play/framed.js", FRAMED.as_bytes()),
        ("play/embed.js", &script),
    ];
    for (name, bytes) in files {
        let path = folder.path().join(name);
        let written =
            fs::create_dir_all(path.with_file_name("")).and_then(|()| fs::write(path, bytes));
        written.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let page = Page::open(folder.path(), Screen::Desktop, "en-US");
    (page.unwrap_or_else(|why| panic!("{why}")), folder)
}

/// Includes the script after the fact, from another origin than the page's, which is at 127.0.0.1.
fn embed(page: &Page) {
    page.run(
        "const script = document.createElement('script');
         script.src = `http://localhost:${location.port}/play/embed.js`;
         document.head.append(script);",
        Vec::new(),
    );
}

/// All that the page in the element's frame was sent, once that is so many messages.
#[track_caller]
fn sent(page: &Page, id: &str, count: usize) -> Vec<Value> {
    let told = format!("toldBy(document.getElementById('{id}'))");
    page.until(&format!("{told}?.seen.length >= {count}"));
    let seen = page.value(&format!("{told}.seen"));
    let seen = seen.as_array().cloned().unwrap_or_default();
    assert_eq!(seen.len(), count, "{id}: {seen:?}");
    seen
}

fn file(name: &str, text: &str) -> Value {
    json!([{"name": name, "text": text}])
}

/// The strict policy is the one that the documentation gives to sites that embed.
const ELEMENTS: &str = r#"<!doctype html>
<html lang="de">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' http://localhost:*; frame-src http://localhost:*; connect-src 'self'; img-src data:">
    <link rel="icon" href="data:,">
    <script src="host.js"></script>
  </head>
  <body>
    <section lang="zh-Hans">
      <mesh-ready id="bare" height="40">

        a:
          b: 1

        c: 2
      </mesh-ready>
    </section>
    <mesh-ready id="script" height="40"><script type="application/yaml">
      a: "<b>&amp;</b>"
    </script></mesh-ready>
    <mesh-ready id="template" height="40"><template>a: "&lt;b>"</template></mesh-ready>
    <mesh-ready id="pre" height="40"><pre>
a: 1
</pre></mesh-ready>
    <mesh-ready id="empty" height="40"></mesh-ready>
    <mesh-ready id="fragment" height="40" fragment="1.q64FAA">not: this</mesh-ready>
    <mesh-ready id="src" src="a%20b.yaml" settings="
      failOn: warning
      rules: {MR101: off}
    " panes="editor mesh" theme="dark" language="en" read-only height="7rem" max-height="300" title="A frame">not: this</mesh-ready>
    <mesh-ready id="missing" height="40" src="missing.yaml"></mesh-ready>
    <mesh-ready id="abroad" height="40" src="http://localhost/a.yaml"></mesh-ready>
  </body>
</html>
"#;

#[test]
fn an_element_hands_over_what_it_holds() {
    let (page, _folder) = open(ELEMENTS, "  d: 1\r\n");
    embed(&page);
    let content = |id| {
        // First how it looks, then what it holds.
        let [look, content] = <[Value; 2]>::try_from(sent(&page, id, 2)).unwrap_or_default();
        assert_eq!(
            (&look["type"], &content["type"]),
            (&json!("mesh-ready:look"), &json!("mesh-ready:load"))
        );
        (look, content)
    };

    let texts = [
        ("bare", "a:\n  b: 1\n\nc: 2\n"),
        ("script", "a: \"<b>&amp;</b>\"\n"),
        ("template", "a: \"<b>\"\n"),
        ("pre", "a: 1\n"),
    ];
    for (id, text) in texts {
        assert_eq!(content(id).1["files"], file("manifests.yaml", text), "{id}");
    }
    assert_eq!(content("empty").1["files"], json!([]));
    let (look, fragment) = content("fragment");
    assert_eq!(fragment["fragment"], "1.q64FAA");
    assert_eq!(fragment["files"], Value::Null);
    assert_eq!(look["readOnly"], false);
    assert_eq!(look["theme"], "system");
    assert_eq!(
        look["language"],
        Value::Null,
        "the page does not speak German"
    );
    assert_eq!(look["panes"], Value::Null);
    assert_eq!(content("bare").0["language"], "zh-CN");

    let (look, src) = content("src");
    // A file stays as it is.
    assert_eq!(src["files"], file("a b.yaml", "  d: 1\r\n"));
    assert_eq!(
        src["settingsText"],
        "failOn: warning\nrules: {MR101: off}\n"
    );
    assert_eq!(look["language"], "en");
    assert_eq!(look["panes"], json!(["editor", "mesh"]));
    assert_eq!(look["readOnly"], true);
    assert_eq!(look["theme"], "dark");
    let search = "new URL(toldBy(document.getElementById('src')).address).search";
    assert_eq!(
        page.value(search),
        "?embed=1&theme=dark&panes=editor%2Cmesh&lang=en&readonly=1"
    );
    let frame = page.value(
        "(({ title, style, sandbox, loading }) => [title, style.height, style.minHeight, style.maxHeight, sandbox.value, loading])
           (frameOf(document.getElementById('src')))",
    );
    let sandbox = "allow-scripts allow-same-origin allow-downloads allow-popups allow-popups-to-escape-sandbox";
    assert_eq!(
        frame,
        json!(["A frame", "435px", "7rem", "300px", sandbox, "lazy"])
    );

    let alert = |id| {
        format!(
            "document.getElementById('{id}').shadowRoot.querySelector('[role=alert]')?.textContent"
        )
    };
    for (id, why) in [
        ("missing", "missing.yaml: 404"),
        ("abroad", "http://localhost/a.yaml: not on http://127.0.0.1"),
    ] {
        page.until(&format!("({})?.includes('{why}')", alert(id)));
        sent(&page, id, 1);
    }
    let errors = page.errors();
    // The file that is missing; no violation of the policy.
    assert!(
        errors.len() == 1 && errors[0].contains("missing.yaml"),
        "{errors:?}"
    );
}

#[test]
fn an_element_follows_what_changes() {
    let (page, _folder) = open(ELEMENTS, "e: 1\n");
    embed(&page);
    sent(&page, "src", 2);
    sent(&page, "pre", 2);
    let change = |script: &str| {
        page.run(
            &format!("const element = document.getElementById('src'); {script}"),
            Vec::new(),
        )
    };

    // Looks go without the text, which someone may have edited meanwhile.
    change("element.setAttribute('theme', 'light');");
    let look = sent(&page, "src", 3).pop().unwrap_or_default();
    assert_eq!(
        (&look["theme"], &look["files"]),
        (&json!("light"), &Value::Null)
    );
    change("element.setAttribute('settings', '{}');");
    let content = sent(&page, "src", 4).pop().unwrap_or_default();
    assert_eq!(
        (&content["settingsText"], &content["theme"]),
        (&json!("{}\n"), &Value::Null)
    );
    assert_eq!(content["files"], file("a b.yaml", "e: 1\n"));
    change("element.setAttribute('height', '90');");
    assert_eq!(change("return frameOf(element).style.minHeight;"), "90px");

    // The page around: what has no attribute of its own follows.
    let around = [
        (
            "document.documentElement.dataset.theme = 'dark';",
            "theme",
            "dark",
        ),
        (
            "delete document.documentElement.dataset.theme;",
            "theme",
            "system",
        ),
        (
            "document.body.dataset.mdColorScheme = 'slate';",
            "theme",
            "dark",
        ),
        (
            "document.body.dataset.mdColorScheme = 'default';",
            "theme",
            "light",
        ),
        (
            "delete document.body.dataset.mdColorScheme; document.documentElement.style.colorScheme = 'dark';",
            "theme",
            "dark",
        ),
        ("document.documentElement.lang = 'en-GB';", "language", "en"),
    ];
    for (count, (script, field, value)) in (3..).zip(around) {
        change(script);
        let look = sent(&page, "pre", count).pop().unwrap_or_default();
        assert_eq!(look[field], value, "{script}");
    }
    assert_eq!(sent(&page, "src", 4).len(), 4, "its own attributes hold");

    // Only its own frame's words count.
    let height = "frameOf(element).style.height";
    change(
        "window.postMessage({ type: 'mesh-ready:height', height: 7 }); await new Promise((resolve) => addEventListener('message', resolve, { once: true }));",
    );
    assert_eq!(change(&format!("return {height};")), "435px");

    // A frame that moves loads anew.
    change("told.clear(); document.body.prepend(element);");
    sent(&page, "src", 2);
}

/// A block of code as a generator of sites writes it.
struct Block {
    generator: &'static str,
    html: &'static str,
    text: &'static str,
}

/// From Markdown 3.10 and pymdown-extensions, Hugo 0.111, mdBook 0.4 and Docusaurus 3; styles shortened.
const BLOCKS: [Block; 9] = [
    Block {
        generator: "MkDocs, fenced_code",
        html: r#"<pre class="mesh-ready"><code class="language-yaml">a: 1

b: &quot;&lt;x&gt;&quot;
</code></pre>"#,
        text: "a: 1\n\nb: \"<x>\"\n",
    },
    Block {
        generator: "MkDocs, codehilite",
        html: r#"<div class="mesh-ready codehilite"><pre><span></span><code><span class="nt">a</span><span class="p">:</span><span class="w"> </span><span class="l">1</span>
</code></pre></div>"#,
        text: "a: 1\n",
    },
    Block {
        generator: "MkDocs, pymdownx.highlight with numbers",
        html: r##"<div class="language-yaml mesh-ready highlight"><table class="highlighttable"><tr><td class="linenos"><div class="linenodiv"><pre><span></span><span class="normal"><a href="#__codelineno-0-1">1</a></span>
<span class="normal"><a href="#__codelineno-0-2">2</a></span></pre></div></td><td class="code"><div><pre><span></span><code><a id="__codelineno-0-1" name="__codelineno-0-1"></a><span class="nt">a</span><span class="p">:</span>
<a id="__codelineno-0-2" name="__codelineno-0-2"></a><span class="w">  </span><span class="nt">b</span>: 2
</code></pre></div></td></tr></table></div>"##,
        text: "a:\n  b: 2\n",
    },
    Block {
        generator: "MkDocs, pymdownx.highlight without Pygments",
        html: r#"<pre class="highlight"><code class="language-yaml mesh-ready">a: 1</code></pre>"#,
        text: "a: 1\n",
    },
    Block {
        generator: "Hugo",
        html: r#"<div class="highlight mesh-ready"><pre tabindex="0"><code class="language-yaml" data-lang="yaml"><span style="display:flex;"><span>a: 1
</span></span><span style="display:flex;"><span>
</span></span><span style="display:flex;"><span>b: 2
</span></span></code></pre></div>"#,
        text: "a: 1\n\nb: 2\n",
    },
    Block {
        generator: "Hugo, numbers in a table",
        html: r#"<div class="highlight mesh-ready"><div><table><tr><td><pre tabindex="0"><code><span style="-webkit-user-select:none;user-select:none">1
</span></code></pre></td><td><pre tabindex="0"><code class="language-yaml" data-lang="yaml"><span style="display:flex;"><span>a: 1
</span></span></code></pre></td></tr></table></div></div>"#,
        text: "a: 1\n",
    },
    Block {
        generator: "Hugo, numbers in the lines",
        html: r#"<div class="highlight mesh-ready"><pre tabindex="0"><code class="language-yaml" data-lang="yaml"><span style="display:flex;"><span style="white-space:pre;-webkit-user-select:none;user-select:none">1</span><span>a: 1
</span></span></code></pre></div>"#,
        text: "a: 1\n",
    },
    Block {
        generator: "mdBook",
        html: r#"<pre><code class="language-yaml mesh-ready">a: 1
</code></pre>"#,
        text: "a: 1\n",
    },
    Block {
        generator: "Docusaurus",
        html: r#"<div class="mesh-ready"><div class="language-yaml codeBlockContainer_Ckt0 theme-code-block"><div class="codeBlockContent_QJqH"><pre tabindex="0" class="prism-code language-yaml codeBlock_bY9V thin-scrollbar"><code class="codeBlockLines_e6Vv"><span class="token-line"><span class="token key">a</span><span class="token plain">:</span><br></span><span class="token-line"><span class="token plain" style="display:inline-block"></span><br></span><span class="token-line"><span class="token plain">  b: 2</span><br></span></code></pre></div></div></div>"#,
        text: "a:\n\n  b: 2\n",
    },
];

#[test]
fn blocks_of_code_become_frames() {
    let head = "<!doctype html><html lang=en data-has-hydrated=false><link rel=icon href='data:,'>
         <script src=host.js></script><script src=play/embed.js></script><script src=play/embed.js></script>
         <script type=module src=play/embed.js></script><p class=mesh-ready>Words</p>";
    let section = |(number, block): (usize, &Block)| {
        format!("<section id=block-{number}>{}</section>", block.html)
    };
    let sections: String = BLOCKS.iter().enumerate().map(section).collect();
    let html = format!("{head}{sections}");
    let (page, _folder) = open(&html, "");
    page.until("customElements.get('mesh-ready') && document.readyState === 'complete'");
    let frames = "document.querySelectorAll('mesh-ready').length";
    assert_eq!(page.value(frames), 0, "Docusaurus has not taken over yet");

    page.run(
        "document.documentElement.dataset.hasHydrated = 'true';",
        Vec::new(),
    );
    for (
        number,
        Block {
            generator, text, ..
        },
    ) in BLOCKS.iter().enumerate()
    {
        let section = format!("document.querySelector('#block-{number}')");
        let element = format!("{section}.querySelector('mesh-ready')");
        page.until(&element);
        page.run(&format!("{element}.scrollIntoView();"), Vec::new());
        page.until(&format!("toldBy({element})?.seen.length === 2"));
        let files = page.value(&format!("toldBy({element}).seen[1].files"));
        assert_eq!(files, file("manifests.yaml", text), "{generator}");
        let shown = page.value(&format!("{section}.innerText"));
        assert_eq!(shown, "", "{generator}: the block is still there to see");
        let kept = page.value(&format!(
            "{section}.querySelectorAll('pre code').length > 0"
        ));
        assert_eq!(kept, true, "{generator}: the block is gone");
    }
    assert_eq!(page.value(frames), BLOCKS.len());
    assert_eq!(page.value("document.querySelector('p').innerText"), "Words");

    // What a site draws later, next to what is there already.
    let late = "document.body.insertAdjacentHTML('beforeend', given[0]);";
    page.run(
        late,
        vec![json!(format!(
            "<section id=late>{}</section>",
            BLOCKS[0].html
        ))],
    );
    page.until("document.querySelector('#late mesh-ready')");
    assert_eq!(page.value(frames), BLOCKS.len() + 1);
    assert_eq!(page.errors(), Vec::<String>::new());
}
