//! Links and memory, in a browser's own streams and storage.

#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, clippy::panic)]

use mesh_ready_web::differing::Differing;
use mesh_ready_web::share::{
    Fragment, ShareError, Shared, SharedFile, forget, from_fragment, recall, remember, to_fragment,
};
use serde_json::json;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// The link of `fragment.test.js`, made by other means; it stays as it is.
const LINK: &str = "1.HcuxDsFQGEDhV2mO9ap2_VczEkY1XLTaaK-kRUNzX0AidpEIRoOnKqtHEJ3PdyoiZFyxRlgmZi7OKMy3ySwMTMv5PF_16eF8r-d7YLCqwiBMO-_LsT7c3J3OUlSzYicKjfiKAqmIdJIO_rjUuUnMAkW-ScOm9Ya-5yOsoghrFSVCFhYxihRhH7e7fRQZguf6rof9AQ";

fn file(name: &str, text: &str) -> SharedFile {
    let (name, text) = (name.to_owned(), text.to_owned());
    SharedFile { name, text }
}

fn state() -> Shared {
    let settings = json!({"failOn": "warning", "rules": {"MR101": "off"}});
    Shared {
        files: vec![
            file("manifests.yaml", "kind: Service\n# 端口 🚢\n"),
            file("b/服务.yaml", ""),
        ],
        active: 1,
        settings: settings.as_object().cloned().unwrap_or_default().into(),
        view: Some("mesh".to_owned()),
        language: Some("zh-CN".to_owned()),
        version: Some("0.1.0".to_owned()),
    }
}

/// Text of so many digits, of which no two parts are alike.
fn digits(length: usize) -> Shared {
    let numbers =
        std::iter::successors(Some(1_u64), |number| Some(number * 48_271 % 2_147_483_647));
    let digits = numbers.map(|number| char::from(b'0' + number.to_le_bytes()[0] % 10));
    let text: String = digits.take(length).collect();
    Shared {
        files: vec![file("manifests.yaml", &text)],
        ..Shared::default()
    }
}

async fn link(shared: &Shared) -> String {
    match to_fragment(shared).await {
        Ok(Fragment::Link(link)) => link,
        other => panic!("{other:?}"),
    }
}

#[wasm_bindgen_test]
async fn an_old_link_is_read() {
    assert_eq!(from_fragment(LINK).await, Ok(state()));
    assert_eq!(from_fragment(&format!("#{LINK}")).await, Ok(state()));
}

#[wasm_bindgen_test]
async fn a_state_survives_a_link() {
    for shared in [state(), Shared::default()] {
        assert_eq!(from_fragment(&link(&shared).await).await, Ok(shared));
    }
}

#[wasm_bindgen_test]
async fn a_link_that_says_nothing_says_why() {
    let cut = &LINK[..LINK.len() / 2];
    assert_eq!(from_fragment(cut).await, Err(ShareError::Damaged));
    assert_eq!(from_fragment("findings").await, Err(ShareError::Damaged));
    assert_eq!(from_fragment("2.abc").await, Err(ShareError::Newer));
    let huge = Shared {
        files: vec![file("a.yaml", &"x".repeat(9_000_000))],
        ..Shared::default()
    };
    assert_eq!(to_fragment(&huge).await, Err(ShareError::TooLarge));
}

#[wasm_bindgen_test]
async fn a_long_link_is_measured() {
    match to_fragment(&digits(100_000)).await {
        Ok(Fragment::TooLong(length)) => assert!((30_000..100_000).contains(&length), "{length}"),
        other => panic!("{other:?}"),
    }
}

// One test: there is one storage.
#[wasm_bindgen_test]
fn the_last_state_is_remembered_until_it_is_forgotten() {
    forget();
    assert_eq!(recall(), None);
    remember(&state());
    assert_eq!(recall(), Some(state()));

    // More than a browser keeps for a site.
    remember(&digits(11_000_000));
    assert_eq!(recall(), None, "the state before the last came back");

    let storage = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
    let write = |json| {
        storage
            .as_ref()
            .and_then(|storage| storage.set_item("mesh-ready:state", json).ok())
            .unwrap_or_else(|| panic!("no storage"));
    };
    write("{");
    assert_eq!(recall(), None);
    write(r#"{"later": 1, "active": 7, "files": [{"name": "a", "text": "b"}]}"#);
    let files = vec![file("a", "b")];
    let (active, settings) = (0, Differing::default());
    let read = Shared {
        files,
        active,
        settings,
        ..Shared::default()
    };
    assert_eq!(recall(), Some(read));

    forget();
    assert_eq!(recall(), None);
}
