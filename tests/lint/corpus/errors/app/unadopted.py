"""What is reported in a module that does not import stackerr."""

import json, logging, os
import requests
log = logging.getLogger(__name__)
def a(f):
    return json.load(f)
def b(f):
    try:
        return json.load(f)
    except ValueError:
        raise  # WRP102
def c(f):
    try:
        return json.load(f)
    except ValueError as e:
        log.error("x")  # WRP402
        raise KeyError("x")  # WRP103
def d(e):
    return "x" in str(e)  # WRP401
def d2(err, exc):
    if type(exc) is KeyError:  # WRP401
        return 1
    return err.args[0] == 1  # WRP401
class K:
    def __exit__(self, exc_type, exc, tb):
        return exc_type is KeyError  # WRP401
    def m(self, exc: Exception | None):
        return type(exc) is KeyError  # WRP401
def e(errors):
    for err in errors:
        if type(err) is KeyError:  # WRP401
            return 1
def f(fut):
    exc = fut.exception()
    return type(exc) is KeyError  # WRP401
def g(f):
    try:
        f()
    except requests.HTTPError as e:
        if "404" in str(e):  # WRP401
            return None
        raise  # WRP102
def h(f):
    last = None
    for i in range(3):
        try:
            return requests.get(f)
        except requests.RequestException as e:
            last = e
    raise last  # WRP102
def i(f):
    try:
        requests.get(f)
    except requests.HTTPError:
        if f:
            log.exception("x")
            return
        log.warning("x")  # WRP402
        raise RuntimeError from None
class L:
    def m(self):
        try:
            os.remove("x")
        except FileNotFoundError as e:
            raise e  # WRP102
