//! Shapes that say by their form what their colour says, too; each around its own middle.

use yew::prelude::*;

use crate::mesh::{Class, Membership, Mtls};
use crate::report::Severity;

use super::super::mark;

/// What stands at a Service port.
pub(super) fn class(class: Class) -> Html {
    let outline = match class {
        Class::Http | Class::Auto => "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
        Class::Tcp => "M-4.5-4.5h9v9h-9z",
        Class::Tls => "M0-6.5 6.5 0 0 6.5-6.5 0z",
        Class::Udp => "M-4.5-5.5 6 0-4.5 5.5z",
    };
    html! { <path class={classes!("class", class.name())} d={outline} /> }
}

/// A workload, with the proxy where it is.
pub(super) fn membership(membership: Membership) -> Html {
    let (workload, proxy) = match membership {
        Membership::Sidecar => ("M-6-5h7v10h-7z", "M3-2.5h3.5v5H3z"),
        Membership::Ambient => ("M-3-3h6v6h-6z", "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z"),
        Membership::Out => ("M-6-5h7v10h-7z", ""),
    };
    html! {
        <g class={classes!("membership", membership.name())}>
            <path d={workload} />
            if !proxy.is_empty() {
                <path class="proxy" d={proxy} />
            }
        </g>
    }
}

/// A lock: closed, ajar or open.
pub(super) fn lock(mtls: Mtls) -> Html {
    let shackle = match mtls {
        Mtls::Strict => "M-2.7-.5v-2.2a2.7 2.7 0 0 1 5.4 0v2.2",
        Mtls::Permissive => "M-2.7-.5v-2.7a2.7 2.7 0 0 1 5.1-1.2",
        Mtls::Disable => "M-2.7-.5v-2.7a2.7 2.7 0 0 0-5.2-.6",
    };
    html! {
        <g class={classes!("lock", mtls.word().to_ascii_lowercase())}>
            <path class="body" d="M-4-.5h8v6h-8z" />
            <path class="shackle" d={shackle} />
        </g>
    }
}

/// The shape of a severity, as everywhere on the page.
pub(super) fn severity(severity: Severity) -> Html {
    html! {
        <g class={classes!("mark", severity.name())}>
            <g transform="scale(.875) translate(-8 -8)">{ mark::severity_lines(severity) }</g>
        </g>
    }
}
