# Two commands do everything: make demo, make test.
PYTHON ?= python3
PORT ?= 5000
HOST ?= 127.0.0.1
BIN := .venv/bin

.PHONY: demo test check mutate bench soak sweep screenshots catalogues format clean

demo: .venv/ready catalogues
	@exec $(BIN)/python -m portal.simulators.demo --host $(HOST) --port $(PORT)

test: .venv/ready catalogues
	@$(BIN)/python -m tests.requirements
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --durations=10

check: .venv/ready catalogues
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python -m pytest -q tests/test_catalogues.py

mutate: .venv/ready catalogues
	$(BIN)/python -m tests.tools.mutate --seed $(or $(SEED),1) --count $(or $(COUNT),30)

bench: .venv/ready catalogues
ifdef BEFORE
	$(BIN)/python -m tests.bench_beside $(BEFORE)
else
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.gateways.ucopia.load bench crowd
endif

soak: .venv/ready catalogues
	$(BIN)/python -m tests.soak

sweep: .venv/ready catalogues
	$(BIN)/python -m tests.sweep

# LANG is the shell's own too, so only one that was typed counts.
screenshots: .venv/ready catalogues
	@$(BIN)/python -m tests.sample_sheet --language $(if $(filter command line,$(origin LANG)),$(LANG),en) --skin $(or $(SKIN),alpine) --scheme $(or $(SCHEME),light) --width $(or $(WIDTH),360)

format: .venv/ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

catalogues: .venv/ready
	@$(BIN)/python translations/update.py compile

.venv/ready: constraints.txt setup.cfg pyproject.toml
	@echo "1/2 Making .venv"
	@$(PYTHON) -m venv .venv
	@echo "2/2 Installing pinned packages into it, a minute or two the first time"
	@$(BIN)/pip install --disable-pip-version-check --progress-bar off -c constraints.txt -e '.[test]' \
	  | while read -r verb name rest; do case "$$verb" in Collecting|Obtaining) printf '.';; esac; done; echo
	@$(BIN)/python -c 'import flask, gunicorn, pytest'
	@touch $@

clean:
	rm -rf .venv build *.egg-info
