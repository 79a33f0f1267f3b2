# Each target is one or two lines; the chores themselves are in noxfile.py.
PYTHON ?= python3
NOX = .venv/bin/nox
# The slowest come first, so that the four that run at a time end together.
EXAMPLES = together gateway objectstorage configstore runservice executor datamanager kvstore clients serving apierrors vault inventory
TESTS = test-library $(EXAMPLES:%=test-%)

.PHONY: demo test $(TESTS) docs bench clean

# On servers: make demo DEMO="--kv etcd://127.0.0.1:2379 --storage s3://bucket/demo?endpoint=…"
demo: .venv/demo
	.venv/bin/python -m together $(DEMO)

# Four at a time, since much of it is waiting for servers: each prints when it has ended.
test: $(NOX)
	bash .ci/programs
	$(MAKE) --jobs=4 --output-sync=target --no-print-directory $(TESTS)

test-library: $(NOX)
	$(NOX) -s lint types example_types tests guests bare docs package instructions

$(EXAMPLES:%=test-%): test-%: $(NOX)
	$(NOX) -s "examples($*)"

docs: $(NOX)
	$(NOX) -s docs

bench: $(NOX)
	$(NOX) -s bench

$(NOX):
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --constraint .ci/constraints.txt 'nox[uv]'

.venv/demo: $(NOX) pyproject.toml
	.venv/bin/python -m pip install --quiet --constraint .ci/constraints.txt . $(EXAMPLES:%=./examples/%)
	touch $@

clean:
	rm -rf .venv .nox docs/_build dist .coverage* .*_cache
