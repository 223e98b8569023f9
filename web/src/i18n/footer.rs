//! Words of the bottom of the page.

use super::Language;

impl Language {
    pub(crate) fn open_playground(self) -> &'static str {
        self.pick("Open in the playground", "在演练场中打开")
    }

    pub(crate) fn licences(self) -> &'static str {
        self.pick("Licences of the editor", "编辑器的许可证")
    }

    pub(crate) fn digest_means(self) -> &'static str {
        self.pick(
            "The sha256 of policy.wasm. The policy in a cluster is the same file if it has the same sha256.",
            "policy.wasm 的 sha256。若集群中的策略具有相同的 sha256，则两者是同一文件。",
        )
    }

    pub(crate) fn no_digest(self) -> &'static str {
        self.pick(
            "sha256 unavailable: browsers compute it on https and localhost only",
            "sha256 不可用：浏览器仅在 https 和 localhost 下计算",
        )
    }

    pub(crate) fn copy(self) -> &'static str {
        self.pick("Copy", "复制")
    }

    pub(crate) fn copied(self) -> &'static str {
        self.pick("Copied", "已复制")
    }

    pub(crate) fn not_copied(self) -> &'static str {
        self.pick("Not copied", "未能复制")
    }
}
