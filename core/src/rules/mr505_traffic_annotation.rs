//! MR505: an annotation of Istio's that is refused, unknown or out of place.

use super::{
    Context, Findings, Rule,
    annotations::{Place, Standing, nearest, refused, standing},
};
use crate::{
    Source,
    i18n::{Lang, Text, say},
    manifest::Value,
    mesh::{ByTriple, DATAPLANE_MODE, INJECT, Index},
    model::{Object, Workload, WorkloadKind},
    path::Path,
    report::Severity,
    settings::{DataPlane, Version},
};
use rustc_hash::FxHashSet;

pub(super) static RULE: Rule = Rule {
    id: "MR505",
    name: "traffic-annotation",
    title: Text {
        en: "An annotation of Istio's that is refused, unknown or out of place",
        zh: "Istio 注解的值会被拒绝、注解不存在或位置不当",
    },
    severity: Severity::Error,
    data_planes: &[DataPlane::Sidecar, DataPlane::Ambient],
    needs: &[],
    istioctl: &["IST0125", "IST0108", "IST0107"],
    sources: &[
        Source {
            title: "Istio, Resource Annotations",
            url: "https://istio.io/latest/docs/reference/config/annotations/",
        },
        Source {
            title: "Istio, pkg/kube/inject/validate.go",
            url: "https://github.com/istio/istio/blob/master/pkg/kube/inject/validate.go",
        },
        Source {
            title: "Istio, pkg/config/analysis/analyzers/annotations/annotations.go",
            url: "https://github.com/istio/istio/blob/master/pkg/config/analysis/analyzers/annotations/annotations.go",
        },
    ],
    check,
};

/// Whose annotations are judged.
#[derive(Clone, Copy)]
enum Bearer {
    /// An object of a kind that Istio reads.
    Read(Place),
    /// An object that makes pods.
    Maker,
    /// The Jobs that a CronJob makes.
    Job,
}

fn check<'t>(context: &Context<'_, 't>, findings: &mut Findings<'t>) {
    // Namespace, key and value of Istio's annotations on pod templates.
    let mut on_templates = ByTriple::default();
    for (index, workload) in context.mesh.workloads() {
        let object = &workload.object;
        let template = workload.template.annotations;
        let mut on_template = FxHashSet::default();
        for (key, value) in template.iter().filter(|(key, _)| standing(key).is_some()) {
            on_template.insert(key);
            let place = (object.namespace, key, value);
            on_templates.entry(place).or_default().push(index);
        }
        // Outside of the mesh nothing would read them either.
        if !context.mesh.membership(index).is_in_mesh() || workload.is_made_by_controller() {
            continue;
        }
        let path = workload.template_path();
        let pod = Bearer::Read(Place::Pod);
        keys(context, object, pod, (template.iter(), path), findings);
        // What stands on the template as well does its work there: some tools write everything at both.
        let is_alone = |(key, _): &(&str, &str)| !on_template.contains(key);
        if workload.kind != WorkloadKind::Pod {
            let own = object.annotations.iter().filter(is_alone);
            let own = (own, Path::default());
            keys(context, object, Bearer::Maker, own, findings);
        }
        if workload.kind == WorkloadKind::CronJob {
            let job = object.root.get("spec");
            let job = job.and_then(|spec| spec.get("jobTemplate")?.get("metadata"));
            let annotations = job.and_then(|metadata| metadata.get("annotations"));
            let annotations = annotations.into_iter().flat_map(Value::entries);
            let texts = annotations.filter_map(|(key, value)| Some((key.text()?, value.text()?)));
            let path = Path::default().key("spec").key("jobTemplate");
            let own = (texts.filter(is_alone), path);
            keys(context, object, Bearer::Job, own, findings);
        }
        // What is not injected is not validated.
        if context.mesh.injection(workload).is_ok() {
            values(context, index, workload, findings);
        }
    }
    let own = |object: &Object<'t>, namespace: &'t str, place| {
        let is_alone = |(key, value): &(&'t str, &'t str)| {
            let is_right =
                matches!(standing(key), Some(Standing::On(places)) if places.contains(&place));
            is_right || !on_templates.contains_key(&(namespace, *key, *value))
        };
        let own: Vec<_> = object.annotations.iter().filter(is_alone).collect();
        (own.into_iter(), Path::default())
    };
    for service in &context.mesh.model.services {
        let object = &service.object;
        // Istio's gateway controller copies what stands on the Gateway.
        if object.labels.get("gateway.istio.io/managed").is_none() {
            let own = own(object, object.namespace, Place::Service);
            keys(context, object, Bearer::Read(Place::Service), own, findings);
        }
    }
    for namespace in &context.mesh.model.namespaces {
        let object = &namespace.object;
        let own = own(object, object.name, Place::Namespace);
        keys(
            context,
            object,
            Bearer::Read(Place::Namespace),
            own,
            findings,
        );
    }
}

/// Reports values that the injection webhook refuses.
fn values<'t>(
    context: &Context<'_, 't>,
    index: Index,
    workload: &Workload<'t>,
    findings: &mut Findings<'t>,
) {
    let lang = context.lang;
    for (key, value) in workload.template.annotations.iter() {
        let Some(refused) = refused(key, value, context.settings().istio_version) else {
            continue;
        };
        let title = workload.object.title();
        let wanted = refused.wanted.get(lang);
        let part = match (refused.part.is_empty(), lang) {
            (true, Lang::En) => "the empty value".to_owned(),
            (true, Lang::ZhCn) => "空值".to_owned(),
            (false, _) => format!("`{}`", shortened(&refused.part)),
        };
        let message = if workload.kind == WorkloadKind::Pod {
            say!(lang,
                en: "the injection webhook refuses {title}: in its annotation `{key}`, {part} is not {wanted}",
                zh: "注入 Webhook 会拒绝 {title}：其注解 `{key}` 中的 {part} 不是{wanted}")
        } else {
            say!(lang,
                en: "the injection webhook refuses the pods of {title}: in their annotation `{key}`, {part} is not {wanted}",
                zh: "注入 Webhook 会拒绝 {title} 的 Pod：其注解 `{key}` 中的 {part} 不是{wanted}")
        };
        let assumption = context.assumption(index, workload);
        let help = if workload.kind == WorkloadKind::Pod {
            say!(lang,
                en: "Correct the value, or remove the annotation.{assumption}",
                zh: "请更正该值，或删除该注解。{assumption}")
        } else {
            say!(lang,
                en: "Correct the value, or remove the annotation. Only pods are validated: the object itself is accepted, and its pods are never created.{assumption}",
                zh: "请更正该值，或删除该注解。只有 Pod 会被校验：对象本身会被接受，但其 Pod 永远无法创建。{assumption}")
        };
        let path = workload
            .template_path()
            .key("metadata")
            .key("annotations")
            .key(key);
        findings.add(Severity::Error, &workload.object, path, message, help);
    }
}

/// A value for a sentence; a whole configuration would not fit one.
fn shortened(value: &str) -> String {
    const MOST: usize = 40;
    let line = value.lines().next().unwrap_or_default();
    let shown: String = line.chars().take(MOST).collect();
    if shown.len() < value.trim_end().len() {
        format!("{shown}…")
    } else {
        shown
    }
}

/// Reports keys that do nothing where they stand.
fn keys<'t>(
    context: &Context<'_, 't>,
    object: &Object<'t>,
    bearer: Bearer,
    (annotations, path): (impl Iterator<Item = (&'t str, &'t str)>, Path<'t>),
    findings: &mut Findings<'t>,
) {
    let lang = context.lang;
    let istio = context.settings().istio_version;
    for (key, _) in annotations {
        // MR502 speaks of these.
        if !matches!(bearer, Bearer::Read(_)) && matches!(key, INJECT | DATAPLANE_MODE) {
            continue;
        }
        let Some(standing) = standing(key) else {
            continue;
        };
        let Some((message, help)) = texts(key, object, bearer, standing, istio, lang) else {
            continue;
        };
        let path = path.clone().key("metadata").key("annotations").key(key);
        findings.add(Severity::Warning, object, path, message, help);
    }
}

/// What is wrong with a key, if anything is.
fn texts(
    key: &str,
    object: &Object<'_>,
    bearer: Bearer,
    standing: Standing,
    istio: Version,
    lang: Lang,
) -> Option<(String, String)> {
    let title = object.title();
    Some(match standing {
        Standing::Anywhere => return None,
        Standing::On(places) if matches!(bearer, Bearer::Read(place) if places.contains(&place)) => {
            return None;
        }
        Standing::On(places) => {
            let belongs = match places {
                [Place::Pod] => Text {
                    en: "the pod template of a workload",
                    zh: "工作负载的 Pod 模板",
                },
                [Place::Service] => Text {
                    en: "a Service",
                    zh: " Service ",
                },
                [Place::Namespace] => Text {
                    en: "a Namespace",
                    zh: "命名空间",
                },
                _ => Text {
                    en: "a Service or a Namespace",
                    zh: " Service 或命名空间",
                },
            }
            .get(lang);
            let stands = match bearer {
                Bearer::Read(Place::Pod) if object.is_pod() => title,
                Bearer::Read(Place::Pod) => {
                    say!(lang, en: "the pods of {title}", zh: "{title} 的 Pod")
                }
                Bearer::Job => {
                    say!(lang, en: "the Jobs of {title}", zh: "{title} 的 Job")
                }
                _ => say!(lang, en: "{title} itself", zh: "{title} 自身"),
            };
            let help = if key == INJECT {
                say!(lang,
                    en: "Set the label `istio-injection` on a Namespace, or the label `sidecar.istio.io/inject` on the pod template of a workload.",
                    zh: "请在命名空间上设置标签 `istio-injection`，或在工作负载的 Pod 模板上设置标签 `sidecar.istio.io/inject`。")
            } else {
                say!(lang,
                    en: "Move it to `metadata.annotations` of {belongs}, where Istio reads it, or remove it.",
                    zh: "请将其移到{belongs}的 `metadata.annotations` 中，Istio 会在那里读取；或将其删除。")
            };
            (
                say!(lang,
                    en: "the annotation `{key}` stands on {stands}, where Istio does not read it: it does nothing",
                    zh: "注解 `{key}` 写在 {stands} 上，Istio 不会读取，因此不起作用"),
                help,
            )
        }
        Standing::Label => (
            say!(lang,
                en: "the annotation `{key}` of {title} does nothing: Istio reads it as a label",
                zh: "{title} 的注解 `{key}` 不起作用：Istio 将其作为标签读取"),
            say!(lang,
                en: "Move it from `annotations` to `labels`.",
                zh: "请将其从 `annotations` 移到 `labels`。"),
        ),
        Standing::Until(minor) if istio <= (Version { major: 1, minor }) => return None,
        Standing::Until(minor) => (
            say!(lang,
                en: "the annotation `{key}` of {title} does nothing: Istio {istio} no longer reads it, 1.{minor} was the last to do so",
                zh: "{title} 的注解 `{key}` 不起作用：Istio {istio} 已不再读取，最后支持的版本是 1.{minor}"),
            say!(lang, en: "Remove it.", zh: "请删除该注解。"),
        ),
        Standing::Unknown => {
            let help = match nearest(key) {
                Some(nearest) => say!(lang,
                    en: "Write `{nearest}` if that is meant; Istio passes over keys that it does not know.",
                    zh: "如果想写的是 `{nearest}`，请更正；Istio 会忽略不认识的键。"),
                None => say!(lang,
                    en: "Look for the right key in Istio's list of annotations, or remove it; Istio passes over keys that it does not know.",
                    zh: "请在 Istio 的注解列表中查找正确的键，或将其删除；Istio 会忽略不认识的键。"),
            };
            (
                say!(lang,
                    en: "the annotation `{key}` of {title} does nothing: Istio has no annotation of this name",
                    zh: "{title} 的注解 `{key}` 不起作用：Istio 没有这个名称的注解"),
                help,
            )
        }
    })
}
