# Every target that GitHub, GitLab or Jenkins runs is here, so that what runs
# there can be run anywhere.
SHELL := /bin/bash
.DEFAULT_GOAL := help

GO        ?= go
EXTCONF    = $(GO) run ./suites/extconf
REPORTS   ?= reports/latest
PROCS     ?= 1
FLAGS     ?=

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@2026.1
GOFUMPT     = mvdan.cc/gofumpt@v0.10.0
ACTIONLINT  = github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
REDOCLY     = @redocly/cli@2

# TARGET, PROFILE and GATE of the command line become flags.
run_flags = --reports=$(REPORTS) --procs=$(PROCS) $(if $(TARGET),--target=$(TARGET)) $(if $(PROFILE),--profile=$(PROFILE)) $(if $(GATE),--gate=$(GATE)) $(FLAGS)

##@ Judging a target
.PHONY: conformance
conformance: ## Judge TARGET=URL (PROFILE=, GATE=, PROCS=, FLAGS=), or the embedded mock
	@$(EXTCONF) run $(run_flags)

.PHONY: mock
mock: ## Serve the mock on a loopback port (FLAGS=--listen=127.0.0.1:0)
	@$(EXTCONF) mock $(FLAGS)

.PHONY: sweep
sweep: ## Delete what a run that was killed left on TARGET
	@$(EXTCONF) sweep --reports=$(REPORTS) $(if $(TARGET),--target=$(TARGET)) $(if $(PROFILE),--profile=$(PROFILE)) $(FLAGS)

.PHONY: requirements
requirements: ## Print the catalogue of requirements
	@$(EXTCONF) requirements $(FLAGS)

##@ Working on the suite
.PHONY: build
build: ## Build the static binary bin/extconf
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags=-s -o bin/extconf ./suites/extconf

.PHONY: test
test: ## Run the project's own tests, with the race detector
	$(GO) test -race ./...

.PHONY: lint
lint: lint-go lint-contract lint-workflows ## Run all linters

.PHONY: lint-go
lint-go:
	@test -z "$$($(GO) run $(GOFUMPT) -l . | tee /dev/stderr)" || { echo "run: make format" >&2; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

.PHONY: lint-contract
lint-contract:
	npx --yes $(REDOCLY) lint specs/extensions.openapi.yaml

.PHONY: lint-workflows
lint-workflows:
	$(GO) run $(ACTIONLINT)

.PHONY: format
format: ## Format the Go code
	$(GO) run $(GOFUMPT) -w .

.PHONY: help
help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
