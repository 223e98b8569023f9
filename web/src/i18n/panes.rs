//! Words of the halves of the page and of the editor.

use super::Language;
use crate::state::View;

impl Language {
    pub(crate) fn manifests(self) -> &'static str {
        self.pick("Manifests", "清单")
    }

    pub(crate) fn findings(self) -> &'static str {
        self.pick("Findings", "检查结果")
    }

    /// The list of tabs.
    pub(crate) fn views(self) -> &'static str {
        self.pick("Views", "视图")
    }

    pub(crate) fn view(self, view: View) -> &'static str {
        match view {
            View::Findings => self.findings(),
            View::Mesh => self.pick("Mesh", "网格"),
            View::Admission => self.pick("Admission", "准入"),
            View::Enforce => self.pick("Enforce", "部署策略"),
            View::Settings => self.pick("Settings", "设置"),
        }
    }

    pub(crate) fn close(self) -> &'static str {
        self.pick("Close", "关闭")
    }

    // What stands above the page.

    pub(crate) fn fix_preview(self) -> &'static str {
        self.pick("What the fix changes", "修复所做的更改")
    }

    pub(crate) fn fix_all_preview(self) -> &'static str {
        self.pick("What the fixes change", "批量修复所做的更改")
    }

    pub(crate) fn editor_label(self) -> &'static str {
        self.pick(
            "Kubernetes manifests. F8 goes to the next finding, Alt-Enter shows its fixes. Escape, then Tab, leaves the editor.",
            "Kubernetes 清单。按 F8 转到下一处问题，按 Alt-Enter 查看其修复。按 Escape 再按 Tab 离开编辑器。",
        )
    }

    pub(crate) fn editor_placeholder(self) -> &'static str {
        self.pick(
            "Paste Kubernetes manifests here, or drop files and folders.\n\nFrom a cluster, with Services beside their workloads:\n`kubectl get namespaces,deployments,services -o yaml`\n\nFrom a chart:\n`helm template .`\n\nFrom an overlay:\n`kubectl kustomize .`",
            "在此粘贴 Kubernetes 清单，或拖入文件和文件夹。\n\n来自集群（Service 与其工作负载一起）：\n`kubectl get namespaces,deployments,services -o yaml`\n\n来自 Chart：\n`helm template .`\n\n来自 Overlay：\n`kubectl kustomize .`",
        )
    }

    /// The editor's own phrases, which are English where nothing is said.
    pub(crate) fn editor_phrases(self) -> &'static [(&'static str, &'static str)] {
        self.pick(
            &[],
            &[
                ("Fixes", "修复"),
                ("About $", "$ 的说明"),
                ("No finding on this line", "此行没有检查结果"),
                ("Undo", "撤销"),
                ("Redo", "重做"),
                ("Find", "查找"),
                ("Replace", "替换"),
                ("next", "下一个"),
                ("previous", "上一个"),
                ("all", "全部"),
                ("match case", "区分大小写"),
                ("regexp", "正则表达式"),
                ("by word", "全字匹配"),
                ("replace", "替换"),
                ("replace all", "全部替换"),
                ("close", "关闭"),
                ("current match", "当前匹配项"),
                ("on line", "所在行"),
                ("replaced match on line $", "已替换第 $ 行的匹配项"),
                ("replaced $ matches", "已替换 $ 处"),
                ("Go to line", "转到行"),
                ("go", "转到"),
                ("Fold line", "折叠"),
                ("Unfold line", "展开"),
                ("folded code", "已折叠的内容"),
                ("unfold", "展开"),
                ("to", "至"),
                ("Folded lines", "已折叠的行"),
                ("Unfolded lines", "已展开的行"),
                ("Control character", "控制字符"),
                ("Selection deleted", "已删除所选内容"),
            ],
        )
    }
}
