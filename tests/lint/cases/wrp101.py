"""WRP101 external-call."""

import contextlib
import datetime
import functools
import json
import logging
import os
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import time
from contextlib import AsyncExitStack, ExitStack, suppress
from pathlib import Path
from urllib.request import urlopen as fetch

import boto3
import httpx
import pytest
import requests
import yaml

from stackerr import wrap, wrapping

log = logging.getLogger(__name__)
SETTINGS = json.load(open("settings.json"))  # import time


def plain(path):
    return json.load(path)  # WRP101


def several(path):
    os.remove(path)  # WRP101
    shutil.copy(path, "x")  # WRP101
    text = open(path).read()  # WRP101
    fetch(text)  # WRP101
    datetime.datetime.strptime(text, "%Y")  # WRP101
    Path(path).read_text()  # WRP101
    (pathlib.Path(path) / "x").parent.mkdir()  # WRP101
    yaml.safe_load(text)  # WRP101
    return subprocess.run(["x"], check=True)  # WRP101


def cannot_fail(path):
    log.info("x")
    time.time()
    os.path.join(path, "x")
    os.path.exists(path)
    return Path(path).name, Path(path).exists(), logging.getLogger("x")


def covered_by_with(path):
    with wrapping("load %s", path):
        json.load(path)
        for _ in range(3):
            os.remove(path)
    os.remove(path)  # WRP101


def later_items(path):
    with wrapping("load"), open(path) as file:
        return json.load(file)


def earlier_item(path):
    with open(path) as file, wrapping("load"):  # WRP101
        return json.load(file)


def own_argument(path):
    with wrapping("load %s", json.load(path)):  # WRP101
        pass


def swallowed(path):
    with suppress(OSError):
        os.remove(path)
    with contextlib.suppress(OSError):
        os.remove(path)
    with pytest.raises(OSError):
        os.remove(path)


class TestThing:
    def test(self):
        with self.assertRaises(OSError):
            os.remove("x")
        self.fine = json.loads("{}")  # WRP101


@wrapping("load %(path)s")
def decorated(path):
    return json.load(path)


@functools.lru_cache
def decorated_by_another(path):
    return json.load(path)  # WRP101


@wrapping("outer")
def nested():
    def inner(path):
        return json.load(path)  # WRP101

    json.load(inner)
    return inner


def nested_in_with():
    with wrapping("outer"):

        def inner(path):
            return json.load(path)  # WRP101

        return inner


def caught(path):
    try:
        return json.load(path)
    except ValueError as err:
        raise wrap(err, "load") from err


def caught_broadly(path):
    try:
        os.remove(path)
    except Exception:
        return None


def caught_by_a_subclass(path):
    try:
        os.remove(path)
    except FileNotFoundError:
        return None


def caught_by_what_cannot(path):
    try:
        return json.load(path)  # WRP101
    except KeyError:
        return None


def other_parts_of_try(path):
    try:
        pass
    except OSError:
        os.remove(path)  # WRP101
    else:
        os.remove(path)  # WRP101
    finally:
        os.remove(path)  # WRP101


def only_finally(path):
    try:
        os.remove(path)  # WRP101
    finally:
        path = None


def outer_try(path):
    try:
        try:
            os.remove(path)
        except KeyError:
            pass
    except OSError:
        pass


class Body:
    data = json.load(open("x"))

    def __getitem__(self, key):
        return json.loads(key)

    def __next__(self):
        return json.loads("x")

    def __repr__(self):
        return open("x").read()

    def __init__(self, path):
        self.data = json.load(path)  # WRP101

    def __call__(self):
        return json.loads(self.data)  # WRP101


def references(pool):
    pool.map(json.loads, [])
    pool.submit(lambda: json.loads(""))
    return json.load


def shadowed(json):
    return json.load("x")


def rebound():
    requests = object()
    return requests.get("x")


def objects(path):
    connection = sqlite3.connect(path)  # WRP101
    cursor = connection.cursor()  # WRP101
    cursor.execute("x")  # WRP101
    session = requests.Session()
    session.get("x")  # WRP101
    session.headers.get("x")
    response = requests.get("x")  # WRP101
    response.raise_for_status()  # WRP101
    data = response.json()  # WRP101
    return data.get("x")


def chains():
    return requests.get("x").json()  # WRP101


def many_lines(path):
    return json.load(  # WRP101
        path,
    )


def annotated(session: requests.Session, path: "Path", maybe: Path | None, text: str):
    session.post("x")  # WRP101
    path.write_text("x")  # WRP101
    maybe.unlink()  # WRP101
    return text.encode()


def entered():
    with requests.Session() as session:
        session.get("x")  # WRP101
    with socket.create_connection(("x", 1)) as connection:  # WRP101
        connection.sendall(b"x")  # WRP101


def looped(paths: list[Path]):
    for path in paths:
        path.read_bytes()  # WRP101
    for path in Path("x").glob("*"):
        path.unlink()  # WRP101
    return [path.stat() for path in paths]  # WRP101


def walrus():
    if (response := requests.get("x")).ok:  # WRP101
        response.json()  # WRP101


class Client:
    shared: httpx.Client

    def __init__(self):
        self.s3 = boto3.client("s3")  # WRP101
        self.http = httpx.Client()

    def run(self):
        self.s3.put_object()  # WRP101
        self.http.get("x")  # WRP101
        self.shared.get("x")  # WRP101


async def awaited():
    async with httpx.AsyncClient() as client:
        await client.get("x")  # WRP101
    async with wrapping("x"), httpx.AsyncClient() as client:
        await client.get("x")


def stacked(path):
    with ExitStack() as stack:
        stack.enter_context(open(path))  # WRP101
        stack.enter_context(wrapping("x"))
        stack.enter_context(open(path))
        os.remove(path)


async def stacked_async(path):
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(wrapping("x"))
        os.remove(path)


def raised():
    raise requests.HTTPError("x")


def comprehension(paths):
    return {path: json.load(path) for path in paths}  # WRP101


def ignored(path):
    os.remove(path)  # noqa: WRP101
