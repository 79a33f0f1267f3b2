# Each target is one or two lines; the chores themselves are in noxfile.py.
PYTHON ?= python3
NOX = .venv/bin/nox
STORES = datamanager kvstore objectstorage
SERVICES = apierrors clients configstore executor gateway inventory runservice serving
nox_examples = $(NOX) -s $(foreach name,$(1),"examples($(name))")

.PHONY: demo test test-library test-stores test-services test-together docs bench clean

demo: .venv/demo
	.venv/bin/python -m together

# Four at a time, since much of it is waiting for servers: each prints when it has ended.
test: $(NOX)
	bash .ci/programs
	$(MAKE) --jobs=4 --output-sync=target --no-print-directory test-library test-stores test-services test-together

test-library: $(NOX)
	$(NOX) -s lint types tests guests bare docs package instructions

test-stores: $(NOX)
	$(call nox_examples,$(STORES))

test-services: $(NOX)
	$(call nox_examples,$(SERVICES))

test-together: $(NOX)
	$(call nox_examples,together)

docs: $(NOX)
	$(NOX) -s docs

bench: $(NOX)
	$(NOX) -s bench

$(NOX):
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --constraint .ci/constraints.txt 'nox[uv]'

.venv/demo: $(NOX) pyproject.toml
	.venv/bin/python -m pip install --quiet --constraint .ci/constraints.txt . $(addprefix ./examples/,$(STORES) $(SERVICES) together)
	touch $@

clean:
	rm -rf .venv .nox docs/_build dist .coverage* .*_cache
