"""Wrap an error where it crosses a boundary: say what you were doing, keep the place."""

__version__ = "0.1.0"
