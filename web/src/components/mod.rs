//! What draws the state. What a component keeps besides concerns itself alone: what it asked the module, what is being
//! written in its fields, what became of its last click.

mod admission;
mod chip;
mod copy_button;
mod dialog;
mod embedded;
mod enforce;
mod export;
mod file_bar;
mod findings;
mod fix;
mod footer;
mod gallery;
mod header;
mod later;
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

pub(crate) use dialog::use_dialog;
pub(crate) use file_bar::{take, use_file_bar};
pub(crate) use footer::footer;
pub(crate) use header::header;
pub(crate) use later::{Part, expect, later};
pub(crate) use notices::notices;
pub(crate) use tabs::use_tabs;
pub(crate) use view::view_pane;
