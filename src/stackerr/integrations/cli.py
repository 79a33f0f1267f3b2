"""Command lines: the switch `--detailed-errors`, and one clean line for an error that reaches `main`."""

from __future__ import annotations

import argparse
import contextlib
import functools
import sys
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import stackerr

from .excepthook import report

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F")

FLAG = "--detailed-errors"
HELP = "print errors in full: every place, the stack, fields and notes"
_INTERRUPTED = 130  # what shells report for SIGINT


def main(function: Callable[P, R]) -> Callable[P, R]:
    """Print one clean line for an error that leaves a program's main function, and exit with its code.

    Args:
        function: the main function, whatever it takes.

    Returns:
        The same function. What leaves it becomes a line on standard error, with code and hints, and a `SystemExit` with
        the error's `exit_code` (a field, or an attribute as click's errors have), or 1. `SystemExit` passes;
        `KeyboardInterrupt` exits with 130, silently.

    >>> @main
    ... def run():
    ...     raise stackerr.new("disk full", exit_code=74)
    >>> run()
    Traceback (most recent call last):
    SystemExit: 74
    """

    @functools.wraps(function)
    def call(*args: P.args, **keywords: P.kwargs) -> R:
        try:
            return function(*args, **keywords)
        except KeyboardInterrupt:
            sys.exit(_INTERRUPTED)
        except Exception as err:  # noqa: BLE001 - the last line of defence
            _print(err)
            sys.exit(exit_code(err))

    return call


def _print(err: BaseException) -> None:
    with contextlib.suppress(OSError, ValueError, AttributeError):  # closed, or none: there is nobody left to tell
        sys.stderr.write(f"error: {report(err)}\n")
        sys.stderr.flush()


def exit_code(err: BaseException) -> int:
    """The exit code of an error: its field `exit_code`, or such an attribute in its chain, else 1; never 0.

    >>> exit_code(stackerr.wrap(stackerr.new("disk full", exit_code=74), "save"))
    74
    >>> exit_code(KeyError("id"))
    1
    """
    found = [stackerr.fields(err).get("exit_code")]
    found += [vars(node).get("exit_code", getattr(type(node), "exit_code", None)) for node in stackerr.walk(err)]
    return next((code for code in found if type(code) is int and 0 < code < 256), 1)  # noqa: PLR2004 - a byte


class _Switch(argparse.Action):
    """Turns detail on as soon as the flag is read, so that it holds for the errors of what is parsed after it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,  # noqa: ARG002
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        stackerr.configure(detailed=True)
        setattr(namespace, self.dest, True)


def argparse_option(parser: argparse.ArgumentParser) -> None:
    """Give an argparse parser the flag `--detailed-errors`.

    >>> parser = argparse.ArgumentParser()
    >>> argparse_option(parser)
    >>> parser.parse_args([]).detailed_errors
    False
    """
    parser.add_argument(FLAG, action=_Switch, nargs=0, default=False, help=HELP)


def click_option(command: F) -> F:
    """Give a click command or group the flag `--detailed-errors`; a decorator like `click.option`."""
    import click

    def switch(context: click.Context, parameter: click.Parameter, value: bool) -> None:  # noqa: ARG001
        if value:
            stackerr.configure(detailed=True)

    decorate: Any = click.option(FLAG, is_flag=True, is_eager=True, expose_value=False, callback=switch, help=HELP)
    decorated: F = decorate(command)
    return decorated


if TYPE_CHECKING:
    TyperOption = bool
else:

    def __getattr__(name: str) -> Any:
        """Make `TyperOption`, the type of a typer parameter: `detailed_errors: TyperOption = False`."""
        if name != "TyperOption":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from typing import Annotated

        import typer

        def switch(value: bool) -> bool:
            if value:
                stackerr.configure(detailed=True)
            return value

        return Annotated[bool, typer.Option(FLAG, is_eager=True, callback=switch, help=HELP)]
