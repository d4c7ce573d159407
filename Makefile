# The doors to the project. Any Python 3.11 or newer will do: make run PYTHON=python3.12
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
# How many processes share the tests at most, each with servers and a browser of its own.
TESTERS ?= 4
LAUNCHER := $(BIN)/python -m refunds_portal.launcher
PAGES = find . -name '*.html' -not -path './.*' -not -path './node_modules/*' -print0

.DEFAULT_GOAL := run
.PHONY: run test check format reset manage bench screenshots help check-django venv install install-dev

run: install ## Start the whole site (PORT=8001 picks another port); Ctrl-C stops it
	@exec $(LAUNCHER) run --port "$(PORT)" --end-with-parent

test: install-dev ## Run every test, those in a browser too
	@$(BIN)/python -m pytest --numprocesses logical --maxprocesses $(TESTERS)

check: install-dev ## Format, lint, types, templates, migrations, then every test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@$(PAGES) | xargs -0 $(BIN)/djade --check --target-version 5.2
	@$(LAUNCHER) with-servers -- $(MAKE) --no-print-directory check-django
	@$(MAKE) --no-print-directory test

check-django: # what reads the settings, and so wants a database
	$(BIN)/python -m mypy .
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py make_messages --check

format: install-dev ## Put right what a tool can put right
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	@$(PAGES) | xargs -0 $(BIN)/djade --target-version 5.2

reset: install ## Wipe the data of the site that `make run` started
	@$(LAUNCHER) reset

manage: install ## One of Django's commands on the site's data: make manage do=verify_ledger
	@$(LAUNCHER) manage $(do)

bench: install ## Measure, each thing beside its reference, and write .local/bench.json
	@$(LAUNCHER) with-servers -- $(BIN)/python -m bench

screenshots: install-dev ## Take the README's screenshots of the site that runs on PORT
	@$(BIN)/python scripts/screenshots.py "$(PORT)"

help: ## Say what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST)

install: venv
	@$(BIN)/python scripts/install.py local

install-dev: venv
	@$(BIN)/python scripts/install.py dev

venv:
	@command -v $(PYTHON) >/dev/null || { echo "No $(PYTHON) here. Python 3.11 or newer is needed; name one with PYTHON=."; exit 1; }
	@$(PYTHON) scripts/venv.py
