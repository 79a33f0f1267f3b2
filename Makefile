# Each target is one or two lines; the chores themselves are in noxfile.py.
PYTHON ?= python3
NOX = .venv/bin/nox

.PHONY: demo test docs bench clean

demo: .venv/demo
	.venv/bin/python -m inventory

test: $(NOX)
	bash .ci/programs
	$(NOX)

docs: $(NOX)
	$(NOX) -s docs

bench: $(NOX)
	$(NOX) -s bench

$(NOX):
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --constraint .ci/constraints.txt 'nox[uv]'

.venv/demo: $(NOX) pyproject.toml
	.venv/bin/python -m pip install --quiet . ./examples/inventory
	touch $@

clean:
	rm -rf .venv .nox docs/_build dist .coverage* .*_cache
