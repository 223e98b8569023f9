#!/usr/bin/env bats
# policy.wasm in kwctl: `make e2e-tests`. A test is made of the words below and nothing else, so that
# tests/tests/packaging.rs can run the same lines in the WebAssembly host of the other tests.

bats_require_minimum_version 1.5.0

# evaluate REQUEST [SETTINGS]: the request of test_data/, settings as JSON. It may ask nothing of a cluster.
evaluate() {
    local none='{}'
    run --separate-stderr kwctl --no-color run --request-path "test_data/$1" --settings-json "${2:-$none}" \
        "${cluster[@]}" annotated-policy.wasm
    # Shown when a line below fails.
    echo "$stderr"
    echo "$output"
    # kwctl's status is 0 for a rejection too.
    [ "$status" -eq 0 ]
}

# replay SESSION REQUEST [SETTINGS]: the same in a cluster that answers as was recorded in test_data/, in the same order.
# `make sessions` records.
replay() {
    local cluster=(--allow-context-aware --replay-host-capabilities-interactions "test_data/$1")
    evaluate "${@:2}"
    [[ $stderr != *'not been replayed'* ]]
}

allowed() {
    jq --exit-status '.allowed' <<<"$output"
}

denied() {
    jq --exit-status '.allowed == false' <<<"$output"
}

# says TEXT: the message of a rejection contains it.
says() {
    jq --exit-status --arg text "$1" '.status.message | contains($text)' <<<"$output"
}

# warns TEXT: one of the warnings contains it.
warns() {
    jq --exit-status --arg text "$1" '.warnings // [] | any(contains($text))' <<<"$output"
}

# changes POINTER TEXT: the object gets this text at a place.
changes() {
    jq --exit-status --arg pointer "$1" --arg text "$2" \
        '.patch | @base64d | fromjson | any(.path == $pointer and .value == $text)' <<<"$output"
}

@test "accepts a workload that is ready" {
    evaluate deployment-ready.json
    allowed
    evaluate cronjob-ready.json
    allowed
}

@test "rejects a container that runs as the proxy's user" {
    evaluate deployment-reserved-uid.json
    denied
    says 'mesh-ready: Deployment shop/cart is not ready for Istio: 1 finding (failOn: error)'
    says 'MR103 spec.template.spec.containers[0].securityContext.runAsUser: container `cart` runs as UID 1337'
}

@test "rejects an update as it rejects a creation" {
    evaluate deployment-reserved-uid-update.json
    denied
    says 'MR103 spec.template.spec.containers[0].securityContext.runAsUser'
}

@test "a severity of its own makes the finding a warning" {
    evaluate deployment-reserved-uid.json '{"rules":{"MR103":"warning"}}'
    allowed
    warns 'MR103 spec.template.spec.containers[0].securityContext.runAsUser'
}

@test "a rule that is off finds nothing" {
    evaluate deployment-reserved-uid.json '{"rules":{"MR103":"off"}}'
    allowed
}

@test "settings that are not valid are named" {
    evaluate deployment-reserved-uid.json '{"faliOn":"error"}'
    denied
    says 'unknown field `faliOn`'
}

@test "leaves the injected proxy alone" {
    evaluate pod-injected.json
    allowed
}

@test "rejects a Pod of nobody's" {
    evaluate pod-reserved-uid.json
    denied
    says 'MR103 spec.containers[0].securityContext.runAsUser'
}

@test "judges the Pod of a ReplicaSet at the ReplicaSet" {
    evaluate pod-of-replicaset.json
    allowed
}

@test "rejects a Service where warnings reject" {
    evaluate service-external-name.json '{"istioVersion":"1.20","failOn":"warning"}'
    denied
    says 'MR304 spec.ports[0].name'
    evaluate service-external-name.json '{"istioVersion":"1.20"}'
    allowed
    warns 'MR304 spec.ports[0].name'
}

@test "lets a Service be deleted" {
    evaluate service-delete.json
    allowed
}

@test "leaves a change of the status alone" {
    evaluate deployment-status.json
    allowed
}

@test "accepts kinds that it does not know" {
    evaluate configmap.json
    allowed
}

@test "judges a workload with the Service before it" {
    replay deployment-database.yml deployment-database.json
    denied
    says 'MR301 Service/db spec.ports[0].name'
}

@test "judges a Service with the workload before it" {
    replay service-database.yml service-database.json
    denied
    says 'MR301 spec.ports[0].name'
}

@test "warns of a deletion that leaves a workload without a Service" {
    replay service-delete.yml service-delete.json
    allowed
    warns 'MR101 Deployment/cart'
}

@test "judges what a Namespace holds when it joins the mesh" {
    replay namespace-joins.yml namespace-joins.json
    denied
    says 'MR103 Deployment/cart spec.template.spec.containers[0].securityContext.runAsUser'
}

@test "adds labels where it is asked to" {
    replay deployment-unlabelled.yml deployment-unlabelled.json '{"mutate":["MR107","MR108"]}'
    allowed
    changes /spec/template/metadata/labels/app cart
    changes /spec/template/metadata/labels/version v1
}

@test "says what the cluster does not let it read" {
    replay services-forbidden.yml deployment-ready.json
    allowed
    warns 'mesh-ready could not run MR101, '
    replay services-forbidden.yml deployment-ready.json '{"onMissingContext":"reject"}'
    denied
    says 'Service of namespace `shop`: services is forbidden'
}

@test "asks for nothing where settings say so" {
    evaluate deployment-ready.json '{"context":"none","onMissingContext":"reject"}'
    allowed
}
