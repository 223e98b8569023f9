//! A cluster of any size for benchmarks: applications of many teams with their Services and policies, most of them
//! right. The same size gives the same text.

use mesh_ready_core::{Settings, settings::Version};
use std::fmt::Write;

/// So many namespaces share the applications.
const NAMESPACES: usize = 500;

/// Documents of one application.
const PER_APPLICATION: usize = 10;

/// The rules that applications violate: each application one.
const FAULTS: [&str; 36] = [
    "MR001", "MR101", "MR102", "MR103", "MR104", "MR105", "MR106", "MR107", "MR108", "MR109",
    "MR201", "MR202", "MR203", "MR204", "MR205", "MR206", "MR301", "MR302", "MR303", "MR304",
    "MR305", "MR306", "MR401", "MR402", "MR501", "MR502", "MR503", "MR504", "MR505", "MR506",
    "MR507", "MR508", "MR601", "MR602", "MR603", "MR604",
];

/// Settings with which every rule has something to decide: versions that have PodSecurityPolicies and no native
/// sidecars, and in which the ports of ExternalName Services matter.
pub fn settings() -> Settings {
    let version = |minor| Version { major: 1, minor };
    Settings {
        istio_version: version(17),
        kubernetes_version: version(24),
        ..Settings::default()
    }
}

/// The manifests of a cluster of `resources` resources, which is a multiple of `PER_APPLICATION`.
pub fn cluster(resources: usize) -> String {
    let applications = (resources / PER_APPLICATION).saturating_sub(1);
    let mut text = control_plane(applications.min(NAMESPACES));
    for number in 0..applications {
        Application::new(number).write(&mut text);
    }
    text
}

/// Istio, and what lets the pods of all namespaces be admitted but of the one that violates MR106.
fn control_plane(namespaces: usize) -> String {
    let mut text = CONTROL_PLANE.to_owned();
    for namespace in 0..namespaces {
        if Application::new(namespace).fault != "MR106" {
            add(
                &mut text,
                format_args!(
                    "- {{apiGroup: rbac.authorization.k8s.io, kind: Group, name: \"system:serviceaccounts:team-{namespace}\"}}\n"
                ),
            );
        }
    }
    text
}

/// Writes into text, which never fails.
fn add(text: &mut String, what: std::fmt::Arguments<'_>) {
    text.write_fmt(what).unwrap_or_default();
}

/// Ten documents.
const CONTROL_PLANE: &str = "\
apiVersion: v1
kind: Namespace
metadata:
  name: istio-system
  labels:
    kubernetes.io/metadata.name: istio-system
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: istiod
  namespace: istio-system
spec:
  selector:
    matchLabels: {app: istiod}
  template:
    metadata:
      labels: {app: istiod, istio: pilot, sidecar.istio.io/inject: \"false\"}
    spec:
      containers:
      - name: discovery
        image: pilot:1.27.0
        ports:
        - containerPort: 8080
        - containerPort: 15010
        - containerPort: 15012
        - containerPort: 15014
        - containerPort: 15017
---
apiVersion: v1
kind: Service
metadata:
  name: istiod
  namespace: istio-system
spec:
  selector: {app: istiod}
  ports:
  - {name: grpc-xds, port: 15010}
  - {name: https-dns, port: 15012}
  - {name: https-webhook, port: 443, targetPort: 15017}
  - {name: http-monitoring, port: 15014}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: istiod
  namespace: istio-system
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: istiod
  namespace: istio-system
spec:
  podSelector:
    matchLabels: {app: istiod}
  policyTypes: [Ingress]
  ingress:
  - ports:
    - port: 15010
    - port: 15012
    - port: 15014
    - port: 15017
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: istio
  namespace: istio-system
data:
  mesh: |
    accessLogFile: /dev/stdout
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
  namespace: istio-system
spec:
  mtls: {mode: STRICT}
---
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: mesh
spec:
  allowedCapabilities: [NET_ADMIN, NET_RAW]
  runAsUser: {rule: RunAsAny}
  seLinux: {rule: RunAsAny}
  supplementalGroups: {rule: RunAsAny}
  fsGroup: {rule: RunAsAny}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: use-mesh-psp
rules:
- apiGroups: [policy]
  resources: [podsecuritypolicies]
  resourceNames: [mesh]
  verbs: [use]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: use-mesh-psp
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: use-mesh-psp
subjects:
";

/// One application: its place in the cluster and the rule that it violates.
struct Application {
    number: usize,
    namespace: usize,
    /// How many applications its namespace has already.
    round: usize,
    fault: &'static str,
}

impl Application {
    fn new(number: usize) -> Self {
        Self {
            number,
            namespace: number % NAMESPACES,
            round: number / NAMESPACES,
            fault: FAULTS[number % FAULTS.len()],
        }
    }

    /// `wrong` in the application that violates a rule, else `right`.
    fn unless(&self, rule: &str, right: &'static str, wrong: &'static str) -> &'static str {
        if self.fault == rule { wrong } else { right }
    }

    fn write(&self, text: &mut String) {
        if self.round == 0 {
            self.namespace(text);
        } else {
            self.config_map(text);
        }
        self.web(text);
        self.web_service(text);
        self.api(text);
        self.api_service(text);
        self.store(text);
        self.store_service(text);
        self.batch(text);
        self.network_policy(text);
        self.policy(text);
    }

    fn namespace(&self, text: &mut String) {
        let namespace = self.namespace;
        let revision = self.unless("MR501", "", "\n    istio.io/rev: canary");
        let standard = self.unless("MR105", "privileged", "baseline");
        add(
            text,
            format_args!(
                "\
---
apiVersion: v1
kind: Namespace
metadata:
  name: team-{namespace}
  labels:
    kubernetes.io/metadata.name: team-{namespace}
    istio-injection: enabled{revision}
    pod-security.kubernetes.io/enforce: {standard}
  annotations:
    owner: team-{namespace}@shop.example.com
"
            ),
        );
    }

    fn config_map(&self, text: &mut String) {
        let (number, namespace) = (self.number, self.namespace);
        add(
            text,
            format_args!(
                "\
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings-{number}
  namespace: team-{namespace}
data:
  LOG_LEVEL: info
  CATALOGUE_URL: http://web-{number}.team-{namespace}.svc:80
  settings.yaml: |
    cache: {{ttl: 60s, size: 1000}}
    upstreams: [api-{number}, store-{number}]
"
            ),
        );
    }

    /// A web front end with an init container, as Helm charts write it.
    fn web(&self, text: &mut String) {
        let (number, namespace) = (self.number, self.namespace);
        let own_labels = self.unless("MR502", "", "\n    sidecar.istio.io/inject: \"true\"");
        let app = self.unless("MR107", "app.kubernetes.io/name: web", "tier: web");
        let version = self.unless(
            "MR108",
            "app.kubernetes.io/version: \"1.4.2\"",
            "track: stable",
        );
        let annotations = match self.fault {
            "MR203" => "\n        prometheus.io/port: \"15090\"",
            "MR503" => "\n        sidecar.istio.io/inject: \"true\"",
            "MR505" => "\n        traffic.sidecar.istio.io/excludeOutboundPorts: redis",
            "MR601" => "\n        sidecar.istio.io/rewriteAppHTTPProbers: \"false\"",
            "MR604" => "\n        traffic.sidecar.istio.io/excludeInboundPorts: \"8080\"",
            _ => "",
        };
        let pod = match self.fault {
            "MR504" => "\n      hostNetwork: true",
            "MR507" => "\n      dnsPolicy: Default",
            _ => "",
        };
        let user = self.unless("MR103", "10001", "1337");
        let group = self.unless("MR104", "10001", "1337");
        let metrics = self.unless("MR201", "9102", "15090");
        let suppressed = self.unless(
            "MR001",
            "",
            " # mesh-ready: ignore MR201 -- no longer there",
        );
        let hook = self.unless(
            "MR603",
            "",
            "
        lifecycle:
          postStart:
            exec:
              command: [curl, \"http://catalogue.shop.example.com/warm\"]",
        );
        add(
            text,
            format_args!(
                "\
---
# The front end of application {number}.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-{number}
  namespace: team-{namespace}
  labels:
    app.kubernetes.io/name: web
    app.kubernetes.io/instance: web-{number}
    app.kubernetes.io/managed-by: Helm{own_labels}
spec:
  replicas: 3
  revisionHistoryLimit: 5
  selector:
    matchLabels:
      app.kubernetes.io/instance: web-{number}
  strategy:
    rollingUpdate: {{maxSurge: 1, maxUnavailable: 0}}
  template:
    metadata:
      labels:
        app.kubernetes.io/instance: web-{number}
        {app}-{number}
        {version}
      annotations:
        checksum/config: 5f1d2c{number}
        prometheus.io/scrape: \"true\"
        prometheus.io/path: /metrics{annotations}
    spec:
      serviceAccountName: web-{number}
      securityContext:
        runAsNonRoot: true
        runAsUser: {user}
        runAsGroup: {group}
        seccompProfile:
          type: RuntimeDefault{pod}
      initContainers:
      - name: assets
        image: \"registry.example.com/shop/assets:1.4.2\"
        command: [cp, -r, /assets, /shared]
        volumeMounts:
        - name: shared
          mountPath: /shared
      containers:
      - name: web
        image: \"registry.example.com/shop/web:1.4.2\"{suppressed}
        imagePullPolicy: IfNotPresent
        ports:
        - name: http
          containerPort: 8080
          protocol: TCP
        - name: metrics
          containerPort: {metrics}
        env:
        - name: POD_NAME
          valueFrom:
            fieldRef: {{fieldPath: metadata.name}}
        - name: API_URL
          value: \"http://api-{number}.team-{namespace}.svc.cluster.local:9090\"
        - name: STORE_ADDRESS
          value: store-{number}:6379
        resources:
          requests: {{cpu: 100m, memory: 128Mi}}
          limits: {{memory: 256Mi}}
        livenessProbe:
          httpGet: {{path: /healthz, port: http}}
          initialDelaySeconds: 5
        readinessProbe:
          httpGet:
            path: /ready
            port: http
          periodSeconds: 10{hook}
        volumeMounts:
        - name: shared
          mountPath: /srv
      volumes:
      - name: shared
        emptyDir: {{}}
"
            ),
        );
    }

    fn web_service(&self, text: &mut String) {
        let (number, namespace) = (self.number, self.namespace);
        let name = self.unless("MR303", "http", "web");
        let target = self.unless("MR306", "http", "https");
        let more = match self.fault {
            "MR102" => "\n  - name: tcp-raw\n    port: 8081\n    targetPort: 8080",
            "MR202" => "\n  - name: http-stats\n    port: 15090\n    targetPort: 9102",
            _ => "",
        };
        add(
            text,
            format_args!(
                "\
---
apiVersion: v1
kind: Service
metadata:
  name: web-{number}
  namespace: team-{namespace}
  labels:
    app.kubernetes.io/name: web
spec:
  type: ClusterIP
  selector:
    app.kubernetes.io/instance: web-{number}
  ports:
  - name: {name}
    port: 80
    targetPort: {target}
    protocol: TCP{more}
"
            ),
        );
    }

    /// A gRPC server with a second container.
    fn api(&self, text: &mut String) {
        let (number, namespace) = (self.number, self.namespace);
        let app = self.unless("MR109", "api", "web");
        let version = self.unless("MR109", "\"2.0\"", "\"1.4.2\"");
        let labels = match self.fault {
            "MR206" => {
                "\n        istio.io/dataplane-mode: ambient\n        sidecar.istio.io/inject: \"false\""
            }
            "MR506" => "\n        sidecar.istio.io/inject: \"false\"",
            _ => "",
        };
        let before = self.unless(
            "MR401",
            "",
            "curl 192.0.2.7 -H 'Host: catalogue.shop.example.com'; ",
        );
        let peer = self.unless("MR402", "api-peers:9090", "http://10.20.30.40:9090");
        let container = self.unless(
            "MR506",
            "",
            "
      - name: istio-proxy
        image: auto",
        );
        add(
            text,
            format_args!(
                "\
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api-{number}
  namespace: team-{namespace}
  labels: {{app: api-{number}}}
spec:
  replicas: 2
  selector:
    matchLabels: {{component: api-{number}}}
  template:
    metadata:
      labels:
        app: {app}-{number}
        version: {version}
        component: api-{number}{labels}
    spec:
      terminationGracePeriodSeconds: 30
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
          - weight: 100
            podAffinityTerm:
              topologyKey: kubernetes.io/hostname
              labelSelector:
                matchLabels: {{component: api-{number}}}
      containers:
      - name: api
        image: registry.example.com/shop/api:2.0
        command: [/bin/sh, -c]
        args:
        - \"{before}exec /api --listen=:9090\"
        env:
        - {{name: PEERS, value: \"{peer}\"}}
        - {{name: STORE, value: \"store-{number}:6379\"}}
        ports:
        - {{name: grpc, containerPort: 9090}}
        readinessProbe:
          grpc: {{port: 9090}}
        resources:
          limits: {{cpu: \"1\", memory: 512Mi}}
      - name: exporter
        image: registry.example.com/shop/exporter:0.9
        ports:
        - {{name: http-metrics, containerPort: 9102}}
        resources:
          limits: {{cpu: 50m, memory: 64Mi}}{container}
"
            ),
        );
    }

    fn api_service(&self, text: &mut String) {
        let (number, namespace) = (self.number, self.namespace);
        let selected = self.unless("MR101", "api", "backend");
        add(
            text,
            format_args!(
                "\
---
apiVersion: v1
kind: Service
metadata:
  name: api-{number}
  namespace: team-{namespace}
spec:
  selector: {{component: {selected}-{number}}}
  ports:
  - {{name: grpc, port: 9090, targetPort: grpc}}
  - {{name: http-metrics, port: 9102, targetPort: http-metrics}}
"
            ),
        );
    }

    /// A store with stable names: Redis, or MySQL where that is what is wrong.
    fn store(&self, text: &mut String) {
        let (number, namespace) = (self.number, self.namespace);
        let image = match self.fault {
            "MR301" | "MR302" => "mysql:8.4",
            _ => "redis:7.4",
        };
        let port = self.store_port();
        add(
            text,
            format_args!(
                "\
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: store-{number}
  namespace: team-{namespace}
spec:
  serviceName: store-{number}
  replicas: 1
  selector:
    matchLabels:
      app: store-{number}
  template:
    metadata:
      labels:
        app: store-{number}
        version: v1
    spec:
      containers:
      - name: store
        image: registry.example.com/library/{image}
        ports:
        - containerPort: {port}
          name: store
        volumeMounts:
        - name: data
          mountPath: /data
        livenessProbe:
          tcpSocket:
            port: store
  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      resources:
        requests:
          storage: 10Gi
"
            ),
        );
    }

    fn store_port(&self) -> u16 {
        match self.fault {
            "MR301" | "MR302" => 3306,
            _ => 6379,
        }
    }

    fn store_service(&self, text: &mut String) {
        let (number, namespace) = (self.number, self.namespace);
        let name = match self.fault {
            "MR301" | "MR305" => "http-store",
            _ => "tcp-store",
        };
        let port = self.store_port();
        add(
            text,
            format_args!(
                "\
---
apiVersion: v1
kind: Service
metadata:
  name: store-{number}
  namespace: team-{namespace}
spec:
  clusterIP: None
  selector:
    app: store-{number}
  ports:
  - name: {name}
    port: {port}
    targetPort: store
"
            ),
        );
    }

    /// What runs now and then, or on every node; or an object that stands for itself.
    fn batch(&self, text: &mut String) {
        match self.fault {
            "MR204" => self.control_plane_service(text),
            "MR304" => self.external_name(text),
            "MR508" => self.pod(text),
            "MR602" => self.cron_job(text, ""),
            _ if self.number.is_multiple_of(3) => self.daemon_set(text),
            _ => self.cron_job(text, "\n            sidecar.istio.io/inject: \"false\""),
        }
    }

    fn cron_job(&self, text: &mut String, labels: &str) {
        let (number, namespace) = (self.number, self.namespace);
        add(
            text,
            format_args!(
                "\
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: report-{number}
  namespace: team-{namespace}
spec:
  schedule: \"15 3 * * *\"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      backoffLimit: 2
      template:
        metadata:
          labels:
            app: report-{number}
            version: v1{labels}
        spec:
          restartPolicy: OnFailure
          containers:
          - name: report
            image: registry.example.com/shop/report:1.1
            args: [--since, 24h, --to, \"http://web-{number}/reports\"]
"
            ),
        );
    }

    fn daemon_set(&self, text: &mut String) {
        let (number, namespace) = (self.number, self.namespace);
        add(
            text,
            format_args!(
                "\
---
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent-{number}
  namespace: team-{namespace}
spec:
  selector:
    matchLabels: {{app: agent-{number}}}
  template:
    metadata:
      labels:
        app: agent-{number}
        version: v1
        sidecar.istio.io/inject: \"false\"
    spec:
      tolerations:
      - operator: Exists
      containers:
      - name: agent
        image: registry.example.com/shop/agent:3.2
        ports:
        - containerPort: 2020
          name: http
"
            ),
        );
    }

    fn control_plane_service(&self, text: &mut String) {
        let number = self.number;
        add(
            text,
            format_args!(
                "\
---
apiVersion: v1
kind: Service
metadata:
  name: istiod-revision-tag-{number}
  namespace: istio-system
spec:
  selector: {{app: istiod}}
  ports:
  - {{name: https-webhook, port: 443, targetPort: 15010}}
"
            ),
        );
    }

    fn external_name(&self, text: &mut String) {
        let (number, namespace) = (self.number, self.namespace);
        add(
            text,
            format_args!(
                "\
---
apiVersion: v1
kind: Service
metadata:
  name: billing-{number}
  namespace: team-{namespace}
spec:
  type: ExternalName
  externalName: billing.shop.example.com
  ports:
  - {{name: tcp, port: 443}}
"
            ),
        );
    }

    fn pod(&self, text: &mut String) {
        let (number, namespace) = (self.number, self.namespace);
        add(
            text,
            format_args!(
                "\
---
apiVersion: v1
kind: Pod
metadata:
  name: debug-{number}
  namespace: team-{namespace}
  labels: {{app: web-{number}, version: debug, app.kubernetes.io/instance: web-{number}}}
spec:
  containers:
  - name: debug
    image: registry.example.com/shop/debug:1.0
    ports:
    - {{name: http, containerPort: 8080}}
status:
  phase: Running
"
            ),
        );
    }

    fn network_policy(&self, text: &mut String) {
        let (number, namespace) = (self.number, self.namespace);
        let istiod = self.unless("MR205", "15012", "15010");
        let tunnel = self.unless("MR206", "15008", "9102");
        add(
            text,
            format_args!(
                "\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: api-{number}
  namespace: team-{namespace}
spec:
  podSelector:
    matchLabels:
      component: api-{number}
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - podSelector:
        matchLabels: {{app.kubernetes.io/instance: web-{number}}}
    ports:
    - {{protocol: TCP, port: grpc}}
    - {{protocol: TCP, port: {tunnel}}}
  egress:
  - to:
    - namespaceSelector: {{}}
    ports:
    - {{protocol: UDP, port: 53}}
  - to:
    - namespaceSelector:
        matchLabels: {{kubernetes.io/metadata.name: istio-system}}
    ports:
    - {{protocol: TCP, port: {istiod}}}
  - to:
    - podSelector:
        matchLabels: {{app: store-{number}}}
    ports:
    - {{protocol: TCP, port: 6379}}
"
            ),
        );
    }

    /// How others speak to one of its workloads.
    fn policy(&self, text: &mut String) {
        let (number, namespace) = (self.number, self.namespace);
        if self.fault == "MR302" {
            self.peer_authentication(text, "PERMISSIVE");
        } else if number.is_multiple_of(2) {
            self.peer_authentication(text, "STRICT");
        } else {
            add(
                text,
                format_args!(
                    "\
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: web-{number}
  namespace: team-{namespace}
spec:
  host: web-{number}.team-{namespace}.svc.cluster.local
  trafficPolicy:
    connectionPool:
      http: {{http2MaxRequests: 1000}}
    tls: {{mode: ISTIO_MUTUAL}}
  subsets:
  - name: stable
    labels: {{app.kubernetes.io/version: \"1.4.2\"}}
"
                ),
            );
        }
    }

    fn peer_authentication(&self, text: &mut String, mode: &str) {
        let (number, namespace) = (self.number, self.namespace);
        let port = self.store_port();
        add(
            text,
            format_args!(
                "\
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: store-{number}
  namespace: team-{namespace}
spec:
  selector:
    matchLabels:
      app: store-{number}
  mtls: {{mode: STRICT}}
  portLevelMtls:
    {port}: {{mode: {mode}}}
"
            ),
        );
    }
}
