"""The check of one file: one pass, then the enabled rules over what it found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from stackerr.lint._adopted import is_adopted
from stackerr.lint._look import Look
from stackerr.lint._options import Options
from stackerr.lint._project import open_module
from stackerr.lint._walk import Walk
from stackerr.lint.rules import RULES

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable


WORDS = ("except", "Error", "Exception", "stackerr", "raise")  # without one of these no rule has anything to judge
NAMED = r"\((?:\w+\.)*(?:e|ex|err|error|exc|exception)\)"
COMPARES = (  # an error told apart outside a handler: there, the names alone are looked for
    re.compile(rf"(?:type|str|repr){NAMED}[.\w]* (?:is|in|not|==|!=) "),
    re.compile(rf"in (?:str|repr){NAMED}"),
)
UNREAD = f"{WORDS} := in str(err)"


class Finding(NamedTuple):
    """One report: where, which rule, what to do."""

    line: int
    column: int
    code: str
    text: str


def check(tree: ast.Module, path: str, options: Options | None = None, source: str = UNREAD) -> list[Finding]:
    """Check one parsed file and return what the rules find, in the order of the text.

    `tree` is the file's tree, `path` where it lies (the project around it is read when a name leads there), `options`
    the project's settings, by default none; its `source`, where at hand, saves looking for what it does not hold. Nothing
    is raised for a file that cannot be understood: what is unknown is not reported.

    >>> import ast
    >>> source = "from stackerr import wrap\\nimport json\\ndef load(file):\\n    return json.load(file)\\n"
    >>> [(finding.line, finding.code) for finding in check(ast.parse(source), "example.py")]
    [(4, 'WRP101')]
    """
    options = options or Options()
    module = open_module(path, tree, source, options.first_party)
    adopted = is_adopted(module, options, source)
    if not adopted and not any(word in source for word in WORDS):
        return []
    sites = Walk(module, is_wide=adopted or any(compares.search(source) for compares in COMPARES)).run()
    look = Look(module, sites, options, is_adopted=adopted)
    return sorted(set(_findings(look)))


def _findings(look: Look) -> Iterable[Finding]:
    for rule in RULES:
        if rule.CODE in look.options.enabled:
            for node, what in rule.check(look):
                text = rule.MESSAGE.format(**what)
                yield Finding(node.lineno, node.col_offset, rule.CODE, text)
