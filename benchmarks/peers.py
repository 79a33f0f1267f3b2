"""The nearest peers, each doing what is nearest to a wrap; they are installed by `nox -s bench` only."""

import clued
import mo_logs
from rich_error.error import RichError


def raise_rich(failing):
    """rich-error: an error of its own type, filled by setters."""
    try:
        try:
            failing()
        except ValueError as e:
            raise RichError("load").set_error(e).set_msg("message") from e
    except RichError:
        pass


def raise_mo_logs(failing):
    """mo-logs: its logger raises an error of its own type, with the stack."""
    try:
        try:
            failing()
        except ValueError as e:
            mo_logs.logger.error("message", cause=e)
    except Exception:
        pass


def call_in_clue(failing):
    """clued: a block that leaves a clue on the error that passes."""
    try:
        with clued.clue("message"):
            failing()
    except ValueError:
        pass
