"""The inspector: rules that find errors which leave unwrapped. Plain `ast`; knows neither flake8 nor the core."""

from stackerr.lint._check import Finding, check
from stackerr.lint._options import BadOption, Options, read_options

__all__ = ["BadOption", "Finding", "Options", "check", "read_options"]
