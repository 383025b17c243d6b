# make demo   set up, then advise on a shipped case; says where the report is
# make test   set up, then lint, types, layers, data checks and tests
# make help   all targets
#
# The virtual environment .venv is built once and used again until pyproject.toml, constraints.txt or
# the place of the project changes. A compiler other than the default: make demo CC=clang

.DEFAULT_GOAL := help
.NOTPARALLEL:

BIN := .venv/bin
CASE := examples/cases/her2_positive_pik3ca.toml
REPORT := build/report.html

# An interpreter that answers and is new enough; a version manager's stub may be on the path and not work.
ifndef PYTHON
PYTHON := $(shell for p in python3.11 python3 python3.12 python3.13 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
endif

# By content, not by date, so that a fresh checkout of the same files needs no new installation.
READY := .venv/ready-$(shell { pwd; cat pyproject.toml constraints.txt; } | cksum | tr -s ' \t' '-')

.PHONY: help setup demo test lint types layers check browser unit docs pages bench format clean

help:
	@echo "demo    set up, advise on $(CASE), say where the report is"
	@echo "test    set up, then lint types layers check browser unit"
	@echo "lint    ruff: rules and format"
	@echo "types   mypy --strict on src and tests"
	@echo "layers  the import contracts"
	@echo "check   the consistency of all data files (erbium check)"
	@echo "browser  say whether Chromium is there for the tests of the pages; in CI install it"
	@echo "unit    pytest (some of it: make unit ARGS='tests/unit -k her2')"
	@echo "docs    spelling and links of the documents"
	@echo "pages   the page of every drug, in build/drugs (some minutes)"
	@echo "bench   install the outside solvers, then run erbium bench"
	@echo "format  let ruff rewrite the code"
	@echo "clean   remove .venv, build and caches"

setup: $(READY)

$(READY):
	@test -n "$(PYTHON)" || { echo "Erbium needs Python 3.11 or newer, and none was found on the path." >&2; exit 1; }
	@rm -f .venv/ready-*
	@$(BIN)/python -c 'import pip' >/dev/null 2>&1 || { echo "Creating .venv with $(PYTHON)"; "$(PYTHON)" -m venv --clear .venv; } || \
		{ echo "Python cannot make a virtual environment (on Debian: apt-get install python3-venv)." >&2; exit 1; }
	@echo "Installing Erbium and its libraries into .venv (a few minutes the first time)"
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check -c constraints.txt -e '.[models,scale,web,dev]'
	@touch $@

demo: setup
	@mkdir -p build
	$(BIN)/erbium advise $(CASE) --out $(REPORT)
	@echo "The report is at $(CURDIR)/$(REPORT)"

# The tests come last, so that their closing line is the last thing on the screen.
test: lint types layers check browser unit

lint: setup
	$(BIN)/ruff check src tests
	$(BIN)/ruff format --check src tests

types: setup
	$(BIN)/mypy --strict src tests

layers: setup
	$(BIN)/lint-imports

check: setup
	$(BIN)/erbium check

# The pages are tested in Chromium. A run that must not skip them (CI) installs it where it may.
browser:
	@command -v chromium chromium-browser google-chrome >/dev/null || { \
		if [ -n "$$CI" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; \
		else echo "No Chromium: the tests of the pages are skipped (on Debian: apt-get install chromium)"; fi; }

# All of it on every core, file by file; a part of it in one process, which starts sooner.
unit: setup
	$(BIN)/python -m pytest $(or $(ARGS),-n auto --dist loadfile)

docs: setup
	$(BIN)/codespell README.md CONTRIBUTING.md CHANGELOG.md docs
	$(BIN)/python -m pytest tests/architecture/test_documents.py

pages: setup
	$(BIN)/erbium drugs pages build/drugs

bench: setup
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/erbium bench $(ARGS)

format: setup
	$(BIN)/ruff check --fix src tests
	$(BIN)/ruff format src tests

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src tests -name __pycache__ -type d -exec rm -rf {} +
