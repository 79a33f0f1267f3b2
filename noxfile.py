"""Every chore of the project, one session each; `make test` runs those that are on by default."""

from __future__ import annotations

import os
from pathlib import Path

import nox

nox.needs_version = ">=2025.2"
nox.options.default_venv_backend = "uv"
nox.options.error_on_missing_interpreters = True
nox.options.reuse_existing_virtualenvs = True
EXAMPLES = sorted(path.parent.name for path in Path("examples").glob("*/pyproject.toml"))
DISTRIBUTION = "stackerr-example-"

PROJECT = nox.project.load_toml("pyproject.toml")
CONSTRAINTS = ("--constraint", ".ci/constraints.txt")


def install_group(session: nox.Session, *groups: str) -> None:
    """Install dependency groups of pyproject.toml at the locked versions."""
    session.install(*CONSTRAINTS, *nox.project.dependency_groups(PROJECT, *groups))


def install_wheel(session: nox.Session, extras: str = "") -> None:
    """Install what users get: the built wheel, not the source tree."""
    session.install(*CONSTRAINTS, "--reinstall-package", "stackerr", f".{extras}")


def set_up_tests(session: nox.Session) -> None:
    """Whatever this machine has set: processes keep bytecode and write as users' do, and hypothesis has no deadline."""
    session.env.update(PYTHONDONTWRITEBYTECODE="", PYTHONUNBUFFERED="", CI="true")


@nox.session
def tests(session: nox.Session) -> None:
    """The tests on the built wheel, and every example of README, docs and docstrings."""
    set_up_tests(session)
    install_group(session, "test")
    install_wheel(session)
    session.run("coverage", "run", "-m", "pytest", "--ignore=tests/integrations/web", *session.posargs)
    if not session.posargs:
        session.run("coverage", "report", "--include=*/stackerr/_*.py", "--fail-under=99")


@nox.session
def guests(session: nox.Session) -> None:
    """The how-to guides for web frameworks and workers: a real request fails, and the log shows one line."""
    set_up_tests(session)
    install_group(session, "guests")
    install_wheel(session)
    session.run("pytest", "-q", "tests/integrations/web", *session.posargs)


@nox.session
@nox.parametrize("name", EXAMPLES, ids=EXAMPLES)
def examples(session: nox.Session, name: str) -> None:
    """Each example alone, with what it stands on: the errors that leave it, and its own tests."""
    install_example(session, name)
    session.chdir(f"examples/{name}")
    session.run("flake8", "src")
    session.run("pytest", "-q", *session.posargs)


@nox.session
def example_types(session: nox.Session) -> None:
    """The types of all examples in one run, since their settings are alike and most of it is what they share."""
    session.install(*CONSTRAINTS, "mypy", *(need for name in EXAMPLES for need in wants(name)))
    install_examples(session, EXAMPLES)
    settings = "examples/together/pyproject.toml"
    session.run("mypy", "--config-file", settings, *(f"examples/{name}/src" for name in EXAMPLES))


def install_example(session: nox.Session, name: str) -> None:
    """Install an example from its wheel, with what it and its tests need."""
    set_up_tests(session)
    project = nox.project.load_toml(f"examples/{name}/pyproject.toml")
    session.install(*CONSTRAINTS, "flake8-pyproject", *nox.project.dependency_groups(project, "test"))
    install_examples(session, stands_on(name))


def install_examples(session: nox.Session, names: list[str]) -> None:
    """Install examples from their wheels, and the library they stand on."""
    packages = ["stackerr", *(DISTRIBUTION + name for name in names)]
    again = [word for package in packages for word in ("--reinstall-package", package)]
    session.install(*CONSTRAINTS, *again, ".[flake8]", *(f"./examples/{name}" for name in names))


def stands_on(name: str) -> list[str]:
    """The example and those that it needs."""
    needs = nox.project.load_toml(f"examples/{name}/pyproject.toml")["project"]["dependencies"]
    names = [need.removeprefix(DISTRIBUTION) for need in needs if need.startswith(DISTRIBUTION)]
    return sorted({name}.union(*map(stands_on, names)))


@nox.session
def bare(session: nox.Session) -> None:
    """The library alone: it needs nothing, and importing it loads nothing heavy."""
    session.install("--reinstall-package", "stackerr", ".")
    session.run("python", "-W", "error", "tests/house/bare_install.py")


@nox.session
def lint(session: nox.Session) -> None:
    """Style, errors that leave unwrapped, and who imports whom."""
    install_group(session, "lint")
    install_wheel(session, "[flake8]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("flake8", "src")
    session.run("lint-imports", "--no-logo")
    sources = os.pathsep.join(f"examples/{name}/src" for name in EXAMPLES)
    session.run("lint-imports", "--no-logo", "examples/.importlinter", env={"PYTHONPATH": sources})


@nox.session
def types(session: nox.Session) -> None:
    """Types both ways: what must pass and what must not, by two checkers."""
    install_group(session, "types")
    install_wheel(session)
    session.run("mypy")
    session.run("mypy", "--python-version", "3.14")
    session.run("pyright", "tests/typing")
    session.run("pyright", "--verifytypes", "stackerr", "--ignoreexternal")


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation, without a warning."""
    install_group(session, "docs")
    install_wheel(session)
    session.run("sphinx-build", "-n", "-W", "--keep-going", "-q", "-b", "html", "docs", "docs/_build/html")


@nox.session
def package(session: nox.Session) -> None:
    """The sdist and the wheel, as they would be published."""
    install_group(session, "package")
    out = Path(session.create_tmp())
    session.run("python", "-m", "build", "--installer", "uv", "--outdir", str(out), silent=True)
    built = [str(path) for path in sorted(out.iterdir()) if path.suffix in (".whl", ".gz")]
    session.run("check-wheel-contents", *[path for path in built if path.endswith(".whl")])
    session.run("twine", "check", "--strict", *built)


@nox.session
def instructions(session: nox.Session) -> None:
    """The gate on speed: instructions counted by callgrind, against the committed baseline."""
    install_wheel(session)
    session.run("python", "benchmarks/instructions.py", "--check")


@nox.session(default=False)
def faults(session: nox.Session) -> None:
    """A thousand rounds of breaking the example system, or as many as `ROUNDS` says, and two hundred runs at once."""
    install_example(session, "together")
    session.chdir("examples/together")
    rounds = {"ROUNDS": os.environ.get("ROUNDS", "1000")}
    tests = [f"tests/test_{name}.py" for name in ("demo", "faults", "kills", "load")]
    session.run("pytest", "-s", "-m", "", *tests, *session.posargs, env=rounds)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """The table of speed, beside floors and peers; log records have a table of their own."""
    install_group(session, "bench")
    install_wheel(session)
    session.run("python", "-m", "compileall", "-q", session.virtualenv.location)
    session.run("python", "benchmarks/core.py")


@nox.session(default=False)
def log_speed(session: nox.Session) -> None:
    """The table and the plot of what a logged error costs, written to its page."""
    install_group(session, "bench")
    install_wheel(session)
    session.run("python", "benchmarks/logs.py", "--publish")


@nox.session(default=False)
def lint_speed(session: nox.Session) -> None:
    """What the check adds to flake8, beside its neighbours: `-- PATH` is the code to look at."""
    install_group(session, "lint-bench")
    install_wheel(session, "[flake8]")
    session.run("python", "benchmarks/lint.py", *session.posargs)


@nox.session(default=False, venv_backend="venv")
def fixer(session: nox.Session) -> None:
    """Fix real packages, and run their own tests before and after; pip downloads them, which uv leaves out."""
    session.run("python", "benchmarks/fixer.py")


@nox.session(default=False)
def survey(session: nox.Session) -> None:
    """The law on every exception class of the standard library and of much-used packages."""
    install_group(session, "survey")
    install_wheel(session)
    session.run("python", "-W", "ignore", "tests/survey/survey.py", *session.posargs)


@nox.session(default=False)
def lock(session: nox.Session) -> None:
    """Lock the versions of everything that the sessions install."""
    session.install("uv")
    groups = [argument for group in PROJECT["dependency-groups"] for argument in ("--group", group)]
    flags = ["--universal", "--no-emit-index-url", "--no-header", "--no-annotate", "--all-extras", "--upgrade"]
    wanted = Path(session.create_tmp(), "examples.txt")
    wanted.write_text("\n".join(need for name in EXAMPLES for need in wants(name)), encoding="utf-8")
    sources = [*groups, "pyproject.toml", str(wanted)]
    session.run("uv", "pip", "compile", "-q", *flags, *sources, "-o", ".ci/constraints.txt")


def wants(name: str) -> list[str]:
    """What an example and its tests need from elsewhere."""
    project = nox.project.load_toml(f"examples/{name}/pyproject.toml")
    needs = [*project["project"]["dependencies"], *nox.project.dependency_groups(project, "test")]
    return [need for need in needs if not need.startswith("stackerr")]
