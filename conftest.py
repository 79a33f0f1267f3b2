"""The examples of README, docs and docstrings run as tests.

In a Markdown page a block of Python runs where it stands, all blocks of a page in one namespace. One that begins with
the name of a file, `# runs.py`, is saved under that name in a folder of the page's own, and a `console` block runs its
`$` commands in that folder and compares what they print.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from doctest import ELLIPSIS, OutputChecker
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sybil import Document, Example, Region, Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent
TIMEOUT_SECONDS = 60
FILE_NAME = re.compile(r"# (\w+\.py)\n")
SHOWN_FOLDER = "/srv/app"
SHOWN_LIBRARY = "/usr/lib/python3"


class SavedOrRunParser(PythonCodeBlockParser):
    """A block of Python: saved when it names its file, run otherwise."""

    def __call__(self, document: Document) -> Iterator[Region]:
        """Find the blocks of a page, and say what is to be done with each."""
        for region in super().__call__(document):
            if FILE_NAME.match(str(region.parsed)):
                region.evaluator = save
            yield region


def save(example: Example) -> None:
    """Save a block in the page's folder."""
    name = example.parsed.partition("\n")[0].removeprefix("# ")
    Path(example.namespace["folder"], name).write_text(example.parsed, encoding="utf-8")


class ConsoleParser(CodeBlockParser):
    """A block of commands, each after a `$`, with what they print."""

    language = "console"

    def evaluate(self, example: Example) -> str | None:
        """Run the commands one after the other; the first that prints something else is the answer."""
        for session in f"\n{example.parsed}".split("\n$ ")[1:]:
            command, _, wanted = session.partition("\n")
            wanted = wanted.rstrip("\n") + "\n"
            folder = example.namespace["folder"]
            printed = run(command, folder)
            if not OutputChecker().check_output(mask(wanted, folder), mask(printed, folder), ELLIPSIS):
                return f"$ {command}\nshould print\n{wanted}\nbut printed\n{printed}"
        return None


def run(command: str, folder: str) -> str:
    """What a command prints on both streams, in a folder that goes by the name the pages give it."""
    variables = {}
    words = shlex.split(command)
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        variables[name] = value
    program = {"python": [sys.executable]}.get(words[0], words[:1])
    done = subprocess.run(
        [*program, *words[1:]],
        cwd=folder,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    text = done.stdout.replace(os.path.realpath(folder), SHOWN_FOLDER)
    return text.replace(sysconfig.get_path("stdlib"), SHOWN_LIBRARY).rstrip("\n") + "\n"


def mask(text: str, folder: str) -> str:
    """The text without what differs from one Python to the next: carets, and the lines of its own files."""

    def place(found: re.Match[str]) -> str:
        is_of_the_page = Path(folder, Path(found[1]).name).exists()
        return found[0] if is_of_the_page else f"{found[1]}{found[2]}N"

    text = re.sub(r"^[ ~^]+\n", "", text, flags=re.MULTILINE)
    return re.sub(r'([\w/.]+\.py)(:|", line )\d+', place, text)


def open_page(namespace: dict[str, Any]) -> None:
    """Give a page a folder for its files, and make it the main module, so that what it defines can be pickled."""
    namespace["made"] = tempfile.TemporaryDirectory()
    namespace["folder"] = os.path.realpath(namespace["made"].name)
    namespace["main"] = sys.modules["__main__"]
    namespace["__name__"] = "__main__"
    sys.modules["__main__"] = Page(namespace)


def close_page(namespace: dict[str, Any]) -> None:
    """Put back what opening the page has changed."""
    sys.modules["__main__"] = namespace["main"]
    namespace["made"].cleanup()


class Page(ModuleType):
    """A page as a module: its names are those that its examples have defined."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        super().__init__("__main__")
        self.namespace = namespace

    def __getattr__(self, name: str) -> object:
        """Look a name up."""
        try:
            return self.namespace[name]
        except KeyError:
            raise AttributeError(name) from None


pages = Sybil(
    path=str(ROOT),
    parsers=[SavedOrRunParser(doctest_optionflags=ELLIPSIS), ConsoleParser(), SkipParser()],
    patterns=["README.md", "docs/*.md", "docs/*/*.md"],
    excludes=["docs/reference/rules/*.md"],  # bad code on purpose: the tests of the rules run those
    setup=open_page,
    teardown=close_page,
)
docstrings = Sybil(
    path=str(ROOT),
    parsers=[DocTestParser(ELLIPSIS)],
    patterns=["src/stackerr/*.py", "src/stackerr/*/*.py", "src/stackerr/*/*/*.py"],
    document_types={".py": PythonDocStringDocument},
)

pytest_collect_file = (pages + docstrings).pytest()
