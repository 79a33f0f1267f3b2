"""PEP 678 notes on the root and on the wrapped error, one of several lines."""

from stackerr import wrap


def connect():
    err = TimeoutError("no answer within 5 s")
    err.add_note("tried 3 times:\n10.0.0.1\n10.0.0.2")
    raise err


def run():
    try:
        connect()
    except TimeoutError as e:
        wrapped = wrap(e, "connect to etcd")
        wrapped.add_note("is the cluster up?")
        raise wrapped from e
