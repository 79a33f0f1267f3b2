"""The pages for browsers: runs, one run with its tasks, and its logs. Plain HTML, made here, everything escaped."""

from .routes import add_pages

__all__ = ["add_pages"]
