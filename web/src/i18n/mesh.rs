//! Words of the drawing of the mesh.

use super::{Language, count};
use crate::mesh::{Class, Membership, Mode, Omitted};

impl Language {
    pub(crate) fn nothing_to_draw(self) -> &'static str {
        self.pick(
            "Once there are manifests of workloads and Services, they are drawn here as the rules see them: who is in the mesh, where Services lead, and which protocol Istio takes each port for.",
            "有了工作负载和 Service 的清单后，这里会按规则所见将其绘制出来：谁在网格中、Service 指向何处、Istio 将每个端口视为何种协议。",
        )
    }

    /// The drawing itself.
    pub(crate) fn drawing(self) -> &'static str {
        self.pick("Drawing of what the rules see", "规则所见内容的图示")
    }

    pub(crate) fn keys_of_drawing(self) -> &'static str {
        self.pick(
            "Arrow keys lead from one to the next, Enter to its line.",
            "用方向键逐项移动，按 Enter 转到所在行。",
        )
    }

    pub(crate) fn drawn(self, namespaces: usize, services: usize, workloads: usize) -> String {
        self.pick(
            format!(
                "{}, {}, {}",
                count(namespaces, "namespace", "namespaces"),
                count(services, "Service", "Services"),
                count(workloads, "workload", "workloads")
            ),
            format!("{namespaces} 个命名空间，{services} 个 Service，{workloads} 个工作负载"),
        )
    }

    pub(crate) fn legend(self) -> &'static str {
        self.pick("Legend", "图例")
    }

    pub(crate) fn as_text(self) -> &'static str {
        self.pick("As text", "文字形式")
    }

    /// What ends a sentence, and what stands between it and the next.
    pub(crate) fn full_stop(self) -> (&'static str, &'static str) {
        self.pick((".", " "), ("。", ""))
    }

    /// Several parts of a sentence, of which the empty ones are left out.
    pub(crate) fn parts(self, parts: &[String]) -> String {
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(self.pick(", ", "，"))
    }

    // What is not drawn.

    pub(crate) fn omitted(self, omitted: &Omitted) -> Option<String> {
        let kinds = [
            (
                omitted.namespaces,
                ["namespace", "namespaces"],
                "个命名空间",
            ),
            (omitted.services, ["Service", "Services"], "个 Service"),
            (omitted.workloads, ["workload", "workloads"], "个工作负载"),
            (omitted.ports, ["port", "ports"], "个端口"),
            (omitted.links, ["link", "links"], "条连线"),
        ];
        let kinds = kinds.iter().filter(|(number, ..)| *number > 0);
        let kinds: Vec<_> = kinds
            .map(|(number, [one, many], zh)| {
                self.pick(count(*number, one, many), format!("{number} {zh}"))
            })
            .collect();
        let kinds = (!kinds.is_empty()).then(|| self.parts(&kinds))?;
        Some(self.pick(
            format!("Left out, since the drawing would not hold more: {kinds}."),
            format!("超出图示容量，未绘出：{kinds}。"),
        ))
    }

    pub(crate) fn derived(self, number: usize) -> String {
        self.pick(
            match number {
                1 => {
                    "1 workload is a patch or was made by another one, and is not drawn.".to_owned()
                }
                _ => format!(
                    "{number} workloads are patches or were made by another one, and are not drawn."
                ),
            },
            format!("{number} 个工作负载是补丁或由其他工作负载创建，未绘出。"),
        )
    }

    pub(crate) fn not_joined(self) -> &'static str {
        self.pick(
            "There are so many pairs of Service and workload ports that they were not joined: the drawing does not show where Services lead.",
            "Service 端口与工作负载端口的组合过多，未进行关联：图中不显示 Service 指向何处。",
        )
    }

    pub(crate) fn about_the_undrawn(self, number: usize) -> String {
        self.pick(
            match number {
                1 => "1 finding is about something that is not drawn.".to_owned(),
                _ => format!("{number} findings are about things that are not drawn."),
            },
            format!("{number} 项检查结果涉及未绘出的对象。"),
        )
    }

    // Namespaces.

    pub(crate) fn mode(self, mode: Option<Mode>) -> &'static str {
        match mode {
            Some(Mode::Sidecar) => self.pick("sidecar injection", "注入 Sidecar"),
            Some(Mode::Ambient) => self.pick("ambient mode", "Ambient 模式"),
            Some(Mode::None) => self.pick("no injection", "不注入"),
            None => self.pick("not among the files", "不在所给文件中"),
        }
    }

    pub(crate) fn assumed(self) -> &'static str {
        self.pick("membership assumed", "成员身份为假定")
    }

    pub(crate) fn assumed_means(self) -> &'static str {
        self.pick("membership assumed from the settings", "成员身份按设置假定")
    }

    pub(crate) fn namespace(self, name: &str) -> String {
        self.pick(format!("Namespace {name}"), format!("命名空间 {name}"))
    }

    // Services.

    pub(crate) fn headless(self) -> &'static str {
        self.pick("headless", "无头")
    }

    pub(crate) fn selects(self, workloads: usize) -> String {
        self.pick(
            match workloads {
                0 => "selects no workload here".to_owned(),
                _ => format!("selects {}", count(workloads, "workload", "workloads")),
            },
            match workloads {
                0 => "未选中任何工作负载".to_owned(),
                _ => format!("选中 {workloads} 个工作负载"),
            },
        )
    }

    /// A port's number and name, of an object.
    pub(crate) fn port_of(self, port: i64, name: Option<&str>, object: &str) -> String {
        let name = name.map(|name| self.pick(format!(" ({name})"), format!("（{name}）")));
        let name = name.unwrap_or_default();
        self.pick(
            format!("port {port}{name} of {object}"),
            format!("{object} 的端口 {port}{name}"),
        )
    }

    /// A protocol's name on the drawing.
    pub(crate) fn protocol(self, protocol: &str) -> &str {
        match protocol {
            "undeclared" => self.pick("undeclared", "未声明"),
            name => name,
        }
    }

    /// The same in a sentence.
    pub(crate) fn protocol_means(self, protocol: &str) -> String {
        match protocol {
            "undeclared" => self.pick("no protocol declared", "未声明协议").to_owned(),
            name => name.to_owned(),
        }
    }

    /// A class in the legend.
    pub(crate) fn class(self, class: Class) -> &'static str {
        match class {
            Class::Http => self.pick("HTTP, parsed", "HTTP，解析"),
            Class::Tcp => self.pick("TCP, passed on", "TCP，原样转发"),
            Class::Tls => self.pick("TLS, by server name", "TLS，按服务器名称"),
            Class::Auto => self.pick("detected", "自动检测"),
            Class::Udp => self.pick("not proxied", "不经代理"),
        }
    }

    /// A class in a sentence.
    pub(crate) fn class_means(self, class: Class) -> &'static str {
        match class {
            Class::Http => self.pick("which Istio parses", "由 Istio 解析"),
            Class::Tcp => self.pick("which Istio passes on as bytes", "由 Istio 按字节转发"),
            Class::Tls => self.pick(
                "which Istio passes on and routes by server name",
                "由 Istio 转发并按服务器名称路由",
            ),
            Class::Auto => self.pick(
                "so that Istio detects it from the first bytes",
                "由 Istio 根据首批字节检测",
            ),
            Class::Udp => self.pick("which Istio does not proxy", "不经 Istio 代理"),
        }
    }

    pub(crate) fn leads_to(self, places: &str) -> String {
        self.pick(format!("leads to {places}"), format!("指向 {places}"))
    }

    pub(crate) fn leads_nowhere(self) -> &'static str {
        self.pick("leads to no workload here", "未指向任何工作负载")
    }

    /// A port that no container declares, of a workload.
    pub(crate) fn undeclared_port(self, port: i64, workload: &str) -> String {
        self.pick(
            format!("port {port} of {workload}, which no container declares"),
            format!("{workload} 的端口 {port}（没有容器声明该端口）"),
        )
    }

    /// A port that no container has, of a workload.
    pub(crate) fn missing_port(self, name: &str, workload: &str) -> String {
        self.pick(
            format!("port {name} of {workload}, which no container has"),
            format!("{workload} 的端口 {name}（没有容器具有该端口）"),
        )
    }

    pub(crate) fn undeclared(self) -> &'static str {
        self.pick("not declared", "未声明")
    }

    pub(crate) fn missing(self) -> &'static str {
        self.pick("missing", "不存在")
    }

    /// Links to such ports in the legend.
    pub(crate) fn undeclared_target(self) -> &'static str {
        self.pick("target port not declared", "目标端口未声明")
    }

    /// Several places, of which some may not be listed.
    pub(crate) fn places(self, places: &[String], more: usize) -> String {
        let places = places.join(self.clause());
        match more {
            0 => places,
            _ => self.pick(
                format!("{places}; and {more} more"),
                format!("{places}；以及另外 {more} 处"),
            ),
        }
    }

    // Workloads.

    pub(crate) fn membership(self, membership: Membership) -> &'static str {
        match membership {
            Membership::Sidecar => self.pick("sidecar", "Sidecar"),
            Membership::Ambient => self.pick("ambient", "Ambient"),
            Membership::Out => self.pick("outside the mesh", "网格外"),
        }
    }

    pub(crate) fn membership_means(self, membership: Membership, reason: &str) -> String {
        let membership = match membership {
            Membership::Sidecar => self.pick("in the mesh with a sidecar", "通过 Sidecar 加入网格"),
            Membership::Ambient => {
                self.pick("in the mesh by ambient mode", "以 Ambient 模式加入网格")
            }
            Membership::Out => self.pick("outside the mesh", "不在网格中"),
        };
        self.said_of(membership, reason)
    }

    /// On the drawing.
    pub(crate) fn istio(self) -> &'static str {
        self.pick("Istio's own", "Istio 自身")
    }

    pub(crate) fn istio_means(self) -> &'static str {
        self.pick(
            "Istio's own, which rules for applications leave alone",
            "Istio 自身的组件，不适用针对应用的规则",
        )
    }

    pub(crate) fn container(self, name: &str) -> String {
        self.pick(format!("container {name}"), format!("容器 {name}"))
    }

    pub(crate) fn reached_by(self, places: &str) -> String {
        self.pick(
            format!("reached by {places}"),
            format!("指向它的有 {places}"),
        )
    }
}
