# `make` or `make help` lists the targets. Needs cargo, Python >= 3.10 with venv, make and a C compiler.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

export CARGO_TARGET_DIR ?= $(CURDIR)/target
# One interpreter for every build, so that cargo need not rebuild pyo3 for another one.
export PYO3_PYTHON := $(CURDIR)/$(BIN)/python

PIP := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pip --disable-pip-version-check
WITH_OUR_TOOLS := --no-build-isolation --no-deps

# Folders are listed too: their time changes when a file is removed. Python files need no build.
SOURCES := Cargo.toml Cargo.lock build.rs pyproject.toml $(wildcard build_backend/*.py) $(shell find src type_db)
NEXTEST := $(shell cargo nextest --version >/dev/null 2>&1 && echo yes)
FUZZERS := parse_msg parse_idl decode_any skip_vs_decode json_roundtrip
FUZZ_SECONDS ?= 60
HOSTILE_CASES ?= 1000000
PYTHONS ?= $(foreach minor,10 11 12 13,$(shell command -v python3.$(minor)))
HOST = $(shell rustc -vV | sed -n 's/^host: //p')
SANITIZED := RUSTFLAGS=-Zsanitizer=address
SANITIZER = --target $(HOST) --target-dir target/asan
CARGO_TEST := cargo $(if $(NEXTEST),nextest run,test --lib --bins --tests) --locked

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help build wheel demo test test-rust test-python test-pythons test-wheel fuzz torture sanitize bench lint format stubs docs clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: $(VENV)/.installed ## .venv with the Python package and the command .venv/bin/ros-z

demo: build ## a talker and a listener over an embedded router, with a type loaded at run time
	$(BIN)/python examples/demo.py

test: test-rust test-python ## every test

test-rust: $(VENV)/.requirements ## the tests of the crate, of its pure core, and of its documentation
	$(CARGO_TEST)
	$(CARGO_TEST) --no-default-features
	cargo test --locked --doc

test-python: build ## the tests of the Python package
	$(BIN)/python -m pytest tests/python

fuzz: ## mutated text and payloads against parsers and codec, a minute each, two at a time
	cargo build --release --locked --manifest-path fuzz/Cargo.toml
	printf '%s\n' $(FUZZERS) | xargs -P 2 -I NAME \
	  cargo run --release --locked --quiet --manifest-path fuzz/Cargo.toml --bin NAME -- $(FUZZ_SECONDS)

torture: build ## a million hostile payloads, texts and values against the codec, and as many to look for leaks
	HOSTILE_CASES=$(HOSTILE_CASES) cargo test --release --locked --no-default-features --test hostile -- --nocapture
	HOSTILE_CASES=$(HOSTILE_CASES) $(BIN)/python -m pytest tests/python/test_hostile.py

sanitize: ## the tests of the core, and its fuzzers, under AddressSanitizer; needs a nightly compiler
	$(SANITIZED) cargo +nightly test --locked --no-default-features --tests $(SANITIZER)
	$(SANITIZED) cargo +nightly build --release --locked --manifest-path fuzz/Cargo.toml $(SANITIZER)
	set -e; for name in $(FUZZERS); do target/asan/$(HOST)/release/$$name $(FUZZ_SECONDS); done

test-pythons: ## the Python tests with each interpreter of PYTHONS, and a wheel for it
	@test -n "$(strip $(PYTHONS))" || { echo "no interpreter on PATH; name some in PYTHONS" >&2; exit 1; }
	set -e; for python in $(PYTHONS); do \
	  version=$$($$python -c 'import platform; print(platform.python_version())'); \
	  $(MAKE) --no-print-directory test-wheel PYTHON=$$python VENV=target/pythons/$$version; done

test-wheel: $(VENV)/.requirements
	rm -rf $(VENV)/dist
	$(PIP) wheel $(WITH_OUR_TOOLS) --wheel-dir $(VENV)/dist .
	$(PIP) install --quiet --force-reinstall --no-deps $(VENV)/dist/*.whl
	$(BIN)/python -m pytest tests/python

bench: build ## the codec in Rust, then Python against its peers
	cargo bench --locked
	$(BIN)/python benches/python/run.py
	$(BIN)/python benches/python/recordings.py 256

lint: $(VENV)/.requirements ## formatting and lints of Rust and Python; changes nothing
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	cargo clippy --locked --all-targets --no-default-features -- -D warnings
	cargo clippy --locked --lib --features python -- -D warnings
	$(BIN)/ruff check
	$(BIN)/ruff format --check

format: $(VENV)/.requirements ## format Rust and Python in place
	cargo fmt
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

stubs: build ## write the stubs of the built-in message types anew, after a change of type_db or of what writes them
	rm -rf $(patsubst type_db/%/,python/ros_z_py/%,$(filter %/,$(wildcard type_db/*/)))
	ROS_Z_TYPE_PATH= AMENT_PREFIX_PATH= $(BIN)/ros-z stubs --output python

docs: $(VENV)/.docs ## the book, in target/book; nothing is fetched but what builds it, once
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --site-dir $(CARGO_TARGET_DIR)/book

wheel: $(VENV)/.requirements ## a wheel in dist/, with the command in it
	$(PIP) wheel $(WITH_OUR_TOOLS) --wheel-dir dist .

clean: ## remove everything that was built, .venv included
	cargo clean
	rm -rf $(VENV) dist python/ros_z_py.data python/ros_z_py/*.so

$(VENV)/.requirements: requirements-dev.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --requirement $<
	touch $@

$(VENV)/.docs: requirements-docs.txt $(VENV)/.requirements
	$(PIP) install --quiet --requirement $<
	touch $@

# Cargo decides what is compiled; make decides only whether to ask it. It is asked here first because pip hides progress.
$(VENV)/.installed: $(VENV)/.requirements $(SOURCES)
	cargo build --release --locked --bin ros-z
	$(PIP) install $(WITH_OUR_TOOLS) --editable .
	touch $@
