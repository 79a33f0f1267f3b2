"""WRP302 bad-format."""

from stackerr import errorf, wrap, wrapf, wrapping

FORMAT = "x %s %s"


def misfits(err, x, y):
    wrapf(err, "x %s")  # WRP301 WRP302
    problem = wrapf(err, "x %s", x, y)  # WRP302
    problem = wrapf(err, "x", x)  # WRP302
    problem = wrapf(err, "x {}", x)  # WRP302
    problem = errorf("x %s %s", x)  # WRP302
    problem = errorf("x %y", x)  # WRP302
    problem = errorf("x %", x)  # WRP302
    problem = errorf("x %d", "text")  # WRP302
    problem = errorf("x %s %(y)s", x)  # WRP302
    problem = errorf("x %(a)s", {"b": 1})  # WRP302
    problem = errorf("x %*d", x)  # WRP302
    problem = errorf(FORMAT, x)  # WRP302
    problem = errorf("x" " %s", x, y)  # WRP302
    with wrapping("x %s"):  # WRP302
        pass
    with wrapping("x %s", x, y):  # WRP302
        return problem


def fits(err, x, y, args, text):
    problem = wrapf(err, "x %s", x)
    problem = wrapf(err, "x")
    problem = wrapf(err, "x %s %d", x, 3, stacklevel=2, field=y)
    problem = errorf("100% sure")
    problem = errorf("100%% of %s", x)
    problem = errorf("x %(a)s", {"a": 1})
    problem = errorf("x %*d", x, y)
    problem = errorf("x %s %s", *args)
    problem = errorf(text, x)
    problem = errorf(f"x {y}")
    problem = errorf(FORMAT, x, y)
    problem = errorf("x %-5.2f", 1.0)
    problem = wrap(problem, "100%")
    with wrapping("x %s", x, field=y):
        return problem


@wrapping("x %(a)s")
def named(a):
    return a


@wrapping("x %(a)s %(b)s")  # WRP302
def misnamed(a):
    return a


@wrapping("x %(b)s")
def by_keywords(**fields):
    return fields


@wrapping("x %s")  # WRP302
def positional(a):
    return a
