"""WRP401 type-compare."""

from other import unknown

from stackerr import Sentinel, as_err, is_err, new, sentinel

ErrMissing = sentinel("ErrMissing", "missing")
err_old = new("old")


class ErrOther(Sentinel):
    pass


def by_type():
    try:
        unknown()
    except Exception as err:
        if type(err) is ValueError:  # WRP401
            return 1
        if type(err) == ValueError:  # WRP401
            return 1
        if type(err) in (ValueError, KeyError):  # WRP401
            return 1
        if err.__class__ is ValueError:  # WRP401
            return 1
        if type(err).__name__ == "ValueError":  # WRP401
            return 1
        if err.__class__.__name__ == "ValueError":  # WRP401
            return 1
        kind = type(err)
        return kind is ValueError  # WRP401


def by_text():
    try:
        unknown()
    except Exception as err:
        if err.args[0] == "x":  # WRP401
            return 1
        if "x" in str(err):  # WRP401
            return 1
        if "x" not in str(err).lower():  # WRP401
            return 1
        if str(err) == "x":  # WRP401
            return 1
        if str(err).startswith("x"):  # WRP401
            return 1
        text = str(err)
        return "x" in text  # WRP401


def by_identity(err):
    if err is ErrMissing:  # WRP401
        return 1
    if err == ErrMissing:  # WRP401
        return 1
    if err is err_old:  # WRP401
        return 1
    return err == ErrOther  # WRP401


def declared(err: Exception, thing):
    if type(thing) is KeyError:  # WRP401
        return 1
    return type(err) is OSError  # WRP401


def right(err, text, other):
    if is_err(err, ErrMissing) or isinstance(err, ValueError):
        return 1
    if err is None or err is other or err == other:
        return 1
    if type(text) is str or type(text) == type(other):
        return 1
    if "x" in str(text):
        return 1
    found = as_err(err, OSError)
    return found is not None and found.errno == 2


def attributes():
    try:
        unknown()
    except OSError as err:
        return err.errno == 2 and err.filename == "x"
