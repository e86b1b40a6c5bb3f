# Everything a newcomer needs: `make run` to try it, `make test` to trust it.
.DEFAULT_GOAL := help
.PHONY: help run setup check test bench lock clean

PYTHON := .venv/bin/python
PIECES := tokens booking actions workflows gateway
COMPILE = $(PYTHON) -m uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
	--no-emit-index-url $(UPGRADE)

help:
	@echo "make run    start Bookonce on this machine and show where to go (ARGS=\"--port 0\")"
	@echo "make test   run all tests (ARGS=\"tests/deploy -k ready\")"
	@echo "make check  look at the code: ruff, mypy, import rules"
	@echo "make bench  measure against the floors"
	@echo "make setup  prepare .venv/ and start nothing"
	@echo "make lock   choose package versions anew from pyproject.toml (UPGRADE=--upgrade for the newest)"
	@echo "make clean  remove .venv/ and caches; the data in .local/ stays"

run: setup
	@exec $(PYTHON) -m deploy.local $(ARGS)

setup:
	@sh deploy/prepare.sh local

check:
	@sh deploy/prepare.sh test
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) -c "from importlinter.cli import lint_imports_command as lint; lint()"

test:
	@sh deploy/prepare.sh test
	@sh deploy/chromium.sh
	$(PYTHON) -m pytest $(ARGS)

bench:
	@sh deploy/prepare.sh test
	$(PYTHON) -m tests.bench $(ARGS)

# The tests' versions are chosen first and bind the rest: what is tested is what is installed.
lock:
	@sh deploy/prepare.sh test
	$(COMPILE) --group test -o deploy/requirements/test.txt pyproject.toml
	for group in local $(PIECES); do \
	  $(COMPILE) --group $$group -c deploy/requirements/test.txt -o deploy/requirements/$$group.txt pyproject.toml || exit 1; \
	done

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
