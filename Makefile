# `make PYTHON=/path/to/python …` chooses the interpreter of .venv.
PY = .venv/bin/python
PYTHONS =
PYTEST_ARGS =
FUZZ_EXAMPLES = 5000
BENCH_ARGS =

.DEFAULT_GOAL = help
.PHONY: help setup demo test fuzz lint types docs docs-check bench format clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | expand -t 12

setup: ## make .venv, or bring it up to date
	@PYTHON="$(PYTHON)" sh scripts/bootstrap.sh

demo: setup ## run the demonstration
	@$(PY) examples/demo.py

test: setup ## run the tests on the oldest and the newest Python found (PYTHONS="main 3.12 lowest" PYTEST_ARGS="-k name")
	@$(PY) scripts/run_tests.py --only "$(PYTHONS)" -- $(PYTEST_ARGS)

fuzz: setup ## try the codemods on programs made at random (FUZZ_EXAMPLES=5000)
	@HYPOTHESIS_PROFILE=fuzz FUZZ_EXAMPLES="$(FUZZ_EXAMPLES)" $(PY) -m pytest -q --hypothesis-show-statistics tests/codemods/test_programs.py

lint: setup ## check style, format and import rules
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) scripts/check_imports.py

types: setup ## check the types
	@$(PY) -m mypy

docs: setup ## write what is generated in the docs
	@$(PY) scripts/docs.py

docs-check: setup ## check that what is generated in the docs is up to date
	@$(PY) scripts/docs.py --check

bench: setup ## run the benchmarks (BENCH_ARGS=…)
	@$(PY) benchmarks/run.py $(BENCH_ARGS)

format: setup ## format the code and mend what ruff can
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

clean: ## remove .venv, caches and what was built
	@rm -rf .venv dist build .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name .git -prune -o -type d -name __pycache__ -exec rm -rf {} +
