//! Files of the repository, as tests of documents and manifests read them.

use crate::repository;
use serde::Deserialize;
use serde_json::Value;
use std::fs;

/// The text of a file of the repository.
///
/// # Panics
/// When it cannot be read.
pub fn read(path: &str) -> String {
    let path = repository().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names of the files of a directory, sorted.
///
/// # Panics
/// When it cannot be read.
pub fn files(directory: &str) -> Vec<String> {
    let entries = fs::read_dir(repository().join(directory));
    let entries = entries.unwrap_or_else(|error| panic!("{directory}: {error}"));
    let mut names: Vec<_> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Those of the files of a directory whose names end so.
///
/// # Panics
/// When it cannot be read.
pub fn files_ending(directory: &str, end: &str) -> Vec<String> {
    let mut names = files(directory);
    names.retain(|name| name.ends_with(end));
    names
}

/// The documents of a YAML text, which a name tells from others.
///
/// # Panics
/// When one is not YAML.
pub fn documents(name: &str, text: &str) -> Vec<Value> {
    serde_yaml::Deserializer::from_str(text)
        .map(|document| {
            Value::deserialize(document).unwrap_or_else(|error| panic!("{name}: {error}"))
        })
        .collect()
}

/// The one document of a YAML file of the repository.
///
/// # Panics
/// When it is not one.
pub fn yaml(path: &str) -> Value {
    let [document] = &*documents(path, &read(path)) else {
        panic!("{path} is not one document");
    };
    document.clone()
}

/// The text between two others.
pub fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    text.split_once(before)?
        .1
        .split_once(after)
        .map(|(text, _)| text)
}

/// The resource of a kind, as the API server names it.
pub fn resource(kind: &str) -> String {
    let kind = kind.to_lowercase();
    match kind.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{kind}s"),
    }
}
