# Each target is one or two lines; the chores themselves are in noxfile.py.
PYTHON ?= python3
NOX = .venv/bin/nox
PACKAGES = apierrors clients configstore datamanager executor gateway inventory kvstore objectstorage runservice serving

.PHONY: demo test test-library test-packages test-together docs bench clean

demo: .venv/demo
	.venv/bin/python -m together

# Three at a time, since most of the services' tests wait: each prints when it has ended.
test: $(NOX)
	bash .ci/programs
	$(MAKE) --jobs=3 --output-sync=target --no-print-directory test-library test-packages test-together

test-library: $(NOX)
	$(NOX) -s lint types tests guests bare docs package instructions

test-packages: $(NOX)
	$(NOX) -s $(foreach name,$(PACKAGES),"examples($(name))")

test-together: $(NOX)
	$(NOX) -s "examples(together)"

docs: $(NOX)
	$(NOX) -s docs

bench: $(NOX)
	$(NOX) -s bench

$(NOX):
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --constraint .ci/constraints.txt 'nox[uv]'

.venv/demo: $(NOX) pyproject.toml
	.venv/bin/python -m pip install --quiet --constraint .ci/constraints.txt . $(PACKAGES:%=./examples/%) ./examples/together
	touch $@

clean:
	rm -rf .venv .nox docs/_build dist .coverage* .*_cache
