//! Manifests to start from. Their texts are a part of the page that is fetched when somebody wants the first.

#![allow(
    clippy::unnecessary_wraps,
    reason = "the macro fails with the error of the function it marks"
)]

use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// An example of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Example {
    Shop,
    ProxyUser,
    Database,
    Restricted,
    Metrics,
    Ready,
}

impl Example {
    pub(crate) const ALL: [Self; 6] = [
        Self::Shop,
        Self::ProxyUser,
        Self::Database,
        Self::Restricted,
        Self::Metrics,
        Self::Ready,
    ];

    /// Its name in the document, for tests and styles.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::ProxyUser => "proxy-user",
            Self::Database => "database",
            Self::Restricted => "restricted",
            Self::Metrics => "metrics",
            Self::Ready => "ready",
        }
    }

    /// Its manifests.
    ///
    /// # Errors
    /// When this part of the page could not be fetched.
    pub(crate) async fn text(self) -> Result<&'static str, SplitLoaderError> {
        Ok(texts().await?(self))
    }

    fn own_text(self) -> &'static str {
        match self {
            Self::Shop => include_str!("examples/shop.yaml"),
            Self::ProxyUser => include_str!("examples/proxy-user.yaml"),
            Self::Database => include_str!("examples/database.yaml"),
            Self::Restricted => include_str!("examples/restricted.yaml"),
            Self::Metrics => include_str!("examples/metrics.yaml"),
            Self::Ready => include_str!("examples/ready.yaml"),
        }
    }
}

#[wasm_split(examples, fallible)]
fn texts() -> Result<fn(Example) -> &'static str, SplitLoaderError> {
    Ok(Example::own_text)
}
