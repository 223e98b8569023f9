//! Words of what the policy would decide.

use super::{Language, count};

impl Language {
    pub(crate) fn admission_means(self) -> &'static str {
        self.pick(
            "What the policy would answer if each object were created now, in a cluster that has all the others.",
            "假设集群中已有其他所有对象，逐一创建每个对象时策略会给出的答复。",
        )
    }

    pub(crate) fn nothing_to_admit(self) -> &'static str {
        self.pick(
            "There is no Kubernetes object yet that could be sent to a cluster.",
            "还没有可以发送到集群的 Kubernetes 对象。",
        )
    }

    pub(crate) fn decisions(self) -> &'static str {
        self.pick("Decisions that are shown", "显示的决定")
    }

    pub(crate) fn allowed(self) -> &'static str {
        self.pick("Allowed", "允许")
    }

    pub(crate) fn denied(self) -> &'static str {
        self.pick("Denied", "拒绝")
    }

    pub(crate) fn allowed_number(self, number: usize) -> String {
        self.pick(format!("{number} allowed"), format!("允许 {number} 个"))
    }

    pub(crate) fn denied_number(self, number: usize) -> String {
        self.pick(format!("{number} denied"), format!("拒绝 {number} 个"))
    }

    pub(crate) fn warnings(self) -> &'static str {
        self.pick("Warnings", "警告")
    }

    pub(crate) fn mutated(self) -> &'static str {
        self.pick("What the policy changes", "策略所做的更改")
    }

    pub(crate) fn asked_cluster(self, questions: usize) -> String {
        self.pick(
            format!(
                "{} asked of the cluster",
                count(questions, "question", "questions")
            ),
            format!("向集群查询 {questions} 次"),
        )
    }

    pub(crate) fn too_large_to_admit(self) -> &'static str {
        self.pick(
            "Aliases make this object larger than can be sent, so it was not decided.",
            "别名使此对象过大而无法发送，因此未作决定。",
        )
    }
}
