//! Names of files.

#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)]

use mesh_ready_web::naming::free_name;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn a_name_that_is_taken_gets_a_number() {
    let cases: [(&[&str], &str, &str); 9] = [
        (&[], "a.yaml", "a.yaml"),
        (&["b.yaml", "a-2.yaml"], "a.yaml", "a.yaml"),
        (&["a.yaml"], "a.yaml", "a-2.yaml"),
        (&["a.yaml", "a-2.yaml", "a-3.yaml"], "a.yaml", "a-4.yaml"),
        (&["a-2.yaml"], "a-2.yaml", "a-2-2.yaml"),
        (&["网格.tar.yaml"], "网格.tar.yaml", "网格.tar-2.yaml"),
        (&["a"], "a", "a-2"),
        (&["v1.2/a"], "v1.2/a", "v1.2/a-2"),
        (&["a/.yaml"], "a/.yaml", "a/.yaml-2"),
    ];
    for (taken, name, free) in cases {
        assert_eq!(
            free_name(name, |name| !taken.contains(&name)),
            free,
            "{name}"
        );
    }
}
