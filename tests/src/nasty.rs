//! Input that is wrong, odd or written to do harm.

/// Small texts by what is wrong with them.
pub fn nasty_texts() -> Vec<(&'static str, String)> {
    let laughs = (1..10).fold("a0: &a0 [lol, lol]\n".to_owned(), |yaml, level| {
        let before = level - 1;
        yaml + &format!(
            "a{level}: &a{level} [{}]\n",
            vec![format!("*a{before}"); 10].join(", ")
        )
    });
    [
        ("empty", ""),
        ("blank", " \n\n  \n"),
        ("only a comment", "# nothing\n"),
        ("empty documents", "---\n---\n...\n---\n"),
        ("no mapping", "- kind: Pod\n"),
        ("only a scalar", "kind"),
        ("NUL", "kind: Pod\0\napiVersion: v1\n"),
        (
            "control characters",
            "kind: \u{1}\u{1b}[31mPod\napiVersion: v1\n",
        ),
        ("tabs", "kind: Pod\napiVersion: v1\nmetadata:\n\tname: a\n"),
        (
            "unclosed quote",
            "apiVersion: v1\nkind: \"Pod\nmetadata:\n  name: a\n",
        ),
        (
            "unclosed flow",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a\n",
        ),
        (
            "a good document after a broken one",
            "a: [\n---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n",
        ),
        (
            "duplicate keys",
            "apiVersion: v1\nkind: Pod\nkind: Pod\nmetadata: {name: a, name: b}\n",
        ),
        (
            "number for a map",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: 7\n",
        ),
        (
            "map for a number",
            "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: {}}]}\n",
        ),
        (
            "list for a map",
            "apiVersion: v1\nkind: Pod\nmetadata: []\nspec: {containers: {}}\n",
        ),
        (
            "numbers of every size",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: 1e400}\nspec: {securityContext: {runAsUser: 99999999999999999999}}\n",
        ),
        (
            "numbers that YAML 1.1 reads in its own way",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: yes}\nspec: {securityContext: {runAsUser: 02471, runAsGroup: 1_337}}\n",
        ),
        (
            "CRLF",
            "apiVersion: v1\r\nkind: Pod\r\nmetadata:\r\n  name: a\r\nspec:\r\n  securityContext:\r\n    runAsUser: 1337\r\n  containers:\r\n  - name: a\r\n",
        ),
        (
            "CR alone",
            "apiVersion: v1\rkind: Pod\rmetadata:\r  name: a\r",
        ),
        (
            "BOM",
            "\u{feff}apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a}]}\n",
        ),
        (
            "columns after characters of every width",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: 'é网🕸', securityContext: {runAsUser: 1337}}]}\n",
        ),
        (
            "line separators inside text",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: \"a\u{2028}b\u{85}c\"}\nspec: {containers: [{name: a, securityContext: {runAsUser: 1337}}]}\n",
        ),
        (
            "an unknown anchor",
            "apiVersion: v1\nkind: Pod\nmetadata: *nowhere\n",
        ),
        (
            "an anchor that holds itself",
            "apiVersion: v1\nkind: Pod\nmetadata: &a {name: a, labels: *a}\n",
        ),
        (
            "merge keys",
            "a: &a {name: a}\n---\napiVersion: v1\nkind: Pod\nmetadata: &m {<<: {name: b}, labels: {<<: 7}}\n",
        ),
        (
            "tags",
            "apiVersion: !!str v1\nkind: !<tag:yaml.org,2002:str> Pod\nmetadata: !!binary aGk=\n",
        ),
        (
            "JSON",
            r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"\ud83d\ude00"},"spec":{"containers":[{"name":"a","securityContext":{"runAsUser":1337}}]}}"#,
        ),
        (
            "a Helm template",
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ include \"a.name\" . }}\n",
        ),
        ("billion laughs", &laughs),
    ]
    .map(|(name, text)| (name, text.to_owned()))
    .into()
}
