"""The project's own ways of wrapping, which are found by themselves."""

import functools
from contextlib import asynccontextmanager, contextmanager

from stackerr import wrap, wrapping


@contextmanager
def during(what):
    with wrapping("%s", what):
        yield


@contextmanager
def by_hand(what):
    try:
        yield
    except Exception as err:
        raise wrap(err, what) from err


@contextmanager
def not_wrapping(what):
    print(what)
    yield


@asynccontextmanager
async def during_async(what):
    with wrapping("%s", what):
        yield


def returning(what):
    return wrapping("%s", what)


class During:
    def __enter__(self):
        return self

    def __exit__(self, kind, err, tb):
        if err is not None:
            raise wrap(err, "x") from err


def guarded(function):
    @functools.wraps(function)
    def inner(*args):
        with wrapping("x"):
            return function(*args)

    return inner


def guarded_as(what):
    def decorate(function):
        def inner(*args):
            try:
                return function(*args)
            except Exception as err:
                raise wrap(err, what) from err

        return inner

    return decorate


def timed(function):
    def inner(*args):
        return function(*args)

    return inner


def because(err, what):
    print(what)
    return wrap(err, what)


class Factory:
    @staticmethod
    def because(err):
        return wrap(err, "x")
