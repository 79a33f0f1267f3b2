import contextlib
import os
import unittest

import pytest
import requests
import stackerr
from stackerr import matching, sentinel, wrapping

from . import wrappers
from .wrappers import During, Factory, because, by_hand, during, during_async, guarded, guarded_as, not_wrapping, returning, timed

ErrMissing = sentinel("ErrMissing", "missing")


def contexts(path):
    with during("x"):
        os.remove(path)
    with by_hand("x"):
        os.remove(path)
    with wrappers.during("x"):
        os.remove(path)
    with returning("x"):
        os.remove(path)
    with During():
        os.remove(path)
    with not_wrapping("x"):
        os.remove(path)  # WRP101
    with stackerr.wrapping("x"):
        os.remove(path)
    guard = wrapping("x")
    with guard:
        os.remove(path)


async def contexts_async(path):
    async with during_async("x"):
        os.remove(path)


@guarded
def one(path):
    os.remove(path)


@guarded_as("x")
def two(path):
    os.remove(path)


@timed
def three(path):
    os.remove(path)  # WRP101


@during("x")
def four(path):
    os.remove(path)


@stackerr.wrapping("x")
async def five(path):
    os.remove(path)


class Thing:
    @guarded
    def method(self, path):
        os.remove(path)

    @wrapping("x")
    def other(self, path):
        os.remove(path)

        def inner():
            os.remove(path)  # WRP101

        return inner


def raising(path):
    try:
        os.remove(path)
    except OSError as err:
        raise because(err, "x")
    try:
        os.remove(path)
    except OSError as err:
        raise Factory.because(err)
    try:
        os.remove(path)
    except OSError as err:
        raise because(err, "x") from None  # WRP303


def stacks(path):
    stack = contextlib.ExitStack()
    with stack:
        os.remove(path)  # WRP101
        stack.enter_context(wrapping("x"))
        os.remove(path)
        if path:
            os.remove(path)
    os.remove(path)  # WRP101


class Tests(unittest.TestCase):
    def test(self):
        with self.assertRaises(OSError):
            os.remove("x")
        with self.assertRaisesRegex(OSError, "x"):
            os.remove("x")
        with pytest.raises(OSError):
            os.remove("x")
        with self.subTest("x"):
            os.remove("x")  # WRP101


def handlers(path, Problem):
    try:
        os.remove(path)
    except matching(FileNotFoundError):
        pass
    try:
        os.remove(path)
    except (KeyError, OSError):
        pass
    try:
        os.remove(path)  # WRP101
    except (KeyError, ValueError):
        pass
    try:
        os.remove(path)
    except Problem:
        pass
    try:
        requests.get(path)
    except requests.exceptions.Timeout:
        pass
    try:
        requests.get(path)
    except OSError:
        pass
    try:
        with during("x"):
            os.remove(path)
    finally:
        print(path)
    try:
        os.remove(path)
    except:
        pass


ERRORS = (OSError, ValueError)


def tuples(path):
    try:
        os.remove(path)
    except ERRORS:
        pass
