"""The pages for browsers: runs, one run with its tasks, and its logs. Plain HTML, made here, everything escaped."""

from .page import show_error
from .routes import add_pages

__all__ = ["add_pages", "show_error"]
