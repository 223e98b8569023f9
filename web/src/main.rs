//! Starts the page; the boot script has fetched this module.

fn main() {
    mesh_ready_web::run();
}
