# Commands of the project. `make run` and `make test` set up what they need on first use.

.POSIX:
.SUFFIXES:

VENV = .venv
PYTHON =
ARGS =
YARDSTICK =
UV = uv
PY = $(VENV)/bin/python
SET_UP = @VENV='$(VENV)' PYTHON='$(PYTHON)' sh requirements/install.sh
SET_UP_SPARK = @VENV=.venv-spark PYTHON='$(PYTHON)' sh requirements/install.sh spark
PATHS = benchmarks dagster_project dashboards expectations tests
COMPILE = $(UV) pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.PHONY: help install install-dev run test test-thorough test-spark bench portrait kpis star serve dagster lint format lock docs

help:
	@echo "make run      land, build, audit and publish the bundled sources, and print the figures"
	@echo "              (ARGS=\"--source canonical:DIR\" for your own)"
	@echo "make serve    open the pages on http://localhost:8501 (ARGS=\"--port 8600\" for another port)"
	@echo "make test     run every test (ARGS=\"tests/unit -k name\" for some)"
	@echo "make test-thorough  build what companies told in twenty shuffled orders and compare every table (ten minutes)"
	@echo "make test-spark  build the same project on Spark's protocol and compare, row for row (sets up .venv-spark)"
	@echo "make bench    measure a million order lines beside the same job by hand, and the simulator; writes docs/performance.md"
	@echo "              (ARGS=\"--lines 20000\" for a quick look, YARDSTICK=DIR for other data and limits)"
	@echo "make portrait draw the simulated company: docs/simulated-company.md (needs Chromium)"
	@echo "make kpis     write docs/kpis.md, the page of all KPIs, from their metrics"
	@echo "make star     write docs/star.md, the page of the star's facts, snapshots, bridges and dimensions"
	@echo "make dagster  open Dagster's web UI on http://localhost:3000 (ARGS=\"--port 3100\" for another port)"
	@echo "make lint     ruff, mypy, import-linter, sqlfluff"
	@echo "make format   ruff's and sqlfluff's corrections"
	@echo "make docs     build dbt's documentation from the warehouse"
	@echo "make lock     resolve requirements/*.in again (needs uv)"
	@echo "make install  set up $(VENV) only (PYTHON=/path/to/python3.12 chooses the interpreter)"

install:
	$(SET_UP) runtime

install-dev:
	$(SET_UP) dev

run: install
	@$(VENV)/bin/orderlens run $(ARGS)

serve: install
	@$(VENV)/bin/orderlens serve $(ARGS)

kpis: install
	@$(PY) -m dagster_project.catalogue_page

dagster: install
	@$(VENV)/bin/orderlens dagster $(ARGS)

test: install-dev
	@$(PY) -m pytest -n 2 --dist loadgroup $(ARGS)

test-thorough: install-dev
	@$(PY) -m pytest tests -m thorough -v -n 2 --dist loadgroup $(ARGS)

test-spark: install-dev
	$(SET_UP_SPARK)
	@$(PY) -m pytest tests/spark -m spark -rA --show-capture=no $(ARGS)

bench: install-dev
	@$(PY) -m benchmarks $(if $(YARDSTICK),--yardstick '$(YARDSTICK)') $(ARGS)

portrait: install-dev
	@$(PY) -m benchmarks.portrait $(ARGS)

star: install
	@$(PY) -m dagster_project.star_page

lint: install-dev
	@$(VENV)/bin/ruff check $(PATHS)
	@$(VENV)/bin/ruff format --check $(PATHS)
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports
	@ORDERLENS_WAREHOUSE=:memory: $(VENV)/bin/sqlfluff lint --processes 2 dbt/models dbt/tests

format: install-dev
	@$(VENV)/bin/ruff check --fix $(PATHS)
	@$(VENV)/bin/ruff format $(PATHS)
	@ORDERLENS_WAREHOUSE=:memory: $(VENV)/bin/sqlfluff fix --processes 2 dbt/models dbt/tests

docs: install
	@$(VENV)/bin/orderlens run --home .orderlens >/dev/null
	@cd dbt && ORDERLENS_WAREHOUSE=../.orderlens/warehouse/warehouse.duckdb ../$(VENV)/bin/dbt docs generate --profiles-dir . --target-path ../.orderlens/dbt

lock:
	@$(COMPILE) requirements/dev.in -o requirements/dev.lock
	@$(COMPILE) -c requirements/dev.lock requirements/runtime.in -o requirements/runtime.lock
	@$(COMPILE) requirements/spark.in -o requirements/spark.lock
