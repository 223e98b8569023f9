//! What can go wrong with the page itself.

use super::{Language, count};
use crate::policy::{HostError, PolicyError};

impl Language {
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

    pub(crate) fn check_failed_means(self, why: &PolicyError) -> &'static str {
        match why {
            PolicyError::Cancelled => self.pick(
                "You stopped it, so nothing is known about these manifests. The next change is checked afresh.",
                "您停止了检查，因此无法得出结论。下次修改后将重新检查。",
            ),
            PolicyError::Timeout(_) => self.pick(
                "That much text takes the rules too long, so nothing is known about it. Check fewer manifests at once, or use the command line, which has no such bound. Your text is kept.",
                "规则处理如此多的文本耗时过长，因此无法得出结论。请减少一次检查的清单，或使用没有此限制的命令行。您的文本会保留。",
            ),
            PolicyError::Host(HostError::Guest(_)) => self.pick(
                "The module refused the check, most likely because of the settings; its words are below. Your text is kept.",
                "规则模块拒绝了检查，很可能是设置所致；其说明见下文。您的文本会保留。",
            ),
            _ => self.pick(
                "The module with the rules failed on this text, so nothing is known about it. That is a fault of mesh-ready, not of your manifests. Your text is kept, and the next change is checked afresh.",
                "规则模块在处理这段文本时出错，因此无法得出结论。这是 mesh-ready 的缺陷，与您的清单无关。您的文本会保留，下次修改后将重新检查。",
            ),
        }
    }

    pub(crate) fn policy_error(self, error: &PolicyError) -> String {
        match error {
            PolicyError::Fetch(file, why) => self.pick(
                format!("{file} could not be fetched: {why}"),
                format!("无法获取 {file}：{why}"),
            ),
            PolicyError::Status(file, status) => self.pick(
                format!("The server answered the request for {file} with HTTP {status}"),
                format!("请求 {file} 时，服务器返回 HTTP {status}"),
            ),
            PolicyError::Worker(why) => self.pick(
                format!("The worker that runs policy.wasm failed: {why}"),
                format!("运行 policy.wasm 的 Worker 出错：{why}"),
            ),
            PolicyError::Timeout(seconds) => self.pick(
                format!(
                    "There was no answer after {}, so the check was ended",
                    count(*seconds as usize, "second", "seconds")
                ),
                format!("{seconds} 秒后仍无结果，检查已终止"),
            ),
            PolicyError::Cancelled => self.pick(
                "The check was cancelled".to_owned(),
                "检查已取消".to_owned(),
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

    pub(crate) fn part_coming(self) -> &'static str {
        self.pick("Loading this part of the page…", "正在加载页面的这一部分…")
    }

    pub(crate) fn part_failed(self) -> &'static str {
        self.pick(
            "This part of the page could not be loaded",
            "无法加载页面的这一部分",
        )
    }

    pub(crate) fn part_failed_means(self) -> &'static str {
        self.pick(
            "It is fetched when it is first wanted, and the server did not give it. Try again; if that does not help, reload the page.",
            "该部分在首次使用时才会获取，而服务器未能提供。请重试；若仍无效，请重新加载页面。",
        )
    }

    pub(crate) fn try_again(self) -> &'static str {
        self.pick("Try again", "重试")
    }
}
