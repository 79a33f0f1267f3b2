# options: wrp-report-internal=all
"""WRP202 internal-reraise."""

from stackerr import wrap, wrapping


class OwnError(Exception):
    pass


@wrapping("x")
def helper():
    return 1


def unguarded():
    try:
        print("x")
    except OwnError:
        print("x")
        raise  # WRP202


def by_name():
    try:
        print("x")
    except OwnError as err:
        raise err  # WRP202


def wrapped():
    try:
        print("x")
    except OwnError as err:
        raise wrap(err, "x") from err


def broad():
    try:
        print("x")
    except Exception:
        raise


def passing():
    try:
        print("x")
    except OwnError:
        raise
    except Exception as err:
        raise wrap(err, "x") from err


def builtin():
    try:
        helper()
    except KeyError:
        print("x")
        raise  # WRP202


def covered():
    with wrapping("x"):
        try:
            helper()
        except OwnError:
            print("x")
            raise
