//! Words of the top of the page.

use super::Language;
use crate::Theme;
use crate::examples::Example;

impl Language {
    pub(crate) fn claim(self) -> &'static str {
        self.pick(
            "Checks Kubernetes manifests against what Istio asks of applications.",
            "检查 Kubernetes 清单是否满足 Istio 对应用的要求。",
        )
    }

    pub(crate) fn skip_link(self) -> &'static str {
        self.pick("Skip to the findings", "跳到检查结果")
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
                "Pod 安全标准拒绝 istio-init 所需的权能。",
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
}
