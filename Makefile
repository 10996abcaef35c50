# Two commands: `make run` and `make test`. Python 3.11+ and make are all that is needed; everything else comes by package manager.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export LMS_DATA_DIR ?= var

.PHONY: run test lint wheel-check proof crash mutants screenshots pictures lock clean

run: $(VENV)/.run
	@$(BIN)/lms demo --if-empty
	@$(BIN)/lms serve --port $(PORT)

# Bytecode is kept, whatever the environment says: each process would compile and rewrite 470 modules anew.
test proof: export PYTHONDONTWRITEBYTECODE :=
test: $(VENV)/.dev
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m pytest -n 2 -m "not slow"

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/lms content check content

# Build the wheel, install it in an empty environment, open a page.
wheel-check: $(VENV)/.dev
	$(BIN)/python tests/wheel_check.py

# Slow proofs, which have the machine to themselves: races on both databases, kill -9 under load, every order of steps.
# Then, in two processes: hostile values in every form, planted keys, whatever the interface allows and the whole demo on
# both databases, and tests of pages on PostgreSQL, which `make test` runs on SQLite. A short run is part of .ci/run.
PROOFS := tests/proofs tests/games/test_server.py
ELSEWHERE := tests/quizzes/test_canary.py tests/test_bad_input.py tests/test_interface.py tests/demo tests/*/test_views.py tests/*/test_*_views.py tests/*/test_*_pages.py
TRIALS ?= 100
CRASHES ?= 10
RUNS ?= 200
proof: $(VENV)/.dev
	ONRAMP_TRIALS=$(TRIALS) ONRAMP_CRASHES=$(CRASHES) ONRAMP_RUNS=$(RUNS) $(BIN)/python -m pytest $(PROOFS) -m slow -p no:randomly
	$(BIN)/python -m pytest $(ELSEWHERE) -n 2 -m slow

# kill -9 under load, on both databases; about half an hour.
crash: CRASHES = 100
crash: $(VENV)/.dev
	ONRAMP_CRASHES=$(CRASHES) $(BIN)/python -m pytest tests/proofs/test_crash.py -m slow -p no:randomly

# Mutation score of the rules of timing and grading; FILES= names some of them.
mutants: $(VENV)/.dev
	$(BIN)/python -m tests.proofs.mutants $(FILES)

screenshots: $(VENV)/.dev
	$(BIN)/python -m tests.browser.screenshots

# The pictures that the README shows.
pictures: $(VENV)/.dev
	$(BIN)/python -m tests.browser.screenshots readme

# Write the lock files anew from pyproject.toml.
lock: $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile --generate-hashes --universal --no-emit-index-url --python-version 3.11 --no-header --no-annotate \
	  --upgrade -o requirements/build.txt requirements/build.in
	$(BIN)/uv pip compile --generate-hashes --universal --no-emit-index-url --python-version 3.11 --no-header --no-annotate \
	  --upgrade -o requirements/run.txt pyproject.toml
	$(BIN)/uv pip compile --generate-hashes --universal --no-emit-index-url --python-version 3.11 --no-header --no-annotate \
	  --upgrade --extra dev -o requirements/dev.txt pyproject.toml

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python requirements/run.txt requirements/build.txt pyproject.toml hatch_build.py $(shell find frontend -path frontend/node_modules -prune -o -type f -print)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt -r requirements/build.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

clean:
	rm -rf $(VENV) var lms/static/dist frontend/node_modules
