# options: wrp-call-scope=all
"""What covers a call and what does not, what is exempt, and what never fails."""

from __future__ import annotations
import contextlib
import json
import os
import sys
import unittest
import functools
import stackerr
import stackerr as se
from contextlib import contextmanager, asynccontextmanager, ExitStack, AsyncExitStack, suppress, ContextDecorator
from stackerr import wrapping, wrap, wrapf, with_stack, join, mark, opaque, new, Error
from stackerr import wrapping as w
import requests
import pytest
import sqlite3


def withs(f):
    with wrapping("x"):
        json.load(f)
    with stackerr.wrapping("x"):
        json.load(f)
    with se.wrapping("x"):
        json.load(f)
    with w("x"):
        json.load(f)
    with wrapping("x"), open(f) as g:
        json.load(g)
    with open(f) as g, wrapping("x"):  # WRP101
        json.load(g)
    with (wrapping("x"), open(f) as g, open("y") as h):
        json.load(g)
    with wrapping("x %s", os.stat(f)):  # WRP101
        pass
    json.load(f)  # WRP101
    with wrapping("x"):
        with open(f) as g:
            for line in g:
                if line:
                    json.loads(line)
                else:
                    try:
                        json.loads(line)
                    finally:
                        os.remove(f)


async def awith(f):
    async with wrapping("x"):
        json.load(f)
    async with AsyncExitStack() as stack:
        stack.enter_context(wrapping("x"))
        json.load(f)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(wrapping("x"))
        json.load(f)
    json.load(f)  # WRP101


def stacks(f):
    with ExitStack() as stack:
        json.load(f)  # WRP101
        stack.enter_context(wrapping("x"))
        json.load(f)
        g = stack.enter_context(open(f))
        json.load(g)
    json.load(f)  # WRP101
    with contextlib.ExitStack() as s:
        s.enter_context(open(f))  # WRP101
        json.load(f)  # WRP101


def stack_nested(f):
    with ExitStack() as stack:
        if f:
            stack.enter_context(wrapping("x"))
            json.load(f)
        json.load(f)  # WRP101


@wrapping("x")
def deco(f):
    json.load(f)
    def inner():
        json.load(f)  # WRP101
    class K:
        def m(self):
            json.load(f)  # WRP101
    return inner


@stackerr.wrapping("x %(f)s")
def deco2(f):
    try:
        return json.load(f)
    except json.JSONDecodeError:
        raise


@functools.lru_cache
@wrapping("x")
def deco3(f):
    json.load(f)


@wrapping("x")
async def deco4(f):
    json.load(f)


def sup(f):
    with suppress(OSError):
        os.remove(f)
    with contextlib.suppress(FileNotFoundError):
        os.remove(f)
    with contextlib.suppress(FileNotFoundError), open(f) as g:
        json.load(g)
    with pytest.raises(ValueError):
        json.load(f)
    with pytest.raises(ValueError) as info:
        json.load(f)


class T(unittest.TestCase):
    def test(self):
        with self.assertRaises(ValueError):
            json.load(1)
        with self.assertRaisesRegex(ValueError, "x"):
            json.load(1)
        json.load(1)  # WRP101


def tries(f):
    try:
        json.load(f)
    except ValueError:
        return None
    try:
        json.load(f)  # WRP101
    except KeyError:
        return None
    try:
        json.load(f)
    except Exception:
        pass
    try:
        json.load(f)
    except:
        pass
    try:
        json.load(f)
    except (KeyError, ValueError):
        json.load(f)  # WRP101
    else:
        json.load(f)  # WRP101
    finally:
        json.load(f)  # WRP101
    try:
        json.load(f)  # WRP101
    finally:
        f.close()
    try:
        pass
    except ValueError:
        os.remove(f)  # WRP101
    else:
        os.remove(f)  # WRP101


def nested_try(f):
    try:
        try:
            os.remove(f)
        finally:
            os.remove(f)
    except OSError:
        pass
    try:
        try:
            os.remove(f)
        except OSError:
            os.remove(f)
    except OSError:
        pass
    try:
        def inner():
            os.remove(f)  # WRP101
        inner()
    except OSError:
        pass


def group(f):
    try:
        os.remove(f)
    except* OSError:
        pass


def right_class(f):
    try:
        os.remove(f)
    except FileNotFoundError:
        pass
    try:
        requests.get(f)
    except requests.Timeout:
        pass
    try:
        requests.get(f)  # WRP101
    except json.JSONDecodeError:
        pass
    try:
        requests.get(f)  # WRP101
    except sqlite3.Error:
        pass
    try:
        requests.get(f)  # WRP101
    except KeyError:
        pass
    try:
        sqlite3.connect(f)
    except sqlite3.OperationalError:
        pass
    try:
        os.remove(f)  # WRP101
    except KeyboardInterrupt:
        raise


@contextmanager
def own(x):
    with wrapping("own %s", x):
        yield


@contextmanager
def own_try(x):
    try:
        yield x
    except Exception as e:
        raise wrap(e, "x") from e


@contextmanager
def own_not(x):
    yield x


@contextmanager
def own_before(x):
    with wrapping("x"):
        pass
    yield


@asynccontextmanager
async def own_async(x):
    async with wrapping("x"):
        yield


def own_factory(x):
    return wrapping("x %s", x)


def own_factory2(x):
    ctx = wrapping("x %s", x)
    return ctx


class Ctx:
    def __enter__(self):
        return self

    def __exit__(self, kind, err, tb):
        if err is not None:
            raise wrap(err, "x") from err


class CtxSub(Ctx):
    pass


class CtxNot:
    def __enter__(self):
        return self

    def __exit__(self, *a):
        return False


class Wr(wrapping):
    pass


def own_deco(fn):
    @functools.wraps(fn)
    def inner(*a, **k):
        with wrapping("x"):
            return fn(*a, **k)
    return inner


def own_deco2(msg):
    def outer(fn):
        @functools.wraps(fn)
        def inner(*a, **k):
            try:
                return fn(*a, **k)
            except Exception as e:
                raise wrap(e, msg) from e
        return inner
    return outer


def own_deco3(fn):
    return wrapping("x")(fn)


def own_deco4(fn):
    @wrapping("x")
    def inner(*a):
        return fn(*a)
    return inner


def own_not_deco(fn):
    def inner(*a):
        return fn(*a)
    return inner


deco_alias = wrapping("loaded")
partial_ctx = functools.partial(wrapping, "loaded")


def my_wrap(e):
    return wrap(e, "x")


def my_wrap2(e, what):
    err = wrap(e, what)
    err.what = what
    return err


def my_wrap3(e):
    if e is None:
        return None
    return my_wrap(e)


def my_new(e):
    return ValueError(str(e))


def use_own(f):
    with own(f):
        json.load(f)
    with own_try(f):
        json.load(f)
    with own_not(f):
        json.load(f)  # WRP101
    with own_before(f):
        json.load(f)  # WRP101
    with own_factory(f):
        json.load(f)
    with own_factory2(f):
        json.load(f)
    with Ctx():
        json.load(f)
    with CtxSub():
        json.load(f)
    with CtxNot():
        json.load(f)  # WRP101
    with Wr("x"):
        json.load(f)
    with deco_alias:
        json.load(f)
    with partial_ctx():
        json.load(f)
    ctx = wrapping("x")
    with ctx:
        json.load(f)
    with (c := wrapping("x")):
        json.load(f)
    with own_not(f), own(f):
        json.load(f)


async def use_async(f):
    async with own_async(f):
        json.load(f)


@own_deco
def d1(f):
    json.load(f)


@own_deco2("x")
def d2(f):
    json.load(f)


@own_deco3
def d3(f):
    json.load(f)


@own_deco4
def d4(f):
    json.load(f)


@own_not_deco
def d5(f):
    json.load(f)  # WRP101


@own("x")
def d6(f):
    json.load(f)


@own_factory("x")
def d7(f):
    json.load(f)


@deco_alias
def d8(f):
    json.load(f)


def use_wrap(f):
    try:
        json.load(f)
    except json.JSONDecodeError as e:
        raise my_wrap(e) from e
    try:
        json.load(f)
    except json.JSONDecodeError as e:
        raise my_wrap(e)
    try:
        json.load(f)
    except json.JSONDecodeError as e:
        raise my_wrap2(e, "x")
    try:
        json.load(f)
    except json.JSONDecodeError as e:
        raise my_wrap3(e)
    try:
        json.load(f)
    except json.JSONDecodeError as e:
        raise my_new(e)  # WRP103


json.load(open("x"))
DATA = [json.load(open(p)) for p in ("x",)]


class Body:
    data = json.load(open("x"))
    fn = lambda self, f: json.load(f)

    def __getitem__(self, k):
        return json.load(k)

    def __next__(self):
        return json.load(self)

    def __iter__(self):
        return json.load(self)

    def __getattr__(self, k):
        return json.load(k)

    def __contains__(self, k):
        return json.load(k)

    def __del__(self):
        os.remove("x")

    def __repr__(self):
        return json.load("x")

    def __str__(self):
        return json.load("x")

    def __len__(self):
        return json.load("x")

    def __eq__(self, o):
        return json.load("x")

    def __hash__(self):
        return json.load("x")

    def __init__(self):
        json.load("x")  # WRP101

    def __call__(self):
        json.load("x")  # WRP101

    def __enter__(self):
        json.load("x")  # WRP101

    def __exit__(self, *a):
        json.load("x")  # WRP101

    def _private(self):
        json.load("x")  # WRP101

    def __mangled(self):
        json.load("x")  # WRP101

    def __getitem2__(self, k):
        def inner():
            return json.load(k)  # WRP101
        return inner


if __name__ == "__main__":
    json.load(open("x"))


def refs(f):
    map(json.load, f)
    functools.partial(json.load, f)
    g = lambda: os.remove(f)
    cb = os.remove
    f.register(json.loads)
    sorted(f, key=os.path.getsize)
    return json.load


def quiet(f):
    import logging
    import time
    import collections
    import threading
    import re
    import random
    import textwrap
    logging.getLogger("x").warning("y")
    logging.info("x")
    time.time()
    time.sleep(1)
    os.path.join("x", f)
    os.path.exists(f)
    os.environ.get("x")
    os.environ["x"]
    os.getpid()
    os.path.dirname(f)
    sys.exit(1)
    re.compile("x")
    random.random()
    collections.deque()
    threading.Lock()
    textwrap.dedent(f)
    json.dumps(f)
    print(f)
    f.close()
    len(f)
    functools.reduce(f, f)
