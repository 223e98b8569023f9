//! What draws the state. No component keeps more than its own opening and closing.

mod findings;
mod footer;
mod header;
mod mark;
mod tabs;

pub(crate) use findings::{Findings, headline};
pub(crate) use footer::Footer;
pub(crate) use header::Header;
pub(crate) use tabs::Tabs;
