# Two commands for a newcomer: `make demo` and `make test`.
# Each is complete on a fresh Debian machine with Python >= 3.11 and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CLASSES ?= 2
PUPILS ?= 40
SEED ?= 1

.DEFAULT_GOAL := help
.PHONY: help demo test check bench gallery judges clean

help:
	@echo "make demo    a made-up school's year, from export files to a verified archive, in ./demo"
	@echo "make test    every test, with the outside judges"
	@echo "make check   format, lint, types, layers, documents"
	@echo "make bench   the measurements of benchmarks/"
	@echo "make gallery the pictures of docs/gallery/, one of every kind of page"
	@echo "make clean   remove the environment and the caches; never a demo folder"

demo: $(VENV)/.installed
	@tools/demo.sh $(BIN)/preserve --classes $(CLASSES) --pupils $(PUPILS) --seed $(SEED)

test: $(VENV)/.tested judges
	@tools/test.sh $(BIN)/python $(ARGS)

check: $(VENV)/.tested
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy --explicit-package-bases preserve cli.py tools tests benchmarks
	@$(BIN)/lint-imports --no-logo --no-cache
	@$(BIN)/python -m tools.check_docs

bench: $(VENV)/.tested
	@tools/bench.sh $(BIN)/python

gallery: $(VENV)/.tested
	@$(BIN)/python -m tools.gallery

judges: $(VENV)/.tested
	@tools/judges.sh

clean:
	rm -rf $(VENV) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are files, so an environment is made once and again when pyproject.toml changes.
# A stamp is touched only after everything before it succeeded.
$(VENV)/.created: tools/environment.sh
	@tools/environment.sh $(PYTHON) $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.created pyproject.toml
	@echo "Installing preserve into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	@echo "Installing the test tools into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@
