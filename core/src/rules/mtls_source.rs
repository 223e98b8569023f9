//! What an mTLS mode rests on, for messages.

use super::{Context, Found};
use crate::{i18n::say, mesh::Mtls};

/// Names the PeerAuthentication that decided, or says that Istio's default is in force and why.
pub(super) fn mtls_source(context: &Context<'_, '_>, mtls: &Mtls<'_>) -> String {
    let lang = context.lang;
    if let Some(policy) = mtls.policy {
        let (name, namespace) = (policy.object.name, policy.object.namespace);
        return say!(lang,
            en: "by PeerAuthentication `{name}` of namespace `{namespace}`",
            zh: "由命名空间 `{namespace}` 的 PeerAuthentication `{name}` 设定");
    }
    if context.is_cluster() {
        return if context.mesh.scope.knows(|known| known.peer_authentications) {
            say!(lang,
                en: "Istio's default, since no PeerAuthentication sets a mode here",
                zh: "Istio 的默认值，因为没有 PeerAuthentication 在此设定模式")
        } else {
            say!(lang,
                en: "Istio's default; the PeerAuthentications of the cluster are not known",
                zh: "Istio 的默认值；不了解集群中的 PeerAuthentication")
        };
    }
    if context.mesh.model.peer_authentications.is_empty() {
        say!(lang,
            en: "Istio's default, since no PeerAuthentication was given",
            zh: "Istio 的默认值，因为没有提供 PeerAuthentication")
    } else {
        say!(lang,
            en: "Istio's default, since no PeerAuthentication given sets a mode here",
            zh: "Istio 的默认值，因为提供的 PeerAuthentication 都没有在此设定模式")
    }
}

/// Points at the PeerAuthentication that decided, if one did.
pub(super) fn relate_mtls<'t>(context: &Context<'_, 't>, mtls: &Mtls<'t>, found: &mut Found<'t>) {
    if let Some(policy) = mtls.policy {
        let mode = mtls.mode.word();
        let message = say!(context.lang,
            en: "sets the mode to {mode}",
            zh: "将模式设为 {mode}");
        found.related(&policy.object, mtls.path(), message);
    }
}
