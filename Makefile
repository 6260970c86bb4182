# `make demo` and `make test` do all the set-up themselves. PYTHON picks the interpreter (3.11 or newer).
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
STAMP := .venv/.installed

.PHONY: help install demo test test-slow fuzz browser check bench lock build clean

help:
	@echo "make demo       grade the sample class and say where its page is"
	@echo "make test       the fast tests: units and real models, under three minutes"
	@echo "make test-slow  models in bulk, attacks, whole labs through the command line, the wheel in a clean environment"
	@echo "make fuzz       5,000 damaged files and 1,000 damaged programs through the command line, about ten minutes"
	@echo "make browser    what the tests of the pages need beside chromium: axe-core, from npm"
	@echo "make check      formatting, lint and types"
	@echo "make bench      the table of docs/performance.md, about twenty minutes (needs MNIST, see GRADER_DATA)"
	@echo "make lock       resolve requirements.lock anew"
	@echo "make build      the wheel, into dist/"

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Installing into .venv (TensorFlow is about 600 MB; this takes a minute or two)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --no-build-isolation --no-deps -e .
	@touch $(STAMP)

demo: $(STAMP)
	@$(BIN)/grader demo

test: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow" tests/unit
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not slow" tests/model

test-slow: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist worksteal -m slow tests/unit
	$(BIN)/python -m pytest -n auto --dist worksteal -m slow tests/model
	$(BIN)/python -m pytest -n auto --dist loadfile tests/e2e tests/dist

fuzz: $(STAMP)
	GRADER_FUZZ=$${GRADER_FUZZ:-5000} $(BIN)/python -m pytest tests/fuzz

browser:
	npm install --silent --no-save --prefix .cache/npm axe-core@4

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(STAMP)
	$(BIN)/python -m benchmarks.throughput

lock: $(STAMP)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --quiet --output-file requirements.lock

build: $(STAMP)
	$(BIN)/python -m pip wheel --quiet --no-build-isolation --no-deps --wheel-dir dist .

clean:
	rm -rf .venv .cache dist demo-run .mypy_cache .pytest_cache .ruff_cache .hypothesis
