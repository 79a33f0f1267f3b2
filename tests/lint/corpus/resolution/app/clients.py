# options: wrp-call-scope=all
"""Clients of many kinds, and the places in a statement where a call can stand."""

from __future__ import annotations
import asyncio
import json
import os
import sys
import threading
import requests
import aiohttp
import boto3
import redis
import psycopg2
import sqlalchemy
import yaml
import tomllib
import subprocess
import socket
import urllib.request
import zipfile
import tarfile
import shutil
import pickle
import csv
import configparser
import tempfile
import contextlib
from functools import lru_cache, cached_property, partial
from typing import ClassVar, Final, NamedTuple, TextIO, Self
from stackerr import wrapping, wrap
if sys.version_info >= (3, 11):
    import tomllib as toml
else:
    import tomli as toml


class Mine(requests.Session):
    json = None
    s3: ClassVar = boto3.client("s3")
    K: Final = requests.Session()

    def m(self, f):
        self.get("x")  # WRP101
        super().get("x")  # WRP101
        self.own()
        json.load(f)  # WRP101
        self.s3.put_object()  # WRP101
        self.K.get("x")  # WRP101

    def own(self):
        return 1

    def get2(self):
        return self.get("x")  # WRP101

    @cached_property
    def db(self):
        return psycopg2.connect("x")  # WRP101

    def q(self):
        cur = self.db.cursor()
        cur.execute("x")  # WRP101
        return cur.fetchall()  # WRP101

    def chain(self) -> Self:
        return self

    def c(self):
        self.chain().get("x")  # WRP101


@lru_cache
def client():
    return boto3.client("s3")  # WRP101


def use():
    client().put_object()  # WRP101
    boto3.client("s3").get_object(Bucket="x")["Body"].read()  # WRP101
    boto3.resource("s3").Bucket("x").upload_file("a", "b")  # WRP101
    redis.Redis().get("x")  # WRP101
    r = redis.from_url("x")
    r.set("x", 1)  # WRP101
    yaml.safe_load("x")  # WRP101
    toml.loads("x")  # WRP101
    subprocess.check_output(["x"])  # WRP101
    urllib.request.urlopen("x").read()  # WRP101
    zipfile.ZipFile("x").extractall()  # WRP101
    shutil.rmtree("x")  # WRP101
    shutil.which("x")
    tempfile.gettempdir()
    tempfile.mkdtemp()  # WRP101
    pickle.loads(b"x")  # WRP101
    pickle.dumps("x")
    cfg = configparser.ConfigParser()
    cfg.read("x")  # WRP101
    s = socket.socket()
    s.connect(("x", 1))  # WRP101
    with socket.create_connection(("x", 1)) as c:  # WRP101
        c.sendall(b"x")  # WRP101
    with zipfile.ZipFile("x") as z:  # WRP101
        z.read("x")  # WRP101
        with z.open("y") as member:  # WRP101
            pass
    for line in open("x"):  # WRP101
        print(line)
    w = csv.writer(sys.stdout)
    w.writerow([1])


async def agen(url):
    async with aiohttp.ClientSession() as s, s.get(url) as r:  # WRP101
        async for chunk in r.content.iter_chunked(1):
            yield chunk
        x = [await s.get(u) async for u in r]  # WRP101
    await asyncio.wait_for(s.get(url), 1)  # WRP101
    await asyncio.gather(s.get(url), s.post(url))  # WRP101
    await asyncio.to_thread(os.remove, url)
    await asyncio.sleep(1)
    reader, writer = await asyncio.open_connection("x", 1)  # WRP101
    await reader.readline()  # WRP101
    await writer.drain()  # WRP101


def multiline(f):
    x = (
        requests  # WRP101
        .get("x")
    )
    y = json.load(  # WRP101
        open(  # WRP101
            f,
        )
    )
    try:
        f()
    except requests.HTTPError as e:
        raise e.with_traceback(  # WRP102
            None
        )
    try:
        f()
    except requests.HTTPError as e:
        if (
            f and
            type(e) is KeyError  # WRP401
        ):
            pass


def tuple_err(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        err, n = e, 1
        raise err  # WRP102


def walrus_err(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        if (err := e):
            raise err  # WRP102


def nonlocal_err(f):
    err = None

    def go():
        nonlocal err
        try:
            requests.get(f)
        except requests.HTTPError as e:
            err = e
    go()
    if err:
        raise err


def annotated_err(f):
    err: Exception | None = None
    try:
        requests.get(f)
    except requests.HTTPError as e:
        err = e
    if err is not None:
        raise err  # WRP102


def both(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        err = e
    except OSError as e:
        err = wrap(e, "x")
    else:
        return
    raise err  # WRP102


def reassigned_before(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        err = wrap(e, "x")
        err.code = 1
        raise err


def if_wrap(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        if f:
            err = wrap(e, "a")
        else:
            err = wrap(e, "b")
        raise err


def try_else(f):
    for i in range(3):
        try:
            r = requests.get(f)
        except requests.RequestException:
            continue
        else:
            return r.json()  # WRP101
    return None


def class_in_func(f):
    class K:
        x = json.load(f)

        def m(self):
            return json.load(f)  # WRP101
    return K


def default_arg(f, x=json.loads("1")):
    def inner(y=json.load(f)):  # WRP101
        return y
    return inner


def deco_arg(f):
    @f(json.load(f))  # WRP101
    def inner():
        pass
    return inner


class NT(NamedTuple):
    conn: requests.Session

    def m(self):
        self.conn.get("x")  # WRP101


def textio(f: TextIO, n: NT, m: Mine | None = None):
    f.read()
    n.conn.get("x")  # WRP101
    n[0].get("x")
    m.get("x")  # WRP101
    if m:
        m.post("x")  # WRP101
    del m


def finallys(f):
    with wrapping("x"):
        try:
            requests.get(f)
        finally:
            os.remove(f)
    try:
        with wrapping("x"):
            requests.get(f)
    finally:
        os.remove(f)  # WRP101


def lambdas(f):
    return sorted(f, key=lambda p: os.stat(p))


def ternary(f):
    return json.load(f) if f else os.stat(f)  # WRP101


def gens(f):
    return sum(os.path.getsize(p) for p in f)  # WRP101


def gens_covered(f):
    with wrapping("x"):
        return sum(os.path.getsize(p) for p in f)


def suppress_alias(f):
    import contextlib as cl
    with cl.suppress(OSError):
        os.remove(f)
    quiet = contextlib.suppress(OSError)
    with quiet:
        os.remove(f)
    with contextlib.suppress(KeyError):
        os.remove(f)


class Worker(threading.Thread):
    def run(self):
        requests.get("x")  # WRP101


def while_true(s: socket.socket):
    while (data := s.recv(10)):  # WRP101
        print(data)
    while True:
        try:
            s.recv(1)
        except OSError:
            break


def globals_shadow():
    requests = None
    requests.get("x")


def cond_shadow(f):
    if f:
        requests = None
    requests.get("x")


def for_shadow(items):
    for os in items:
        pass
    os.remove("x")


def redefine(f):
    json.load(f)  # WRP101
    global yaml
    yaml.safe_load(f)  # WRP101
