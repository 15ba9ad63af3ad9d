# Every task of the project. `make` alone lists them; each sets up what it needs in .venv.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

# What .venv is made from; any Python from 3.11 on will do.
PYTHON ?= $(shell for python in python3.11 python3 python3.12 python3.13 python; do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then echo $$python; break; fi; done)
RUN := .venv/bin/python
PORT ?= 8000
SINCE ?= HEAD

export TF_CPP_MIN_LOG_LEVEL ?= 3
unexport PYTHONHOME

# Notebooks run in kernels of their own: as pytest gives its warning filters to the test process
# alone, nbval needs none, and its hooks would trip over "error".
NBVAL := $(RUN) -m pytest -o addopts= -o filterwarnings= -p no:cacheprovider -q --nbval-lax --nbval-current-env

.PHONY: help
help:  ## list the targets (this text)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.venv/.ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and none was found; name one: make PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) tools/make_environment.py

.PHONY: book
book: .venv/.ready  ## execute changed chapters and build the site into _build/html
	@$(RUN) -m tools.build_book $(ARGS)

.PHONY: test
test: book  ## build the book, then run every test and every chapter
	@$(RUN) -m pytest -n 2 --dist loadfile
	@$(NBVAL) -n 2 --dist loadfile book/*.ipynb

.PHONY: test-fast
test-fast: .venv/.ready  ## quick unit tests and the chapters changed since SINCE (default: the last commit)
	@$(RUN) -m pytest -m "not slow and not site" --ignore=tests/site
	@changed=$$(git diff --name-only --diff-filter=d $(SINCE) -- 'book/*.ipynb'; \
	git ls-files --others --exclude-standard -- 'book/*.ipynb'); \
	if [ -z "$$changed" ]; then echo "No chapter changed since $(SINCE)."; \
	else $(NBVAL) $$changed; fi

.PHONY: check
check: .venv/.ready  ## lint, format and types
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy

.PHONY: lab
lab: .venv/.ready  ## open the chapters in JupyterLab
	@$(RUN) -m jupyterlab --notebook-dir=book

.PHONY: serve
serve: book  ## build the book and serve it at http://localhost:8000 (PORT=…)
	@echo "Serving http://localhost:$(PORT); Ctrl-C ends it."
	@$(RUN) -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

.PHONY: bench
bench: .venv/.ready  ## run the benchmarks
	@set -e; for file in benchmarks/[a-z]*.py; do \
	[ -e "$$file" ] || continue; echo "== $$file"; PYTHONPATH=. $(RUN) $$file; done

.PHONY: results
results: .venv/.ready  ## measure the results in book/results again (hours)
	@$(RUN) -m tools.results $(ARGS)

.PHONY: full
full: .venv/.ready  ## build the book with real data and real epochs (book/full.yml; wants a GPU)
	@$(RUN) -m tools.build_book --profile full $(ARGS)

.PHONY: lock
lock: .venv/.ready  ## pin the dependencies of pyproject.toml in requirements.lock again
	@$(RUN) -m uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-package cnncourse --quiet \
	-o requirements.lock

.PHONY: repository
repository: .venv/.ready  ## write the repository's address everywhere: make repository URL=https://github.com/…
	@$(RUN) -m tools.set_repository "$(URL)"

.PHONY: clean
clean:  ## remove everything built; .venv stays
	@rm -f _build/html/.inputs
	@rm -rf _build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
