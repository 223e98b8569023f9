//! The drawing of the mesh: where things stand, what fits, and what findings are about.

#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, clippy::expect_used)]

use std::collections::HashSet;

use mesh_ready_web::mesh::layout::{Block, Card, Drawing, Of, Rect, Row, layout};
use mesh_ready_web::mesh::marks::{Mark, Marks, Thing};
use mesh_ready_web::mesh::text::{SPACE, Style, fit, line};
use mesh_ready_web::mesh::{Class, Mode, Mtls, Picture, TargetPort};
use mesh_ready_web::report::Report;
use serde_json::{Value, json};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn place(line: u32) -> Value {
    json!({"file": "f", "line": line, "column": 1, "endLine": line, "endColumn": 2})
}

fn resource(kind: &str, name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": kind, "namespace": "shop", "name": name})
}

fn container_port(port: i64, container: &str, line: u32) -> Value {
    json!({"port": port, "name": null, "transport": "TCP", "container": container, "location": place(line)})
}

fn workload(name: &str, ports: &[Value], line: u32) -> Value {
    json!({
        "resource": resource("Deployment", name), "location": place(line), "membership": "sidecar", "assumed": false,
        "reason": "r", "istio": false, "mtls": "PERMISSIVE", "ports": ports,
    })
}

/// A port that leads to ports of workloads, each given by position; `declared` as far as they are there.
fn service_port(port: i64, target: &Value, targets: &[(usize, Option<i64>, bool)]) -> Value {
    let targets: Vec<Value> = targets
        .iter()
        .map(|(workload, port, declared)| json!({"workload": workload, "port": port, "declared": declared}))
        .collect();
    json!({
        "port": port, "name": "http", "transport": "TCP", "targetPort": target, "protocol": "HTTP", "class": "http",
        "targets": targets, "location": place(3),
    })
}

fn service(name: &str, workloads: &[usize], ports: &[Value], line: u32) -> Value {
    json!({
        "resource": resource("Service", name), "location": place(line), "type": "ClusterIP", "headless": false,
        "workloads": workloads, "ports": ports,
    })
}

fn picture(services: &[Value], workloads: &[Value]) -> Picture {
    let picture = json!({
        "version": "1.2.3",
        "namespaces": [{"name": "shop", "mode": "sidecar", "mtls": "STRICT", "location": null}],
        "workloads": workloads, "services": services, "joined": true,
        "omitted": {"namespaces": 0, "workloads": 0, "services": 0, "ports": 0, "links": 0, "derived": 0},
    });
    Picture::parse(&picture.to_string()).expect("the picture of this test")
}

/// Fifty workloads in three namespaces. Some share a Service, some have two, some none; some ports are not there.
fn fifty() -> Picture {
    let ports = |index: usize| -> Vec<Value> {
        let number = 8080_i64;
        (0..=index % 4)
            .zip(number..)
            .map(|(_, port)| container_port(port, "main", 1))
            .collect()
    };
    let mut services = Vec::new();
    let mut workloads = Vec::new();
    for index in 0..50 {
        workloads.push(workload(&format!("w{index}"), &ports(index), 1));
        if index % 7 == 6 {
            continue;
        }
        let mut selected = vec![index];
        if index % 5 == 0 {
            selected.extend([(index + 13) % 50, (index + 29) % 50]);
        }
        let targets: Vec<_> = selected.iter().map(|at| (*at, Some(8080), true)).collect();
        let mut ports = vec![service_port(80, &json!(8080), &targets)];
        if index % 6 == 5 {
            ports.push(service_port(443, &json!("tls"), &[(index, None, false)]));
            ports.push(service_port(
                444,
                &json!(9999),
                &[(index, Some(9999), false)],
            ));
        }
        services.push(service(&format!("s{index}"), &selected, &ports, 1));
    }
    services.push(service(
        "alone",
        &[],
        &[service_port(80, &Value::Null, &[])],
        1,
    ));
    services.push(service("portless", &[3], &[], 1));
    let mut picture = picture(&services, &workloads);
    for (index, workload) in picture.workloads.iter_mut().enumerate() {
        let namespace = ["shop", "data", "legacy"][index % 3];
        namespace.clone_into(&mut workload.resource.namespace);
    }
    // A Service selects in its own namespace only.
    for service in &mut picture.services {
        if let Some(first) = service.workloads.first() {
            let namespace = &picture.workloads[*first].resource.namespace;
            service.resource.namespace.clone_from(namespace);
        }
        let namespace = service.resource.namespace.clone();
        let is_near = |at: &usize| picture.workloads[*at].resource.namespace == namespace;
        service.workloads.retain(is_near);
        for port in &mut service.ports {
            port.targets.retain(|target| is_near(&target.workload));
        }
    }
    picture
}

const WIDTHS: [i32; 5] = [300, 366, 496, 762, 1400];

fn blocks(drawing: &Drawing) -> impl Iterator<Item = &Block> {
    drawing.areas.iter().flat_map(|area| &area.blocks)
}

fn cards(drawing: &Drawing) -> impl Iterator<Item = &Card> {
    blocks(drawing).flat_map(|block| &block.cards)
}

fn overlap(one: &Rect, other: &Rect) -> bool {
    one.x < other.x + other.width
        && other.x < one.x + one.width
        && one.y < other.y + other.height
        && other.y < one.y + one.height
}

fn holds(outer: &Rect, inner: &Rect) -> bool {
    outer.x <= inner.x
        && outer.y <= inner.y
        && inner.x + inner.width <= outer.x + outer.width
        && inner.y + inner.height <= outer.y + outer.height
}

#[wasm_bindgen_test]
fn nothing_overlaps_at_any_width() {
    let picture = fifty();
    for width in WIDTHS {
        let drawing = layout(&picture, width);
        assert_eq!(drawing.areas.len(), 3);
        let all: Vec<&Card> = cards(&drawing).collect();
        for (index, card) in all.iter().enumerate() {
            for other in &all[index + 1..] {
                assert!(
                    !overlap(&card.rect, &other.rect),
                    "{width}: {card:?} {other:?}"
                );
            }
            let last = card.rows.len().checked_sub(1);
            let bottom = card.rect.y + card.rect.height;
            assert!(card.middle(last) < bottom, "{width}: {card:?}");
        }
        for (index, area) in drawing.areas.iter().enumerate() {
            for other in &drawing.areas[index + 1..] {
                assert!(!overlap(&area.rect, &other.rect));
            }
            let mut cards = area.blocks.iter().flat_map(|block| &block.cards);
            assert!(cards.all(|card| holds(&area.rect, &card.rect)), "{width}");
            let whole = Rect {
                x: 0,
                y: 0,
                width: drawing.width,
                height: drawing.height,
            };
            assert!(holds(&whole, &area.rect), "{width}");
        }
        assert!(drawing.width <= width);
    }
}

#[wasm_bindgen_test]
fn the_same_picture_gives_the_same_drawing_with_everything_in_it_once() {
    let picture = fifty();
    let drawing = layout(&picture, 496);
    assert_eq!(drawing, layout(&picture.clone(), 496));
    let drawn: Vec<Of> = cards(&drawing).map(|card| card.of).collect();
    let distinct: HashSet<Of> = drawn.iter().copied().collect();
    assert_eq!(drawn.len(), distinct.len());
    let services = (0..picture.services.len()).map(Of::Service);
    let workloads = (0..picture.workloads.len()).map(Of::Workload);
    assert_eq!(distinct, services.chain(workloads).collect());
    for area in &drawing.areas {
        for card in area.blocks.iter().flat_map(|block| &block.cards) {
            let namespace = match card.of {
                Of::Service(index) => &picture.services[index].resource.namespace,
                Of::Workload(index) => &picture.workloads[index].resource.namespace,
            };
            assert_eq!(*namespace, area.name);
        }
    }
}

#[wasm_bindgen_test]
fn links_lead_from_services_to_workloads_that_are_there() {
    let picture = fifty();
    let drawing = layout(&picture, 496);
    let mut number = 0;
    for block in blocks(&drawing) {
        for link in &block.links {
            let (from, to) = (&block.cards[link.from.card], &block.cards[link.to.card]);
            assert!(matches!(from.of, Of::Service(_)));
            assert!(matches!(to.of, Of::Workload(_)));
            assert!(link.from.row.is_none_or(|row| row < from.rows.len()));
            assert!(link.to.row.is_none_or(|row| row < to.rows.len()));
            let row = link.to.row.map(|row| &to.rows[row]);
            assert_eq!(link.declared, !matches!(row, Some(Row::Undeclared(_))));
            assert!(from.rect.x + from.rect.width < to.rect.x);
            number += 1;
        }
    }
    let targets = picture.services.iter().flat_map(|service| &service.ports);
    let targets: usize = targets.map(|port| port.targets.len()).sum();
    // And the Service without ports.
    assert_eq!(number, targets + 1);
}

#[wasm_bindgen_test]
fn one_service_and_its_workload_stand_level() {
    let ports = [container_port(8080, "main", 1)];
    let targets = [(0, Some(8080), true)];
    let picture = picture(
        &[service(
            "s",
            &[0],
            &[service_port(80, &json!(8080), &targets)],
            1,
        )],
        &[workload("w", &ports, 1)],
    );
    for width in WIDTHS {
        let drawing = layout(&picture, width);
        let block = &drawing.areas[0].blocks[0];
        let link = block.links[0];
        let from = block.cards[link.from.card].middle(link.from.row);
        assert_eq!(
            from,
            block.cards[link.to.card].middle(link.to.row),
            "{width}"
        );
    }
}

#[wasm_bindgen_test]
fn cards_are_ordered_so_that_no_link_crosses_where_none_has_to() {
    // A chain, whose workloads stand in the files in the opposite order.
    let targets = |selected: &[usize]| -> Vec<_> {
        selected.iter().map(|at| (*at, Some(8080), true)).collect()
    };
    let chained = |name: &str, selected: &[usize]| {
        service(
            name,
            selected,
            &[service_port(80, &json!(8080), &targets(selected))],
            1,
        )
    };
    let ports = [container_port(8080, "main", 1)];
    let workloads: Vec<Value> = (0..4)
        .map(|at| workload(&format!("w{at}"), &ports, 1))
        .collect();
    let services = [
        chained("a", &[3, 2]),
        chained("b", &[1, 0]),
        chained("c", &[2, 1]),
    ];
    let drawing = layout(&picture(&services, &workloads), 496);
    let [block] = &drawing.areas[0].blocks[..] else {
        unreachable!("they hang together");
    };
    let ends: Vec<(i32, i32)> = block
        .links
        .iter()
        .map(|link| {
            let middle =
                |end: mesh_ready_web::mesh::layout::End| block.cards[end.card].middle(end.row);
            (middle(link.from), middle(link.to))
        })
        .collect();
    for one in &ends {
        for other in &ends {
            assert!(
                (one.0 - other.0).signum() * (one.1 - other.1).signum() >= 0,
                "{ends:?}"
            );
        }
    }
}

#[wasm_bindgen_test]
fn a_port_that_no_container_has_is_a_row_of_its_own_once() {
    let targets = [(0, Some(9999), false)];
    let picture = picture(
        &[
            service("a", &[0], &[service_port(80, &json!(9999), &targets)], 1),
            service("b", &[0], &[service_port(80, &json!(9999), &targets)], 1),
            service(
                "c",
                &[0],
                &[service_port(80, &json!("web"), &[(0, None, false)])],
                1,
            ),
        ],
        &[workload("w", &[container_port(8080, "main", 1)], 1)],
    );
    let drawing = layout(&picture, 496);
    let card = cards(&drawing).find(|card| matches!(card.of, Of::Workload(_)));
    let undeclared = |port| Row::Undeclared(port);
    assert_eq!(
        card.map(|card| &card.rows[..]),
        Some(
            &[
                Row::Port(0),
                undeclared(TargetPort::Number(9999)),
                undeclared(TargetPort::Name("web".to_owned())),
            ][..]
        )
    );
}

#[wasm_bindgen_test]
fn an_empty_picture_is_an_empty_drawing() {
    let drawing = layout(&Picture::default(), 496);
    assert_eq!((drawing.height, drawing.areas.len()), (0, 0));
    assert!(Picture::default().is_empty());
}

#[wasm_bindgen_test]
fn the_answer_is_read() {
    let picture = fifty();
    assert!(!picture.is_empty());
    let namespace = &picture.namespaces[0];
    assert_eq!(
        (namespace.mode, namespace.mtls),
        (Some(Mode::Sidecar), Mtls::Strict)
    );
    let port = &picture.services[5].ports[1];
    assert_eq!(port.class, Class::Http);
    assert_eq!(port.target_port, Some(TargetPort::Name("tls".to_owned())));
    assert!(Picture::parse("{}").is_err());
}

/// Every character is as wide as another, in px.
fn measure(text: &str) -> i32 {
    7 * i32::try_from(text.chars().count()).unwrap_or(i32::MAX)
}

#[wasm_bindgen_test]
fn text_fits_its_room() {
    assert_eq!(fit("checkout", 56, measure), "checkout");
    assert_eq!(fit("checkout", 55, measure), "checko…");
    assert_eq!(fit("购物车服务", 21, measure), "购物…");
    assert_eq!(fit("a b", 20, measure), "a…");
    assert_eq!(fit("checkout", 13, measure), "");
    assert_eq!(fit("", 0, measure), "");
    for room in 0..80 {
        assert!(measure(&fit("recommendation", room, measure)) <= room.max(0));
    }
}

#[wasm_bindgen_test]
fn what_comes_first_in_a_line_keeps_its_room() {
    let texts = [
        (Style::Strong, "8080"),
        (Style::Strong, "HTTP"),
        (Style::Plain, "http-web"),
    ];
    let pieces = line(&texts, 100, |_, text| measure(text));
    let read: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
    assert_eq!(read, ["8080", "HTTP", "htt…"]);
    assert_eq!(pieces[1].x, 28 + SPACE);
    assert_eq!(pieces[2].x, 56 + 2 * SPACE);
    let pieces = line(&texts, 30, |_, text| measure(text));
    let read: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
    assert_eq!(read, ["8080", "", ""]);
}

/// A finding, and what it is related to: kind, name, path and line of each.
fn finding(severity: &str, places: &[(&str, &str, &str, u32)]) -> Value {
    let mut places = places.iter().map(|(kind, name, path, line)| {
        json!({"message": "m", "resource": resource(kind, name), "path": path, "location": place(*line)})
    });
    let mut finding = places.next().expect("it is about something");
    finding["related"] = places.collect();
    for (field, value) in [
        ("rule", "MR102"),
        ("name", "n"),
        ("help", "h"),
        ("docs", "d"),
        ("severity", severity),
    ] {
        finding[field] = value.into();
    }
    finding["fix"] = Value::Null;
    finding
}

fn report(findings: &[Value]) -> Report {
    let report = json!({
        "version": "1.2.3", "skipped": [], "diagnostics": [], "findings": findings,
        "summary": {"resources": 0, "rules": 0, "errors": 0, "warnings": 0, "infos": 0, "suppressed": 0, "ignored": 0},
    });
    Report::parse(&report.to_string()).expect("the report of this test")
}

/// Two Services that lead to one port of a workload with two containers.
fn contested() -> Picture {
    let port = || service_port(80, &json!(8080), &[(0, Some(8080), true)]);
    picture(
        &[
            service("a", &[0], &[port(), port()], 2),
            service("b", &[0], &[port()], 30),
        ],
        &[workload(
            "w",
            &[
                container_port(8080, "one", 62),
                container_port(8080, "two", 72),
            ],
            60,
        )],
    )
}

fn errors(errors: usize) -> Mark {
    Mark {
        errors,
        ..Mark::default()
    }
}

#[wasm_bindgen_test]
fn a_conflict_marks_both_service_ports_and_the_target_port() {
    let places = [
        ("Service", "a", "spec.ports[1].name", 9),
        ("Service", "b", "spec.ports[0].name", 39),
    ];
    let marks = Marks::new(&contested(), &report(&[finding("error", &places)]));
    assert_eq!(marks.of(Thing::ServicePort(0, 1)), errors(1));
    assert_eq!(marks.of(Thing::ServicePort(1, 0)), errors(1));
    assert_eq!(marks.of(Thing::WorkloadPort(0, 0)), errors(1));
    for thing in [
        Thing::ServicePort(0, 0),
        Thing::WorkloadPort(0, 1),
        Thing::Service(0),
        Thing::Workload(0),
        Thing::Namespace(0),
    ] {
        assert_eq!(marks.of(thing), Mark::default(), "{thing:?}");
    }
    assert_eq!(marks.elsewhere, 0);
}

#[wasm_bindgen_test]
fn a_finding_marks_what_it_is_about_once() {
    let port = "spec.template.spec.containers[1].ports[0].containerPort";
    let label = "spec.template.metadata.labels";
    let marks = Marks::new(
        &contested(),
        &report(&[
            finding("warning", &[("Deployment", "w", port, 72)]),
            finding(
                "info",
                &[
                    ("Deployment", "w", label, 61),
                    ("Deployment", "w", label, 61),
                ],
            ),
            finding("error", &[("Deployment", "w", label, 61)]),
            finding("error", &[("Service", "a", "spec.ports[7].name", 9)]),
            finding("error", &[("DestinationRule", "a", "spec.host", 90)]),
        ]),
    );
    let warning = Mark {
        warnings: 1,
        ..Mark::default()
    };
    assert_eq!(marks.of(Thing::WorkloadPort(0, 1)), warning);
    assert_eq!(marks.of(Thing::WorkloadPort(0, 0)), Mark::default());
    assert_eq!(
        marks.of(Thing::Workload(0)),
        Mark {
            infos: 1,
            ..errors(1)
        }
    );
    assert_eq!(
        marks.of(Thing::Workload(0)).heaviest(),
        Some(mesh_ready_web::report::Severity::Error)
    );
    assert_eq!(marks.of(Thing::Service(0)), errors(1));
    assert_eq!(marks.elsewhere, 1);
}

#[wasm_bindgen_test]
fn what_the_manifests_silence_marks_nothing() {
    let mut silenced = finding("error", &[("Service", "a", "metadata.name", 2)]);
    silenced["suppressed"] = true.into();
    let marks = Marks::new(&contested(), &report(&[silenced]));
    assert_eq!(marks, Marks::default());
}

#[wasm_bindgen_test]
fn of_two_objects_of_one_name_the_one_around_the_place_is_marked() {
    let targets: [(usize, Option<i64>, bool); 0] = [];
    let picture = picture(
        &[
            service("a", &[], &[service_port(80, &Value::Null, &targets)], 4),
            service("a", &[], &[service_port(80, &Value::Null, &targets)], 40),
        ],
        &[],
    );
    let at = |line| {
        report(&[finding(
            "error",
            &[("Service", "a", "spec.ports[0].name", line)],
        )])
    };
    assert_eq!(
        Marks::new(&picture, &at(9)).of(Thing::ServicePort(0, 0)),
        errors(1)
    );
    assert_eq!(
        Marks::new(&picture, &at(49)).of(Thing::ServicePort(1, 0)),
        errors(1)
    );
}
