from contextlib import contextmanager
import functools
import stackerr
from stackerr import wrapping as doing, wrap as _wrap
from stackerr import *
def wrapped(e, *a):
    return stackerr.wrap(e, "x")
@contextmanager
def op(name):
    with doing(name):
        yield
def deco(fn):
    @functools.wraps(fn)
    async def inner(*a):
        async with doing("x"):
            return await fn(*a)
    return inner
