//! Has the linker keep what it knows of who uses whom, by which the page is cut into parts.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-link-arg-bins=--emit-relocs");
}
