/** Where the module comes from. */
export interface LoadOptions {
  /**
   * `policy.wasm`: its address, a response or the promise of one, its bytes, or the compiled module. The one of this
   * package when left out.
   */
  wasm?: URL | Response | Promise<Response> | BufferSource | WebAssembly.Module;
}

/**
 * Loads the module with the rules. It runs in the thread that calls this.
 *
 * @throws {ModuleError} of kind `fetch` or `compile`
 */
export function load(options?: LoadOptions): Promise<Checker>;

/** Why the module gave no answer. */
export class ModuleError extends Error {
  private constructor();
  readonly name: 'ModuleError';
  readonly kind: ModuleErrorKind;
}

/**
 * - `fetch`: the module's bytes could not be had
 * - `compile`: they are no WebAssembly module
 * - `link`: the module imports something that waPC does not have
 * - `missing-export`: it lacks an export that waPC demands; the message is its name
 * - `trap`: it stopped in the middle of a call
 * - `guest`: it refused the call; the message is the module's own, such as a list of what is wrong with settings
 * - `silent`: it ended the call without an answer and without a reason
 */
export type ModuleErrorKind = 'fetch' | 'compile' | 'link' | 'missing-export' | 'trap' | 'guest' | 'silent';

/** The rules, ready to be asked. Every method fails with a `ModuleError`; wrong manifests are no error. */
export interface Checker {
  /** The version of mesh-ready, or null for a module that does not say so. */
  readonly version: string | null;
  /**
   * The sha256 of the module's bytes in hexadecimal digits: the policy in a cluster is the same file if it has the same.
   * Null where it is not known: outside of a secure context, or when a compiled module was given.
   */
  readonly sha256: string | null;
  /** The compiled module, to be sent to a worker. */
  readonly module: WebAssembly.Module;

  /** Checks manifests: YAML or JSON, any number of documents in each file. */
  check(input: Input, settings?: Settings, options?: CheckOptions & { format?: 'json' }): Promise<Report>;
  /** The same as a SARIF 2.1.0 log. */
  check(input: Input, settings: Settings | undefined, options: SarifOptions): Promise<SarifLog>;
  /** The same as Markdown for an issue tracker. */
  check(input: Input, settings: Settings | undefined, options: CheckOptions & { format: 'markdown' }): Promise<string>;

  /** Applies fixes. */
  fix(input: Input, settings?: Settings, options?: FixOptions): Promise<Fixed>;

  /** What the rules see, for a drawing. */
  mesh(input: Input, settings?: Settings, options?: CheckOptions): Promise<Mesh>;

  /** The catalogue of rules. */
  rules(language?: Language): Promise<Catalogue>;

  /** Reads settings: YAML or JSON text, or a value. The defaults when left out. */
  settings(input?: string | object, options?: LanguageOption): Promise<SettingsAnswer>;

  /**
   * Asks for each object what the policy would answer if it were created in a cluster that holds the other objects.
   * The policy's words are in the language asked for, else in that of the settings.
   */
  admit(input: Input, settings?: Settings, options?: LanguageOption): Promise<Admission[]>;

  /** Calls an operation of the module, or `admit`, with a payload that becomes JSON. */
  call(operation: string, payload?: unknown, hostCall?: HostCall): Promise<unknown>;
}

/** Answers a call that the module makes to its host, at once. What it throws is an error for the module. */
export type HostCall = (binding: string, namespace: string, operation: string, payload: Uint8Array) => Uint8Array;

/** A cluster of these objects: answers Kubewarden's host capabilities. `exchanges` grows with each call. */
export function cluster(objects: object[]): { answer: HostCall; exchanges: Exchange[] };

/** A text is a file with the name `manifests.yaml`. */
export type Input = string | ManifestFile[];

export interface ManifestFile {
  name: string;
  text: string;
}

export type Language = 'en' | 'zh-CN';

/** Its default is `en`. */
export interface LanguageOption {
  language?: Language;
}

export interface CheckOptions extends LanguageOption {
  /** What columns count. The default is `utf-16`, the units of JavaScript's strings. */
  positionEncoding?: 'utf-8' | 'utf-16' | 'utf-32';
}

export interface SarifOptions extends LanguageOption {
  format: 'sarif';
  positionEncoding?: 'utf-16' | 'utf-32';
}

export interface FixOptions extends LanguageOption {
  /** `safe` (default): the fixes that need no second look. `all`: those that are only offered, too. */
  which?: 'safe' | 'all';
}

export type Severity = 'error' | 'warning' | 'info';
export type Level = Severity | 'off';
export type DataPlane = 'sidecar' | 'ambient';

/** The same as of the command line and the policy; see docs/settings.md. */
export interface Settings {
  dataPlane?: DataPlane;
  cni?: boolean;
  istioVersion?: string;
  kubernetesVersion?: string;
  assumeInjected?: boolean;
  injectByDefault?: boolean;
  rootNamespace?: string;
  nativeSidecars?: 'auto' | 'true' | 'false';
  failOn?: Severity;
  context?: 'cluster' | 'none';
  onMissingContext?: 'warn' | 'reject';
  mutate?: string[];
  language?: Language;
  rules?: Record<string, Level>;
  ignoreNamespaces?: string[];
  ignoreWorkloads?: string[];
}

/** What `check` answers; see docs/report.md. */
export interface Report {
  version: string;
  summary: Summary;
  skipped: Skipped[];
  findings: Finding[];
  diagnostics: Diagnostic[];
}

export interface Summary {
  /** Kubernetes objects that were read. */
  resources: number;
  /** Rules that ran. */
  rules: number;
  errors: number;
  warnings: number;
  infos: number;
  /** Findings that are silenced. */
  suppressed: number;
  /** YAML documents that are no Kubernetes object. */
  ignored: number;
}

/** An enabled rule that could not be decided. */
export interface Skipped {
  rule: string;
  reason: string;
}

export interface Finding {
  /** Such as `MR103`. */
  rule: string;
  /** Such as `reserved-uid`. */
  name: string;
  severity: Severity;
  message: string;
  help: string;
  resource: Resource;
  /** The field inside the object. */
  path: string;
  location: Location | null;
  related: Related[];
  fix: Fix | null;
  /** The rule's page, relative to the repository. */
  docs: string;
  /** Whether it is silenced; absent otherwise. */
  suppressed?: true;
  /** Why it is silenced, where that is said. */
  reason?: string;
}

export interface Resource {
  apiVersion: string;
  kind: string;
  /** `default` when left out, empty for objects of the cluster. */
  namespace: string;
  name: string;
}

/** A range of a file. Lines and columns count from 1; the end is exclusive. */
export interface Location {
  file: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

export interface Related {
  message: string;
  resource: Resource;
  path: string;
  location: Location | null;
}

export interface Fix {
  title: string;
  /** Whether it may be applied without a look. */
  safe: boolean;
  /** Changes of the finding's file, in order of place; they do not overlap. */
  edits: TextEdit[];
  /** The same change of the object as a JSON Patch (RFC 6902). */
  patch: PatchOperation[];
}

export interface TextEdit {
  location: Location;
  newText: string;
}

export interface PatchOperation {
  op: 'add' | 'replace' | 'remove';
  path: string;
  value?: unknown;
}

/** What is wrong with the input itself. */
export interface Diagnostic {
  severity: 'error' | 'warning';
  message: string;
  location: Location | null;
}

export interface SarifLog {
  $schema: string;
  version: '2.1.0';
  runs: Record<string, unknown>[];
}

export interface Fixed {
  /** Every file in the order given, changed or not. */
  files: ManifestFile[];
  applied: AppliedFix[];
}

export interface AppliedFix {
  rule: string;
  title: string;
  /** Name of the file. */
  file: string;
  /** Position of the file. */
  index: number;
}

/** What the rules see; see docs/operations.md. */
export interface Mesh {
  version: string;
  namespaces: MeshNamespace[];
  workloads: MeshWorkload[];
  services: MeshService[];
  /** False: there are so many Services and workloads that they were not joined. */
  joined: boolean;
  /** How many were left out. */
  omitted: Record<'namespaces' | 'workloads' | 'services' | 'ports' | 'links' | 'derived', number>;
}

export type MtlsMode = 'STRICT' | 'PERMISSIVE' | 'DISABLE';
export type Transport = 'TCP' | 'UDP' | 'SCTP';

export interface MeshNamespace {
  name: string;
  /** How a pod joins that says nothing itself; null when the Namespace is not among the files. */
  mode: DataPlane | 'none' | null;
  mtls: MtlsMode;
  location: Location | null;
}

export interface MeshWorkload {
  resource: Resource;
  membership: DataPlane | 'out';
  /** Whether settings decided, since the Namespace is not among the files. */
  assumed: boolean;
  reason: string;
  /** Whether it is Istio's own. */
  istio: boolean;
  /** Null when it is out of the mesh. */
  mtls: MtlsMode | null;
  ports: WorkloadPort[];
  location: Location | null;
}

export interface WorkloadPort {
  port: number;
  name: string | null;
  transport: Transport;
  container: string;
  /** Where a policy says another mode for the port. */
  mtls?: MtlsMode;
  location: Location | null;
}

export interface MeshService {
  resource: Resource;
  type: string;
  headless: boolean;
  ports: ServicePort[];
  /** Positions of the workloads that it selects. */
  workloads: number[];
  location: Location | null;
}

export interface ServicePort {
  port: number;
  name: string | null;
  transport: Transport;
  targetPort: number | string | null;
  /** What it is declared as, as Istio takes it: `HTTP`, `gRPC`, `undeclared` and so on. */
  protocol: string;
  class: 'http' | 'tcp' | 'tls' | 'auto' | 'udp';
  targets: Target[];
  location: Location | null;
}

export interface Target {
  /** Position of the workload. */
  workload: number;
  /** Null when no container has a port of that name. */
  port: number | null;
  /** Whether a container declares it. */
  declared: boolean;
}

export interface Catalogue {
  version: string;
  rules: Rule[];
}

export interface Rule {
  id: string;
  name: string;
  /** The worst that it reports. */
  severity: Severity;
  title: string;
  dataPlanes: DataPlane[];
  sources: { title: string; url: string }[];
  /** Its page, relative to the repository. */
  docs: string;
}

export interface SettingsAnswer {
  valid: boolean;
  /** Every field; null when they are not valid. */
  settings: Required<Settings> | null;
  /** Only what differs from the defaults, as YAML; null when they are not valid. */
  yaml: string | null;
  errors: SettingsError[];
  /** Every field, for a form. */
  fields: SettingsField[];
}

export interface SettingsError {
  /** Path of the field; empty for the text as a whole. */
  path: string;
  message: string;
  /** From 1; null when a value was given. */
  line: number | null;
  /** In characters, from 1; null when a value was given. */
  column: number | null;
}

export interface SettingsField {
  name: keyof Settings;
  kind: 'choice' | 'bool' | 'string' | 'version' | 'list' | 'levels';
  /** What may be chosen, or be in a list; absent when anything may. */
  choices?: string[];
  default: unknown;
  /** Whether only the policy reads it. */
  policyOnly: boolean;
  meaning: string;
}

/** What the policy says of one object. */
export type Admission = Judged | Omitted;

export interface Judged {
  resource: Resource;
  location: Location | null;
  request: AdmissionRequest;
  response: AdmissionResponse;
  /** What the policy asked the cluster, in order. */
  hostCalls: Exchange[];
}

/** An object that aliases make larger than a request can be: it was not judged. */
export interface Omitted {
  resource: Resource;
  location: Location | null;
  request: null;
  response: null;
  hostCalls: [];
}

/** The request of a Kubernetes AdmissionReview. */
export interface AdmissionRequest {
  uid: string;
  kind: { group: string; version: string; kind: string };
  resource: { group: string; version: string; resource: string };
  name?: string;
  namespace?: string;
  operation: 'CREATE';
  object: Record<string, unknown>;
  [field: string]: unknown;
}

/** The policy's answer in the words of a Kubernetes AdmissionResponse. */
export interface AdmissionResponse {
  allowed: boolean;
  /** Why it is rejected, with everything that is wrong. */
  message: string | null;
  /** The HTTP status of a rejection. */
  code: number | null;
  /** What kubectl prints. */
  warnings: string[];
  /** By rule. */
  auditAnnotations: Record<string, string>;
  /** The object with its fixes, where settings ask for some and one was applied. */
  mutatedObject?: Record<string, unknown>;
}

/** What the module asked its host. */
export interface Exchange {
  /** Namespace and name, such as `kubernetes/get_resource`, or `tracing/log`. */
  operation: string;
  /** The payload as Kubewarden has it, without the fields that are wanted of each object (`field_masks`). */
  request: Record<string, unknown>;
  /** How many objects it was given; absent where it was refused, or asked for none. */
  found?: number;
  /** Why it was refused; an object that is not there is refused, too. */
  error?: string;
}
