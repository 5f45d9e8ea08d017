# Two commands do everything: make demo, make test.
PYTHON ?= python3
PORT ?= 5000
BIN := .venv/bin

.PHONY: demo test check mutate bench catalogues format clean

demo: .venv/ready catalogues
	@exec $(BIN)/python -m portal.simulators.demo --port $(PORT)

test: .venv/ready catalogues
	@$(BIN)/python -m tests.requirements
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

check: .venv/ready catalogues
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python -m pytest -q tests/test_catalogues.py

mutate: .venv/ready catalogues
	$(BIN)/python -m tests.tools.mutate --seed $(or $(SEED),1) --count $(or $(COUNT),30)

bench: .venv/ready catalogues
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.gateways.ucopia.load

format: .venv/ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

catalogues: .venv/ready
	@$(BIN)/python translations/update.py compile

.venv/ready: constraints.txt setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@

clean:
	rm -rf .venv build *.egg-info
