//! The page in a frame of another page: what that one asks for in the address and by messages, and what it is told.
//! docs/embedding.md describes both.

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::{Function, JSON};
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, MessageEvent, ResizeObserver, UrlSearchParams, Window};

use crate::answers::Settings;
use crate::session;
use crate::share::{self, Shared, SharedFile};
use crate::state::{Action, Embed, FIRST_FILE, Notice};
use crate::tools::{Tools, ask};
use crate::{Language, Theme};

/// What the address asks for.
pub(crate) struct Asked {
    pub(crate) embed: Embed,
    pub(crate) theme: Theme,
    pub(crate) language: Option<Language>,
}

/// What the address asks for, when the page is embedded.
pub(crate) fn asked() -> Option<Asked> {
    let query = web_sys::window()?.location().search().ok()?;
    let query = UrlSearchParams::new_with_str(&query).ok()?;
    query.get("embed")?;
    let panes = query.get("panes").unwrap_or_default();
    let theme = query.get("theme");
    Some(Asked {
        embed: Embed::new(
            panes.split(',').filter(|pane| !pane.is_empty()),
            query.get("readonly").is_some(),
        ),
        theme: theme
            .as_deref()
            .and_then(Theme::from_name)
            .unwrap_or(Theme::System),
        language: query.get("lang").as_deref().and_then(Language::from_tag),
    })
}

/// What the page around says.
#[derive(Debug, Deserialize)]
#[serde(tag = "type")]
enum Message {
    #[serde(rename = "mesh-ready:look", rename_all = "camelCase")]
    Look {
        theme: Option<String>,
        read_only: Option<bool>,
        language: Option<String>,
        panes: Option<Vec<String>>,
    },
    #[serde(rename = "mesh-ready:load", rename_all = "camelCase")]
    Load {
        files: Option<Vec<File>>,
        fragment: Option<String>,
        settings_text: Option<String>,
    },
}

#[derive(Debug, Deserialize)]
struct File {
    name: Option<String>,
    text: String,
}

/// Listens to the page around and tells it the height, until it is dropped.
pub(crate) struct Frame {
    _messages: EventListener,
    observer: ResizeObserver,
    _measure: Closure<dyn Fn()>,
}

impl Drop for Frame {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

impl Frame {
    /// Says that the page listens, and listens.
    pub(crate) fn new(tools: &Tools) -> Option<Self> {
        let window = web_sys::window()?;
        let parent = parent(&window)?;
        let app = window.document()?.get_element_by_id("app")?;
        let messages = {
            let (tools, parent) = (tools.clone(), parent.clone());
            let turn = Rc::new(Cell::new(0));
            EventListener::new(&window, "message", move |event| {
                let Some(event) = event.dyn_ref::<MessageEvent>() else {
                    return;
                };
                let is_parents = event
                    .source()
                    .is_some_and(|source| JsValue::from(source) == JsValue::from(&parent));
                // Other scripts of the page around, such as extensions, talk, too.
                let said = is_parents
                    .then(|| JSON::stringify(&event.data()).ok())
                    .flatten();
                let said = said.and_then(|json| serde_json::from_str(&String::from(json)).ok());
                if let Some(message) = said {
                    hear(&tools, message, &turn);
                }
            })
        };
        let measure = {
            let (app, parent) = (app.clone(), parent.clone());
            Closure::<dyn Fn()>::new(move || tell_height(&parent, &app))
        };
        let observer = ResizeObserver::new(measure.as_ref().unchecked_ref::<Function>()).ok()?;
        observer.observe(&app);
        post(&parent, &json!({"type": "mesh-ready:ready"}));
        Some(Self {
            _messages: messages,
            observer,
            _measure: measure,
        })
    }
}

/// The window around; none when the page stands alone.
fn parent(window: &Window) -> Option<Window> {
    let parent = window.parent().ok()??;
    (JsValue::from(&parent) != JsValue::from(window)).then_some(parent)
}

fn tell_height(parent: &Window, app: &Element) {
    let height = app.get_bounding_client_rect().height().ceil();
    post(
        parent,
        &json!({"type": "mesh-ready:height", "height": height}),
    );
}

/// Neither message holds anything of the manifests, so that any page around may have it.
fn post(parent: &Window, message: &Value) {
    if let Ok(message) = JSON::parse(&message.to_string()) {
        // It fails for unknown origins only.
        let _ = parent.post_message(&message, "*");
    }
}

fn hear(tools: &Tools, message: Message, turn: &Rc<Cell<u32>>) {
    match message {
        Message::Look {
            theme,
            read_only,
            language,
            panes,
        } => {
            let panes = panes.unwrap_or_default();
            let panes = panes.iter().map(String::as_str);
            let embed = Embed::new(panes, read_only.unwrap_or_default());
            tools.dispatch(Action::Embed(embed));
            let theme = theme.as_deref().and_then(Theme::from_name);
            tools.dispatch(Action::Paint(theme.unwrap_or(Theme::System)));
            if let Some(language) = language.as_deref().and_then(Language::from_tag) {
                tools.dispatch(Action::Speak(language));
            }
        }
        Message::Load {
            files,
            fragment,
            settings_text,
        } => {
            let (tools, turn) = (tools.clone(), Rc::clone(turn));
            turn.set(turn.get().wrapping_add(1));
            let own = turn.get();
            // What comes late must not take the place of what was sent after it.
            let is_last = move || turn.get() == own;
            spawn_local(async move { load(&tools, files, fragment, settings_text, is_last).await });
        }
    }
}

async fn load(
    tools: &Tools,
    files: Option<Vec<File>>,
    fragment: Option<String>,
    settings_text: Option<String>,
    is_last: impl Fn() -> bool,
) {
    let mut shared = match fragment {
        Some(fragment) => match share::from_fragment(&fragment).await {
            Ok(shared) => shared,
            Err(error) => return tools.dispatch(Action::Say(Some(Notice::BadLink(error)))),
        },
        None => Shared::default(),
    };
    if !is_last() {
        return;
    }
    // The page around has a language of its own, and says so when it has.
    shared.language = None;
    if let Some(files) = files {
        shared.files = files
            .into_iter()
            .map(|file| SharedFile {
                name: file.name.unwrap_or_else(|| FIRST_FILE.to_owned()),
                text: file.text,
            })
            .collect();
    }
    if shared.files.is_empty() {
        shared.files.push(SharedFile {
            name: FIRST_FILE.to_owned(),
            text: String::new(),
        });
    }
    // The text at once; the settings need the module, which may be on its way or not come at all.
    session::restore(tools, shared);
    let Some(text) = settings_text else { return };
    let Some(policy) = tools.checker.ready().await else {
        return;
    };
    let language = tools.checker.language();
    let payload = json!({"text": text, "language": language.tag()});
    let answer = ask::<Settings>(&policy, "settings", &payload).await;
    if !is_last() {
        return;
    }
    let notice = match answer {
        Ok(answer) => match answer.differing() {
            Some(settings) => return tools.dispatch(Action::Configure(settings.into())),
            None => {
                Notice::BadSettings(answer.errors.iter().map(|one| one.say(language)).collect())
            }
        },
        Err(error) => Notice::BadSettings(vec![language.policy_error(&error)]),
    };
    tools.dispatch(Action::Say(Some(notice)));
}
