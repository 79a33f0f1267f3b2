"""Errors that say nothing: their type must do."""

from stackerr import wrapping


def run():
    with wrapping("wait for the lock"):
        raise TimeoutError
