//! The page of a rule, shown inside of this one.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlIFrameElement, MouseEvent as Click};
use yew::prelude::*;

use super::mark;
use super::text::prose;
use crate::Language;
use crate::answers::{Rule, Source};
use crate::state::{Action, Dialog};
use crate::tools::{Tools, tools, use_catalogue};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) language: Language,
    pub(super) rule: AttrValue,
}

/// What the catalogue knows of a rule, and its page.
#[component]
pub(super) fn RulePage(props: &Props) -> Html {
    let language = props.language;
    let catalogue = use_catalogue(language);
    let rules = catalogue.as_ref().map(|catalogue| &catalogue.rules);
    let rule = rules.and_then(|rules| rules.iter().find(|rule| props.rule == rule.id));
    let path: AttrValue = format!("rules/{}/{}.html", language.tag(), props.rule).into();
    html! {
        <div class="rule-page" data-rule={props.rule.clone()}>
            if let Some(rule) = rule {
                <div class="rule-facts">
                    <h3>{ &rule.name }</h3>
                    <p class="lead">{ prose(&rule.title) }</p>
                    <dl>
                        <div>
                            <dt>{ language.rule_default_severity() }</dt>
                            <dd class="amount">
                                { mark::severity(rule.severity) }
                                { language.severity(rule.severity) }
                            </dd>
                        </div>
                        <div>
                            <dt>{ language.rule_data_planes() }</dt>
                            <dd>{ planes(language, rule) }</dd>
                        </div>
                        if !rule.sources.is_empty() {
                            <div>
                                <dt>{ language.rule_sources() }</dt>
                                <dd>
                                    <ul>{ for rule.sources.iter().map(source) }</ul>
                                </dd>
                            </div>
                        }
                    </dl>
                </div>
            }
            <Frame key={path.to_string()} {language} rule={props.rule.clone()} path={path.clone()} />
        </div>
    }
}

fn planes(language: Language, rule: &Rule) -> String {
    let planes = rule.data_planes.iter();
    let planes: Vec<_> = planes.map(|plane| language.data_plane(plane)).collect();
    language.rule_list(&planes)
}

fn source(source: &Source) -> Html {
    html! {
        <li>
            <a href={source.url.clone()} target="_blank" rel="noopener noreferrer">{ prose(&source.title) }</a>
        </li>
    }
}

/// How far the page in the frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Loading,
    /// It is there, and so high in CSS pixels.
    Ready(i32),
    /// What came is no page of a rule.
    Missing,
}

#[derive(Properties, PartialEq)]
struct FrameProps {
    language: Language,
    rule: AttrValue,
    /// Where the page is, relative to this one.
    path: AttrValue,
}

/// The page of a rule as it was built. It runs no script: what has to be done to it here is done from here.
#[component]
fn Frame(props: &FrameProps) -> Html {
    let tools = tools();
    let language = props.language;
    let element = use_node_ref();
    let progress = use_state_eq(|| Progress::Loading);
    let listeners = use_mut_ref(Vec::new);
    let onload = {
        let (element, progress) = (element.clone(), progress.clone());
        move |_: Event| {
            let frame = element.cast::<HtmlIFrameElement>();
            let document = frame.as_ref().and_then(HtmlIFrameElement::content_document);
            let article = document
                .as_ref()
                .and_then(|document| document.query_selector("main article").ok()?);
            let (Some(frame), Some(document), Some(_)) = (frame, document, article) else {
                return progress.set(Progress::Missing);
            };
            settle_in(&document);
            progress.set(Progress::Ready(height(&document)));
            *listeners.borrow_mut() = vec![follow_links(&document, &tools)];
            if let Some(window) = frame.content_window() {
                let progress = progress.clone();
                listeners
                    .borrow_mut()
                    .push(EventListener::new(&window, "resize", move |_| {
                        progress.set(Progress::Ready(height(&document)));
                    }));
            }
        }
    };
    let (state, pixels) = match *progress {
        Progress::Loading => ("loading", None),
        Progress::Ready(pixels) => ("ready", Some(pixels.to_string())),
        Progress::Missing => ("missing", None),
    };
    html! {
        <>
            if *progress == Progress::Loading {
                <p class="rule-note" role="status">{ language.loading_rule() }</p>
            }
            if *progress == Progress::Missing {
                <p class="rule-note" role="status">{ language.rule_page_missing() }</p>
            }
            <iframe
                ref={element}
                id="rule-frame"
                data-state={state}
                src={props.path.clone()}
                title={language.about_rule(&props.rule)}
                height={pixels}
                {onload}
            />
            <p class="rule-note">
                <a href={props.path.clone()} target="_blank" rel="noopener">{ language.open_in_new_tab() }</a>
            </p>
        </>
    }
}

/// How high the content of a page is.
fn height(document: &Document) -> i32 {
    document.body().map_or(0, |body| body.offset_height())
}

/// Gives a page the colours of this one, and tells its style sheet where it is.
fn settle_in(document: &Document) {
    let outer = web_sys::window().and_then(|window| window.document()?.document_element());
    let theme = outer.and_then(|root| root.get_attribute("data-theme"));
    if let Some(root) = document.document_element() {
        // Names of attributes are valid here, the only thing that could fail.
        let _ = root.set_attribute("data-theme", &theme.unwrap_or_default());
        let _ = root.set_attribute("data-framed", "");
    }
    // Nothing else may come into the frame.
    for link in all(document, "a[href]:not([href^='#'])") {
        let _ = link.set_attribute("target", "_blank");
        let _ = link.set_attribute("rel", "noopener noreferrer");
    }
}

fn all(document: &Document, selector: &str) -> Vec<Element> {
    let Ok(nodes) = document.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..nodes.length())
        .filter_map(|index| nodes.item(index))
        // An element of another window is none of this one's classes.
        .map(JsCast::unchecked_into)
        .collect()
}

/// A link to another rule shows it in this dialog.
fn follow_links(document: &Document, tools: &Tools) -> EventListener {
    let tools = tools.clone();
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(document, "click", options, move |event| {
        let click: &Click = event.unchecked_ref();
        if click.ctrl_key() || click.meta_key() || click.shift_key() {
            return;
        }
        let target = event.target().map(JsCast::unchecked_into::<Element>);
        let link = target.and_then(|target| target.closest("a[href]").ok()?);
        let href = link.and_then(|link| link.get_attribute("href"));
        if let Some(rule) = href.as_deref().and_then(rule_of) {
            event.prevent_default();
            tools.dispatch(Action::Open(Dialog::Rule(rule.to_owned())));
        }
    })
}

/// The rule whose page beside the present one a link leads to.
fn rule_of(href: &str) -> Option<&str> {
    let page = href.strip_prefix("./").unwrap_or(href);
    let id = page.split('#').next()?.strip_suffix(".html")?;
    let digits = id.strip_prefix("MR")?;
    digits
        .bytes()
        .all(|digit| digit.is_ascii_digit())
        .then_some(id)
}
