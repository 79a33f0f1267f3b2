# options: wrp-enable=WRP104,WRP105
"""What happens to an error that was caught: raised again, replaced, handed on; and the errors of others raised by hand."""

from __future__ import annotations
import asyncio
import json
import logging
import os
import queue
import socket
import sys
import requests
import requests.exceptions
from requests import HTTPError
from requests.exceptions import ConnectionError as CE
import sqlite3
import urllib.error
import botocore.exceptions
from concurrent.futures import Future, CancelledError
from app.store import StoreError, NotFound, read
from stackerr import wrap, wrapping, with_stack, opaque, new, Sentinel, join, mark, is_err
log = logging.getLogger(__name__)
NET = (requests.Timeout, requests.ConnectionError)
MIX = (requests.Timeout, ValueError)


def r1(f):
    try:
        requests.get(f)
    except requests.HTTPError:
        log.info("x")
        raise  # WRP102


def r2(f):
    try:
        unknown(f)
    except requests.HTTPError:
        raise  # WRP102


def r3(f):
    try:
        requests.get(f)
    except HTTPError as e:
        raise e  # WRP102


def r4(f):
    try:
        requests.get(f)
    except CE as e:
        raise e.with_traceback(None)  # WRP102


def r5(f):
    try:
        requests.get(f)
    except NET as e:
        raise e from None  # WRP102


def r6(f):
    try:
        requests.get(f)
    except NET as e:
        raise e from e  # WRP102


def r7(f):
    try:
        requests.get(f)
    except Exception:
        raise


def r8(f):
    try:
        requests.get(f)
    except:
        raise


def r9(f):
    try:
        requests.get(f)
    except BaseException as e:
        raise e


def r10(f):
    try:
        os.remove(f)
    except OSError:
        raise  # WRP102


def r11(f):
    try:
        f.thing()
    except OSError:
        raise


def r12(f):
    try:
        read(f)
    except OSError:
        raise


def r13(f):
    try:
        json.load(f)
    except ValueError as e:
        if e.pos:
            raise  # WRP102
        return None


def r14(f):
    try:
        json.load(f)  # WRP101
    except KeyError:
        raise


def r15(f):
    try:
        requests.get(f)  # WRP101
    except (KeyboardInterrupt, SystemExit):
        raise
    try:
        requests.get(f)  # WRP101
    except asyncio.CancelledError:
        raise
    try:
        requests.get(f)  # WRP101
    except CancelledError:
        raise
    try:
        next(f)
    except StopIteration:
        raise


def r16(f):
    with wrapping("x"):
        try:
            requests.get(f)
        except requests.HTTPError:
            raise


@wrapping("x")
def r17(f):
    try:
        requests.get(f)
    except requests.HTTPError:
        raise


def r18(f):
    try:
        try:
            requests.get(f)
        except requests.HTTPError:
            raise
    except requests.RequestException as e:
        raise wrap(e, "x") from e


def r18b(f):
    try:
        try:
            requests.get(f)
        except requests.HTTPError:
            raise
    except Exception as e:
        raise wrap(e, "x") from e


def r18c(f):
    try:
        try:
            requests.get(f)
        except requests.HTTPError:
            raise  # WRP102
    except KeyError as e:
        raise wrap(e, "x") from e


def r18d(f):
    try:
        try:
            requests.get(f)
        except requests.HTTPError:
            raise
    except requests.RequestException as e:
        raise


def r19(f):
    try:
        with wrapping("x"):
            requests.get(f)
    except requests.HTTPError:
        raise


def r20(f):
    try:
        with wrapping("x"):
            requests.get(f)
        requests.post(f)
    except requests.HTTPError:
        raise  # WRP102


def r21(f):
    try:
        requests.get(f)
    except requests.HTTPError:
        raise
    except requests.RequestException as e:
        raise wrap(e, "x") from e


def r22(f):
    try:
        requests.get(f)
    except requests.HTTPError:
        raise
    except Exception:
        return None


def r23(f):
    try:
        requests.get(f)
    except requests.HTTPError:
        log.debug("x")
        raise  # WRP102
    except Exception:
        return None


def r24(f):
    try:
        requests.get(f)
    except requests.HTTPError:
        raise  # WRP102
    except KeyError:
        return None


def r25(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        def inner():
            raise e
        class K:
            try:
                pass
            finally:
                pass
        return inner


def r26(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        def inner():
            raise
        inner()


def r27(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        try:
            os.remove(f)
        except OSError:
            pass
        raise  # WRP102


def r28(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        try:
            unknown(f)
        except ValueError:
            raise e  # WRP102


def r29(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        try:
            unknown(f)
        finally:
            raise  # WRP102


def r30(f):
    try:
        requests.get(f)
    except MIX:
        raise  # WRP102


def r31(f):
    try:
        requests.get(f)
    except (StoreError, requests.HTTPError):
        raise  # WRP102


def r32(f):
    try:
        requests.get(f)  # WRP101
    except StoreError:
        raise


def r33(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        if e.response:
            e = wrap(e, "x")
        raise e  # WRP102


def r34(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        e.add_note("x")
        raise  # WRP102


def r35(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        for _ in range(3):
            while True:
                with f:
                    raise  # WRP102


def r36(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        match e.response:
            case 1:
                raise wrap(e, "x") from e
            case _:
                raise  # WRP102


class K:
    def __getattr__(self, k):
        try:
            return json.load(k)
        except json.JSONDecodeError:
            raise


try:
    json.load(open("x"))
except json.JSONDecodeError:
    raise


def r37(f):
    e = None
    try:
        requests.get(f)
    except* requests.HTTPError as eg:
        raise  # WRP102


async def r38(s: asyncio.StreamReader):
    try:
        await s.read(1)
    except ConnectionResetError:
        raise  # WRP102


def r39(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        raise with_stack(e) from e


def r40(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        raise (wrap(e, "x"))


def r41(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        raise e if f else wrap(e, "x")  # WRP102


def r42(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        wrap(e, "x")  # WRP301
        raise  # WRP102


def r43(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        exc = sys.exc_info()[1]
        raise exc  # WRP102


# 103
def d1(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        raise ValueError("x")  # WRP103


def d2(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        raise ValueError("x") from e
    except KeyError:
        raise ValueError("x") from None
    except OSError:
        raise StoreError  # WRP103
    except TypeError:
        raise StoreError()  # WRP103


def d3(f):
    try:
        f()
    except Exception as e:
        err = StoreError("x")
        raise err  # WRP103


def d4(f):
    try:
        f()
    except Exception as e:
        err = StoreError("x")
        err.__cause__ = e
        raise err


def d5(f):
    try:
        f()
    except Exception as e:
        raise SystemExit(1)
    except ValueError:
        sys.exit(2)
    except KeyError:
        raise StopIteration
    except AttributeError:
        raise KeyboardInterrupt
    except TypeError:
        raise StopAsyncIteration()


def d6(f):
    try:
        f()
    except Exception as e:
        raise wrap(e, "x")


def d7(f):
    try:
        f()
    except Exception as e:
        raise opaque(wrap(e, "x"))


def d8(f):
    try:
        f()
    except Exception as e:
        raise new("x")  # WRP103


class ErrX(Sentinel):
    pass


def d9(f):
    try:
        f()
    except Exception as e:
        raise ErrX("x")  # WRP103
    except KeyError:
        raise ErrX  # WRP103


def d10(f):
    try:
        f()
    except Exception as e:
        raise mark(e, ErrX)


def d11(f):
    try:
        f()
    except Exception as e:
        if f:
            raise ValueError("a")  # WRP103
        for x in f:
            raise ValueError("b")  # WRP103
        try:
            f()
        except KeyError as e2:
            raise ValueError("c") from e2
        finally:
            raise ValueError("d")  # WRP103


def d12(f):
    try:
        f()
    except Exception as e:
        def inner():
            raise ValueError("a")
        class Z:
            def m(self):
                raise ValueError("a")
        return inner


def d13(f):
    try:
        f()
    except Exception as e:
        try:
            raise ValueError("a")  # WRP103
        except ValueError:
            pass


def d14(f):
    try:
        f()
    except Exception as e:
        pass
    raise ValueError("x")


def d15(f):
    try:
        f()
    except Exception as e:
        raise make_error(e)  # WRP103


def d16(f):
    try:
        raise ValueError("x")
    except ValueError:
        return 1
    else:
        raise ValueError("x")
    finally:
        raise ValueError("x")


def d17(f):
    try:
        f()
    except Exception as e:
        raise ValueError("x").with_traceback(None)  # WRP103


def d18(f):
    try:
        f()
    except KeyError as e:
        raise wrap(ValueError("x"), "y")


def d19(f):
    error = ValueError("outside")
    try:
        f()
    except KeyError as e:
        raise error


def d20(f):
    try:
        f()
    except KeyError as e:
        raise join(e, ValueError("x"))


def d21(self):
    try:
        f()
    except KeyError as e:
        raise self.Error("x")  # WRP103
    except ValueError as e:
        raise self.make_error("x")  # WRP103


def d22():
    try:
        f()
    except KeyError as e:
        raise ExceptionGroup("x", [e])


# 104
def e1(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        return e  # WRP104


def e2(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        return None, e  # WRP104


def e3(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        return wrap(e, "x")


def e4(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        yield e  # WRP104


def e5(f, q: queue.Queue, fut: Future, cb, on_error, items):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        q.put(e)  # WRP104
        q.put_nowait(e)  # WRP101 WRP104
        fut.set_exception(e)  # WRP104
        cb(e)  # WRP104
        on_error(e)  # WRP104
        items.append(e)  # WRP104
        f.error = e  # WRP104
        f["error"] = e  # WRP104
        log.error("x", e)
        str(e)
        print(e)
        fut.set_exception(wrap(e, "x"))
        q.put((f, e))  # WRP104
        items[f] = wrap(e, "x")


class S:
    def m(self, f):
        try:
            requests.get(f)
        except requests.HTTPError as e:
            self.error = e  # WRP104
            self.on_error(e)  # WRP104
            self._error = wrap(e, "x")
            self.callback(e)  # WRP104


def e6(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        err = e
        return err  # WRP104


def e7(f):
    err = None
    try:
        requests.get(f)
    except requests.HTTPError as e:
        err = e
    return err  # WRP104


def e8(f):
    try:
        requests.get(f)
    except requests.HTTPError as e:
        err = wrap(e, "x")
        return err


def e9(f):
    try:
        requests.get(f)
    except Exception as e:
        return e  # WRP104


def e10(f):
    try:
        read(f)
    except Exception as e:
        return e


def e11(f):
    try:
        os.remove(f)
    except OSError as e:
        return {"error": e}  # WRP104


def e12(f):
    try:
        os.remove(f)
    except OSError as e:
        return {"error": str(e)}


def e13(f):
    try:
        with wrapping("x"):
            os.remove(f)
    except OSError as e:
        return e


def e14(f):
    try:
        os.remove(f)
    except OSError as e:
        e = wrap(e, "x")
        return e


def e15(f):
    global last
    try:
        os.remove(f)
    except OSError as e:
        last = e  # WRP104


def e16(f):
    try:
        os.remove(f)
    except OSError as e:
        return e.errno
    except ValueError as e:
        return Result(error=e)


def e17(f, loop, fut):
    try:
        os.remove(f)
    except OSError as e:
        loop.call_soon_threadsafe(fut.set_exception, e)  # WRP104
        return [e]  # WRP104


# 105
def x1():
    raise requests.HTTPError("x")  # WRP105


def x2():
    raise HTTPError  # WRP105


def x3(f):
    try:
        f()
    except KeyError as e:
        raise requests.exceptions.HTTPError("x") from e  # WRP105


def x4():
    raise ValueError("x")


def x5():
    raise StoreError("x")


def x6():
    raise NotFound("x")


def x7():
    raise json.JSONDecodeError("x", "", 0)  # WRP105


def x8():
    err = HTTPError("x")
    raise err  # WRP105


def x9():
    raise socket.timeout("x")


def x10():
    raise urllib.error.URLError("x")  # WRP105


def x11():
    raise new("x")


def x12():
    raise wrap(HTTPError("x"), "y")


def x13():
    raise asyncio.CancelledError()


def x14():
    raise socket.gaierror("x")  # WRP105


class Mine(HTTPError):
    pass


def x15():
    raise Mine("x")


def x16():
    raise botocore.exceptions.ClientError({}, "x")  # WRP105


def x17():
    raise sqlite3.Error  # WRP105
