"""No program, however odd, makes the check fail: what it cannot understand it does not report."""

from __future__ import annotations

import ast
import sys
import warnings
from pathlib import Path

import hypothesmith
import pytest
from hypothesis import HealthCheck, given, settings

from stackerr.lint import check, read_options

STRICT = read_options(
    {"wrp-enable": "all", "wrp-call-scope": "all", "wrp-call-policy": "external", "wrp-report-internal": "all"},
)
LIBRARY = Path(ast.__file__).parent
ODD = {
    "reads itself": "def f():\n    x = x.a(x)\n    for x in x: x = x[x]\n    x.b()\n",
    "swaps in a loop": "def f(a, b):\n    while a:\n        a, b = b, a.c(b)\n    a.d()\n",
    "derives from itself": "class A(A): pass\nclass B(C): pass\nclass C(B): pass\ndef f(): A().x(); B().y()\n",
    "returns itself": "def f(): return f()\ndef g(): return f().x()\n",
    "imports itself": "from . import odd\nfrom .odd import f\ndef g(): f(); odd.f()\n",
    "text grows in a loop": "def f():\n    try: pass\n    except E as e:\n        t = str(e)\n        while t:\n            t = t.lower()\n            if 'x' in t: pass\n",
    "wraps in a ring": "def f(e): return g(e)\ndef g(e): return f(e)\ndef h(e): raise g(e)\n",
    "deep tuples": "def f(x):\n    x = (x, (x, (x, (x, (x, x)))))\n    x = [x, [x, x]]\n    x[0].y()\n",
    "star everything": "from . import *\nfrom .odd import *\nfrom os import *\ndef f(): g()\n",
    "handler of a call": "def f():\n    try: g()\n    except h(): raise\n    except (a, *b): raise\n",
    "decorated by itself": "@f\ndef f(): f()\n@g()\nclass g: pass\n",
    "bad annotations": "def f(a: 'x[', b: '', c: 'a b', d: '(' * 3): a.x(); b.y(); c.z(); d.w()\n",
    "lambda loop": "f = lambda: f()\ndef g(): f().x()\n",
    "global loop": "def f():\n    global x\n    x = x\n    x.y()\n",
    "long chain": "def f(a): a" + ".b()" * 400 + "\n",
    "match": "def f(x):\n    match x:\n        case [a, *b] | {'k': a, **b}: a.x()\n        case A(b=C() as d) if d.e(): d.f()\n        case _ as g: g.h()\n",
}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(hypothesmith.from_grammar())
def test_generated_programs_do_not_make_it_fail(source: str) -> None:
    """Programs generated from Python's grammar are checked under every rule without an exception."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(ast.parse(source), "generated.py", STRICT)


@pytest.mark.parametrize("source", ODD.values(), ids=ODD.keys())
def test_odd_programs_do_not_make_it_fail(source: str, tmp_path: Path) -> None:
    """Names that lead to themselves, rings, nonsense."""
    path = tmp_path / "odd.py"
    path.write_text(source, "utf-8")
    found = check(ast.parse(source), str(path), STRICT)
    assert all(finding.line >= 1 for finding in found)


@pytest.mark.parametrize("name", ["asyncio", "email", "http", "json", "logging", "unittest", "xml"])
def test_the_standard_library_does_not_make_it_fail(name: str) -> None:
    """Real packages, under every rule. `benchmarks/flood.py` goes through all of a tree."""
    paths = sorted((LIBRARY / name).rglob("*.py"))
    assert paths, f"no {name} in {sys.prefix}"
    for path in paths:
        check(ast.parse(path.read_bytes()), str(path), STRICT)
