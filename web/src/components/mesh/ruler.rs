//! How wide text is, asked of the browser.

use std::cell::RefCell;
use std::collections::HashMap;

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::mesh::text::Style;

/// Measures text as the stylesheet sets it.
pub(super) struct Ruler {
    context: Option<CanvasRenderingContext2d>,
    family: String,
    known: RefCell<HashMap<(Style, String), i32>>,
}

impl Ruler {
    /// A ruler for the page's own typeface.
    pub(super) fn new() -> Self {
        let window = web_sys::window();
        let document = window.as_ref().and_then(web_sys::Window::document);
        let family = window.zip(document.clone()).and_then(|(window, document)| {
            let body = document.body()?;
            let style = window.get_computed_style(&body).ok()??;
            style.get_property_value("font-family").ok()
        });
        let context = document.and_then(|document| {
            let canvas = document.create_element("canvas").ok()?;
            let canvas: HtmlCanvasElement = canvas.dyn_into().ok()?;
            canvas.get_context("2d").ok()??.dyn_into().ok()
        });
        Self {
            context,
            family: family.unwrap_or_else(|| "sans-serif".to_owned()),
            known: RefCell::default(),
        }
    }

    /// The width in px, rounded up.
    pub(super) fn width(&self, style: Style, text: &str) -> i32 {
        let key = (style, text.to_owned());
        if let Some(width) = self.known.borrow().get(&key) {
            return *width;
        }
        let width = self.measure(style, text);
        self.known.borrow_mut().insert(key, width);
        width
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "no text that is drawn is that wide"
    )]
    fn measure(&self, style: Style, text: &str) -> i32 {
        // As in mesh.css.
        let font = match style {
            Style::Name => "600 13px",
            Style::Strong => "600 12px",
            Style::Plain => "12px",
        };
        let measured = self.context.as_ref().and_then(|context| {
            context.set_font(&format!("{font} {}", self.family));
            context.measure_text(text).ok()
        });
        match measured {
            Some(measured) => measured.width().ceil() as i32,
            // A browser without a canvas: wide enough for every typeface.
            None => text
                .chars()
                .map(|it| if it.is_ascii() { 8 } else { 13 })
                .sum(),
        }
    }
}
