# options: wrp-report-internal=all
"""WRP201 internal-call."""

from stackerr import new, wrap, wrapping


class Plain:
    pass


class Made:
    def __init__(self):
        self.x = 1

    def method(self):
        return 1

    def caller(self):
        return self.method()  # WRP201


class OwnError(Exception):
    def __init__(self, text):
        super().__init__(text)


def helper():
    return 1


def calls():
    helper()  # WRP201
    plain = Plain()
    made = Made()  # WRP201
    made.method()  # WRP201
    return plain


def covered():
    with wrapping("x"):
        helper()
    try:
        helper()
    except ValueError as err:
        raise wrap(err, "x") from err


@wrapping("x")
def decorated():
    helper()


def raising():
    raise OwnError("x")


def unknown(thing):
    thing.method()
    len(thing)
    return new("x")


def because(err):
    return wrap(err, "because")


def wrapping_by_hand(err):
    raise because(err)


helper()
