"""An error whose `__str__` raises."""

from stackerr import wrap


class BrokenError(Exception):
    def __str__(self):
        return self.text


def run():
    try:
        raise BrokenError
    except BrokenError as e:
        raise wrap(e, "load run 42") from e
