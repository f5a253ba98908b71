.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
# tests wait for servers half of their time; those of the whole service measure time, and go alone;
# those of the page have a browser, which keeps its event loop, so that no other test can begin one
TOGETHER ?= $(shell $(PYTHON) -c "import os; print(min(8, 1 + (os.cpu_count() or 1)))")
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help up demo test test-training check bench format words clean

help:  ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Triage needs Python 3.11 or newer; say which with make PYTHON=…")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/pip install --quiet --editable .
	@touch $@

.venv/installed-tests: .venv/installed
	$(BIN)/pip install --quiet --group test --group check
	@touch $@

up: .venv/installed  ## Run the whole service on this machine; Ctrl-C ends it
	@$(BIN)/triage up

demo: .venv/installed  ## Play a working day at a support desk through the running service
	@$(BIN)/triage demo

test: .venv/installed-tests  ## Run every test, those with real processes included
	$(BIN)/pytest -n $(TOGETHER) --dist worksteal tests/unit tests/integration
	$(BIN)/pytest -n $(TOGETHER) --dist worksteal tests/page
	$(BIN)/pytest tests/e2e

.venv-training/installed: pyproject.toml
	$(PYTHON) -m venv .venv-training
	.venv-training/bin/pip install --quiet --upgrade 'pip>=25.1'
	.venv-training/bin/pip install --quiet --editable '.[torch]' --group test --group judge
	@touch $@

test-training: .venv-training/installed  ## Test training, and models of others, with torch
	.venv-training/bin/pytest tests/training

check: .venv/installed-tests  ## What CI checks besides: style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/installed-tests  ## Measure every figure of the README
	$(BIN)/python -m benchmarks

format: .venv/installed-tests  ## Put the code into shape
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

words: .venv/installed-tests  ## Write every word of the page into its catalogue, for translators
	$(BIN)/pybabel --quiet extract -F pyproject.toml --omit-header --sort-output --no-location -o triage/page/messages.pot triage/page triage/source_advice.py

clean:  ## Remove the environment and caches; the data folder stays
	rm -rf .venv .venv-training .pytest_cache .mypy_cache .ruff_cache .hypothesis
