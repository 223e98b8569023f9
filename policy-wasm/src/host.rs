//! What the policy asks Kubewarden for: objects of the cluster, and a line in its log.
//!
//! The host keeps one watch for each distinct list query, for as long as it runs, so the queries have few shapes: all
//! objects of a kind in a namespace, always with the same fields.

use serde::Serialize;

/// A call: namespace and name of the operation, and its payload. The error is in the host's words.
pub type Call = fn(&str, &str, &[u8]) -> Result<Vec<u8>, String>;

/// The host of the module.
#[derive(Clone, Copy, Debug)]
pub struct Host(pub Call);

const KUBERNETES: &str = "kubernetes";

/// Begins the error for an object that does not exist.
///
/// Source: Kubewarden, `crates/policy-evaluator/src/callback_handler/kubernetes/client.rs`.
const NOT_FOUND: &str = "Cannot find ";

#[derive(Serialize)]
struct List<'a> {
    api_version: &'a str,
    kind: &'a str,
    namespace: &'a str,
    label_selector: Option<&'a str>,
    field_selector: Option<&'a str>,
    field_masks: &'a [&'a str],
}

#[derive(Serialize)]
struct ListAll<'a> {
    api_version: &'a str,
    kind: &'a str,
    label_selector: Option<&'a str>,
    field_selector: Option<&'a str>,
    field_masks: &'a [&'a str],
}

#[derive(Serialize)]
struct CanI<'a> {
    subject_access_review: SubjectAccessReview<'a>,
    disable_cache: bool,
}

#[derive(Serialize)]
struct SubjectAccessReview<'a> {
    groups: &'a [&'a str],
    resource_attributes: &'a Access<'a>,
    user: &'a str,
}

/// What somebody may do, or may not.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Access<'a> {
    /// The API group of the resource.
    pub group: &'a str,
    /// The name of the object.
    pub name: &'a str,
    /// The namespace in which it is done.
    pub namespace: &'a str,
    /// The resource, in lower case and in the plural.
    pub resource: &'a str,
    /// What is done.
    pub verb: &'a str,
}

#[derive(Serialize)]
struct Get<'a> {
    api_version: &'a str,
    kind: &'a str,
    name: &'a str,
    namespace: Option<&'a str>,
    disable_cache: bool,
    field_masks: &'a [&'a str],
}

#[derive(Serialize)]
struct Log<'a> {
    level: &'a str,
    message: &'a str,
}

impl Host {
    /// Every object of a kind in a namespace, as a List. Of each object the host keeps type, metadata and `fields`.
    ///
    /// # Errors
    /// What the host says.
    pub fn list(
        self,
        api_version: &str,
        kind: &str,
        namespace: &str,
        fields: &[&str],
    ) -> Result<Vec<u8>, String> {
        self.call(
            KUBERNETES,
            "list_resources_by_namespace",
            &List {
                api_version,
                kind,
                namespace,
                label_selector: None,
                field_selector: None,
                field_masks: fields,
            },
        )
    }

    /// Every object of a cluster-scoped kind, as a List. Of each object the host keeps type, metadata and `fields`.
    ///
    /// # Errors
    /// What the host says.
    pub fn list_all(
        self,
        api_version: &str,
        kind: &str,
        fields: &[&str],
    ) -> Result<Vec<u8>, String> {
        self.call(
            KUBERNETES,
            "list_resources_all",
            &ListAll {
                api_version,
                kind,
                label_selector: None,
                field_selector: None,
                field_masks: fields,
            },
        )
    }

    /// The status of a `SubjectAccessReview`: whether a user in some groups may do something, as the host may have been
    /// told up to 5 seconds ago.
    ///
    /// # Errors
    /// What the host says.
    pub fn can_i(
        self,
        user: &str,
        groups: &[&str],
        access: &Access<'_>,
    ) -> Result<Vec<u8>, String> {
        let subject_access_review = SubjectAccessReview {
            groups,
            resource_attributes: access,
            user,
        };
        let can_i = CanI {
            subject_access_review,
            disable_cache: false,
        };
        self.call(KUBERNETES, "can_i", &can_i)
    }

    /// A cluster-scoped object, which the host may have looked up up to 5 seconds ago; `None` when there is no such
    /// object.
    ///
    /// # Errors
    /// What the host says.
    pub fn get(
        self,
        api_version: &str,
        kind: &str,
        name: &str,
        fields: &[&str],
    ) -> Result<Option<Vec<u8>>, String> {
        let get = Get {
            api_version,
            kind,
            name,
            namespace: None,
            disable_cache: false,
            field_masks: fields,
        };
        // The host says in a sentence that there is none, perhaps with words of its own before it.
        let missing = format!("{NOT_FOUND}{api_version}/{kind} named '{name}'");
        match self.call(KUBERNETES, "get_resource", &get) {
            Ok(object) => Ok(Some(object)),
            Err(error) if error.contains(&missing) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes a warning to Kubewarden's log. A host that has none is no reason to fail.
    pub fn warn(self, message: &str) {
        let level = "warning";
        let _ = self.call("tracing", "log", &Log { level, message });
    }

    fn call(
        self,
        namespace: &str,
        operation: &str,
        payload: &impl Serialize,
    ) -> Result<Vec<u8>, String> {
        let payload = serde_json::to_vec(payload)
            .map_err(|_| "the call cannot be written as JSON".to_owned())?;
        self.0(namespace, operation, &payload)
    }
}
