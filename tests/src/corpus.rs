//! What Istio's own tests expect of their inputs, which lie beside the checkout where there are any, and the places
//! where mesh-ready decides otherwise. `docs/istioctl.md` explains each.
//!
//! The inputs are not part of this repository: `../shared/corpus` holds them, or the folder that `CORPUS` names.

use crate::repository;
use mesh_ready_core::{Input, Options, Report, Settings, check};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// A check of Istio's that has rules here.
#[derive(Debug)]
pub struct Analyzer {
    /// Its name in Istio's source.
    pub name: &'static str,
    /// What it reports, and the rules for the same violation.
    pub codes: &'static [(&'static str, &'static [&'static str])],
    /// Whether its verdict is on a case as a whole, not on single objects.
    pub is_whole: bool,
}

/// Services that share a Deployment. It reported IST0117 until Istio 1.19.
const SERVICES: Analyzer = Analyzer {
    name: "deployment.MultiServiceAnalyzer",
    codes: &[
        ("IST0116", &["MR102"]),
        ("IST0117", &["MR101"]),
        ("IST0137", &["MR102"]),
    ],
    is_whole: false,
};
const UID: Analyzer = Analyzer {
    name: "applicationUID.Analyzer",
    codes: &[("IST0144", &["MR103"])],
    is_whole: false,
};
const PORT_NAME: Analyzer = Analyzer {
    name: "service.PortNameAnalyzer",
    codes: &[("IST0118", &["MR303"]), ("IST0150", &["MR304"])],
    is_whole: false,
};
const INJECTION: Analyzer = Analyzer {
    name: "injection.Analyzer",
    codes: &[("IST0103", &["MR508"]), ("IST0123", &["MR501"])],
    is_whole: false,
};
const IMAGE_AUTO: Analyzer = Analyzer {
    name: "injection.ImageAutoAnalyzer",
    codes: &[("IST0146", &["MR506"]), ("IST0147", &["MR506"])],
    is_whole: false,
};
const ANNOTATIONS: Analyzer = Analyzer {
    name: "annotations.K8sAnalyzer",
    codes: &[
        ("IST0107", &["MR502", "MR505"]),
        ("IST0108", &["MR505"]),
        ("IST0125", &["MR505"]),
        ("IST0135", &["MR503"]),
    ],
    is_whole: false,
};
/// The injector refuses a pod for a value of an annotation.
const REFUSAL: Analyzer = Analyzer {
    name: "injector, refused annotations",
    codes: &[("refused", &["MR505"])],
    is_whole: false,
};
/// Which pods the injector injects. MR107 speaks of every pod template in the mesh that names no application, as
/// those of the cases do.
const INJECT_REQUIRED: Analyzer = Analyzer {
    name: "injector, injectRequired",
    codes: &[("injected", &["MR107"])],
    is_whole: false,
};
/// `istioctl validate` on Services.
const VALIDATE: Analyzer = Analyzer {
    name: "istioctl validate, port names",
    codes: &[("validate", &["MR303"])],
    is_whole: true,
};

/// Everything that is compared.
pub const ANALYZERS: [Analyzer; 9] = [
    SERVICES,
    UID,
    PORT_NAME,
    INJECTION,
    IMAGE_AUTO,
    ANNOTATIONS,
    REFUSAL,
    INJECT_REQUIRED,
    VALIDATE,
];

/// An input and what Istio's test expects of it.
#[derive(Debug)]
pub struct Case {
    /// The file, or the name of the case in a file of cases.
    pub name: String,
    /// Its manifests.
    pub text: String,
    /// What judges it there.
    pub analyzer: &'static Analyzer,
    /// What it must report.
    pub expected: Vec<Expectation>,
}

/// Something that Istio reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The code.
    pub code: &'static str,
    /// The object that it names, `Kind namespace/name`; the name of the case when the verdict is on the whole.
    pub object: String,
    /// The object at which the same violation is reported here, where it is another.
    pub here: Option<&'static str>,
}

/// A case in which mesh-ready decides otherwise.
#[derive(Debug)]
pub struct Disagreement {
    /// Name of the case.
    pub case: &'static str,
    /// The code.
    pub code: &'static str,
    /// Who reports it, alone.
    pub by: Reporter,
    /// The object that it is reported on.
    pub object: &'static str,
    /// The heading under which `docs/istioctl.md` says why.
    pub reason: &'static str,
    /// What makes both agree, where the reason is something that is not among the manifests.
    pub until: Option<Given>,
}

/// Who reports something.
#[derive(Clone, Copy, Debug)]
pub enum Reporter {
    /// Istio.
    Istio,
    /// mesh-ready.
    MeshReady,
}

/// What was missing.
#[derive(Clone, Copy, Debug)]
pub enum Given {
    /// Settings.
    Settings(&'static str),
    /// More manifests.
    Manifests(&'static str),
}

/// File under `istioctl/analyzers`, what judges it, and what that must report: code, object, and where the same is
/// reported here.
type Row = (
    &'static str,
    &'static Analyzer,
    &'static [(&'static str, &'static str, Option<&'static str>)],
);

/// Istio, `pkg/config/analysis/analyzers/analyzers_test.go`, and for IST0117 the same of Istio 1.19.
const ROWS: [Row; 15] = [
    (
        "deployment-multi-service.yaml",
        &SERVICES,
        &[
            (
                "IST0116",
                "Deployment bookinfo/multiple-svc-multiple-prot",
                Some("Service bookinfo/details-http-v1"),
            ),
            (
                "IST0116",
                "Deployment bookinfo/multiple-without-port",
                Some("Service bookinfo/productpage-http-v1"),
            ),
            (
                "IST0137",
                "Deployment bookinfo/conflicting-ports",
                Some("Service bookinfo/conflicting-ports-2"),
            ),
            ("IST0117", "Deployment bookinfo/no-services", None),
            (
                "IST0117",
                "Deployment injection-disabled-ns/ann-enabled-ns-disabled",
                None,
            ),
        ],
    ),
    ("deployment-multi-service-different-ns.yaml", &SERVICES, &[]),
    (
        "deployment-service-no-selector.yaml",
        &SERVICES,
        &[("IST0117", "Deployment default/helloworld-v2", None)],
    ),
    (
        "pod-sec-uid.yaml",
        &UID,
        &[("IST0144", "Pod default/pod-sec-uid", None)],
    ),
    (
        "pod-con-sec-uid.yaml",
        &UID,
        &[("IST0144", "Pod default/con-sec-uid", None)],
    ),
    (
        "deployment-pod-sec-uid.yaml",
        &UID,
        &[("IST0144", "Deployment default/deploy-pod-sec-uid", None)],
    ),
    (
        "deployment-con-sec-uid.yaml",
        &UID,
        &[("IST0144", "Deployment default/deploy-con-sec-uid", None)],
    ),
    (
        "service-no-port-name.yaml",
        &PORT_NAME,
        &[
            ("IST0118", "Service my-namespace1/my-service1", None),
            ("IST0118", "Service my-namespace2/my-service2", None),
        ],
    ),
    ("service-port-name.yaml", &PORT_NAME, &[]),
    (
        "service-no-port-name-system-namespace.yaml",
        &PORT_NAME,
        &[],
    ),
    (
        "incorrect-port-name-external-name-service-type.yaml",
        &PORT_NAME,
        &[
            ("IST0150", "Service nginx-ns/nginx", None),
            ("IST0150", "Service nginx-ns2/nginx-svc2", None),
            ("IST0150", "Service nginx-ns3/nginx-svc3", None),
        ],
    ),
    (
        "correct-port-name-external-name-service-type.yaml",
        &PORT_NAME,
        &[],
    ),
    (
        "injection.yaml",
        &INJECTION,
        &[
            ("IST0103", "Pod default/noninjectedpod", None),
            ("IST0123", "Namespace busted", None),
            ("IST0123", "Namespace multi-ns-1", None),
            ("IST0123", "Namespace multi-ns-2", None),
            ("IST0123", "Namespace multi-ns-3", None),
        ],
    ),
    (
        "image-auto.yaml",
        &IMAGE_AUTO,
        &[
            (
                "IST0146",
                "Deployment not-injected/non-injected-gateway-deployment",
                None,
            ),
            ("IST0147", "Pod default/injected-pod", None),
        ],
    ),
    (
        "misannotated.yaml",
        &ANNOTATIONS,
        &[
            ("IST0107", "Deployment default/fortio-deploy", None),
            ("IST0107", "Namespace staging", None),
            ("IST0107", "Pod default/grafana-test", None),
            ("IST0108", "Service default/httpbin", None),
            ("IST0125", "Pod default/invalid-annotations", None),
            ("IST0135", "Deployment default/fortio-deploy", None),
        ],
    ),
];

/// Every case in which mesh-ready decides otherwise.
pub const DISAGREEMENTS: [Disagreement; 17] = [
    Disagreement {
        case: "analyzers/incorrect-port-name-external-name-service-type.yaml",
        code: "IST0150",
        by: Reporter::Istio,
        object: "Service nginx-ns/nginx",
        reason: "alias",
        until: Some(Given::Settings("istioVersion: '1.20'")),
    },
    Disagreement {
        case: "analyzers/incorrect-port-name-external-name-service-type.yaml",
        code: "IST0150",
        by: Reporter::Istio,
        object: "Service nginx-ns2/nginx-svc2",
        reason: "alias",
        until: Some(Given::Settings("istioVersion: '1.20'")),
    },
    Disagreement {
        case: "analyzers/incorrect-port-name-external-name-service-type.yaml",
        code: "IST0150",
        by: Reporter::Istio,
        object: "Service nginx-ns3/nginx-svc3",
        reason: "alias",
        until: Some(Given::Settings("istioVersion: '1.20'")),
    },
    Disagreement {
        case: "analyzers/deployment-multi-service.yaml",
        code: "IST0117",
        by: Reporter::Istio,
        object: "Deployment injection-disabled-ns/ann-enabled-ns-disabled",
        reason: "annotation-alone",
        until: None,
    },
    Disagreement {
        case: "injectRequired/disabled/force-on-policy/false",
        code: "injected",
        by: Reporter::Istio,
        object: "Pod test-namespace/pod",
        reason: "annotation-alone",
        until: None,
    },
    Disagreement {
        case: "analyzers/service-no-port-name.yaml",
        code: "IST0118",
        by: Reporter::Istio,
        object: "Service my-namespace1/my-service1",
        reason: "no-workload",
        until: Some(Given::Manifests(
            "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: my-namespace1, labels: {app: my-service1}}, \
             spec: {containers: [{name: a, image: 'a:1.0'}]}}",
        )),
    },
    Disagreement {
        case: "analyzers/service-no-port-name.yaml",
        code: "IST0118",
        by: Reporter::Istio,
        object: "Service my-namespace2/my-service2",
        reason: "no-workload",
        until: Some(Given::Manifests(
            "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: my-namespace2, labels: {app: my-service2}}, \
             spec: {containers: [{name: a, image: 'a:1.0'}]}}",
        )),
    },
    Disagreement {
        case: "validate/appProtocol=fake",
        code: "validate",
        by: Reporter::Istio,
        object: "validate/appProtocol=fake",
        reason: "no-workload",
        until: None,
    },
    Disagreement {
        case: "validate/invalid port naming service",
        code: "validate",
        by: Reporter::Istio,
        object: "validate/invalid port naming service",
        reason: "no-workload",
        until: None,
    },
    Disagreement {
        case: "validate/invalid service list",
        code: "validate",
        by: Reporter::Istio,
        object: "validate/invalid service list",
        reason: "no-workload",
        until: None,
    },
    Disagreement {
        case: "validate/port name missing service",
        code: "validate",
        by: Reporter::Istio,
        object: "validate/port name missing service",
        reason: "no-workload",
        until: None,
    },
    Disagreement {
        case: "analyzers/injection.yaml",
        code: "IST0103",
        by: Reporter::Istio,
        object: "Pod default/noninjectedpod",
        reason: "not-created-yet",
        until: Some(Given::Manifests(
            "{apiVersion: v1, kind: Pod, metadata: {name: noninjectedpod, namespace: default}, \
             spec: {containers: [{name: a, image: 'a:1.0'}]}, status: {phase: Running}}",
        )),
    },
    Disagreement {
        case: "analyzers/image-auto.yaml",
        code: "IST0147",
        by: Reporter::Istio,
        object: "Pod default/injected-pod",
        reason: "namespace-not-given",
        until: Some(Given::Settings("assumeInjected: false")),
    },
    Disagreement {
        case: "analyzers/image-auto.yaml",
        code: "IST0146",
        by: Reporter::Istio,
        object: "Deployment not-injected/non-injected-gateway-deployment",
        reason: "namespace-not-given",
        until: Some(Given::Settings("assumeInjected: false")),
    },
    Disagreement {
        case: "analyzers/misannotated.yaml",
        code: "IST0107",
        by: Reporter::Istio,
        object: "Namespace staging",
        reason: "ingress-class",
        until: None,
    },
    Disagreement {
        case: "analyzers/misannotated.yaml",
        code: "IST0107",
        by: Reporter::Istio,
        object: "Pod default/grafana-test",
        reason: "ingress-class",
        until: None,
    },
    Disagreement {
        case: "analyzers/misannotated.yaml",
        code: "IST0135",
        by: Reporter::Istio,
        object: "Deployment default/fortio-deploy",
        reason: "deprecated",
        until: None,
    },
];

/// The folder of a part of the corpus; `None`, with a word on it, when it is not there.
pub fn corpus(part: &str) -> Option<PathBuf> {
    let root =
        env::var_os("CORPUS").map_or_else(|| repository().join("../shared/corpus"), PathBuf::from);
    let folder = root.join(part);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: there is no {}", folder.display());
    None
}

/// Of manifests; Istio's tests call those with the proxy in them `injected`.
const EXTENSIONS: [&str; 4] = ["yaml", "yml", "json", "injected"];

/// The manifests in a folder and below it, in order.
///
/// # Panics
/// When it cannot be read or holds none.
pub fn manifests(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    collect(folder, &mut files);
    files.sort();
    assert!(!files.is_empty(), "{} holds no manifests", folder.display());
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path
            .extension()
            .is_some_and(|extension| EXTENSIONS.iter().any(|known| extension == *known))
        {
            files.push(path);
        }
    }
}

/// Checks files together, as if they were applied to one cluster.
///
/// # Panics
/// When one cannot be read.
pub fn check_files(files: &[PathBuf]) -> Report {
    let texts: Vec<(String, String)> = files
        .iter()
        .map(|path| (path.display().to_string(), read(path)))
        .collect();
    let inputs: Vec<Input<'_>> = texts
        .iter()
        .map(|(name, text)| Input {
            name,
            bytes: text.as_bytes(),
        })
        .collect();
    check(&inputs, &Settings::default(), Options::default())
}

/// Every case of Istio's tests, from the folder `istioctl` of the corpus.
///
/// # Panics
/// When the folder is not as it was fetched.
pub fn cases(folder: &Path) -> Vec<Case> {
    let rows = ROWS.iter().map(|(file, analyzer, expected)| Case {
        name: format!("analyzers/{file}"),
        text: read(&folder.join("analyzers").join(file)),
        analyzer,
        expected: expected
            .iter()
            .map(|(code, object, here)| Expectation {
                code,
                object: (*object).to_owned(),
                here: *here,
            })
            .collect(),
    });
    let mut cases: Vec<_> = rows.collect();
    cases.extend(refusals(&folder.join("inject")));
    cases.extend(inject_required(&folder.join("inject_required_cases.json")));
    cases.extend(validations(&folder.join("istioctl/validate_cases.json")));
    cases
}

/// Istio, `pkg/kube/inject/inject_test.go`: the pods of `traffic-annotations-bad-…` are refused, all others are not.
fn refusals(folder: &Path) -> impl Iterator<Item = Case> {
    manifests(folder).into_iter().map(|path| {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let is_refused = file.starts_with("traffic-annotations-bad-");
        let expected = is_refused.then(|| Expectation {
            code: "refused",
            object: "Deployment default/traffic".to_owned(),
            here: None,
        });
        Case {
            name: format!("inject/{file}"),
            text: read(&path),
            analyzer: &REFUSAL,
            expected: expected.into_iter().collect(),
        }
    })
}

/// Istio, `pkg/kube/inject/webhook_test.go`: those of its cases whose configuration is not a selector of the
/// injector's own, which mesh-ready does not know. The policy `enabled` is that of a namespace with the label.
fn inject_required(file: &Path) -> Vec<Case> {
    let cases = json(file);
    let cases = cases.as_array().into_iter().flatten();
    let is_empty =
        |case: &serde_json::Value, field| case[field].as_array().is_none_or(Vec::is_empty);
    let known = cases.filter(|case| {
        is_empty(case, "alwaysInjectSelector")
            && is_empty(case, "neverInjectSelector")
            && case["policy"] != "wrong_policy"
    });
    let case = |case: &serde_json::Value| {
        let policy = case["policy"].as_str().unwrap_or_default();
        let name = case["name"].as_str().unwrap_or_default();
        let name = format!("injectRequired/{policy}/{name}/{}", case["hostNetwork"]);
        let labels = match policy {
            "enabled" => serde_json::json!({ "istio-injection": "enabled" }),
            _ => serde_json::json!({}),
        };
        let namespace = serde_json::json!({
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": { "name": case["namespace"], "labels": labels },
        });
        let pod = serde_json::json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": "pod",
                "namespace": case["namespace"],
                "labels": case["labels"],
                "annotations": case["annotations"],
            },
            "spec": {
                "hostNetwork": case["hostNetwork"],
                "containers": [{ "name": "app", "image": "app:1.0" }],
            },
        });
        let expected = (case["want"] == true).then(|| Expectation {
            code: "injected",
            object: "Pod test-namespace/pod".to_owned(),
            here: None,
        });
        Case {
            name,
            text: format!("{namespace}\n---\n{pod}\n"),
            analyzer: &INJECT_REQUIRED,
            expected: expected.into_iter().collect(),
        }
    };
    known.map(case).collect()
}

/// Istio, `istioctl/pkg/validate/validate_test.go`: what it refuses, it refuses for the names of Service ports.
fn validations(file: &Path) -> Vec<Case> {
    let cases = json(file);
    let cases = cases.as_array().into_iter().flatten();
    let case = |case: &serde_json::Value| {
        let name = format!("validate/{}", case["name"].as_str().unwrap_or_default());
        let expected = (case["valid"] == false).then(|| Expectation {
            code: "validate",
            object: name.clone(),
            here: None,
        });
        Case {
            name,
            text: case["yaml"].as_str().unwrap_or_default().to_owned(),
            analyzer: &VALIDATE,
            expected: expected.into_iter().collect(),
        }
    };
    cases.map(case).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn json(path: &Path) -> serde_json::Value {
    serde_json::from_str(&read(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
