//! Text in the room that there is.

/// How text is set; widths depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// The name of a namespace, a workload or a Service.
    Name,
    /// A port's number, and its protocol.
    Strong,
    /// Everything else.
    Plain,
}

/// A piece of a line that has found its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// How far it stands from the line's start, in px.
    pub x: i32,
    /// What is to be read, with an ellipsis where something had to go.
    pub text: String,
}

/// What ends a text that had to be cut.
const ELLIPSIS: char = '…';

/// Between two pieces of a line, in px.
pub const SPACE: i32 = 6;

/// The longest beginning of a text that fits, with an ellipsis if that is not all of it. Nothing at all where not even
/// one character and the ellipsis fit.
///
/// `measure` gives the width of a text in px.
pub fn fit(text: &str, room: i32, measure: impl Fn(&str) -> i32) -> String {
    if measure(text) <= room {
        return text.to_owned();
    }
    let ends: Vec<usize> = text.char_indices().map(|(index, _)| index).collect();
    let cut = |characters: usize| {
        let end = ends.get(characters).copied().unwrap_or(text.len());
        format!("{}{ELLIPSIS}", text[..end].trim_end())
    };
    // How many characters fit: from none to all of them, found by halves.
    let (mut fits, mut too_many) = (0, ends.len());
    while fits + 1 < too_many {
        let middle = usize::midpoint(fits, too_many);
        if measure(&cut(middle)) <= room {
            fits = middle;
        } else {
            too_many = middle;
        }
    }
    if fits == 0 { String::new() } else { cut(fits) }
}

/// Puts texts one after the other into a line of so many px. What comes first keeps its room; the texts for which none
/// is left are empty.
pub fn line(
    texts: &[(Style, &str)],
    room: i32,
    measure: impl Fn(Style, &str) -> i32,
) -> Vec<Piece> {
    let mut x = 0;
    let place = |(style, text): &(Style, &str)| {
        let text = fit(text, room - x, |text| measure(*style, text));
        let piece = Piece { x, text };
        if !piece.text.is_empty() {
            x += measure(*style, &piece.text) + SPACE;
        }
        piece
    };
    texts.iter().map(place).collect()
}
