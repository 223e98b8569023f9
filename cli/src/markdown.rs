//! Rule pages on a terminal: headings bold, links as text with their address, code as it is.
//!
//! Reads the Markdown that the pages use, and no more: headings, fenced code, code spans and links. The rest (lists,
//! tables, paragraphs) reads well as it was written.

use anstyle::Style;

/// Where the pages lie, relative to the repository.
const DIRECTORY: &str = "docs/rules";

/// A page, readable on a terminal.
pub(crate) fn readable(page: &str) -> String {
    let bold = Style::new().bold();
    let mut text = String::with_capacity(page.len());
    // Of the block that is being read: a link may go on in the next line.
    let mut block = String::new();
    let mut in_code = false;
    for line in page.split_inclusive('\n') {
        let is_fence = line.starts_with("```");
        if is_fence || in_code || line.trim().is_empty() || line.starts_with('#') {
            links(&block, &mut text);
            block.clear();
        }
        if is_fence {
            in_code = !in_code;
        } else if in_code {
            text += line;
        } else if let Some(title) = heading(line) {
            text.extend([&format!("{bold}"), title, &format!("{bold:#}"), "\n"]);
        } else {
            block += line;
        }
    }
    links(&block, &mut text);
    text
}

fn heading(line: &str) -> Option<&str> {
    let title = line.trim_start_matches('#');
    let is_heading = title.len() < line.len() && title.starts_with(' ');
    is_heading.then(|| title.trim())
}

/// Appends a block of text in which `[text](address)` becomes `text (address)`.
fn links(block: &str, text: &mut String) {
    let mut rest = block;
    while let Some(at) = rest.find(['`', '[']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = match (code_span(rest), link(rest)) {
            (Some(code), _) => {
                text.push_str(code);
                code.len()
            }
            (None, Some((label, target))) => {
                links(label, text);
                text.extend([" (", &address(target), ")"]);
                // The two brackets and the two parentheses.
                label.len() + target.len() + 4
            }
            (None, None) => {
                text.push_str(&rest[..1]);
                1
            }
        };
        rest = &rest[taken..];
    }
    text.push_str(rest);
}

/// The code span that a text begins with.
fn code_span(text: &str) -> Option<&str> {
    let code = text.strip_prefix('`')?;
    let end = code.find('`')?;
    Some(&text[..end + 2])
}

/// Text and target of the link that a text begins with.
fn link(text: &str) -> Option<(&str, &str)> {
    let (label, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (target, _) = rest.split_once(')')?;
    (!label.contains('[')).then_some((label, target))
}

/// A target as the reader can use it: an address, or a file relative to the repository, as findings name pages.
fn address(target: &str) -> String {
    if target.contains("://") {
        return target.to_owned();
    }
    let mut directory = DIRECTORY;
    let mut file = target;
    while let Some(above) = file.strip_prefix("../") {
        directory = directory.rsplit_once('/').map_or("", |(parent, _)| parent);
        file = above;
    }
    match directory {
        "" => file.to_owned(),
        _ => format!("{directory}/{file}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{DIRECTORY, readable};
    use crate::catalogue::PAGES;
    use std::path::Path;

    #[test]
    fn headings_are_bold_and_code_is_as_it_was() {
        let page = "# MR1 x\n\n## Why\nBecause `a[0](b)`.\n\n```yaml\n# kept\na: [b](c)\n```\n";
        let expected = "\u{1b}[1mMR1 x\u{1b}[0m\n\n\u{1b}[1mWhy\u{1b}[0m\nBecause `a[0](b)`.\n\n# kept\na: [b](c)\n";
        assert_eq!(readable(page), expected);
    }

    #[test]
    fn a_link_is_its_text_and_where_it_leads() {
        let page = "See [the\n`code`](https://example.com/a), [settings](../settings.md#cni), [中文](MR1.zh-CN.md)\n\
                    and [readme](../../README.md), not [this] (one)\n";
        let expected = "See the\n`code` (https://example.com/a), settings (docs/settings.md#cni), 中文 (docs/rules/MR1.zh-CN.md)\n\
                        and readme (README.md), not [this] (one)\n";
        assert_eq!(readable(page), expected);
    }

    #[test]
    fn pages_use_no_other_markup() {
        for (name, page) in PAGES {
            let text = readable(page);
            for markup in ["](", "**", "<!--", "\n> "] {
                assert!(!text.contains(markup), "{name}: {markup}");
            }
            // Links to files are shown as files of the repository.
            let files = text
                .split(" (docs/")
                .skip(1)
                .filter_map(|rest| rest.split([')', '#']).next());
            for file in files {
                let path = Path::new(env!("CARGO_MANIFEST_DIR"))
                    .join("../docs")
                    .join(file);
                assert!(path.exists(), "{name}: docs/{file}");
            }
            assert!(text.contains(&format!(" ({DIRECTORY}/MR")), "{name}");
        }
    }
}
