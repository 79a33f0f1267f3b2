# options: wrp-call-scope=all wrp-report-internal=all wrp-ignore-sigs=stated( wrp-extra-ignore-sigs=described( wrp-ignore-sig-regexps=made_\w*error\(
"""All of the project's own functions are borders; some are left alone by name."""

import json
from typing import Protocol

from stackerr import new, wrapping


def fails():
    raise new("failed")


class Thing:
    def method(self):
        raise new("failed")


class Port(Protocol):
    def method(self): ...


def stated(err):
    return err


def described(err):
    return err


def made_new_error(err):
    return err


def function():
    fails()  # WRP201
    with wrapping("do it"):
        fails()


def method(thing: Thing):
    thing.method()  # WRP201
    with wrapping("do it"):
        thing.method()


def interface(port: Port):
    port.method()  # WRP201
    with wrapping("do it"):
        port.method()


def external(file):
    json.load(file)  # WRP101
    with wrapping("load"):
        json.load(file)


def ignored(err):
    stated(err)
    described(err)
    made_new_error(err)
    raise made_new_error(new("x"))
