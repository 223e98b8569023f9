//! Puts the pages of `docs/rules` into the program.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let directory = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../docs/rules");
    println!("cargo::rerun-if-changed={}", directory.display());
    let mut pages = Vec::new();
    for entry in fs::read_dir(&directory)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // The index of the pages is none.
        if name.starts_with("MR") {
            let page = fs::read_to_string(entry.path())?;
            pages.push((format!("docs/rules/{name}"), page));
        }
    }
    pages.sort_unstable();
    // What `Debug` writes of strings, tuples and slices is Rust.
    let code = Path::new(&env::var("OUT_DIR")?).join("pages.rs");
    fs::write(code, format!("&{pages:?}"))?;
    Ok(())
}
