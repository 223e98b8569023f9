//! What draws the state. What a component keeps besides concerns itself alone: what it asked the module, what is being
//! written in its fields, what became of its last click.

mod admission;
mod backlink;
mod copy_button;
mod dialog;
mod enforce;
mod export;
mod file_bar;
mod findings;
mod fix;
mod footer;
mod gallery;
mod header;
mod mark;
mod mesh;
mod notices;
mod rule_page;
mod settings;
mod share;
mod tabs;
mod text;
mod trouble;
mod view;

pub(crate) use backlink::Backlink;
pub(crate) use dialog::Dialogs;
pub(crate) use file_bar::{FileBar, take};
pub(crate) use findings::headline;
pub(crate) use footer::Footer;
pub(crate) use header::Header;
pub(crate) use notices::Notices;
pub(crate) use tabs::Tabs;
pub(crate) use view::ViewPane;
