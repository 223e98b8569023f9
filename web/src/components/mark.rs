//! Pictures: the product's mark, a severity's shape, the signs of themes and of buttons.

use yew::prelude::*;

use crate::Theme;
use crate::report::Severity;

/// The product's mark: a mesh with a tick through it.
pub(super) fn logo() -> Html {
    html! {
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
            <path class="web" d="M16 3 27 9.5v13L16 29 5 22.5v-13zM16 3v6M27 9.5l-5 3M27 22.5l-5-3M16 29v-6M5 22.5l5-3M5 9.5l5 3" />
            <path class="tick" d="m10.5 16.5 4 4 8-9" />
        </svg>
    }
}

/// Shapes differ, so that nobody has to see the colour; the word beside says it again. The editor's gutter has the same.
pub(super) fn severity(severity: Severity) -> Html {
    html! {
        <svg class={classes!("mark", severity.name())} viewBox="0 0 16 16" aria-hidden="true">
            { severity_lines(severity) }
        </svg>
    }
}

/// The same for a drawing, in a square of 16.
pub(super) fn severity_lines(severity: Severity) -> Html {
    let outline = match severity {
        Severity::Error => "M5 1h6l4 4v6l-4 4H5l-4-4V5z",
        Severity::Warning => "M8 1 15.5 14.5H.5z",
        Severity::Info => "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1z",
    };
    let sign = match severity {
        Severity::Error => "m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4",
        Severity::Warning => "M8 6v3.8m0 2v.2",
        Severity::Info => "M8 7.5V12m0-7.5v.2",
    };
    html! {
        <>
            <path class="outline" d={outline} />
            <path class="sign" d={sign} />
        </>
    }
}

pub(super) fn tick() -> Html {
    html! {
        <svg class="mark ok" viewBox="0 0 16 16" aria-hidden="true">
            <path class="outline" d="M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1z" />
            <path class="sign" d="m5 8.2 2.2 2.2L11.2 6" />
        </svg>
    }
}

/// What a button does.
#[derive(Clone, Copy)]
pub(super) enum Sign {
    Examples,
    Share,
    Download,
}

/// Always beside the words that say the same.
pub(super) fn sign(sign: Sign) -> Html {
    let lines = match sign {
        Sign::Examples => {
            "M2.5 2.5h4.5v4.5h-4.5zM9 2.5h4.5v4.5h-4.5zM2.5 9h4.5v4.5h-4.5zM9 9h4.5v4.5h-4.5z"
        }
        Sign::Share => {
            "M6.5 9.5 9.5 6.5M7.5 4.5l1.3-1.3a2.8 2.8 0 0 1 4 4L11.5 8.5M8.5 11.5l-1.3 1.3a2.8 2.8 0 0 1-4-4L4.5 7.5"
        }
        Sign::Download => "M8 2.5v7.5M4.8 7 8 10.2 11.2 7M2.5 13.5h11",
    };
    lines_of(lines)
}

pub(super) fn theme(theme: Theme) -> Html {
    let lines = match theme {
        Theme::System => "M2.5 3h11v7.5h-11zM6 13.5h4M8 10.5v3",
        Theme::Light => {
            "M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8 1.2v1.3M8 13.5v1.3M1.2 8h1.3M13.5 8h1.3M3.2 3.2l.9.9M11.9 11.9l.9.9M12.8 3.2l-.9.9M4.1 11.9l-.9.9"
        }
        Theme::Dark => "M13.5 9.7A5.8 5.8 0 0 1 6.3 2.5a5.8 5.8 0 1 0 7.2 7.2z",
    };
    lines_of(lines)
}

fn lines_of(lines: &'static str) -> Html {
    html! {
        <svg class="sign" viewBox="0 0 16 16" aria-hidden="true">
            <path d={lines} />
        </svg>
    }
}
