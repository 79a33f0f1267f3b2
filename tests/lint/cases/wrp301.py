"""WRP301 discarded."""

import stackerr
from stackerr import Error, errorf, join, mark, new, with_message, with_stack, wrap, wrapf, wrapping
from stackerr import wrap as w

ErrX = stackerr.sentinel("ErrX", "x")


def thrown_away(err):
    wrap(err, "x")  # WRP301
    wrapf(err, "x %s", 1)  # WRP301
    with_stack(err)  # WRP301
    with_message(err, "x")  # WRP301
    mark(err, ErrX)  # WRP301
    join(err, err)  # WRP301
    stackerr.wrap(err, "x")  # WRP301
    w(err, "x")  # WRP301
    new("x")  # WRP301
    errorf("x %s", 1)  # WRP301
    Error("x")  # WRP301
    wrapping("x")  # WRP301
    err and wrap(err, "x")  # WRP301


def because(err):
    return wrap(err, "x")


def thrown_away_through_a_function(err):
    because(err)  # WRP301


def used(err, errors):
    errors.append(wrap(err, "x"))
    problem = wrap(err, "x")
    with wrapping("x"):
        pass
    if err:
        raise wrap(err, "x")
    return problem, wrapf(err, "x")


def other(wrap, err):
    wrap(err, "x")
    err.join("x")
    "".join("x")
