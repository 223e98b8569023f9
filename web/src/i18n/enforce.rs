//! Words of the policy for a cluster.

use super::Language;

impl Language {
    pub(crate) fn enforce_means(self) -> &'static str {
        self.pick(
            "A Kubewarden policy with these settings: the cluster then decides by the same `policy.wasm` as this page. Apply it with `kubectl apply -f`; it needs a PolicyServer that may read what is listed under `contextAwareResources`.",
            "带有当前设置的 Kubewarden 策略：集群将使用与此页面相同的 `policy.wasm` 作出决定。请使用 `kubectl apply -f` 应用；所需的 PolicyServer 必须能够读取 `contextAwareResources` 中列出的资源。",
        )
    }

    pub(crate) fn no_policy(self) -> &'static str {
        self.pick(
            "The settings are not valid, so there is no policy with them.",
            "设置无效，因此无法生成策略。",
        )
    }

    pub(crate) fn enforce_module_means(self) -> &'static str {
        self.pick(
            "Where your registry has the module; a digest in place of the tag pins it.",
            "模块在您的镜像仓库中的地址；用摘要代替标签可将其固定。",
        )
    }

    pub(crate) fn enforce_mode_means(self) -> &'static str {
        self.pick(
            "`monitor` rejects nothing and only reports; `protect` rejects. Begin with `monitor`: a policy cannot go back from `protect`.",
            "`monitor` 仅报告而不拒绝，`protect` 会拒绝。请从 `monitor` 开始：策略无法从 `protect` 改回。",
        )
    }

    /// What stands above the policy, line by line.
    pub(crate) fn enforce_comments(self, version: &str, digest: &str) -> Vec<String> {
        let mut comments = vec![
            self.pick("The policy mesh-ready", "mesh-ready 策略")
                .to_owned()
                + &if version.is_empty() {
                    String::new()
                } else {
                    format!(" {version}")
                },
        ];
        if !digest.is_empty() {
            comments.push(self.pick(
                format!("sha256 of policy.wasm: {digest}"),
                format!("policy.wasm 的 sha256：{digest}"),
            ));
        }
        comments
    }
}
