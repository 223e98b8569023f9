//! The files of the page: their names are in the state, their texts in the editor, and both change here together.

use std::cell::{Cell, RefCell};

use yew::prelude::*;

use crate::editor::Editor;
use crate::naming::free_name;
use crate::report::TextEdit;
use crate::state::{Action, FIRST_FILE, File, State};

/// A name and a text.
pub(crate) type Named = (String, String);

/// Brings the editor's documents and the state's list of files together.
pub(crate) struct Documents {
    editor: NodeRef,
    state: UseReducerDispatcher<State>,
    files: RefCell<Vec<File>>,
    next: Cell<u32>,
}

impl Documents {
    /// One empty file, which the editor has from the beginning.
    pub(crate) fn new(editor: NodeRef, state: UseReducerDispatcher<State>) -> Self {
        let first = File {
            id: 0,
            name: FIRST_FILE.to_owned(),
        };
        Self {
            editor,
            state,
            files: RefCell::new(vec![first]),
            next: Cell::new(1),
        }
    }

    /// How long all texts are together, in UTF-16 units.
    pub(crate) fn length(&self) -> u32 {
        let editor = Editor::of(&self.editor);
        let files = self.files.borrow();
        let lengths = files
            .iter()
            .filter_map(|file| editor.as_ref()?.length_of(&File::key(file.id)));
        lengths.fold(0, u32::saturating_add)
    }

    /// Names and texts, in the order of the tabs.
    pub(crate) fn texts(&self) -> Vec<Named> {
        let Some(editor) = Editor::of(&self.editor) else {
            return Vec::new();
        };
        let files = self.files.borrow();
        let text = |file: &File| (file.name.clone(), text_of(&editor, file.id));
        files.iter().map(text).collect()
    }

    /// Opens files beside those that are there. A first file that is still empty makes room for them.
    pub(crate) fn add(&self, added: Vec<Named>) {
        let is_blank = self.texts().iter().all(|(_, text)| text.trim().is_empty());
        if is_blank {
            self.replace_all(added);
        } else {
            self.open(added);
        }
    }

    /// Opens files in place of those that are there. One in place of one is an edit that can be undone.
    pub(crate) fn replace_all(&self, new: Vec<Named>) {
        let Some(editor) = Editor::of(&self.editor) else {
            return;
        };
        let old = self.files.borrow().clone();
        match (old.as_slice(), new.as_slice()) {
            (_, []) => {}
            ([file], [(name, text)]) => {
                editor.replace(&File::key(file.id), text);
                self.rename(file.id, name);
            }
            _ => {
                self.files.borrow_mut().clear();
                self.open(new);
                for file in old {
                    editor.close(&File::key(file.id));
                }
            }
        }
    }

    fn open(&self, added: Vec<Named>) {
        let Some(editor) = Editor::of(&self.editor) else {
            return;
        };
        let mut shown = None;
        for (name, text) in added {
            let id = self.next.get();
            self.next.set(id + 1);
            editor.open(&File::key(id), &text);
            let name = self.unique(&name, id);
            self.files.borrow_mut().push(File { id, name });
            shown.get_or_insert(id);
        }
        if let Some(shown) = shown {
            // At once, so that closing another one does not leave the editor without.
            editor.show(&File::key(shown));
            self.tell(shown);
        }
    }

    /// Shows the file at this place among the tabs.
    pub(crate) fn show_nth(&self, index: usize) {
        let id = self.files.borrow().get(index).map(|file| file.id);
        if let Some(id) = id {
            self.tell(id);
        }
    }

    /// Opens an empty file beside the others.
    pub(crate) fn create(&self) {
        self.open(vec![(FIRST_FILE.to_owned(), String::new())]);
    }

    /// Closes a file; the last one is emptied instead.
    pub(crate) fn close(&self, id: u32) {
        let Some(editor) = Editor::of(&self.editor) else {
            return;
        };
        let files = self.files.borrow().clone();
        let Some(index) = files.iter().position(|file| file.id == id) else {
            return;
        };
        if files.len() == 1 {
            editor.replace(&File::key(id), "");
            self.rename(id, FIRST_FILE);
            return;
        }
        self.files.borrow_mut().remove(index);
        let beside = self.files.borrow()[index.min(files.len() - 2)].id;
        self.tell(beside);
        editor.show(&File::key(beside));
        editor.close(&File::key(id));
    }

    /// Gives a file another name; one that another file has gets a number.
    pub(crate) fn rename(&self, id: u32, name: &str) {
        let name = self.unique(name.trim(), id);
        for file in self.files.borrow_mut().iter_mut() {
            if file.id == id {
                file.name.clone_from(&name);
            }
        }
        self.tell(id);
    }

    /// A name that no other file has.
    fn unique(&self, name: &str, id: u32) -> String {
        let name = if name.is_empty() { FIRST_FILE } else { name };
        let files = self.files.borrow();
        let is_free = |name: &str| !files.iter().any(|file| file.id != id && file.name == name);
        free_name(name, is_free)
    }

    /// Applies edits to the file of this name as one step that can be undone.
    pub(crate) fn edit(&self, name: &str, edits: &[TextEdit]) {
        if let (Some(editor), Some(id)) = (Editor::of(&self.editor), self.id(name)) {
            editor.edit(&File::key(id), edits);
            self.state.dispatch(Action::ShowFile(id));
        }
    }

    /// Gives files of these names new texts; each change is one step that can be undone.
    pub(crate) fn rewrite(&self, texts: &[Named]) {
        let Some(editor) = Editor::of(&self.editor) else {
            return;
        };
        for (name, text) in texts {
            if let Some(id) = self.id(name).filter(|id| text_of(&editor, *id) != *text) {
                editor.replace(&File::key(id), text);
            }
        }
    }

    fn id(&self, name: &str) -> Option<u32> {
        let files = self.files.borrow();
        let file = files.iter().find(|file| file.name == name);
        file.map(|file| file.id)
    }

    fn tell(&self, active: u32) {
        let files = self.files.borrow().clone();
        self.state.dispatch(Action::Files(files, active));
    }
}

fn text_of(editor: &Editor, id: u32) -> String {
    editor.text_of(&File::key(id)).unwrap_or_default()
}
