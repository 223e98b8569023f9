//! A recorded session in the format of `kwctl run --record-host-capabilities-interactions`, played back as
//! `--replay-host-capabilities-interactions` does: in its order, each question the one that was asked before.

use crate::simulated::Exchange;
use serde::Deserialize;
use serde_json::Value;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

/// What is left of a session.
#[derive(Clone, Debug)]
pub struct Session(Arc<Mutex<VecDeque<Exchange>>>);

/// An entry of the file. The type is always `Exchange`.
#[derive(Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
enum Entry {
    Exchange { request: String, response: Response },
}

#[derive(Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
enum Response {
    Success { payload: String },
    Error { message: String },
}

/// The questions that the policy asks, by their tags.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
enum Question {
    #[serde(rename = "KubernetesListResourceNamespace")]
    List(Value),
    #[serde(rename = "KubernetesGetResource")]
    Get(Value),
}

impl Session {
    /// Reads a file.
    ///
    /// # Errors
    /// Why kwctl would not take it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let entries: Vec<Entry> = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        let exchanges = entries.into_iter().map(exchange);
        let exchanges = exchanges.collect::<Result<_, _>>()?;
        Ok(Self(Arc::new(Mutex::new(exchanges))))
    }

    /// Answers a call of the guest.
    ///
    /// # Errors
    /// What was answered then, or that something else was asked.
    pub fn answer(
        &self,
        binding: &str,
        namespace: &str,
        operation: &str,
        payload: &[u8],
    ) -> Result<Vec<u8>, String> {
        let operation = format!("{namespace}/{operation}");
        // kwctl writes its log and records nothing of that.
        if operation == "tracing/log" {
            return Ok(Vec::new());
        }
        let request: Value = serde_json::from_slice(payload).map_err(|error| error.to_string())?;
        let mut exchanges = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(next) = exchanges.pop_front() else {
            return Err("the list of recorded responses is empty".to_owned());
        };
        if binding != "kubewarden" || (&next.operation, &next.request) != (&operation, &request) {
            return Err(format!("Replay error: unexpected request {request}"));
        }
        next.response.map(String::into_bytes)
    }

    /// How many exchanges were not played yet.
    pub fn left(&self) -> usize {
        let exchanges = self.0.lock();
        exchanges.unwrap_or_else(PoisonError::into_inner).len()
    }
}

fn exchange(entry: Entry) -> Result<Exchange, String> {
    let Entry::Exchange { request, response } = entry;
    let question = serde_yaml::from_str(&request).map_err(|error| error.to_string())?;
    let (operation, request) = match question {
        Question::List(request) => ("list_resources_by_namespace", request),
        Question::Get(request) => ("get_resource", request),
    };
    Ok(Exchange {
        operation: format!("kubernetes/{operation}"),
        request,
        response: match response {
            Response::Success { payload } => Ok(payload),
            Response::Error { message } => Err(message),
        },
    })
}
