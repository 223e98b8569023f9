//! The list of findings: what narrows and divides it, what stands beside it, and the pages of rules.

use crate::{ESCAPE, JOB, finding, first, load, page, place_of, texts};
use serde_json::json;

/// Findings of every severity in several resources, one of them silenced with a reason, and rules that are skipped.
const MANY: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: cart
  labels: {app: cart}
spec:
  containers:
  - name: cart
    image: cart:1
    ports:
    - {name: web, containerPort: 15001}
    securityContext:
      runAsUser: 1337
---
apiVersion: v1
kind: Pod
metadata:
  name: agent
  labels: {app: agent, version: v1}
spec:
  containers:
  - name: agent
    image: agent:1
    securityContext:
      runAsUser: 1337 # mesh-ready: ignore MR103 -- it must <b>bypass</b> the proxy
---
apiVersion: v1
kind: Service
metadata: {name: cart}
spec:
  selector: {app: cart}
  ports:
  - {name: web, port: 80, targetPort: web}
---
apiVersion: v1
kind: Service
metadata: {name: other}
spec:
  selector: {app: cart}
  ports:
  - {name: tcp-web, port: 81, targetPort: 15001}
";

#[test]
fn the_list_is_narrowed_and_divided() {
    let page = page();
    page.check(MANY);
    let entries = || texts(&page, "#entries :is([data-finding], [data-diagnostic])");
    let rules = || {
        page.value("[...document.querySelectorAll('#entries [data-finding]')].map((entry) => entry.dataset.rule)")
    };
    let all = entries().len();
    assert!(all >= 4, "{:?}", entries());

    // Severities: every chip counts what it stands for.
    let mut counted = 0;
    for severity in ["error", "warning", "info"] {
        let chip = format!(".chip[data-chip={severity}]");
        let shown = texts(&page, &format!("#entries [data-severity={severity}]")).len();
        if shown == 0 {
            assert_eq!(texts(&page, &chip), [""; 0]);
            continue;
        }
        counted += shown;
        assert!(page.text_of(&chip).starts_with(&format!("{shown} ")));
        page.click(&chip);
        page.until(&format!(
            "!document.querySelector('#entries [data-severity={severity}]')"
        ));
        assert!(
            page.text_of(&format!("{chip}[aria-pressed=false]"))
                .contains(severity)
        );
        page.click(&chip);
        page.until(&format!(
            "document.querySelectorAll('#entries > li').length === {all}"
        ));
    }
    assert_eq!(counted, all);

    // Words, in any case; then everything again.
    page.click("#search");
    page.press("mr103");
    page.until("document.querySelectorAll('#entries > li').length === 1");
    assert_eq!(rules(), json!(["MR103"]));
    assert!(page.text_of("#shown").contains(&format!("1 of {all}")));
    page.press("nothing has this");
    page.until("document.querySelectorAll('#entries > li').length === 0");
    assert!(page.text_of("#shown").contains(&all.to_string()));
    page.click("#clear-filter");
    page.until(&format!(
        "document.querySelectorAll('#entries > li').length === {all}"
    ));
    assert_eq!(page.value("document.querySelector('#search').value"), "");

    // Groups: the same entries below headings.
    let by_place = rules();
    for (grouping, heading) in [("resource", "Pod default/cart"), ("rule", "MR103")] {
        page.choose("#grouping", grouping);
        page.until("document.querySelector('#entries [data-group]')");
        let headings = texts(&page, "#entries [data-group] h3");
        assert!(headings.len() > 1);
        assert!(
            headings.iter().any(|text| text.contains(heading)),
            "{headings:?}"
        );
        assert_eq!(entries().len(), all);
    }
    page.choose("#grouping", "place");
    page.until("!document.querySelector('#entries [data-group]')");
    assert_eq!(rules(), by_place);
    assert_eq!(page.errors(), [""; 0]);
}

#[test]
fn what_was_not_decided_is_said() {
    let page = page();
    page.check(&[MANY, "---\njust: text\n"].concat());
    // What was silenced, with its reason as text.
    page.click("#suppressed summary");
    let silenced = texts(&page, "#suppressed [data-finding]");
    assert!(
        matches!(&*silenced, [one] if one.contains("MR103") && one.contains("it must <b>bypass</b> the proxy")),
        "{silenced:?}"
    );
    // Rules that could not run, each with a reason.
    let scope = page.text_of("#skipped summary");
    assert!(
        scope.contains("4 resources") && scope.contains("skipped"),
        "{scope}"
    );
    page.click("#skipped summary");
    let skipped = texts(&page, "#skipped [data-rule]");
    assert!(!skipped.is_empty());
    assert!(
        skipped
            .iter()
            .all(|text| text.split_whitespace().count() > 3),
        "{skipped:?}"
    );
    assert!(page.text_of("#ignored").contains("1 document"));
}

#[test]
fn findings_lead_to_places_and_to_the_pages_of_rules() {
    let page = page();
    let [workload, service] = ["cart.yaml", "other.yaml"];
    let (pod, services) = MANY
        .split_once("---\napiVersion: v1\nkind: Service")
        .unwrap();
    load(
        &page,
        &[
            (workload, pod),
            (service, &format!("apiVersion: v1\nkind: Service{services}")),
        ],
    );
    // A place of the other side of a conflict, in the other file.
    let related = "document.querySelector('#entries .related button')";
    page.until(related);
    let shown = "document.querySelector('.files .shown .file').innerText";
    let there = page.value(&format!(
        "['{workload}', '{service}'].find((file) => {related}.innerText.includes(file))"
    ));
    page.click_at(related);
    page.until(&format!("{shown} === {there}"));
    // Its line has the cursor.
    let line = page.value(&format!(
        "Number(/line (\\d+)/.exec({related}.innerText)[1])"
    ));
    let active = first(crate::EDITOR, ".cm-lineNumbers .cm-activeLineGutter");
    page.until(&format!("Number({active}?.textContent) === {line}"));

    // The page of a rule is shown inside of this one, and leads to others.
    page.click(&format!("{} [data-about=MR103]", finding("MR103")));
    page.text_of("#rule-frame[data-state=ready]");
    assert_eq!(page.text_of("#dialog-title"), "MR103");
    let facts = page.text_of(".rule-facts");
    assert!(facts.contains("reserved-uid"), "{facts}");
    page.enter_frame("document.querySelector('#rule-frame')");
    let title = page.value("document.querySelector('h1').textContent");
    assert!(title.to_string().contains("MR103"), "{title}");
    // Nothing of it runs here.
    assert_eq!(page.value("document.scripts.length"), 0);
    let other = first("document", "a[href^=MR]:not([href^=MR103])");
    let id = page.value(&format!("{other}.getAttribute('href').slice(0, 5)"));
    // Later, since the click takes the page away from under a script that runs in it.
    page.run(&format!("setTimeout(() => {other}.click())"), vec![]);
    page.leave_frame();
    page.until(&format!(
        "document.querySelector('#dialog-title').innerText === {id}"
    ));
    page.text_of("#rule-frame[data-state=ready]");
    page.press(ESCAPE);
    page.until("!document.querySelector('#dialog[open]')");
    assert_eq!(page.errors(), [""; 0]);
}

/// A long list is drawn in parts, and the counts are of all of it.
#[test]
fn a_long_list_comes_in_parts() {
    let page = page();
    let jobs: Vec<_> = (0..250)
        .map(|number| JOB.replace("cart", &format!("cart-{number}")))
        .collect();
    page.check(&jobs.join("---\n"));
    assert_eq!(texts(&page, "#entries > li").len(), 200);
    assert!(page.text_of("#summary").contains("250 errors"));
    assert!(page.text_of("#shown").contains("200 of 250"));
    page.click("#more");
    page.until("document.querySelectorAll('#entries > li').length === 250");
    page.click_at("[...document.querySelectorAll('#entries button.message')].at(-1)");
    page.press("1");
    assert!(page.text().contains("runAsUser: 1}"));
    page.text_of(&place_of("MR103"));
}
