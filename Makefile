# rnnlab: every task in one place. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help lab test truths check jupyter screenshots bench example-run environment clean

BIN := .venv/bin

help:  ## list the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

lab: environment  ## open the lab in a browser tab (ARGS="--port 5010", ARGS=runs/first)
	@$(BIN)/rnnlab lab $(ARGS)

test:  ## environment, Chromium, linters, types, unit tests, notebooks, browser tests
	@scripts/test

truths:  ## one seed of every published claim again, trained and measured: about an hour (ARGS="-k flip_flop")
	@scripts/environment test && OMP_NUM_THREADS=1 $(BIN)/pytest -m truths tests/truths $(ARGS)

check:  ## the fast part of `make test`: linters, types, rooms
	@scripts/test check

jupyter: environment  ## open the lab inside JupyterLab
	@$(BIN)/jupyter lab notebooks/00_lab.ipynb

screenshots:  ## pictures of every view, 1440 and 1024 px, light and dark, into docs/pictures/
	@scripts/environment test && scripts/install_chromium && PYTHONPATH=. $(BIN)/python scripts/screenshots.py $(ARGS)

bench:  ## the benchmarks, one after another (ARGS=page runs one)
	@scripts/environment test && scripts/install_chromium && scripts/bench $(ARGS)

example-run: environment  ## train the shipped example network again
	@$(BIN)/python scripts/make_example_run.py

environment:
	@scripts/environment

clean:  ## remove the environment and every cache
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
