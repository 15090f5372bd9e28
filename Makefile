# Each target first sets up what it needs, and is quick when that is done.
#
#   make run        the demo: chat and portal on this machine, no token needed   (make run ARGS=--fresh starts over)
#   make test       all tests                                                    (make test ARGS="tests/journeys -x")
#   make attack     the long attacks on the promises of protection
#   make check      style, types, who imports whom, and what may not stand in the tree
#   make pictures   the README's pictures anew, from a demo of their own; look at them
#   make words      the catalogues anew, from the English; how far each is    (make words ARGS=so begins Somali)
#   make lock       the locks anew, from pyproject.toml                          (make lock ARGS=--upgrade)

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install -qq
LOCK := $(BIN)/uv pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links pyproject.toml

.PHONY: run test attack check pictures words lock packages-to-run packages-to-test
.DEFAULT_GOAL := run

run: .venv/ready-to-run
	@exec $(BIN)/foreword run --demo $(ARGS)

test: .venv/ready-to-test
	@$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile $(ARGS)

attack: .venv/ready-to-test
	@$(BIN)/python -m pytest -m attack $(ARGS)

check: .venv/ready-to-test
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_layout.py tests/test_no_index_address.py

pictures: .venv/ready-to-test
	@$(BIN)/python -m tests.pictures

words: .venv/ready-to-run
	@$(BIN)/python -m consultations.languages $(ARGS)

lock: .venv/ready-to-test
	$(LOCK) --group build --output-file requirements/run.lock $(ARGS)
	$(LOCK) --group dev --constraint requirements/run.lock --output-file requirements/dev.lock $(ARGS)

packages-to-run:
	@.ci/system-packages run

packages-to-test:
	@.ci/system-packages test

.venv/bin/python: | packages-to-run
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Foreword needs Python 3.11 or newer.")'
	@$(PYTHON) -m venv .venv

.venv/ready-to-run: requirements/run.lock pyproject.toml | packages-to-run .venv/bin/python
	@echo "Installing what Foreword is built from (about half a minute)"
	@$(PIP) --require-hashes --requirement requirements/run.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-to-test: requirements/dev.lock .venv/ready-to-run | packages-to-test
	@echo "Installing what its tests need"
	@$(PIP) --require-hashes --requirement requirements/dev.lock
	@touch $@
