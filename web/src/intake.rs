//! Files and folders from the visitor's disk: what is read, under which names, and what is left out. A part of the page that
//! is fetched when somebody opens the first.

#![allow(
    clippy::unnecessary_wraps,
    reason = "the macro fails with the error of the function it marks"
)]

use std::collections::VecDeque;
use std::pin::Pin;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use web_sys::{
    DataTransfer, File, FileList, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry,
};

use crate::documents::Named;
use crate::order::sorted_by_key;

/// A file larger than this is left out: the editor would not be of much use with it.
const MAX_BYTES: f64 = 16_000_000.0;

/// More files than this are left out.
const MAX_FILES: usize = 200;

/// What would make all files together larger than this is left out.
const MAX_TOTAL: f64 = 32_000_000.0;

/// After so many entries of folders no further one is looked at: somebody dropped the whole disk.
const MAX_ENTRIES: usize = 10_000;

/// What came of reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Intake {
    /// Names and texts, by name.
    pub(crate) files: Vec<Named>,
    /// How many files were left out because they are neither YAML nor JSON, too large, too many, or unreadable. What
    /// is in a folder that was not looked into counts as one.
    pub(crate) left_out: usize,
}

/// A file, or what gives one.
enum Source {
    File(File),
    Entry(FileSystemFileEntry),
}

impl Source {
    async fn file(self) -> Option<File> {
        let entry = match self {
            Self::File(file) => return Some(file),
            Self::Entry(entry) => entry,
        };
        let promise = js_sys::Promise::new(&mut |resolve, reject| {
            entry.file_with_callback_and_callback(&resolve, &reject);
        });
        let file = JsFuture::from(promise).await.ok()?;
        Some(file.unchecked_into())
    }
}

/// Files that were found, and how many were left out so far.
#[derive(Default)]
struct Found {
    files: Vec<(String, Source)>,
    left_out: usize,
}

impl Found {
    fn add(&mut self, name: String, source: Source) {
        if is_wanted(&name) {
            self.files.push((name, source));
        } else {
            self.left_out += 1;
        }
    }
}

/// What somebody gave.
pub(crate) enum Given {
    /// What an `<input type="file">` holds.
    List(FileList),
    /// What was dropped: files, and folders with all that is in them.
    Entries(Vec<FileSystemEntry>),
}

/// What was dropped, all of it at once: the list is emptied when the event is over.
pub(crate) fn dropped(dropped: &DataTransfer) -> Given {
    let items = dropped.items();
    let entries = 0..items.length();
    let entries = entries.filter_map(|index| items.get(index)?.webkit_get_as_entry().ok()?);
    Given::Entries(entries.collect())
}

/// Reads what somebody gave.
///
/// # Errors
/// When this part of the page could not be fetched.
pub(crate) async fn read(given: Given) -> Result<Intake, SplitLoaderError> {
    Ok(reader().await?(given).await)
}

type Reader = fn(Given) -> Pin<Box<dyn Future<Output = Intake>>>;

#[wasm_split(intake, fallible)]
fn reader() -> Result<Reader, SplitLoaderError> {
    Ok(|given| Box::pin(async move { read_all(find(given).await).await }))
}

async fn find(given: Given) -> Found {
    match given {
        Given::Entries(entries) => walk(entries.into()).await,
        Given::List(list) => {
            let mut found = Found::default();
            for file in (0..list.length()).filter_map(|index| list.item(index)) {
                found.add(name_of(&file), Source::File(file));
            }
            found
        }
    }
}

/// A folder's file has its path, any other its name.
fn name_of(file: &File) -> String {
    let path = js_sys::Reflect::get(file, &"webkitRelativePath".into());
    let path = path.ok().and_then(|path| path.as_string());
    path.filter(|path| !path.is_empty())
        .unwrap_or_else(|| file.name())
}

/// Whether it is looked into: hidden files and directories are not, as on the command line.
fn is_wanted(name: &str) -> bool {
    let ending = name.rsplit('.').next().map(str::to_ascii_lowercase);
    let is_hidden = name.split('/').any(|part| part.starts_with('.'));
    !is_hidden && matches!(ending.as_deref(), Some("yaml" | "yml" | "json"))
}

/// Finds files, those of outer folders first.
async fn walk(mut open: VecDeque<FileSystemEntry>) -> Found {
    let mut found = Found::default();
    let mut room = MAX_ENTRIES;
    while let Some(entry) = open.pop_front() {
        // By what they say of themselves: Chromium has no global classes for them.
        if entry.is_directory() {
            let directory: &FileSystemDirectoryEntry = entry.unchecked_ref();
            if entry.name().starts_with('.') {
                continue;
            }
            let (children, is_all) = children(directory, room).await;
            room -= children.len();
            found.left_out += usize::from(!is_all);
            open.extend(children);
        } else {
            let name = entry.full_path().trim_start_matches('/').to_owned();
            found.add(name, Source::Entry(entry.unchecked_into()));
        }
    }
    found
}

/// What is in a directory, up to `room` entries, and whether that is all. A reader gives the entries of a large
/// directory in several parts, the last of which is empty.
async fn children(
    directory: &FileSystemDirectoryEntry,
    room: usize,
) -> (Vec<FileSystemEntry>, bool) {
    let reader = directory.create_reader();
    let mut children = Vec::new();
    while children.len() < room {
        let promise = js_sys::Promise::new(&mut |resolve, reject| {
            // What fails here rejects the promise.
            let _ = reader.read_entries_with_callback_and_callback(&resolve, &reject);
        });
        match JsFuture::from(promise)
            .await
            .map(JsCast::unchecked_into::<Array>)
        {
            Ok(part) if part.length() > 0 => {
                children.extend(part.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
            }
            Ok(_) => return (children, true),
            Err(_) => return (children, false),
        }
    }
    children.truncate(room);
    (children, false)
}

async fn read_all(found: Found) -> Intake {
    let files = sorted_by_key(found.files, |(name, _)| name.clone());
    let mut intake = Intake {
        files: Vec::new(),
        left_out: found.left_out,
    };
    let mut room = MAX_TOTAL;
    for (name, source) in files {
        let text = if intake.files.len() < MAX_FILES {
            text(source, &mut room).await
        } else {
            None
        };
        match text {
            Some(text) => intake.files.push((name, text)),
            None => intake.left_out += 1,
        }
    }
    intake
}

/// The text of a file, if it is not too large, also for the room that is left, which becomes less.
async fn text(source: Source, room: &mut f64) -> Option<String> {
    let file = source.file().await?;
    if file.size() > MAX_BYTES.min(*room) {
        return None;
    }
    let text = JsFuture::from(file.text()).await.ok()?;
    *room -= file.size();
    text.as_string()
}
