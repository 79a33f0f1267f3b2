"""The fixer: what it writes, and that what it leaves parses and is clean."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from stackerr.lint import check, read_options
from stackerr.lint._fix import fix_file, fix_source

EVERYWHERE = read_options({"wrp-call-scope": "all"})
FIXED = {
    "a statement": (
        "import json\n\ndef f(p):\n    # why\n    return json.load(p)  # trailing\n",
        'import json\nfrom stackerr import wrapping\n\ndef f(p):\n    # why\n    with wrapping("load json"):\n'
        "        return json.load(p)  # trailing\n",
    ),
    "a with": (
        "def f(p):\n    with open(p) as file:\n        return file\n",
        'from stackerr import wrapping\n\ndef f(p):\n    with wrapping("open p"), open(p) as file:\n        return file\n',
    ),
    "a with whose body raises": (
        "def f(p):\n    # why\n    with open(p) as file:  # trailing\n        raise ValueError(file)\n",
        'from stackerr import wrapping\n\ndef f(p):\n    # why\n    with wrapping("open p"):\n        opened = open(p)\n'
        "    with opened as file:  # trailing\n        raise ValueError(file)\n",
    ),
    "a with that yields": (
        "import tempfile\n\ndef f():\n    with tempfile.TemporaryDirectory() as context:\n        yield context\n",
        'import tempfile\nfrom stackerr import wrapping\n\ndef f():\n    with wrapping("make temporary directory"):\n'
        "        context2 = tempfile.TemporaryDirectory()\n    with context2 as context:\n        yield context\n",
    ),
    "an elif": (
        "import os\n\ndef f(p):\n    if p:\n        pass\n    elif os.stat(p):\n        pass\n",
        'import os\nfrom stackerr import wrapping\n\ndef f(p):\n    with wrapping("stat p"):\n        if p:\n            pass\n'
        "        elif os.stat(p):\n            pass\n",
    ),
    "a dropped cause": (
        "def f(t):\n    try:\n        return t['x']\n    except KeyError:\n        raise ValueError('x')\n",
        "def f(t):\n    try:\n        return t['x']\n    except KeyError as err:\n        raise ValueError('x') from err\n",
    ),
    "a re-raise": (
        "import requests\n\ndef f(u):\n    try:\n        return requests.get(u)\n    except requests.HTTPError:\n        print(u)\n        raise\n",
        "import requests\nfrom stackerr import wrap\n\ndef f(u):\n    try:\n        return requests.get(u)\n"
        '    except requests.HTTPError as err:\n        print(u)\n        raise wrap(err, "get u") from err\n',
    ),
    "taken names": (
        "import os\n\ndef wrapping(): ...\n\ndef f(p):\n    os.remove(p)\n",
        "import os\nfrom stackerr import wrapping as stackerr_wrapping\n\ndef wrapping(): ...\n\ndef f(p):\n"
        '    with stackerr_wrapping("remove p"):\n        os.remove(p)\n',
    ),
    "one line": (
        "import os\n\ndef f(p):\n    if p: os.remove(p); return\n",
        'import os\nfrom stackerr import wrapping\n\ndef f(p):\n    if p:\n        with wrapping("remove p"):\n            os.remove(p); return\n',
    ),
    "silenced": (
        "import os\n\ndef f(p):\n    os.remove(p)  # noqa: WRP101\n",
        "import os\n\ndef f(p):\n    os.remove(p)  # noqa: WRP101\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), FIXED.values(), ids=FIXED.keys())
def test_writes(before: str, after: str) -> None:
    """Formatting and comments stay; the import is added."""
    assert fix_source(before, "module.py", EVERYWHERE)[0] == after


@pytest.mark.parametrize("path", sorted((Path(__file__).parent / "cases").glob("*.py")), ids=lambda path: path.stem)
def test_what_it_leaves_is_clean(path: Path) -> None:
    """After the fix no finding of WRP101, 102 or 103 is left, and fixing again changes nothing."""
    fixed, _ = fix_source(path.read_text("utf-8").replace("# noqa: WRP101", ""), str(path), EVERYWHERE)
    left = check(ast.parse(fixed), str(path), EVERYWHERE, fixed)
    assert [one for one in left if one.code in {"WRP101", "WRP102", "WRP103"}] == []
    assert fix_source(fixed, str(path), EVERYWHERE) == (fixed, 0)


def test_keeps_encoding_and_line_ends(tmp_path: Path) -> None:
    """A file stays in the encoding it declares, with the line ends it had."""
    path = tmp_path / "latin.py"
    path.write_bytes("# coding: latin-1\r\nimport os\r\ndef f(é):\r\n    os.remove(é)\r\n".encode("latin-1"))
    assert fix_file(str(path), EVERYWHERE) == 1
    text = path.read_bytes()
    assert b"\r\n        os.remove(\xe9)\r\n" in text
    assert b"\n" not in text.replace(b"\r\n", b"")


def test_leaves_what_it_cannot_parse(tmp_path: Path) -> None:
    """A broken file is not touched."""
    path = tmp_path / "broken.py"
    path.write_text("def", "utf-8")
    assert fix_file(str(path), EVERYWHERE) == 0
    assert path.read_text("utf-8") == "def"
