"""WRP103 dropped-cause."""

import requests

from stackerr import errorf, mark, new, opaque, sentinel, wrap

ErrMissing = sentinel("ErrMissing", "missing")


class ConfigError(Exception):
    pass


def dropped(table):
    try:
        return table["x"]
    except KeyError:
        raise ConfigError("x")  # WRP103


def dropped_by_class(table):
    try:
        return table["x"]
    except KeyError:
        raise ConfigError  # WRP103


def dropped_sentinels(table):
    try:
        return table["x"]
    except KeyError:
        if table:
            raise ErrMissing("x")  # WRP103
        if len(table) == 2:
            raise ErrMissing  # WRP103
        if len(table) == 3:
            raise new("x")  # WRP103
        raise errorf("x %s", table)  # WRP103


def kept(table):
    try:
        return table["x"]
    except KeyError as err:
        raise ConfigError("x") from err


def deliberate(table):
    try:
        return table["x"]
    except KeyError:
        raise ConfigError("x") from None


def wraps(table):
    try:
        return table["x"]
    except KeyError as err:
        if table:
            raise wrap(err, "x")
        if len(table) == 2:
            raise mark(err, ErrMissing)
        raise opaque(err, "x")


def exempt(table):
    try:
        return table["x"]
    except KeyError:
        if table:
            raise SystemExit(1)
        raise StopIteration


def reraise(table):
    try:
        return table["x"]
    except KeyError as err:
        if table:
            raise
        raise err


def latest_assignment(table):
    try:
        return table["x"]
    except KeyError as err:
        err = ConfigError(str(err))
        raise err  # WRP103


def latest_assignment_wraps(table):
    try:
        return table["x"]
    except KeyError as err:
        problem = wrap(err, "x")
        raise problem


def nested(table):
    try:
        return table["x"]
    except KeyError:

        def later():
            raise ConfigError("x")

        class Later:
            def go(self):
                raise ConfigError("x")

        return later, Later


def other_parts(table):
    try:
        table["x"]
    except KeyError:
        pass
    else:
        raise ConfigError("x")
    finally:
        if table:
            raise ConfigError("x")


def within_blocks(table):
    try:
        table["x"]
    except KeyError:
        if table:
            with table:
                raise ConfigError("x").with_traceback(None)  # WRP103
        try:
            table["y"]
        finally:
            raise ConfigError("x")  # WRP103


def external_type(table):
    try:
        table["x"]
    except KeyError:
        raise requests.HTTPError("x")  # WRP103


def kept_by_hand(table):
    try:
        table["x"]
    except KeyError as err:
        problem = ConfigError("x")
        problem.__cause__ = err
        raise problem


def made_before(problem):
    try:
        problem.go()
    except KeyError:
        raise problem


try:
    import tomllib
except ImportError:
    raise ConfigError("x")  # WRP103
