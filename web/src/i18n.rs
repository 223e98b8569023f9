//! Every word of the page, in each language it speaks.
//!
//! [`Language::pick`] takes one text per language, so a text that lacks one does not compile.

use std::fmt::Display;

use crate::PolicyError;
use crate::Theme;
use crate::examples::Example;
use crate::host::HostError;
use crate::report::{Severity, Summary};

/// A language of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// Simplified Chinese.
    ZhCn,
}

/// One English noun with its number.
fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

impl Language {
    pub(crate) const ALL: [Self; 2] = [Self::En, Self::ZhCn];

    /// The tag for `<html lang>` and for the module.
    pub(crate) fn tag(self) -> &'static str {
        self.pick("en", "zh-CN")
    }

    /// The language a browser's tag asks for, if the page speaks it.
    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        match tag.split('-').next()? {
            "en" => Some(Self::En),
            "zh" => Some(Self::ZhCn),
            _ => None,
        }
    }

    /// Its name in itself.
    pub(crate) fn own_name(self) -> &'static str {
        self.pick("English", "简体中文")
    }

    fn pick<T>(self, en: T, zh_cn: T) -> T {
        match self {
            Self::En => en,
            Self::ZhCn => zh_cn,
        }
    }

    // The header.

    pub(crate) fn claim(self) -> &'static str {
        self.pick(
            "Checks Kubernetes manifests against what Istio asks of applications.",
            "检查 Kubernetes 清单是否满足 Istio 对应用的要求。",
        )
    }

    pub(crate) fn skip_link(self) -> &'static str {
        self.pick("Skip to the findings", "跳到检查结果")
    }

    pub(crate) fn examples(self) -> &'static str {
        self.pick("Examples", "示例")
    }

    pub(crate) fn language(self) -> &'static str {
        self.pick("Language", "语言")
    }

    pub(crate) fn theme(self) -> &'static str {
        self.pick("Theme", "主题")
    }

    pub(crate) fn theme_name(self, theme: Theme) -> &'static str {
        match theme {
            Theme::System => self.pick("As the system", "跟随系统"),
            Theme::Light => self.pick("Light", "浅色"),
            Theme::Dark => self.pick("Dark", "深色"),
        }
    }

    pub(crate) fn example_title(self, example: Example) -> &'static str {
        match example {
            Example::Shop => self.pick("One port, two protocols", "一个端口，两种协议"),
            Example::ProxyUser => self.pick("The proxy's user", "代理的用户"),
            Example::Database => self.pick("A database without a protocol", "未声明协议的数据库"),
            Example::Restricted => self.pick("A restricted namespace", "受限的命名空间"),
            Example::Metrics => self.pick("Metrics on a taken port", "指标端口被占用"),
            Example::Ready => self.pick("Ready for the mesh", "已为网格做好准备"),
        }
    }

    pub(crate) fn example_lesson(self, example: Example) -> &'static str {
        match example {
            Example::Shop => self.pick(
                "Two Services call the same port HTTP and TCP.",
                "两个 Service 把同一端口分别声明为 HTTP 和 TCP。",
            ),
            Example::ProxyUser => self.pick(
                "A container runs as UID 1337 and bypasses the sidecar.",
                "容器以 UID 1337 运行，流量绕过 Sidecar。",
            ),
            Example::Database => self.pick(
                "MySQL speaks first; Istio waits for the client.",
                "MySQL 由服务端先发送数据，而 Istio 等待客户端。",
            ),
            Example::Restricted => self.pick(
                "Pod Security refuses what istio-init needs.",
                "Pod 安全标准拒绝 istio-init 所需的权限。",
            ),
            Example::Metrics => self.pick(
                "An exporter listens on 15090, which the sidecar binds.",
                "导出器监听 15090 端口，而 Sidecar 已占用该端口。",
            ),
            Example::Ready => self.pick(
                "Two workloads that meet every requirement.",
                "两个满足全部要求的工作负载。",
            ),
        }
    }

    // The panes.

    pub(crate) fn manifests(self) -> &'static str {
        self.pick("Manifests", "清单")
    }

    pub(crate) fn findings(self) -> &'static str {
        self.pick("Findings", "检查结果")
    }

    pub(crate) fn editor_label(self) -> &'static str {
        self.pick(
            "Kubernetes manifests. F8 goes to the next finding. Escape, then Tab, leaves the editor.",
            "Kubernetes 清单。按 F8 转到下一处问题，按 Escape 再按 Tab 离开编辑器。",
        )
    }

    pub(crate) fn editor_placeholder(self) -> &'static str {
        self.pick(
            "Paste Kubernetes manifests here, for example what this prints:\n\nkubectl get namespaces,deployments,services -o yaml",
            "在此粘贴 Kubernetes 清单，例如以下命令的输出：\n\nkubectl get namespaces,deployments,services -o yaml",
        )
    }

    /// The editor's own phrases, which are English where nothing is said.
    pub(crate) fn editor_phrases(self) -> &'static [(&'static str, &'static str)] {
        self.pick(
            &[],
            &[
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

    // The findings.

    pub(crate) fn severity(self, severity: Severity) -> &'static str {
        match severity {
            Severity::Error => self.pick("Error", "错误"),
            Severity::Warning => self.pick("Warning", "警告"),
            Severity::Info => self.pick("Info", "提示"),
        }
    }

    /// A number of entries of one severity.
    pub(crate) fn amount(self, severity: Severity, number: usize) -> String {
        let en = match severity {
            Severity::Error => count(number, "error", "errors"),
            Severity::Warning => count(number, "warning", "warnings"),
            Severity::Info => count(number, "info", "infos"),
        };
        let zh_cn = format!("{number} 个{}", self.severity(severity));
        self.pick(en, zh_cn)
    }

    /// Several amounts in one line.
    pub(crate) fn listed(self, amounts: &[String]) -> String {
        amounts.join(self.pick(", ", "，"))
    }

    pub(crate) fn nothing_found(self) -> &'static str {
        self.pick("No findings", "未发现问题")
    }

    pub(crate) fn nothing_found_means(self, but_suppressed: bool) -> &'static str {
        if but_suppressed {
            self.pick(
                "Of the requirements that were checked, these manifests miss only what they suppress themselves.",
                "在已检查的要求中，这些清单仅未满足其自身屏蔽的部分。",
            )
        } else {
            self.pick(
                "These manifests meet every requirement that was checked.",
                "这些清单满足所有已检查的要求。",
            )
        }
    }

    pub(crate) fn no_resources(self) -> &'static str {
        self.pick(
            "No Kubernetes object was found, so there was nothing to check.",
            "未找到 Kubernetes 对象，因此没有可检查的内容。",
        )
    }

    /// What was checked.
    pub(crate) fn scope(self, summary: &Summary) -> String {
        let Summary {
            resources, rules, ..
        } = *summary;
        self.pick(
            format!(
                "{}, {}",
                count(resources, "resource", "resources"),
                count(rules, "rule", "rules")
            ),
            format!("{resources} 个资源，{rules} 条规则"),
        )
    }

    /// Which rules were not.
    pub(crate) fn skipped<'a>(self, rules: impl ExactSizeIterator<Item = &'a str>) -> String {
        let number = rules.len();
        let rules = rules.collect::<Vec<_>>().join(self.pick(", ", "、"));
        self.pick(
            format!("{number} skipped: {rules}"),
            format!("跳过 {number} 条：{rules}"),
        )
    }

    /// What stands between two parts of a sentence.
    pub(crate) fn clause(self) -> &'static str {
        self.pick("; ", "；")
    }

    pub(crate) fn ignored(self, documents: usize) -> String {
        self.pick(
            format!(
                "{} no Kubernetes object, ignored",
                if documents == 1 {
                    "1 document is".to_owned()
                } else {
                    format!("{documents} documents are")
                }
            ),
            format!("已忽略 {documents} 个不是 Kubernetes 对象的文档"),
        )
    }

    pub(crate) fn suppressed(self, findings: usize) -> String {
        self.pick(
            format!("{findings} suppressed by the manifests"),
            format!("清单自身屏蔽了 {findings} 项"),
        )
    }

    pub(crate) fn input(self) -> &'static str {
        self.pick("Input", "输入")
    }

    pub(crate) fn line(self, line: impl Display) -> String {
        self.pick(format!("line {line}"), format!("第 {line} 行"))
    }

    pub(crate) fn related(self) -> &'static str {
        self.pick("Related", "相关")
    }

    pub(crate) fn show_more(self, entries: usize) -> String {
        self.pick(
            format!("Show {entries} more"),
            format!("再显示 {entries} 项"),
        )
    }

    pub(crate) fn checking(self) -> &'static str {
        self.pick("Checking…", "正在检查…")
    }

    // Before anything is checked.

    pub(crate) fn welcome(self) -> &'static str {
        self.pick("Will it work in the mesh?", "它能在网格中正常工作吗？")
    }

    pub(crate) fn welcome_means(self) -> &'static str {
        self.pick(
            "Paste manifests into the editor, or start from an example. Findings appear as you type.",
            "在编辑器中粘贴清单，或从示例开始。检查结果会随输入即时显示。",
        )
    }

    /// What helps to get a good answer.
    pub(crate) fn advice(self) -> [&'static str; 3] {
        self.pick(
            [
                "Paste Services together with their workloads: most requirements concern both.",
                "Add the Namespace if you can. One that is not there is taken to inject sidecars.",
                "`# mesh-ready: ignore MR107` at the end of a line silences that rule there.",
            ],
            [
                "请将 Service 与其工作负载一并粘贴：大多数要求同时涉及两者。",
                "最好也加上 Namespace。未提供的命名空间视为已启用 Sidecar 注入。",
                "在行尾写上 `# mesh-ready: ignore MR107`，即可在该处屏蔽这条规则。",
            ],
        )
    }

    // What can go wrong with the page itself.

    pub(crate) fn loading(self) -> &'static str {
        self.pick("Loading the rules…", "正在加载规则…")
    }

    pub(crate) fn load_failed(self) -> &'static str {
        self.pick("The rules could not be loaded", "无法加载规则")
    }

    pub(crate) fn load_failed_means(self) -> &'static str {
        self.pick(
            "Without the file policy.wasm, which belongs beside this page, nothing can be checked. Your text is kept.",
            "缺少应与此页面放在一起的 policy.wasm 文件，因此无法检查。您的文本会保留。",
        )
    }

    pub(crate) fn check_failed(self) -> &'static str {
        self.pick("The check did not finish", "检查未能完成")
    }

    pub(crate) fn check_failed_means(self) -> &'static str {
        self.pick(
            "The module with the rules failed on this text, so nothing is known about it. That is a fault of mesh-ready, not of your manifests. Your text is kept, and the next change is checked afresh.",
            "规则模块在处理这段文本时出错，因此无法得出结论。这是 mesh-ready 的缺陷，与您的清单无关。您的文本会保留，下次修改后将重新检查。",
        )
    }

    pub(crate) fn policy_error(self, error: &PolicyError) -> String {
        match error {
            PolicyError::Fetch(why) => self.pick(
                format!("policy.wasm could not be fetched: {why}"),
                format!("无法获取 policy.wasm：{why}"),
            ),
            PolicyError::Status(status) => self.pick(
                format!("The server answered the request for policy.wasm with HTTP {status}"),
                format!("请求 policy.wasm 时，服务器返回 HTTP {status}"),
            ),
            PolicyError::Host(error) => self.host_error(error),
            PolicyError::Answer(why) => self.pick(
                format!("policy.wasm gave an answer that this page cannot read: {why}"),
                format!("此页面无法读取 policy.wasm 给出的结果：{why}"),
            ),
        }
    }

    fn host_error(self, error: &HostError) -> String {
        match error {
            HostError::Compile(why) => self.pick(
                format!("policy.wasm is no WebAssembly module: {why}"),
                format!("policy.wasm 不是 WebAssembly 模块：{why}"),
            ),
            HostError::Link(why) => self.pick(
                format!("policy.wasm needs something that this page does not have: {why}"),
                format!("policy.wasm 需要此页面不提供的功能：{why}"),
            ),
            HostError::MissingExport(name) => self.pick(
                format!("policy.wasm does not export {name}"),
                format!("policy.wasm 未导出 {name}"),
            ),
            HostError::Trap(why) => self.pick(
                format!("policy.wasm stopped: {why}"),
                format!("policy.wasm 意外停止：{why}"),
            ),
            HostError::Guest(why) => self.pick(
                format!("policy.wasm refused the call: {why}"),
                format!("policy.wasm 拒绝了调用：{why}"),
            ),
            HostError::Silent => self.pick(
                "policy.wasm ended without an answer".to_owned(),
                "policy.wasm 结束时没有给出结果".to_owned(),
            ),
        }
    }

    pub(crate) fn try_again(self) -> &'static str {
        self.pick("Try again", "重试")
    }

    // The footer.

    pub(crate) fn private(self) -> &'static str {
        self.pick("Nothing leaves this page.", "任何内容都不会离开此页面。")
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
