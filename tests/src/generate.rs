//! Manifests of any length for benchmarks: the applications of a shop, as people write them.

use std::fmt::Write;

/// A manifest of at least `lines` lines: Deployments of 3 containers with their Services, over a few namespaces.
pub fn manifest(lines: usize) -> String {
    let mut text = String::new();
    let mut written = 0;
    let mut index = 0;
    while written < lines {
        let application = application(index);
        written += application.lines().count();
        text.push_str(&application);
        index += 1;
    }
    text
}

/// One Deployment and the Service that selects it.
fn application(index: usize) -> String {
    let namespace = index % 7;
    let mut text = format!(
        "\
---
# Application {index}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{index}
  namespace: team-{namespace}
  labels:
    app: app-{index}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: app-{index}
  template:
    metadata:
      labels:
        app: app-{index}
        version: v1
    spec:
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
      containers:
"
    );
    for container in 0..3 {
        let port = 8080 + container;
        write!(
            text,
            "      - name: container-{container}
        image: \"registry.example/shop/app-{index}:1.{container}\"
        ports:
        - name: port-{container}
          containerPort: {port}
        env:
        - name: UPSTREAM
          value: \"http://app-{}.team-{namespace}.svc:8080\"
        resources:
          limits: {{cpu: 500m, memory: 256Mi}}
        readinessProbe:
          httpGet: {{path: /ready, port: port-{container}}}
",
            index + 7
        )
        .unwrap_or_default();
    }
    write!(
        text,
        "\
---
apiVersion: v1
kind: Service
metadata:
  name: app-{index}
  namespace: team-{namespace}
spec:
  selector:
    app: app-{index}
  ports:
  - name: http
    port: 80
    targetPort: port-0
  - name: grpc-api
    port: 81
    targetPort: 8081
  - port: 82
    targetPort: port-2
"
    )
    .unwrap_or_default();
    text
}
