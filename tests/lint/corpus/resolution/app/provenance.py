# options: wrp-call-scope=all
"""Where an object came from: every way that an import, an annotation or an assignment can take."""

from __future__ import annotations
import typing
import typing as t
from typing import TYPE_CHECKING, Optional, Union, Annotated, List, Dict, TypeVar, Generic
import json as j
import os.path
import urllib.request
import urllib.request as ur
import xml.etree.ElementTree as ET
from xml.etree import ElementTree
from urllib import request as req
from json import load as ld, loads
from os import remove as rm
import shutil
import subprocess as sp
from subprocess import run, Popen
from pathlib import Path
import pathlib
from dataclasses import dataclass, field
import attr
import attrs
from app.passing import load_json, requests as rq, session, make_conn, oj
from app import passing
from app import sources as sec
import app.sources
import app.passing as af
from .sources import Base, Client, typed_conn
from . import sources
from .passing import *

if TYPE_CHECKING:
    import sqlite3
    from sqlite3 import Connection
    import requests
    from requests import Session as Sess

try:
    import ujson
except ImportError:
    ujson = None


def aliases(f):
    j.load(f)  # WRP101
    ld(f)  # WRP101
    rm(f)  # WRP101
    ur.urlopen("x")  # WRP101
    urllib.request.urlopen("x")  # WRP101
    req.urlopen("x")  # WRP101
    ET.parse(f)  # WRP101
    ElementTree.parse(f)  # WRP101
    sp.run(["x"])  # WRP101
    run(["x"])  # WRP101
    os.path.getsize(f)  # WRP101
    os.remove(f)  # WRP101
    os.path.join(f)


def reexports(f):
    load_json(f)  # WRP101
    rq.get("x")  # WRP101
    session.get("x")  # WRP101
    make_conn("x").execute("x")  # WRP101
    passing.load_json(f)  # WRP101
    passing.requests.get("x")  # WRP101
    sec.session.get("x")  # WRP101
    app.sources.session.get("x")  # WRP101
    af.session.get("x")  # WRP101
    af._json.load(f)  # WRP101
    oj.loads(f)  # WRP101
    sources.requests.post("x")  # WRP101


def rebound(f):
    json = Fake()
    json.load(f)
    j = f
    j.load(f)
    ld = lambda x: x
    ld(f)


def shadowed_by_param(j, ld, rm):
    j.load(1)
    ld(1)
    rm(1)


def shadow_loop(fs):
    for j in fs:
        j.load(1)
    for x in [rm for rm in fs]:
        rm(x)  # WRP101


def shadow_with(f):
    with f as sp:
        sp.run(1)


def shadow_except(f):
    try:
        f()
    except f.X as sp:
        sp.run(1)


def local_import(f):
    import json
    json.load(f)  # WRP101
    from json import load
    load(f)  # WRP101


def local_def(f):
    def run(x):
        return x
    run(f)
    class Popen:
        pass
    Popen()


def global_rebind():
    global sess
    sess = rq.Session()


sess = None


def use_global():
    sess.get("x")  # WRP101


def annotated(a: sqlite3.Connection, b: "sqlite3.Connection", c: Optional[Connection], d: Connection | None, e: "Connection | None", g: Union[Connection, int], h: Annotated[Connection, 1], i: t.Optional["Connection"], k: Sess):
    a.execute("x")  # WRP101
    b.execute("x")  # WRP101
    c.execute("x")  # WRP101
    d.execute("x")  # WRP101
    e.execute("x")  # WRP101
    g.execute("x")  # WRP101
    h.execute("x")  # WRP101
    i.execute("x")  # WRP101
    k.get("x")  # WRP101


def containers(a: list[Connection], b: dict[str, Connection], c: List["Connection"], d: tuple[Connection, int], e: tuple[Connection, ...], *args: Connection, **kw: Connection):
    for x in a:
        x.execute("x")  # WRP101
    for x in b.values():
        x.execute("x")  # WRP101
    for k, x in b.items():
        x.execute("x")  # WRP101
    b["x"].execute("x")  # WRP101
    a[0].execute("x")  # WRP101
    c[0].execute("x")  # WRP101
    d[0].execute("x")  # WRP101
    d[1].execute("x")
    e[0].execute("x")  # WRP101
    conn, n = d
    conn.execute("x")  # WRP101
    n.execute("x")
    args[0].execute("x")  # WRP101
    kw["x"].execute("x")  # WRP101
    first, *rest = a
    first.execute("x")  # WRP101
    [x.execute("x") for x in a]  # WRP101
    {k: x.execute("x") for k, x in b.items()}  # WRP101
    for i, x in enumerate(a):
        x.execute("x")  # WRP101
    for x, y in zip(a, b):
        x.execute("x")  # WRP101
    b.get("x").execute("x")  # WRP101
    next(iter(a)).execute("x")  # WRP101


@dataclass
class Data:
    conn: Connection
    maybe: Optional[Connection] = None
    many: list[Connection] = field(default_factory=list)
    made: rq.Session = field(default_factory=rq.Session)

    def use(self):
        self.conn.execute("x")  # WRP101
        self.maybe.execute("x")  # WRP101
        self.many[0].execute("x")  # WRP101
        self.made.get("x")  # WRP101


@attr.s
class At:
    session = attr.ib(factory=rq.Session)
    typed = attr.ib(type=rq.Session)
    hinted: rq.Session = attr.ib()
    defaulted = attr.ib(default=attr.Factory(rq.Session))

    def use(self):
        self.session.get("x")  # WRP101
        self.typed.get("x")  # WRP101
        self.hinted.get("x")  # WRP101
        self.defaulted.get("x")  # WRP101


@attrs.define
class At2:
    session = attrs.field(factory=rq.Session)

    def use(self):
        self.session.get("x")  # WRP101


@dataclass
class Data2:
    session = None
    s2: object = field(default_factory=lambda: rq.Session())

    def use(self):
        self.s2.get("x")  # WRP101


class Methods(Client):
    session = rq.Session()
    hint: "rq.Session"
    alias = session

    def __init__(self, conn: Connection, *, other: rq.Session | None = None, path=None):
        self.c = conn
        self.other = other or rq.Session()
        self.pair, self.n = rq.Session(), 1
        self.path = Path(path)
        self.lines: list[Connection] = []

    def start(self):
        self.later = rq.Session()
        with open("x") as self.file:  # WRP101
            self.file.read()
        return self

    def use(self):
        self.c.execute("x")  # WRP101
        self.other.get("x")  # WRP101
        self.pair.get("x")  # WRP101
        self.later.get("x")  # WRP101
        self.session.get("x")  # WRP101
        self.hint.get("x")  # WRP101
        self.alias.get("x")  # WRP101
        self.path.read_text()  # WRP101
        self.conn.execute("x")  # WRP101
        self.sock.connect("x")  # WRP101
        self._session.get("x")  # WRP101
        self.lines[0].execute("x")  # WRP101
        self.__class__.session.get("x")  # WRP101
        type(self).session.get("x")  # WRP101
        Methods.session.get("x")  # WRP101
        self.prop.get("x")  # WRP101
        self.make().get("x")  # WRP101
        self.typed().get("x")  # WRP101
        self.start().later.get("x")  # WRP101

    @property
    def prop(self):
        return rq.Session()

    def make(self):
        return rq.Session()

    def typed(self) -> "rq.Session":
        ...

    @classmethod
    def cls_use(cls):
        cls.session.get("x")  # WRP101

    @staticmethod
    def static(self):
        self.c.execute("x")


def uses(m: Methods, d: Data):
    m.c.execute("x")  # WRP101
    m.sock.connect("x")  # WRP101
    d.conn.execute("x")  # WRP101
    Methods(None).c.execute("x")  # WRP101
    x = Methods(None)
    x.other.get("x")  # WRP101
    typed_conn("x").execute("x")  # WRP101
    getattr(m, "c").execute("x")  # WRP101
    m.prop.get("x")  # WRP101


def binds(p):
    if (c := make_conn(p)):
        c.execute("x")  # WRP101
    with make_conn(p) as c2:
        c2.execute("x")  # WRP101
    with rq.Session() as s, Popen(["x"]) as q:  # WRP101
        s.get("x")  # WRP101
        q.communicate()  # WRP101
    cur = c.cursor()  # WRP101
    for row in cur.execute("x"):  # WRP101
        pass
    r = rq.get("x")  # WRP101
    r.raise_for_status()  # WRP101
    r.json()  # WRP101
    c3 = make_conn(p) if p else None
    c3.execute("x")  # WRP101
    c4 = p or make_conn(p)
    c4.execute("x")  # WRP101
    get = rq.get
    get("x")  # WRP101
    f = rq.Session().get
    f("x")  # WRP101
    (Path(p) / "x").read_text()  # WRP101
    (p / Path("x")).read_text()  # WRP101
    Path(p).parent.joinpath("x").with_suffix(".y").open()  # WRP101
    pathlib.Path.home().joinpath("x").write_text("x")  # WRP101
    x: sqlite3.Connection = p
    x.execute("x")  # WRP101
    x = 1
    x.execute("x")
    t.cast("sqlite3.Connection", p).execute("x")  # WRP101
    y = t.cast(Connection, p)
    y.execute("x")  # WRP101


def matched(p):
    match p:
        case Path() as q:
            q.read_text()  # WRP101
        case sqlite3.Connection():
            p.execute("x")  # WRP101
        case {"x": x}:
            x.execute()
        case [Path() as a, *_]:
            a.read_text()  # WRP101
        case Path() | None:
            p.unlink()  # WRP101


def either(flag):
    if flag:
        c = rq.Session()
    else:
        c = None
    c.get("x")  # WRP101


def later_rebind(p):
    c = rq.Session()
    c = 1
    c.get("x")




def decorated_param(cb: t.Callable[[], rq.Session], k: type[rq.Session]):
    cb().get("x")  # WRP101
    k().get("x")  # WRP101


T = TypeVar("T", bound="sqlite3.Connection")


class Repo(Generic[T]):
    def __init__(self, conn: T):
        self.conn = conn

    def use(self):
        self.conn.execute("x")  # WRP101


def lazy(x: t.Iterator[Connection], y: t.Awaitable[Connection], z: t.Mapping[str, t.List[Connection]]):
    for c in x:
        c.execute("x")  # WRP101
    for k, cs in z.items():
        cs[0].execute("x")  # WRP101
        for c in cs:
            c.execute("x")  # WRP101


Alias = sqlite3.Connection if TYPE_CHECKING else object
Conn = Optional["sqlite3.Connection"]
Conns = "list[sqlite3.Connection]"


def by_alias(c: Conn):
    c.execute("x")  # WRP101


def ifs(f):
    try:
        import simplejson as json
    except ImportError:
        import json
    json.load(f)  # WRP101


def after_del(f):
    import json
    del json
    json.load(f)
