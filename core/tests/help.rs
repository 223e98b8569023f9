//! What the help of a finding says beside the usual.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use mesh_ready_core::{Input, Lang, Options, Settings, check};

const WORDS: [(Lang, &str); 2] = [
    (
        Lang::En,
        " has no effect on it, since the host `cart.shop` names no Service of the cluster: write `cart.shop.svc.cluster.local`.",
    ),
    (
        Lang::ZhCn,
        " 对其不起作用，因为主机 `cart.shop` 不对应集群中的任何 Service：请写为 `cart.shop.svc.cluster.local`。",
    ),
];

fn help(rule: &str, text: &str, lang: Lang) -> String {
    let inputs = [Input {
        name: "input.yaml",
        bytes: text.as_bytes(),
    }];
    let options = Options {
        lang,
        ..Options::default()
    };
    let findings = check(&inputs, &Settings::default(), options).findings;
    let mut findings = findings.into_iter();
    findings.find(|finding| finding.rule == rule).unwrap().help
}

#[test]
fn a_destination_rule_without_effect_is_explained() {
    for (rule, fixture) in [
        (
            "MR302",
            include_str!("../../tests/fixtures/MR302/destination-rule-half-name.yaml"),
        ),
        (
            "MR604",
            include_str!("../../tests/fixtures/MR604/short-names-of-hosts.yaml"),
        ),
    ] {
        for (lang, words) in WORDS {
            // Also with the first label of the domain.
            for host in ["cart.shop", "cart.shop.svc"] {
                let text = fixture.replace("host: cart.shop\n", &format!("host: {host}\n"));
                let words = words.replacen("`cart.shop`", &format!("`{host}`"), 1);
                let help = help(rule, &text, lang);
                assert!(help.contains(&words), "{rule}: {help}");
            }
            let text = fixture.replace("host: cart.shop\n", "host: cart.elsewhere\n");
            assert!(!help(rule, &text, lang).contains("svc.cluster.local"));
        }
    }
}
