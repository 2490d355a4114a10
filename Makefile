# `make` alone lists what can be made; README.md says what for.
PYTHON ?= python3
BIN := .venv/bin
NODE_PATH = $(CURDIR)/$(BIN)
NPM := cd web && PATH="$(NODE_PATH):$$PATH" npm --silent

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format web types screens poster bench lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /|/' | awk -F'|' '{printf "  make %-9s %s\n", $$1, $$2}'

setup: ## set everything up in this folder (.venv, web build)
	@$(PYTHON) tools/setup.py

demo: setup ## start relay, gateway, messenger and a demo airline on this machine
	@$(BIN)/handschlag sandbox

test: ## set everything up and run every check and test
	@$(PYTHON) tools/setup.py --browser
	@$(PYTHON) tools/run_checks.py --all

check: setup ## linters, types and import walls alone
	@$(PYTHON) tools/run_checks.py

format: setup ## format and mend what ruff can
	@$(BIN)/ruff format && $(BIN)/ruff check --fix

web: setup ## build the web apps again, even if nothing changed
	@$(NPM) run build

types: setup ## write the TypeScript types of the wire from the Python structs
	@$(NPM) run types

screens: ## take a screenshot of every screen into screens/
	@$(PYTHON) tools/setup.py --browser
	@$(BIN)/python tools/screens

poster: ## draw the messenger's picture in the README again
	@$(PYTHON) tools/setup.py --browser
	@$(BIN)/python tools/screens --poster

bench: setup ## run the benchmarks and print their tables
	@for program in benchmarks/*.py; do $(BIN)/python $$program || exit 1; done

lock: setup ## lock the newest versions with their hashes
	@for set in runtime development; do $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header requirements/$$set.in --output-file requirements/$$set.txt || exit 1; done

clean: ## remove everything setup made
	@rm -rf .venv .setup web/node_modules src/handschlag/messenger/static .mypy_cache .ruff_cache .pytest_cache
