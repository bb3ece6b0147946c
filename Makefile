# Two commands do everything on a fresh machine: `make run` and `make test`.
export PKG_CONFIG_PATH := $(CURDIR)/.deps/lib/pkgconfig:$(PKG_CONFIG_PATH)
BINARY := .build/release/yuyan

.DEFAULT_GOAL := help
.PHONY: help setup build run talk test check format bench bench-check bench-budgets clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what is missing on this machine
	@dev/setup

build: setup ## build the server in release mode
	@echo "building (the first time takes several minutes)" >&2
	@swift build -c release --product yuyan

run: build ## build and start the server; ARGS="--directory DIR" passes options
	@exec $(BINARY) serve $(ARGS)

talk: ## speak to the running server: make talk ARGS='--say "what time is it"'
	@test -x $(BINARY) || $(MAKE) build
	@exec $(BINARY) talk $(ARGS)

test: ## run every test
	@dev/setup --tests
	@echo "building the tests (the first time takes several minutes)" >&2
	@swift build --build-tests
	@swift test --skip-build --no-parallel

check: ## format, import rules, warnings as errors, build and tests
	@dev/check

format: ## format the sources
	@swift format -i -r Sources Tests Benchmarks Package.swift

bench: build ## measure this machine
	@exec $(BINARY) bench $(ARGS)

bench-check: setup ## hold the hot path to its budgets (callgrind)
	@dev/setup --bench
	@swift build -c release --product HotPath
	@Benchmarks/hot-path

bench-budgets: setup ## write the budgets anew
	@dev/setup --bench
	@swift build -c release --product HotPath
	@Benchmarks/hot-path --write

clean: ## remove what was built
	@rm -rf .build
