# Commands of the project. `make run` and `make test` set up what they need on first use.

.POSIX:
.SUFFIXES:

VENV = .venv
BIN = $(VENV)/bin
PYTHON =
ARGS =
STAMPS = $(VENV)/.installed
PIP = $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-input
PATHS = dagster_project dashboards tests

.PHONY: help install install-dev run test serve dagster lint lock docs

help:
	@echo "make run      land, build, audit and publish the bundled sources, and print the figures (ARGS=... for more)"
	@echo "make test     run every test"
	@echo "make serve    open the pages on http://localhost:8501 (ARGS=\"--port 8600\" for another port)"
	@echo "make dagster  show the graph in Dagster's web UI"
	@echo "make lint     ruff, mypy, import-linter, sqlfluff"
	@echo "make docs     build dbt's documentation"
	@echo "make install  set up the environment only"

$(VENV)/.created:
	@set -e; \
	found=""; \
	for candidate in $(PYTHON) python3.12 python3.11 python3 python; do \
	  if "$$candidate" -c 'import sys; raise SystemExit(sys.version_info[:2] not in ((3, 11), (3, 12)))' >/dev/null 2>&1; \
	  then found="$$candidate"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "OrderLens needs Python 3.11 or 3.12, and none was found. Install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 2; \
	fi; \
	if ! "$$found" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
	  echo "$$found has no venv module. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; \
	fi; \
	echo "Creating $(VENV) with $$found"; \
	"$$found" -m venv $(VENV); \
	touch $@

# The development lock holds the runtime lock's versions too, so whichever came first serves `make run`.
$(STAMPS)-dev: $(VENV)/.created requirements/dev.lock pyproject.toml
	@echo "Installing the locked packages for development (once, a few minutes)"
	@$(PIP) --require-hashes -r requirements/dev.lock
	@$(PIP) --no-build-isolation --editable .
	@touch $(STAMPS)-dev $(STAMPS)

$(STAMPS): $(VENV)/.created requirements/runtime.lock pyproject.toml
	@echo "Installing the locked packages (once, a few minutes)"
	@$(PIP) --require-hashes -r requirements/runtime.lock
	@$(PIP) --no-build-isolation --editable .
	@touch $(STAMPS)

install: $(STAMPS)

install-dev: $(STAMPS)-dev

run: $(STAMPS)
	@$(BIN)/orderlens run $(ARGS)

serve: $(STAMPS)
	@$(BIN)/orderlens serve $(ARGS)

dagster: $(STAMPS)
	@$(BIN)/dagster dev -m dagster_project.definitions $(ARGS)

test: $(STAMPS)-dev
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

lint: $(STAMPS)-dev
	@$(BIN)/ruff check $(PATHS)
	@$(BIN)/ruff format --check $(PATHS)
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/sqlfluff lint --processes 2 dbt/models dbt/tests

docs: $(STAMPS)
	@$(BIN)/orderlens run >/dev/null
	@cd dbt && ORDERLENS_WAREHOUSE=../.orderlens/warehouse/warehouse.duckdb ../$(BIN)/dbt docs generate --profiles-dir . --target-path ../.orderlens/dbt

lock:
	@$(BIN)/python -m uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements/dev.in -o requirements/dev.lock
	@$(BIN)/python -m uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements/dev.lock requirements/runtime.in -o requirements/runtime.lock
