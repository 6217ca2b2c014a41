# make run    the playground, on a fresh machine that has Python 3.11 or later
# make test   lint, types, import contracts, unit, page and browser tests
# make test-long  what takes minutes beside: hosting, other browsers, axe on every page, worked examples
# make serve  the playground on all cores of this machine, behind an nginx (REPLICAS=4 PORT=8501 BASE=/nn)
# make unit   the numerics and the pure parts alone: under a minute, no browser, no processes
PYTHON ?= python3
VENV   := .venv
HEAVY  := .venv-frameworks
TOOLS  := .venv-tools
BIN    := $(VENV)/bin
PORT   ?= 8501
# One BLAS thread: the small products of this project gain nothing from more, and the browser needs the other core.
export OPENBLAS_NUM_THREADS ?= 1
# Images for containers often forbid Python to keep what it compiled. Then every worker and server that the tests
# start would compile this project anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run serve test test-long unit test-frameworks lint audit lock bench clean

run: $(VENV)/.run
	$(BIN)/streamlit run playground.py --server.port $(PORT)

serve: $(VENV)/.run
	$(BIN)/python -m deploy.serve --port $(PORT) $(if $(REPLICAS),--replicas $(REPLICAS)) $(if $(BASE),--base $(BASE))

# While mypy runs, the core that the checks of the browser modules leave compiles the tests, once for all workers.
test: MEANWHILE = $(BIN)/python -m pytest --collect-only -q
test: $(VENV)/.dev lint
	CHROMIUM="$$($(BIN)/python -m tests.find_chromium)" && export CHROMIUM && \
	tests/run_js && \
	$(BIN)/python -m pytest -n 3 --dist worksteal -m "not frameworks and not long"

test-long: $(VENV)/.dev
	tests/lint_js
	CHROMIUM="$$($(BIN)/python -m tests.find_chromium)" && export CHROMIUM && \
	$(BIN)/python -m pytest -n 3 --dist worksteal -m long

unit: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 -m "not slow and not frameworks" tests/unit tests/parity nncore

test-frameworks: $(HEAVY)/.heavy
	$(HEAVY)/bin/python -m pytest -n 2 -m frameworks

# Python's checks and those of the browser modules at the same time: each takes one core.
MEANWHILE = :
lint: $(VENV)/.dev
	{ tests/lint_js; checked=$$?; $(MEANWHILE) >/dev/null 2>&1; exit $$checked; } & modules=$$!; \
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports; python=$$?; \
	wait $$modules && exit $$python

# Are there known faults in what requirements.lock installs? Its tools have an environment of their own.
audit: $(TOOLS)/.ready
	$(TOOLS)/bin/python -m deploy.audit

# requirements.lock anew from requirements.txt: exact versions with hashes, and nobody's address.
lock: $(TOOLS)/.ready
	$(TOOLS)/bin/uv pip compile requirements.txt --quiet --universal --fork-strategy fewest --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o requirements.lock

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks training
	$(BIN)/python -m benchmarks stack
	$(BIN)/python -m benchmarks sweep
	$(BIN)/python -m benchmarks live
	$(BIN)/python -m benchmarks load

clean:
	rm -rf $(VENV) $(HEAVY) $(TOOLS) node_modules .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; this is " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

$(TOOLS)/.ready:
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check uv~=0.13 pip-audit~=2.10
	touch $@

$(HEAVY)/.heavy: requirements.txt requirements-dev.txt requirements-frameworks.txt
	$(PYTHON) -m venv $(HEAVY)
	$(HEAVY)/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(HEAVY)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-frameworks.txt -r requirements-dev.txt
	touch $@
