"""Command lines: the flag in each toolkit, and what a program says when it fails."""

import argparse
import io
import subprocess
import sys
import textwrap

import click
import pytest
import typer
from click.testing import CliRunner
from typer.testing import CliRunner as TyperRunner

import stackerr
from stackerr.integrations import cli


@pytest.fixture(autouse=True)
def one_switch_off():
    """Every test starts and ends with the one switch off."""
    stackerr.configure(detailed=False)
    yield
    stackerr.configure(detailed=False)


def exits(function, *args):
    """The code that a main function exits with."""
    with pytest.raises(SystemExit) as caught:
        cli.main(function)(*args)
    return caught.value.code


def fail(**fields):
    """A main function that fails with these fields."""

    def run():
        raise stackerr.wrap(OSError("disk full"), "save cache", **fields)

    return run


def test_one_clean_line_with_code_and_hint(capsys):
    """And no traceback."""
    assert exits(fail(code="E17", hint="empty the cache")) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: save cache: disk full [")
    assert err.endswith("] (code: E17; hint: empty the cache)\n")
    assert err.count("\n") == 1


def test_an_error_without_advice(capsys):
    """Nothing stands in brackets that is not there."""
    exits(fail())
    assert capsys.readouterr().err.endswith("]\n")


def test_in_detail(capsys):
    """The one switch."""
    stackerr.configure(detailed=True)
    exits(fail(hint="empty the cache"))
    text = capsys.readouterr().err
    assert text.startswith("error: save cache (OSError)\n")
    assert "hint='empty the cache'" in text


def test_the_exit_code_is_that_of_the_error(capsys):
    """The field of the outermost layer that has one."""
    assert exits(fail(exit_code=74)) == 74


def test_an_attribute_is_an_exit_code_too(capsys):
    """As click's errors and many others have it."""

    class Usage(Exception):
        exit_code = 64

    def run():
        raise RuntimeError("start") from Usage("bad flag")

    assert exits(run) == 64
    err = ValueError("bad")
    err.exit_code = 65
    assert cli.exit_code(err) == 65


@pytest.mark.parametrize("code", [0, -1, 256, "3", True, None])
def test_what_is_no_exit_code_is_1(code, capsys):
    """A program that failed never exits with 0."""
    assert exits(fail(exit_code=code)) == 1


def test_what_succeeds_is_left_alone(capsys):
    """The value of main, and `SystemExit`."""
    assert cli.main(lambda value: value + 1)(1) == 2
    assert exits(lambda: sys.exit(3)) == 3
    assert capsys.readouterr().err == ""


def test_an_interrupt_ends_silently(capsys):
    """With the code that shells know."""

    def run():
        raise KeyboardInterrupt

    assert exits(run) == 130
    assert capsys.readouterr().err == ""


def test_a_closed_stderr_does_not_hide_the_exit_code(monkeypatch):
    """There is nobody left to tell."""
    closed = io.StringIO()
    closed.close()
    for stream in (closed, None):
        monkeypatch.setattr(sys, "stderr", stream)
        assert exits(fail(exit_code=74)) == 74


@pytest.mark.parametrize(("arguments", "expected"), [([], False), (["--detailed-errors"], True)])
def test_argparse(arguments, expected):
    """One line: `cli.argparse_option(parser)`."""
    parser = argparse.ArgumentParser()
    cli.argparse_option(parser)
    assert parser.parse_args(arguments).detailed_errors is expected
    assert stackerr.is_detailed() is expected


@pytest.mark.parametrize(("arguments", "expected"), [([], False), (["--detailed-errors"], True)])
def test_click(arguments, expected):
    """One line: `@cli.click_option`; the function gets no argument for it."""

    @click.command()
    @cli.click_option
    def command():
        click.echo(stackerr.is_detailed())

    assert CliRunner().invoke(command, arguments, catch_exceptions=False).output == f"{expected}\n"
    assert "--detailed-errors" in CliRunner().invoke(command, ["--help"]).output


@pytest.mark.parametrize(("arguments", "expected"), [([], False), (["--detailed-errors"], True)])
def test_typer(arguments, expected):
    """One line: `detailed_errors: cli.TyperOption = False`."""
    app = typer.Typer()

    @app.command()
    def command(detailed_errors: cli.TyperOption = False):
        typer.echo(f"{stackerr.is_detailed()} {detailed_errors}")

    assert TyperRunner().invoke(app, arguments, catch_exceptions=False).output == f"{expected} {expected}\n"


def test_a_name_that_is_not_there():
    """It fails as on any module."""
    with pytest.raises(AttributeError, match="has no attribute 'ClickOption'"):
        cli.ClickOption


def test_argparse_alone_needs_neither_click_nor_typer():
    """They are imported where they are used."""
    script = "import stackerr.integrations.cli, sys; print(sorted({'click', 'typer'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


PROGRAM = """
    import sys
    {imports}
    import stackerr
    from stackerr.integrations import cli

    def work():
        with stackerr.wrapping("start server", exit_code=78, hint="choose another port"):
            raise PermissionError(13, "Permission denied", "port 80")

    {program}
"""
ARGPARSE = """
    @cli.main
    def main():
        parser = argparse.ArgumentParser()
        cli.argparse_option(parser)
        parser.parse_args()
        work()
    main()
"""
CLICK = """
    @cli.main
    def main():
        command()
    @click.command()
    @cli.click_option
    def command():
        work()
    main()
"""
TYPER = """
    @cli.main
    def main():
        app()
    app = typer.Typer(pretty_exceptions_enable=False)
    @app.command()
    def command(detailed_errors: cli.TyperOption = False):
        work()
    main()
"""


@pytest.mark.parametrize(("name", "program"), [("argparse", ARGPARSE), ("click", CLICK), ("typer", TYPER)])
@pytest.mark.parametrize("arguments", [[], ["--detailed-errors"]])
def test_a_whole_program(name, program, arguments, tmp_path):
    """One line and the exit code; with the flag everything and the same code."""
    text = textwrap.dedent(PROGRAM).format(imports=f"import {name}", program=textwrap.dedent(program))
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run([sys.executable, str(path), *arguments], capture_output=True, text=True)
    assert done.returncode == 78
    assert "Traceback" not in done.stderr
    if arguments:
        assert done.stderr.startswith("error: start server (PermissionError)\n")
        assert "exit_code=78" in done.stderr
    else:
        assert done.stderr == (
            "error: start server: [Errno 13] Permission denied: 'port 80' [program.py:9] (hint: choose another port)\n"
        )
