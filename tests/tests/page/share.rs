//! Links, and what the browser keeps for the next visit.

use crate::{CONTROL, JOB, copy_of_the_site, finding, load, open_at, page, texts};
use mesh_ready_tests::{Page, Screen};

/// The form of the first release, which links keep for good: two files, settings, the view and the language.
const OLD: &str = "1.HcuxDsFQGEDhV2mO9ap2_VczEkY1XLTaaK-kRUNzX0AidpEIRoOnKqtHEJ3PdyoiZFyxRlgmZi7OKMy3ySwMTMv5PF_16eF8r-d7YLCqwiBMO-_LsT7c3J3OUlSzYicKjfiKAqmIdJIO_rjUuUnMAkW-ScOm9Ya-5yOsoghrFSVCFhYxihRhH7e7fRQZguf6rof9AQ";

/// The link to what is on the page: what follows its `#`.
fn link(page: &Page) -> String {
    page.click("#share-button");
    page.text_of("#share-link");
    let link = page.value("document.querySelector('#share-link').value");
    page.click("#dialog-close");
    page.until("!document.querySelector('#dialog[open]')");
    link.as_str().unwrap().split_once('#').unwrap().1.to_owned()
}

/// What a visitor sees: names and texts of the files, the one shown, settings, view and language.
fn seen(page: &Page) -> serde_json::Value {
    page.until("document.querySelector('main').dataset.phase === 'checked'");
    page.run(
        "
        const shown = document.querySelector('.files .shown').dataset.file;
        const editor = document.querySelector('#editor');
        const files = [];
        for (const tab of document.querySelectorAll('.files .file')) {
          tab.click();
          while (!tab.ariaCurrent) await new Promise(requestAnimationFrame);
          await new Promise(requestAnimationFrame);
          files.push([tab.innerText, editor.text]);
        }
        document.querySelector(`[data-file='${shown}'] .file`).click();
        const { view } = document.querySelector('main').dataset;
        return { shown, files, view, language: document.documentElement.lang };",
        vec![],
    )
}

#[test]
fn a_link_brings_everything_to_another_browser() {
    let page = page();
    let job = format!("{JOB}# 端口 🚢 <b>\n");
    load(&page, &[("job.yaml", &job), ("服务.yaml", "# b\n")]);
    page.choose("#language", "zh-CN");
    page.click("[data-tab=settings]");
    page.choose("#level-MR103", "warning");
    page.text_of("#tab-findings .count");
    page.until("document.querySelector('#settings-yaml')?.innerText.includes('MR103: warning')");
    page.click("[data-file='服务.yaml'] .file");
    page.text_of(".shown[data-file='服务.yaml']");
    page.click("[data-tab=settings]");
    let sent = seen(&page);
    let fragment = link(&page);
    assert!(fragment.starts_with("1."), "{fragment}");

    // The button copies the whole link.
    page.click("#share-button");
    page.click("#dialog .share .button");
    page.until("document.querySelector('#dialog .share .button').innerText === '已复制'");
    assert!(page.copied().ends_with(&format!("/#{fragment}")));
    assert_eq!(page.errors(), [""; 0]);

    let other = open_at(&format!("#{fragment}"), Screen::Desktop, "en-US");
    other.until("document.querySelector('#settings-yaml')?.innerText.includes('MR103: warning')");
    assert_eq!(seen(&other), sent);
    // Rules of the same version would say the same.
    assert_eq!(other.value("!!document.querySelector('#notice')"), false);
    assert_eq!(other.value("location.hash"), "");
    assert_eq!(link(&other), fragment);
    assert_eq!(other.errors(), [""; 0]);
}

#[test]
fn old_links_are_read_and_broken_ones_are_told() {
    let page = open_at(&format!("#{OLD}"), Screen::Desktop, "en-US");
    page.until("document.documentElement.lang === 'zh-CN'");
    assert_eq!(
        texts(&page, ".files .file"),
        ["manifests.yaml", "b/服务.yaml"]
    );
    page.text_of("main[data-view=mesh]");
    page.choose("#language", "en");

    page.click("[data-tab=findings]");
    page.reload();
    page.check(JOB);
    for (fragment, words) in [
        (format!("#{}", &OLD[..OLD.len() / 2]), "damaged"),
        ("#1.nonsense".to_owned(), "damaged"),
        ("#99.AAAA".to_owned(), "newer version"),
    ] {
        page.run("location.hash = given[0]", vec![fragment.clone().into()]);
        page.until(&format!(
            "document.querySelector('#notice')?.innerText.includes('{words}')"
        ));
        // What was there stays.
        assert_eq!(page.text(), JOB, "{fragment}");
        page.click("#notice button");
        page.until("!document.querySelector('#notice')");
    }
    assert_eq!(page.errors(), [""; 0]);
}

#[test]
fn what_is_too_long_for_a_link_goes_into_a_file() {
    let page = page();
    // Digits of which no two parts are alike, so that they do not become short.
    let numbers =
        std::iter::successors(Some(1_u64), |number| Some(number * 48_271 % 2_147_483_647));
    let digits: String = numbers
        .take(20_000)
        .map(|number| number.to_string())
        .collect();
    let text = format!("{JOB}# {digits}\n");
    page.check(&text);
    page.click("#share-button");
    let told = page.text_of("#share-too-long");
    assert!(told.contains("characters"), "{told}");
    page.click("#share-too-long button");
    page.click("#dialog[data-dialog=export] [data-download='manifests.yaml']");
    assert_eq!(page.downloaded("manifests.yaml"), text);
}

#[test]
fn a_visit_is_kept_until_it_is_cleared() {
    let kept = "localStorage.getItem('mesh-ready:state')";
    let site = copy_of_the_site();
    let page = Page::open(site.path(), Screen::Desktop, "en-US").unwrap();
    load(&page, &[("a.yaml", JOB), ("b.yaml", "# b\n")]);
    page.click("[data-tab=settings]");
    page.choose("#level-MR103", "warning");
    page.until("document.querySelector('#settings-yaml')?.innerText.includes('MR103')");
    page.click("[data-file='b.yaml'] .file");
    page.text_of(".shown[data-file='b.yaml']");
    page.until(&format!(
        "{kept}?.includes('\"active\":1') && {kept}.includes('warning')"
    ));
    let before = seen(&page);
    page.reload();
    page.until("document.querySelector('#settings-yaml')?.innerText.includes('MR103')");
    assert_eq!(seen(&page), before);
    // Typing is kept, too.
    page.click("#editor");
    page.hold(CONTROL, "a");
    page.press("# typed");
    page.until(&format!("{kept}.includes('# typed')"));

    page.click("#clear");
    page.text_of("main[data-view=findings]");
    page.text_of("#welcome");
    page.until(&format!("{kept} === null"));
    assert_eq!(texts(&page, ".files .file"), ["manifests.yaml"]);
    page.reload();
    page.text_of("#welcome");
    assert_eq!(page.text(), "");

    // Nothing of a clean page is kept, and a page that is empty makes no link.
    page.click("#share-button");
    page.until("document.querySelector('#dialog').innerText.includes('nothing to share')");
    page.click("#dialog-close");
    page.check(JOB);
    page.text_of(&finding("MR103"));
}
