# `make` or `make help` lists the targets. Needs cargo, Python >= 3.10 with venv, make and a C compiler.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

export CARGO_TARGET_DIR ?= $(CURDIR)/target
# One interpreter for every build, so that cargo need not rebuild pyo3 for another one.
export PYO3_PYTHON := $(CURDIR)/$(BIN)/python

WITH_PATH := PATH="$(CURDIR)/$(BIN):$$PATH"
PIP := $(WITH_PATH) $(BIN)/python -m pip --disable-pip-version-check
WITH_OUR_TOOLS := --no-build-isolation --no-deps

# Folders are listed too: their time changes when a file is removed. Python files need no build.
SOURCES := Cargo.toml Cargo.lock build.rs pyproject.toml $(wildcard build_backend/*.py python/ros_z_py/_*.pyi) $(shell find src type_db)
NEXTEST := $(shell cargo nextest --version >/dev/null 2>&1 && echo yes)
FUZZERS := parse_msg parse_idl decode_any skip_vs_decode json_roundtrip
FUZZ_SECONDS ?= 60
HOSTILE_CASES ?= 1000000
# The interpreters that answer, those of pyenv too.
PYTHONS ?= $(sort $(shell for python in python3.10 python3.11 python3.12 python3.13 \
  $(wildcard $(or $(PYENV_ROOT),$(HOME)/.pyenv)/versions/*/bin/python3.1[0-3]); do \
  $$python -c 'import os, sys; print(os.path.realpath(sys.executable))' 2>/dev/null; done))
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

wheel: $(VENV)/.wheel ## manylinux wheels for PYTHONS, with the command in them, and the source distribution, in dist/
	rm -rf dist
	$(WITH_PATH) $(BIN)/python build_backend/ros_z_build.py dist $(PYTHONS)
	$(BIN)/maturin sdist --out dist

test-wheel: wheel ## for each of PYTHONS a new environment with nothing but the wheel, and the README pasted into it
	set -e; for python in $(PYTHONS); do \
	  venv=target/pythons/$$($$python -c 'import sys; print("cp%d%d" % sys.version_info[:2])'); \
	  $$python -m venv --clear $$venv; \
	  $$venv/bin/pip --disable-pip-version-check install --quiet dist/*-$$(basename $$venv)-*.whl; \
	  $$venv/bin/python tests/python/paste.py README.md; done

test-pythons: test-wheel ## the Python tests in each of these environments
	set -e; for venv in target/pythons/cp*; do \
	  $$venv/bin/pip --disable-pip-version-check install --quiet --requirement requirements-dev.txt; \
	  $$venv/bin/python -m pytest tests/python; done

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
	rm -rf $(patsubst type_db/%/,python/ros_z_py/%,$(filter %/,$(wildcard type_db/*/))) $(CARGO_TARGET_DIR)/stubs
	ROS_Z_TYPE_PATH= AMENT_PREFIX_PATH= $(BIN)/ros-z stubs --output $(CARGO_TARGET_DIR)/stubs
	cd $(CARGO_TARGET_DIR)/stubs/ros_z_py-stubs && find . -mindepth 1 -maxdepth 1 -type d -exec cp -R {} $(CURDIR)/python/ros_z_py \;

docs: $(VENV)/.docs ## the book, in target/book; nothing is fetched but what builds it, once
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --site-dir $(CARGO_TARGET_DIR)/book

clean: ## remove everything that was built, .venv included
	cargo clean
	rm -rf $(VENV) dist python/ros_z_py.data python/ros_z_py/*.so

$(VENV)/.requirements: requirements-dev.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --requirement $<
	touch $@

$(VENV)/.docs $(VENV)/.wheel: $(VENV)/.%: requirements-%.txt $(VENV)/.requirements
	$(PIP) install --quiet --requirement $<
	touch $@

# Cargo decides what is compiled; make decides only whether to ask it. It is asked here first because pip hides progress.
$(VENV)/.installed: $(VENV)/.requirements $(SOURCES)
	cargo build --release --locked --bin ros-z
	$(PIP) install $(WITH_OUR_TOOLS) --editable .
	touch $@
