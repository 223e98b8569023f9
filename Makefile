# The only commands a newcomer needs; `make` alone lists them. The scripts install what is missing.
.DEFAULT_GOAL := help
.NOTPARALLEL:
SHELL := /bin/sh
.SHELLFLAGS := -euc

# Tools installed for this checkout come first; rustup's directory is not on the PATH of every shell.
export PATH := $(CURDIR)/.tools/bin:$(PATH):$(or $(CARGO_HOME),$(HOME)/.cargo)/bin

PORT ?= 8080
WASM := --target wasm32-unknown-unknown
# What a browser downloads is compressed: as in scripts/build-policy.
SMALL := -Cllvm-args=-disable-lsr -Cllvm-args=-enable-pre=false
# The two crates that exist only as WebAssembly.
WASM_CRATES := mesh-ready-policy mesh-ready-web
NATIVE := --workspace $(WASM_CRATES:%=--exclude %)

.PHONY: help
help: ## lists these commands
	@awk -F ':.*## ' '/^[a-z0-9.-]+:.*## / { printf "make %-22s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: playground
playground: site ## builds the page and serves it on 127.0.0.1:8080 (PORT=... chooses another port)
	@node scripts/serve.mjs dist $(PORT)

.PHONY: test
test: browser site web/npm/node_modules/.package-lock.json ## runs every test: unit, fixtures, the policy in a WebAssembly host, the page in headless Chromium
	@scripts/test

.PHONY: bench
bench: site ## measures a check natively, in the page where there is a browser, and of clusters up to 100,000 resources
	@echo '==> time of a check'
	@cargo bench --package mesh-ready-tests --no-default-features --bench check
	@echo '==> time and memory of checking a cluster'
	@cargo bench --package mesh-ready-tests --no-default-features --bench scale

# What is measured is compiled by wasmtime, whatever the profile; an optimised wasmtime takes many minutes to build.
.PHONY: bench-policy
bench-policy: policy ## measures policy.wasm in the runtime of Kubewarden: time of a request, and memory
	@echo '==> time of an admission request'
	@cargo bench --profile dev --package mesh-ready-tests --bench policy

.PHONY: bench-engines
bench-engines: policy ## compares the engines that run policy.wasm: wasmtime with and without waPC, an interpreter, Node.js
	@scripts/need node
	@cargo bench --profile dev --package mesh-ready-tests --bench engines

.PHONY: bench-web
bench-web: browser site ## measures the page in headless Chromium: bytes to load, time to interactive, from keystroke to findings
	@echo '==> the page in Chromium'
	@cargo bench --profile dev --package mesh-ready-tests --bench web

.PHONY: corpus
corpus: ## compares with what Istio's own tests expect, given their inputs (CORPUS=... names the folder)
	@scripts/need rust
	@cargo test --quiet --package mesh-ready-tests --no-default-features --test corpus -- --nocapture

.PHONY: rules-table
rules-table: ## writes docs/rules/README.md and its translation from the rules and their fixtures
	@scripts/need rust
	@WRITE_RULES_TABLE=1 cargo test --quiet --package mesh-ready-tests --no-default-features --test rules_table

.PHONY: browser
browser:
	@scripts/need browser

.PHONY: lint
lint: ## checks Cargo.lock, format, clippy and documentation; a warning is an error
	@scripts/need rust wasm lint
	@echo '==> Cargo.lock'
	@cargo metadata --locked --format-version 1 >/dev/null
	@echo '==> format'
	@cargo fmt --all --check
	@echo '==> clippy'
	@cargo clippy $(NATIVE) --all-targets -- -D warnings
	@cargo clippy $(WASM_CRATES:%=--package %) $(WASM) --all-targets -- -D warnings
	@echo '==> documentation'
	@RUSTDOCFLAGS='-D warnings' cargo doc $(NATIVE) --no-deps
	@RUSTDOCFLAGS='-D warnings' cargo doc $(WASM_CRATES:%=--package %) $(WASM) --no-deps

.PHONY: policy
policy: ## builds policy-wasm/policy.wasm, the same bytes on every machine
	@scripts/need rust wasm
	@echo '==> policy-wasm/policy.wasm'
	@scripts/build-policy

# The names that Kubewarden's tools expect. Both are the same bytes: the build writes the metadata into the module, and
# `kwctl annotate` would rewrite it, so that page and cluster no longer ran the same file.
.PHONY: policy.wasm
policy.wasm: policy ## the same as `make policy`

.PHONY: annotated-policy.wasm
annotated-policy.wasm: policy ## copies policy.wasm, which has its metadata, to policy-wasm/annotated-policy.wasm
	@cp policy-wasm/policy.wasm policy-wasm/annotated-policy.wasm

.PHONY: e2e-tests
e2e-tests: policy ## runs the policy in kwctl, where bats, jq and kwctl are installed
	@scripts/e2e-tests

.PHONY: artifacthub-pkg
artifacthub-pkg: ## writes policy-wasm/artifacthub-pkg.yml from metadata.yml and questions-ui.yml
	@scripts/need rust
	@WRITE_ARTIFACTHUB_PKG=1 cargo test --quiet --package mesh-ready-tests --no-default-features --test packaging \
	    the_package_of_artifact_hub

.PHONY: sessions
sessions: policy ## records policy-wasm/test_data/*.yml, which kwctl replays, in a simulated cluster
	@WRITE_SESSIONS=1 cargo test --quiet --package mesh-ready-tests --test end_to_end sessions_are_up_to_date

.PHONY: reproducible
reproducible: policy ## builds policy.wasm once more in another directory and compares
	@echo '==> policy.wasm from another directory'
	@scripts/check-reproducible

.PHONY: editor
editor: web/editor/dist/editor.licenses.txt ## bundles the page's scripts and styles

# The build writes this file last.
web/editor/dist/editor.licenses.txt: $(wildcard web/editor/src/* web/*.js web/styles/* web/npm/src/*.js) \
    web/editor/build.mjs web/editor/notices.mjs web/editor/node_modules/.package-lock.json
	@scripts/need node
	@echo '==> web/editor/dist/'
	@cd web/editor && npm run --silent build

# npm writes this file last.
web/%/node_modules/.package-lock.json: web/%/package.json web/%/package-lock.json
	@scripts/need node
	@echo '==> packages of web/$*'
	@cd web/$* && npm ci --no-audit --no-fund
	@touch $@

# trunk writes the pages themselves, with web/site/build.js.
.PHONY: pages
pages: web/site/node_modules/.package-lock.json

.PHONY: npm
npm: policy web/npm/node_modules/.package-lock.json ## tests the npm package in Node.js
	@cd web/npm && npm test --silent

# trunk takes no other NO_COLOR than `true` and `false`.
.PHONY: site
site: policy editor pages ## builds the page, the rule pages and the guides into dist/
	@scripts/need tools
	@echo '==> dist/'
	@PATH='$(CURDIR)/scripts/trunk':"$$PATH" RUSTFLAGS='$(SMALL)' env -u NO_COLOR trunk build --release --offline --skip-version-check $(if $(NO_COLOR),--color never)

.PHONY: cli
cli: ## builds the command line into target/cli/mesh-ready
	@scripts/need rust
	@echo '==> target/cli/mesh-ready'
	@cargo build --profile cli --package mesh-ready-cli

.PHONY: clean
clean: ## removes everything that was built, but not the tools in .tools/
	@rm -rf dist target policy-wasm/policy.wasm policy-wasm/annotated-policy.wasm web/editor/dist web/editor/node_modules \
	    web/site/node_modules web/npm/node_modules web/npm/policy.wasm web/npm/LICENSE
