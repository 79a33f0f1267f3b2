"""WRP303 from-none."""

from stackerr import new, opaque, with_stack, wrap, wrapf


def because(err):
    return wrap(err, "x")


def hidden(err, kind):
    if kind == 1:
        raise wrap(err, "x") from None  # WRP303
    if kind == 2:
        raise wrapf(err, "x %s", 1) from None  # WRP303
    if kind == 3:
        raise with_stack(err) from None  # WRP303
    if kind == 4:
        raise because(err) from None  # WRP303
    problem = wrap(err, "x")
    raise problem from None  # WRP303


def right(err, kind):
    if kind == 1:
        raise wrap(err, "x") from err
    if kind == 2:
        raise wrap(err, "x")
    if kind == 3:
        raise new("x") from None
    raise ValueError("x") from None
