"""The law on every exception class that can be found: `nox -s survey`.

For each class of the standard library and of each installed distribution an instance is made, wrapped twice and
compared: `isinstance`, `except`, `args`, every attribute, `str`, pickle and copy. `--write PAGE` writes the table.
"""

import argparse
import contextlib
import copy
import importlib
import pickle
import pkgutil
import sys
import types
from collections import defaultdict
from importlib.metadata import packages_distributions
from pathlib import Path

import stackerr

LEFT_OUT = {
    "antigravity",
    "this",
    "idlelib",
    "turtledemo",
    "lib2to3",
    "test",
    "__main__",
    "stackerr",
    "pip",
    "setuptools",
    "pkg_resources",
}
SKIPPED_PARTS = {
    "tests",
    "test",
    "testing",
    "conftest",
    "__main__",
    "benchmarks",
    "_vendor",
    "setup",
    "django_settings",
}
ARGUMENTS = [
    (), ("text",), ("text", "more"), (2, "No such file", "f"), ("utf-8", b"x", 0, 1, "bad"), ("m", [ValueError(1)]),
    ("a", "b", "c"), ("a", "b", "c", "d"), ({"Error": {"Code": "c", "Message": "m"}}, "Op"),
]  # fmt: skip


def import_all(limit=400):
    """Import the modules of the standard library and of each distribution, as far as they can be."""
    names = [name for name in sys.stdlib_module_names if name not in LEFT_OUT]
    names += [name for name in packages_distributions() if name.isidentifier() and name not in LEFT_OUT]
    for name in sorted(names):
        load(name)
        module = sys.modules.get(name)
        if name not in sys.stdlib_module_names and hasattr(module, "__path__"):
            found = pkgutil.walk_packages(module.__path__, f"{name}.", onerror=lambda _: None)
            for number, item in enumerate(found):
                if number >= limit:
                    break
                if not SKIPPED_PARTS & set(item.name.split(".")):
                    load(item.name)


def load(name):
    with contextlib.suppress(BaseException), contextlib.redirect_stderr(None), contextlib.redirect_stdout(None):
        importlib.import_module(name)


def classes():
    """Every exception class there is, but for those of stackerr."""
    found, waiting = {BaseException}, [BaseException]
    while waiting:
        for cls in type.__subclasses__(waiting.pop()):
            if cls not in found and cls.__module__.partition(".")[0] not in ("stackerr", "__main__"):
                found.add(cls)
                waiting.append(cls)
    return sorted(found, key=lambda cls: (cls.__module__, cls.__qualname__))


def make(cls):
    """An instance whose `str` works, by whatever arguments; else one that was never initialised."""
    for args in ARGUMENTS:
        with contextlib.suppress(BaseException):
            err = cls(*args)
            str(err), repr(err)
            if isinstance(err, cls):
                return err
    with contextlib.suppress(BaseException):
        err = cls.__new__(cls)
        str(err)
        return err
    return None


def attributes(err):
    """Every attribute that is no dunder and no method."""
    found = {}
    for name in dir(err):
        if not name.startswith(("__", "_abc_")):
            with contextlib.suppress(BaseException):
                value = getattr(err, name)
                if not isinstance(value, (types.MethodType, types.BuiltinMethodType, types.MethodWrapperType)):
                    found[name] = value
    return found


def is_same(left, right):
    with contextlib.suppress(BaseException):
        return left is right or bool(left == right) or repr(left) == repr(right)
    return repr(left) == repr(right)


def round_trip(err):
    """The text of an error after pickle and copy, each None when it cannot be done."""
    texts = []
    for twin in (lambda: pickle.loads(pickle.dumps(err)), lambda: copy.copy(err)):
        text = None
        with contextlib.suppress(BaseException):
            text = str(twin())
        texts.append(text)
    return texts


def breaches(err):
    """What the law does not hold for; and whether it was annotated in place."""
    attributes(err)  # some make others when they are first read
    cls, text, before, trips = type(err), str(err), attributes(err), round_trip(err)
    wrapped = stackerr.wrap(stackerr.wrap(err, "inner"), "outer")
    in_place, found = wrapped is err, []
    if not isinstance(wrapped, cls) or wrapped.__class__ is not cls:
        found.append("isinstance")
    try:
        raise wrapped
    except cls as caught:
        if caught is not wrapped:
            found.append("except")
    if wrapped.args != err.args and repr(wrapped.args) != repr(err.args):
        found.append("args")
    after = attributes(wrapped)
    again = attributes(err)  # some attributes are made anew whenever they are read
    for name, value in before.items():
        is_stable = name in again and is_same(value, again[name])
        if name not in after or not (is_same(value, after[name]) if is_stable else type(value) is type(after[name])):
            found.append(f"attribute {name}")
    if str(wrapped) != (text if in_place else f"outer: inner: {text}"):
        found.append("str")
    prefix = "" if in_place else "outer: inner: "
    for kind, plain, ours in zip(("pickle", "copy"), trips, round_trip(wrapped), strict=True):
        if plain is not None and (ours is None or ours != f"{prefix}{plain}") and ours != f"{prefix}{text}":
            found.append(kind)
    if "\n" in stackerr.compact(wrapped):
        found.append("compact")
    return found, in_place


def survey():
    """For each top-level package: how many classes hold, which were annotated in place, which break the law."""
    table = defaultdict(lambda: ([], [], [], []))
    for cls in classes():
        root = cls.__module__.partition(".")[0]
        held, in_place, broken, unmade = table["standard library" if root in sys.stdlib_module_names else root]
        err = make(cls)
        if err is None:
            unmade.append(cls)
            continue
        found, is_in_place = breaches(err)
        (broken.append((cls, found)) if found else held.append(cls))
        if is_in_place:
            in_place.append(cls)
    return table


def report(table):
    """The table in Markdown, and what has to be listed by name."""
    lines = ["| package | classes | the law holds | in place | no instance could be made |", "|---|---|---|---|---|"]
    totals = [0, 0, 0, 0]
    for root, (held, in_place, broken, unmade) in sorted(
        table.items(), key=lambda item: (item[0] != "standard library", item[0])
    ):
        row = [len(held) + len(broken), len(held), len(in_place), len(unmade)]
        totals = [a + b for a, b in zip(totals, row, strict=True)]
        lines.append(f"| {root} | " + " | ".join(map(str, row)) + " |")
    lines.append("| **all** | " + " | ".join(f"**{number}**" for number in totals) + " |")
    names = sorted(f"{cls.__module__}.{cls.__qualname__}" for _, in_place, _, _ in table.values() for cls in in_place)
    lines += ["", "Annotated in place, since their classes cannot be copied:", "", *[f"- `{name}`" for name in names]]
    broken = [
        f"{cls.__module__}.{cls.__qualname__}: {found}" for _, _, some, _ in table.values() for cls, found in some
    ]
    return lines, broken


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="the page to write")
    options = parser.parse_args()
    import_all()
    lines, broken = report(survey())
    print("\n".join(lines))
    if options.write:
        intro = [
            "# The survey", "",
            "Does the law hold for the classes that you use? This table is written by `nox -s survey -- --write docs/reference/survey.md`: for",
            "each exception class of the standard library and of much-used packages an instance is made, wrapped twice and compared.", "",
        ]  # fmt: skip
        options.write.write_text("\n".join([*intro, *lines]) + "\n", encoding="utf-8")
    if broken:
        sys.exit("The law is broken for:\n" + "\n".join(broken))


if __name__ == "__main__":
    main()
