"""The examples of the README and of the docstrings run as tests."""

from doctest import ELLIPSIS

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser

pytest_collect_file = (
    Sybil(parsers=[PythonCodeBlockParser(doctest_optionflags=ELLIPSIS)], patterns=["README.md"])
    + Sybil(parsers=[DocTestParser(ELLIPSIS)], patterns=["src/**/*.py"])
).pytest()
