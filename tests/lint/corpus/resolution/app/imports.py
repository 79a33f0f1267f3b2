"""Where names come from."""

from __future__ import annotations

import json as j
import os.path as osp
from typing import TYPE_CHECKING

import xml.etree.ElementTree as ET
from stackerr import wrap

from . import shared
from .everything import fetch as again
from .shared import client, fetch, make_quietly, make_session, make_text, session
from app.shared import json as ours
import app.shared
from app import shared as whole

if TYPE_CHECKING:
    from requests import Session

try:
    import orjson as fast
except ImportError:
    import json as fast

try:
    import simplejson as maybe
except ImportError:
    maybe = None


def aliases(text):
    j.loads(text)  # WRP101
    osp.getsize(text)  # WRP101
    ET.parse(text)  # WRP101
    fast.loads(text)  # WRP101
    maybe.loads(text)  # WRP101


def through_modules(text):
    fetch(text)  # WRP101
    again(text)  # WRP101
    ours.loads(text)  # WRP101
    shared.fetch(text)  # WRP101
    app.shared.fetch(text)  # WRP101
    whole.session.get(text)  # WRP101
    session.get(text)  # WRP101
    shared.json.loads(text)  # WRP101


def factories(text):
    make_session().get(text)  # WRP101
    made = make_session()
    made.get(text)  # WRP101
    make_quietly().get(text)  # WRP101
    client().get(text)  # WRP101
    make_text().encode()
    make_text().get("x")


def typed(one: Session, two: "Session | None", text):
    one.get(text)  # WRP101
    two.get(text)  # WRP101


def local_import(text):
    import pickle

    from os import remove as rm

    rm(text)  # WRP101
    return pickle.loads(text)  # WRP101


def conditional(flag, text):
    if flag:
        import tomllib as reader
    else:
        import json as reader
    return reader.loads(text)  # WRP101


def rebound(text):
    import json

    json = object()
    return json.loads(text)


def comprehension_shadows(items):
    return [json.loads("x") for json in items]


def deleted(text):
    import json

    del json
    return json.loads(text)


class Shadow:
    def json(self):
        return 1

    def method(self, fetch, text):
        fetch(text)
        self.json()
        return wrap


def partials(text):
    import functools
    import subprocess

    run = functools.partial(subprocess.run, check=True)
    return run(text)  # WRP101


def alias_of_function(text):
    load = j.loads
    return load(text)  # WRP101


def alias_of_module(text):
    module = j
    return module.loads(text)  # WRP101


def by_getattr(text):
    return getattr(j, "loads")(text)  # WRP101
