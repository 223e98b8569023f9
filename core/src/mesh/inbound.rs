//! Which inbound ports are redirected to a pod's sidecar.
//!
//! Source: Istio, `tools/istio-iptables/pkg/capture/run.go` (`handleInboundPortsInclude`): a list of ports to include
//! counts alone; only where all are included do the excluded ones matter.

use crate::model::PodTemplate;

const INCLUDE: &str = "traffic.sidecar.istio.io/includeInboundPorts";
const EXCLUDE: &str = "traffic.sidecar.istio.io/excludeInboundPorts";

/// The annotation that keeps a port of the pod away from the sidecar, if one does.
pub(crate) fn bypassing_annotation(template: &PodTemplate<'_>, port: i64) -> Option<&'static str> {
    let lists = |ports: &str| {
        ports
            .split(',')
            .any(|listed| listed.trim().parse() == Ok(port))
    };
    match template.annotations.get(INCLUDE) {
        Some(ports) if ports.trim() != "*" => (!lists(ports)).then_some(INCLUDE),
        _ => lists(template.annotations.get(EXCLUDE)?).then_some(EXCLUDE),
    }
}

#[cfg(test)]
mod tests {
    use super::{EXCLUDE, INCLUDE, bypassing_annotation};
    use crate::{Input, manifest::Manifest, model::Model};

    #[test]
    fn reads_annotations_as_the_redirection_does() {
        for (annotations, port, expected) in [
            ("{}", 80, None),
            ("{exclude: '80'}", 80, Some(EXCLUDE)),
            ("{exclude: '90, 80'}", 80, Some(EXCLUDE)),
            ("{exclude: '8080'}", 80, None),
            ("{include: '*', exclude: '80'}", 80, Some(EXCLUDE)),
            ("{include: '80', exclude: '80'}", 80, None),
            ("{include: '90'}", 80, Some(INCLUDE)),
            ("{include: ''}", 80, Some(INCLUDE)),
        ] {
            let annotations = annotations
                .replace("include", INCLUDE)
                .replace("exclude", EXCLUDE);
            let pod =
                format!("{{apiVersion: v1, kind: Pod, metadata: {{annotations: {annotations}}}}}");
            let manifest = Manifest::read(&Input {
                name: "pod.yaml",
                bytes: pod.as_bytes(),
            });
            let manifests = [manifest];
            let model = Model::read(&manifests, "default");
            let template = &model.workloads[0].template;
            assert_eq!(bypassing_annotation(template, port), expected, "{pod}");
        }
    }
}
