# options: wrp-call-scope=all
"""One function for each way in which an error is returned, assigned, kept or wrapped."""

import json
import os
import socket
import pickle
import requests
import sqlite3
from typing import Protocol, Callable
from stackerr import wrap, wrapf, wrapping, new, errorf, with_stack, is_err


def scan():
    line = input()  # WRP101
    return line


def simple_no_wrap(f):
    data = json.load(f)  # WRP101
    return data


def simple_with_wrap(f):
    try:
        return json.load(f)
    except ValueError as e:
        raise wrap(e, "x") from e


def reraised(f):
    try:
        return json.load(f)
    except ValueError as e:
        raise  # WRP102


def reraised_name(f):
    try:
        return json.load(f)
    except json.JSONDecodeError as e:
        raise e  # WRP102


def assigned(f):
    try:
        return json.load(f)
    except json.JSONDecodeError as e:
        err = e
        raise err  # WRP102


def assigned_wrapped(f):
    try:
        return json.load(f)
    except json.JSONDecodeError as e:
        err = wrap(e, "x")
        raise err from e


def reassigned(f):
    try:
        return json.load(f)
    except json.JSONDecodeError as e:
        err = e
        err = wrap(err, "x")
        raise err from e


def reassigned_back(f):
    try:
        return json.load(f)
    except json.JSONDecodeError as e:
        err = wrap(e, "x")
        err = e
        raise err  # WRP102


def reassigned_self(f):
    try:
        return json.load(f)
    except json.JSONDecodeError as e:
        e = wrap(e, "x")
        raise e


def reassigned_self_from(f):
    try:
        return json.load(f)
    except json.JSONDecodeError as e:
        e2 = e
        raise e2 from None  # WRP102


def saved(f):
    error = None
    try:
        return json.load(f)
    except json.JSONDecodeError as e:
        error = e
    if error is not None:
        raise error  # WRP102


def saved_wrapped(f):
    error = None
    try:
        return json.load(f)
    except json.JSONDecodeError as e:
        error = wrap(e, "x")
    if error is not None:
        raise error


def saved_then_wrapped(f):
    error = None
    try:
        return json.load(f)
    except json.JSONDecodeError as e:
        error = e
    if error is not None:
        raise wrap(error, "x") from error


def new_error():
    raise new("x")


def errorf_error(a):
    raise errorf("x %s", a)


def stacked(f):
    try:
        return json.load(f)
    except ValueError as e:
        raise with_stack(e) from e


class Thing3:
    def __init__(self):
        self.conn = sqlite3.connect("x")  # WRP101


class Thing2:
    def __init__(self):
        self.thing3 = Thing3()


class Thing:
    thing2: Thing2


def long_select(thing: Thing):
    return thing.thing2.thing3.conn.execute("x")  # WRP101


def multi(f):
    a, b = json.load(f), 1  # WRP101
    return a, b


def param(dec: sqlite3.Connection):
    dec.execute("x")  # WRP101


def returns_call(f):
    return json.load(f)  # WRP101


def no_error():
    return "hello".startswith("h")


def closure(f):
    def inner():
        return json.load(f)  # WRP101
    return inner()


def closure_lambda(f):
    inner = lambda: json.load(f)
    return inner()


class Some:
    def method(self):
        raise new("failed")


def struct_method():
    Some().method()


def loop(paths):
    for p in paths:
        os.remove(p)  # WRP101


def loop_wrapped(paths):
    for p in paths:
        with wrapping("remove %s", p):
            os.remove(p)


def loop_try(paths):
    for p in paths:
        try:
            os.remove(p)
        except FileNotFoundError:
            continue


def retry(url):
    last = None
    for _ in range(3):
        try:
            return requests.get(url)
        except requests.RequestException as e:
            last = e
    raise last  # WRP102


def retry_wrapped(url):
    last = None
    for _ in range(3):
        try:
            return requests.get(url)
        except requests.RequestException as e:
            last = e
    raise wrap(last, "get %s", url) from last


def retry_formatted(url):
    last = None
    for _ in range(3):
        try:
            return requests.get(url)
        except requests.RequestException as e:
            last = e
    raise wrapf(last, "get %s", url) from last


def switch(kind, f):
    match kind:
        case "json":
            return json.load(f)  # WRP101
        case "pickle":
            return pickle.load(f)  # WRP101
        case _:
            raise new("unknown")


def multiple_statements(f):
    data = None
    try:
        data = json.load(f)
    except ValueError as e:
        message = "x"
        wrapped = wrap(e, message)
        raise wrapped
    return data


def only_sometimes(f, flag):
    try:
        return json.load(f)
    except ValueError as e:
        if flag:
            raise wrap(e, "x") from e
        raise  # WRP102


async def awaited(session):
    import aiohttp
    async with aiohttp.ClientSession() as s:
        r = await s.get("x")  # WRP101
        return await r.json()  # WRP101


def gen(f):
    yield json.load(f)  # WRP101


def comp(paths):
    return [os.stat(p) for p in paths]  # WRP101


def comp_if(paths):
    return [p for p in paths if os.stat(p).st_size]  # WRP101


def cond(p):
    if os.stat(p).st_size > 1:  # WRP101
        return 1
    while os.listdir(p):  # WRP101
        pass
    return os.listdir(p) or None  # WRP101


def in_args(p):
    print(os.stat(p))  # WRP101
    return len(os.listdir(p))  # WRP101


def in_fstring(p):
    return f"{os.stat(p)}"  # WRP101


def deletes(p):
    assert os.stat(p)  # WRP101
    del os.listdir(p)[0]  # WRP101
    x = {}
    x[os.stat(p)] = 1  # WRP101
    x["a"] += os.stat(p).st_size  # WRP101
    raise new("x" + open(p).read())  # WRP101
