# options: wrp-call-scope=all
from __future__ import annotations
import contextlib
import json
import os
import requests
from contextlib import contextmanager, ExitStack
from typing import Generic, TypeVar
import app.own
import app.own as errs
from app import own as er
from app.own import wrapped, op, doing, deco, _wrap
from stackerr import wrap, wrapping
T = TypeVar("T")


class Base:
    def doing(self, what):
        return wrapping(what)

    @contextmanager
    def op(self, what):
        with wrapping(what):
            yield self

    def _wrap(self, e):
        return wrap(e, "x")

    @staticmethod
    def swrap(e):
        return wrap(e, "x")


class Client(Base):
    def __init__(self, stack: ExitStack, session: requests.Session = requests.Session()):
        self.stack = stack
        self.session = session
        self.ctx = wrapping("x")

    def a(self, f):
        with self.doing("x"):
            json.load(f)
        with self.op("x"):
            json.load(f)
        with self.op("x") as me:
            me.session.get("x")
        with self.ctx:
            json.load(f)
        with self.stack:
            json.load(f)  # WRP101
        self.session.get("x")  # WRP101

    def b(self, f):
        try:
            json.load(f)
        except json.JSONDecodeError as e:
            raise self._wrap(e)
        try:
            json.load(f)
        except json.JSONDecodeError as e:
            raise self.swrap(e) from e
        try:
            json.load(f)
        except json.JSONDecodeError as e:
            raise Client.swrap(e)

    @property
    def c(self):
        return json.load(self.f)  # WRP101

    @property
    @wrapping("x")
    def d(self):
        return json.load(self.f)

    @classmethod
    @wrapping("x")
    def e(cls):
        return json.load(cls.f)

    @doing("x")
    def g(self):
        return json.load(self.f)

    @deco
    async def h(self):
        return json.load(self.f)

    @errs.deco
    async def i(self):
        return json.load(self.f)

    @er.doing("x")
    def j(self):
        return json.load(self.f)

    @op("x")
    def k(self):
        return json.load(self.f)

    @app.own.op("x")
    def m(self):
        return json.load(self.f)



def free(f):
    with op("x"):
        json.load(f)
    with errs.op("x"):
        json.load(f)
    with app.own.op("x"):
        json.load(f)
    with er.doing("x"):
        json.load(f)
    with Client(None).doing("x"):
        json.load(f)
    with contextlib.nullcontext():
        json.load(f)  # WRP101
    with contextlib.closing(f):
        json.load(f)  # WRP101
    with ExitStack() as s, s.enter_context(wrapping("x")):
        json.load(f)
    with wrapping("x") if f else op("x"):
        json.load(f)
    try:
        json.load(f)
    except json.JSONDecodeError as e:
        raise wrapped(e)
    try:
        json.load(f)
    except json.JSONDecodeError as e:
        raise errs.wrapped(e, 1) from e
    try:
        json.load(f)
    except json.JSONDecodeError as e:
        raise _wrap(e, "x")
    try:
        json.load(f)
    except json.JSONDecodeError as e:
        raise app.own.wrapped(e)
    except OSError as e:
        raise errs.unknown(e)  # WRP103


async def co(f):
    async with op("x"):
        json.load(f)
    async with f as g:
        json.load(g)  # WRP101


if os.environ.get("X"):
    def cond(f):
        json.load(f)  # WRP101
else:
    @wrapping("x")
    def cond(f):
        json.load(f)

try:
    import fast
except ImportError:
    fast = None
    def fallback(f):
        json.load(f)  # WRP101


class Repo(Generic[T]):
    item: T
    s: requests.Session | T

    def use(self):
        self.s.get("x")  # WRP101

    async def __aenter__(self):
        json.load(self)  # WRP101

    async def __anext__(self):
        return json.load(self)

    def __setattr__(self, k, v):
        json.load(self)

    def __bool__(self):
        return json.load(self)

    def __await__(self):
        return json.load(self)


def loops(f):
    while True:
        try:
            return json.load(f)
        except ValueError:
            continue
        finally:
            f.close()


def inner_handler(f):
    try:
        f()
    except ValueError:
        with wrapping("x"):
            json.load(f)
        try:
            json.load(f)
        except OSError as e:
            pass
        json.load(f)  # WRP101
    finally:
        with wrapping("x"):
            os.remove(f)


def outer():
    with wrapping("x"):
        def inner():
            json.load("x")  # WRP101
        class K:
            def m(self):
                json.load("x")  # WRP101
        fn = lambda: json.load("x")
        gen = (json.load(x) for x in "x")
        return inner, K, fn, gen


def try_star(f):
    try:
        requests.get(f)
    except* requests.HTTPError:
        pass
    except* ValueError as e:
        raise ValueError("x")  # WRP103


def type_checks(f):
    try:
        requests.get(f)
    except Exception as e:
        if isinstance(e, requests.HTTPError):
            raise
        raise wrap(e, "x") from e


def loops2(urls):
    for url in urls:
        try:
            requests.get(url)
        except requests.ConnectionError:
            if url:
                continue
            raise  # WRP102
        except (requests.Timeout, requests.TooManyRedirects) as e:
            raise e
        except requests.RequestException:
            return
