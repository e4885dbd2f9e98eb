# Every target that GitHub, GitLab or Jenkins runs is here, so that what runs
# there can be run anywhere.
SHELL := /bin/bash
.DEFAULT_GOAL := help

GO       ?= go
REPORTS  ?= reports/latest
# The Makefile may be called from another folder, with make -f: files are named
# from there, the suite is built here.
HERE     := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
EXTCONF   = $(HERE)bin/extconf

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOFUMPT     = mvdan.cc/gofumpt@v0.10.0
ACTIONLINT  = github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
REDOCLY     = @redocly/cli@2

# Variables of make that become flags of extconf run; each flag has an
# EXTCONF_ variable as well.
flag      = $(if $($(1)),--$(2)=$($(1)))
run_flags = --reports=$(REPORTS) $(call flag,TARGET,target) $(call flag,PROFILE,profile) $(call flag,GATE,gate) \
            $(call flag,PROCS,procs) $(call flag,SHARD,shard) $(call flag,BASELINE,baseline) $(FLAGS)

##@ Judging a target
.PHONY: conformance
conformance: extconf ## Judge TARGET=URL (PROFILE=, GATE=, PROCS=, SHARD=, FLAGS=), or the embedded mock
	@$(EXTCONF) run $(run_flags)

.PHONY: mock
mock: extconf ## Serve the mock on a loopback port (FLAGS=--listen=127.0.0.1:0)
	@$(EXTCONF) mock $(FLAGS)

.PHONY: sweep
sweep: extconf ## Delete what a run that was killed left on TARGET
	@$(EXTCONF) sweep --reports=$(REPORTS) $(call flag,TARGET,target) $(call flag,PROFILE,profile) $(FLAGS)

.PHONY: requirements
requirements: extconf ## Print the catalogue of requirements
	@$(EXTCONF) requirements $(FLAGS)

.PHONY: compare
compare: extconf ## Say what changed from OLD=DIR to NEW=DIR
	@$(EXTCONF) compare $(FLAGS) $(OLD) $(or $(NEW),$(REPORTS))

##@ Judging in a pipeline
# What GitHub, GitLab and Jenkins call. The summary, annotations and outputs of
# a GitHub step are written where its variables say.
tell = $(EXTCONF) show --as=annotations $(REPORTS); \
       if [ -n "$$GITHUB_STEP_SUMMARY" ]; then $(EXTCONF) show --as=markdown $(REPORTS) >> "$$GITHUB_STEP_SUMMARY"; fi; \
       if [ -n "$$GITHUB_OUTPUT" ]; then $(EXTCONF) show --as=outputs $(REPORTS) >> "$$GITHUB_OUTPUT"; fi

.PHONY: ci
ci: extconf ## Judge, and tell the pipeline what came of it
	@$(EXTCONF) run $(run_flags); status=$$?; $(tell); exit $$status

.PHONY: gate
gate: ci ## Judge a release candidate, and compare it with BASELINE=DIR

.PHONY: plan
plan: ## Print the parts of SHARDS=N machines as a matrix
	@echo "shards=[$$(seq -s, $(or $(SHARDS),1))]"

.PHONY: shard
shard: extconf ## Judge one part, SHARD=2/5; the verdict is left to join
	@$(EXTCONF) run $(run_flags) || [ $$? -le 2 ]

.PHONY: join
join: extconf ## Join SHARDS="DIR …" into one verdict, or several targets into a table
	@$(EXTCONF) merge --reports=$(REPORTS) $(SHARDS); status=$$?; $(tell); exit $$status

.PHONY: last-release
last-release: ## Fetch the reports that TAG=v1.2.3 was released with, with GitHub's gh
	@mkdir -p reports/last-release
	gh release download "$(TAG)" --repo "$$GITHUB_REPOSITORY" --pattern conformance.tar.gz --output - | tar -xz -C reports/last-release

.PHONY: pack
pack: ## Pack the reports for the next release to compare with
	@tar -czf reports/conformance.tar.gz -C $(REPORTS) .

##@ Working on the suite
.PHONY: extconf
extconf:
	@cd $(HERE) && CGO_ENABLED=0 $(GO) build -o bin/extconf ./suites/extconf

.PHONY: build
build: ## Build the static binary bin/extconf
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags=-s -o bin/extconf ./suites/extconf

.PHONY: test
test: ## Run the project's own tests, with the race detector
	$(GO) test -race -timeout=30m ./...

.PHONY: prove
prove: extconf ## Let the suite judge all that it has to catch, and what it has to leave alone
	@$(EXTCONF) prove --reports=$(REPORTS) $(FLAGS)

.PHONY: prove-full
prove-full: extconf ## The same, the whole suite each time and every variant in several orders
	@$(EXTCONF) prove --full --reports=$(REPORTS) $(FLAGS)

.PHONY: prove-readme
prove-readme: extconf ## Prove, and bring the table in the README up to date
	@$(EXTCONF) prove --reports=$(REPORTS) --readme=README.md $(FLAGS)

.PHONY: bench
bench: ## Measure what the suite costs, each figure against a reference (FLAGS=start to pick)
	@$(GO) run ./suites/bench $(FLAGS)

.PHONY: fuzz
fuzz: ## Fuzz what reads a target's answers, FUZZTIME=3000x each
	$(GO) test ./specs -run=NONE -fuzz=FuzzJudge -fuzztime=$(or $(FUZZTIME),3000x) -fuzzminimizetime=1s
	for target in FuzzRedactor FuzzJUnit FuzzMarkdown FuzzPageBody FuzzHARBody; do \
		$(GO) test ./reports -run=NONE -fuzz="^$$target$$" -fuzztime=$(or $(FUZZTIME),3000x) -fuzzminimizetime=1s || exit 1; \
	done

.PHONY: lint
lint: lint-go lint-contract lint-workflows lint-kubernetes ## Run all linters

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

.PHONY: lint-kubernetes
lint-kubernetes:
	cd suites/extconf/deploy/check && $(GO) run . ../*.yaml

.PHONY: format
format: ## Format the Go code
	$(GO) run $(GOFUMPT) -w .

.PHONY: help
help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
