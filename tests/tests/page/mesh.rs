//! The picture of the mesh: what the rules see is drawn, said in words, and leads to its lines.

use crate::{DOWN, EDITOR, END, HOME, LEFT, RIGHT, SHIFT, TAB, UP, first, page, strings, texts};

/// A namespace in the mesh with a workload whose port two Services call by different protocols.
const CONFLICT: &str = "\
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata:
      labels: {app: cart, version: v1}
    spec:
      containers:
      - name: cart
        image: cart:1
        ports: [{containerPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports: [{name: http, port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: other, namespace: shop}
spec:
  selector: {app: cart}
  ports: [{name: tcp-raw, port: 81, targetPort: 8080}]
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
";

#[test]
fn the_mesh_is_drawn_and_leads_to_its_lines() {
    let page = page();
    page.check(CONFLICT);
    page.click("[data-tab=mesh]");
    page.text_of("#mesh .card");
    let words = page.value(
        "[...document.querySelectorAll('#mesh .hit')].map((hit) => hit.getAttribute('aria-label'))",
    );
    let words = strings(&words);
    for (name, said) in [
        ("cart", &["8080", "STRICT"][..]),
        ("other", &["81", "8080"]),
    ] {
        assert!(
            said.iter().all(|said| {
                words
                    .iter()
                    .any(|words| words.contains(name) && words.contains(said))
            }),
            "{name}: {words:?}"
        );
    }
    assert!(page.text_of("#mesh-scope").contains('2'), "two Services");
    // The same sentences as a list.
    page.click("#mesh-text summary");
    page.until("document.querySelectorAll('#mesh-text li').length > 0");
    assert!(texts(&page, "#mesh-text li").join("\n").contains("STRICT"));

    // By pointer and by key: to the line of the Service.
    let hit = "[...document.querySelectorAll('#mesh .hit')].find((hit) => hit.getAttribute('aria-label').includes('other'))";
    let line = CONFLICT
        .lines()
        .position(|line| line.contains("name: other"))
        .unwrap();
    let active = format!(
        "Number({}?.textContent)",
        first(EDITOR, ".cm-lineNumbers .cm-activeLineGutter")
    );
    page.click_at(hit);
    page.until(&format!("Math.abs({active} - {line}) < 6"));
    page.run(
        "document.querySelector('#editor').jumpTo(1, 1, 1, 1)",
        vec![],
    );
    page.run(&format!("{hit}.focus()"), vec![]);
    page.press(crate::ENTER);
    page.until(&format!("Math.abs({active} - {line}) < 6"));
    assert_eq!(page.errors(), [""; 0]);
}

#[test]
fn tab_stops_at_the_drawing_once_and_arrows_lead_through_it() {
    let page = page();
    page.check(CONFLICT);
    page.click("[data-tab=mesh]");
    page.text_of("#mesh .card");
    let things = "[...document.querySelectorAll('#mesh .hit[role=button]')]";
    let count = page.value(&format!("{things}.length")).as_u64().unwrap();
    let at = || page.value(&format!("{things}.indexOf(document.activeElement)"));
    let said = || {
        let said = page.value("document.activeElement.getAttribute('aria-label')");
        said.as_str().unwrap().to_owned()
    };

    page.run(
        "document.querySelector('#mesh-text summary').focus()",
        vec![],
    );
    page.press(TAB);
    assert_eq!(at(), 0);
    let mut seen = vec![said()];
    for index in 1..count {
        page.press(DOWN);
        assert_eq!(at(), index);
        seen.push(said());
    }
    assert!(seen.iter().any(|said| said.contains("STRICT")), "{seen:?}");
    // Nothing comes after the last.
    page.press(DOWN);
    assert_eq!(at(), count - 1);
    page.press(UP);
    assert_eq!(at(), count - 2);
    page.press(HOME);
    assert_eq!(at(), 0);
    page.press(END);
    assert_eq!(at(), count - 1);

    // From a port of a Service to what is beside it, and back.
    page.run(
        &format!(
            "{things}.find((thing) => thing.getAttribute('aria-label').includes('http')).focus()"
        ),
        vec![],
    );
    let port = said();
    page.press(RIGHT);
    let beside = said();
    assert!(
        beside.contains("Deployment") && beside != port,
        "{port}, {beside}"
    );
    page.press(LEFT);
    assert!(said().contains("Service"), "{}", said());

    // Tab leaves the drawing, and comes back to where it was left.
    let left = at();
    page.press(TAB);
    assert_eq!(at(), -1);
    page.hold(SHIFT, TAB);
    assert_eq!(at(), left);

    // Where that is gone, it stops at the first again.
    page.press(END);
    page.check(&CONFLICT[..CONFLICT.rfind("---").unwrap()].replace("name: other", "name: another"));
    page.until("!document.querySelector('#mesh.stale')");
    let stops =
        format!("{things}.filter((thing) => thing.getAttribute('tabindex') === '0').length");
    page.until(&format!("{stops} === 1"));
    assert_eq!(page.errors(), [""; 0]);
}
