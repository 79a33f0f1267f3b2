"""Errors told apart, logged, thrown away and badly formatted."""

from __future__ import annotations
import logging
import json
import os
import sys
import requests
import structlog
import warnings
from logging import getLogger
from loguru import logger as lg
from typing import Any, Optional
import stackerr
from stackerr import wrap, wrapf, wrapping, with_stack, mark, join, errorf, new, Sentinel, sentinel, is_err, as_err, cause, unwrap, opaque, Error, message
log = logging.getLogger(__name__)
logger = getLogger("x")
slog = structlog.get_logger()
ErrA = sentinel("ErrA", "a")
class ErrB(Sentinel):
    pass
class ErrC(ErrB):
    pass
class MyErr(Exception):
    pass
err_const = new("x")


def t1(f):
    try:
        f()
    except Exception as e:
        if type(e) is KeyError:  # WRP401
            pass
        if type(e) != KeyError:  # WRP401
            pass
        if KeyError is type(e):  # WRP401
            pass
        if type(e) in {KeyError}:  # WRP401
            pass
        if type(e) not in (KeyError, ValueError):  # WRP401
            pass
        if e.__class__ == KeyError:  # WRP401
            pass
        if e.__class__.__name__ == "KeyError":  # WRP401
            pass
        if type(e).__name__ in ("A", "B"):  # WRP401
            pass
        if type(e).__qualname__ == "A":  # WRP401
            pass
        if "KeyError" == type(e).__name__:  # WRP401
            pass
        if e.args[0] == "x":  # WRP401
            pass
        if "x" == e.args[0]:  # WRP401
            pass
        if e.args == ("x",):  # WRP401
            pass
        if "x" in e.args[0]:  # WRP401
            pass
        if "x" in str(e):  # WRP401
            pass
        if "x" in repr(e):  # WRP401
            pass
        if "x" in f"{e}":  # WRP401
            pass
        if str(e) == "x":  # WRP401
            pass
        if str(e) != "x":  # WRP401
            pass
        if str(e).lower().startswith("x"):  # WRP401
            pass
        if "x" in str(e).lower():  # WRP401
            pass
        if str(e).endswith("x"):  # WRP401
            pass
        if e.message == "x":
            pass
        if e is ErrA:  # WRP401
            pass
        if e == ErrB:  # WRP401
            pass
        if e == ErrC:  # WRP401
            pass
        if e is not ErrA:  # WRP401
            pass
        if type(e) is ErrB:  # WRP401
            pass
        if ErrA == e:  # WRP401
            pass
        if e in (ErrA, ErrB):  # WRP401
            pass
        if e is err_const:  # WRP401
            pass
        if isinstance(e, KeyError):
            pass
        if isinstance(e, ErrB):
            pass
        if issubclass(type(e), ErrB):
            pass
        if is_err(e, ErrA):
            pass
        if e.errno == 2:
            pass
        if e.response.status_code == 404:
            pass
        if e is None or e is not None:
            pass
        if not str(e):
            pass
        if len(e.args) == 1:
            pass
        if cause(e) is ErrA:  # WRP401
            pass
        if type(cause(e)) is KeyError:  # WRP401
            pass
        if "x" in str(e.__cause__):  # WRP401
            pass
        if type(e.__cause__) is KeyError:  # WRP401
            pass
        if type(e.__context__) == KeyError:  # WRP401
            pass
        msg = str(e)
        if "x" in msg:  # WRP401
            pass
        if msg.startswith("x"):  # WRP401
            pass
        name = type(e).__name__
        if name == "KeyError":  # WRP401
            pass
        other = e
        if type(other) is KeyError:  # WRP401
            pass
        while type(e) is KeyError:  # WRP401
            pass
        x = 1 if type(e) is KeyError else 2  # WRP401
        assert type(e) is KeyError  # WRP401
        match str(e):
            case "x":
                pass
        return type(e) is KeyError  # WRP401


def t2(e):
    if "x" in str(e):  # WRP401
        pass
    if e.args[0] == "x":  # WRP401
        pass
    if type(e) is KeyError:  # WRP401
        pass


def t3(err, exc, error, exception, ex):
    if "x" in str(err):  # WRP401
        pass
    if exc.args[0] == "x":  # WRP401
        pass
    if type(error) is KeyError:  # WRP401
        pass
    if type(exception) == MyErr:  # WRP401
        pass
    if type(ex).__name__ == "A":  # WRP401
        pass
    if err is ErrA:  # WRP401
        pass


def t4(err: Exception, exc: Optional[BaseException], v: "ValueError", w: MyErr | None, x: requests.HTTPError):
    if "x" in str(err):  # WRP401
        pass
    if exc.args[0] == "x":  # WRP401
        pass
    if type(v) is KeyError:  # WRP401
        pass
    if type(w) is MyErr:  # WRP401
        pass
    if "404" in str(x):  # WRP401
        pass


def t5(e: str, err: int, error: dict, text, item):
    if "x" in str(e):
        pass
    if type(err) is int:
        pass
    if error == "x":
        pass
    if type(text) is str:
        pass
    if "x" in str(item):
        pass
    if type(item) in (list, tuple):
        pass
    if type(item).__name__ == "Foo":
        pass
    if item.args[0] == "x":
        pass
    if item.__class__ is dict:
        pass


def t6(f):
    err = None
    try:
        f()
    except Exception as e:
        err = e
    if type(err) is KeyError:  # WRP401
        pass
    exc = sys.exc_info()[1]
    if type(exc) is KeyError:  # WRP401
        pass
    kind, value, tb = sys.exc_info()
    if kind is KeyError:  # WRP401
        pass
    found = as_err(f, OSError)
    if type(found) is FileNotFoundError:  # WRP401
        pass
    fut_exc = f.exception()
    if type(fut_exc) is KeyError:  # WRP401
        pass
    for one in (e for e in f.errors):
        pass


def t7(errors: list[Exception], f):
    for e in errors:
        if type(e) is KeyError:  # WRP401
            pass
    try:
        f()
    except ExceptionGroup as eg:
        for e in eg.exceptions:
            if type(e) is KeyError:  # WRP401
                pass
    return [e for e in errors if "x" in str(e)]  # WRP401


class H:
    def __init__(self, error: Exception):
        self.error = error

    def __exit__(self, exc_type, exc, tb):
        if exc_type is KeyError:  # WRP401
            return True
        if exc_type == KeyError:  # WRP401
            return True
        if exc_type is None:
            return False
        if type(exc) is KeyError:  # WRP401
            return True
        return issubclass(exc_type, KeyError)

    def m(self):
        return type(self.error) is KeyError  # WRP401


def t8(e, f):
    for e in range(3):
        if e == 1:
            pass
    if type(e) is int:
        pass
    return max(e, key=lambda e: str(e) == "x")


def l1(f):
    try:
        f()
    except Exception as e:
        log.error("x")  # WRP402
        raise
    try:
        f()
    except Exception as e:
        log.exception("x")  # WRP402
        raise wrap(e, "x") from e
    try:
        f()
    except Exception as e:
        logging.warning("x")  # WRP402
        raise ValueError("x") from e
    try:
        f()
    except Exception as e:
        log.info("x")
        log.debug("x")
        raise
    try:
        f()
    except Exception as e:
        log.critical("x")  # WRP402
        if f:
            return
        raise
    try:
        f()
    except Exception as e:
        if f:
            log.error("x")
            return
        raise
    try:
        f()
    except Exception as e:
        if f:
            log.error("x")  # WRP402
        raise
    try:
        f()
    except Exception as e:
        if f:
            log.error("x")
        else:
            raise
    try:
        f()
    except Exception as e:
        logger.warn("x")  # WRP402
        slog.error("x")  # WRP402
        lg.error("x")  # WRP402
        self.log.error("x")  # WRP402
        self.logger.exception("x")  # WRP402
        log.log(logging.ERROR, "x")  # WRP402
        log.log(logging.INFO, "x")
        log.log(40, "x")  # WRP402
        logging.getLogger("a").error("x")  # WRP402
        lg.opt(exception=True).error("x")  # WRP402
        self._logger.fatal("x")  # WRP402
        warnings.warn("x")
        print("x")
        f.error("x")
        raise
    try:
        f()
    except Exception as e:
        raise
        log.error("x")
    try:
        f()
    except Exception as e:
        for x in f:
            log.error("x")  # WRP402
        raise
    try:
        f()
    except Exception as e:
        log.error("x")
        sys.exit(1)
    try:
        f()
    except Exception as e:
        log.error("x")
        raise SystemExit(1)
    try:
        f()
    except Exception as e:
        try:
            log.error("x")  # WRP402
        finally:
            raise
    try:
        f()
    except Exception as e:
        with f:
            log.error("x")  # WRP402
        raise e
    try:
        f()
    except Exception as e:
        def inner():
            log.error("x")
        raise
    try:
        f()
    except Exception as e:
        log.error("x")
        def inner():
            raise e
    try:
        f()
    except KeyboardInterrupt:
        log.error("x")
        raise
    match f:
        case 1:
            try:
                f()
            except Exception:
                log.exception(  # WRP402
                    "x",
                )
                match f:
                    case 2:
                        return
                raise
    try:
        f()
    except Exception as e:
        f and log.error("x")  # WRP402
        raise
    try:
        f()
    except Exception as e:
        x = log.error("x")  # WRP402
        raise
    try:
        f()
    except Exception as e:
        if log.error("x"):
            pass
        raise


def d1(e, f):
    wrap(e, "x")  # WRP301
    wrapf(e, "x %s", f)  # WRP301
    with_stack(e)  # WRP301
    mark(e, ErrA)  # WRP301
    join(e, f)  # WRP301
    stackerr.wrap(e, "x")  # WRP301
    errorf("x")  # WRP301
    new("x")  # WRP301
    opaque(e)  # WRP301
    wrapping("x")  # WRP301
    unwrap(e)
    cause(e)
    _ = wrap(e, "x")
    x = wrap(e, "x")
    f.append(wrap(e, "x"))
    yield wrap(e, "x")
    return wrap(e, "x")


def fm(e, a, b):
    wrapf(e, "x %s", a, b)  # WRP301 WRP302
    raise wrapf(e, "x %s %s", a)  # WRP302
    raise wrapf(e, "x %s", a)
    raise wrapf(e, "x %d", a)
    raise wrapf(e, "x")
    raise wrapf(e, "100%")
    raise wrapf(e, "100% %s", a)  # WRP302
    raise wrapf(e, "100%% %s", a)
    raise wrapf(e, "x", a)  # WRP302
    raise wrapf(e, "x %(a)s", {"a": 1})
    raise wrapf(e, "x %(a)s", {"b": 1})  # WRP302
    raise errorf("x %s")  # WRP302
    raise errorf("x %s", *a)
    raise errorf("x %s %s", a, *b)
    raise errorf("x %z", a)  # WRP302
    raise errorf("x %*d", a, b)
    raise errorf("x {}", a)  # WRP302
    raise errorf(a, b)
    raise errorf("x %s" "y %s", a)  # WRP302
    raise errorf(f"x {a} %s", b)
    raise errorf("x %s" % a)
    raise stackerr.errorf("x %s", a, b)  # WRP302
    with wrapping("x %s", a):
        pass
    with wrapping("x %s %s", a):  # WRP302
        pass
    with wrapping("x %s"):  # WRP302
        pass
    with wrapping("x", a):  # WRP302
        pass
    with wrapping("x %s", a, key=b):
        pass
    with wrapping("x", key=b):
        pass
    raise errorf("x %.2f", "a")  # WRP302
    raise wrap(e, "x %s")
    raise errorf("x %s %", a)  # WRP302


@wrapping("x %(a)s")
def dd(a):
    pass


@wrapping("x %(c)s")  # WRP302
def dd2(a):
    pass


@wrapping("x %s")  # WRP302
def dd3(a):
    pass


def fn(e):
    raise wrap(e, "x") from None  # WRP303
    raise with_stack(e) from None  # WRP303
    raise mark(e, ErrA) from None  # WRP303
    raise wrapf(e, "x %s", e) from None  # WRP303
    raise wrap(e, "x") from e
    raise ValueError("x") from None
    raise new("x") from None
    raise ErrA("x") from None
    w = wrap(e, "x")
    raise w from None  # WRP303
