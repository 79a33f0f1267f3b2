"""Run in an environment that holds the library alone: it needs nothing, and importing it loads nothing heavy."""

import sys

HEAVY = {"typing", "re", "logging", "traceback", "inspect", "dataclasses", "json"}

before = set(sys.modules)
import stackerr  # noqa: E402

loaded = set(sys.modules) - before

from importlib.metadata import distributions  # noqa: E402


def check(condition, text):
    """Stop with a text that says what is wrong."""
    if not condition:
        sys.exit(f"bare install: {text}")


check(not loaded & HEAVY, f"import stackerr loads {sorted(loaded & HEAVY)}")
others = {distribution.name for distribution in distributions()} - {"stackerr", "pip", "setuptools", "wheel"}
check(not others, f"something else is installed: {sorted(others)}")

try:
    with stackerr.wrapping("open %s", "the file"):
        open("/nonexistent/file")  # noqa: SIM115
except FileNotFoundError as err:
    check(stackerr.compact(err).startswith("open the file: [Errno 2]"), "compact does not print")
    check("bare_install.py" in stackerr.detailed(err), "detailed does not print")
    check(stackerr.from_dict(stackerr.to_dict(err)) is not None, "from_dict does not answer")
for name in stackerr.__all__:
    check(getattr(stackerr, name).__module__ == "stackerr" or callable(getattr(stackerr, name)), f"no {name}")
print(f"bare install: stackerr {stackerr.__version__} works alone; {len(loaded)} modules loaded")
