"""An error that cannot be copied: its class, written in C, takes no subclasses. It is annotated in place."""

from stackerr import wrap, wrapping


class Closed(type):
    """Make classes whose subclasses have no order of bases, as a final class does."""

    def mro(cls):
        if len(cls.__bases__) > 1:
            raise TypeError("no subclass with other parents")
        return super().mro()


class SealedError(Exception, metaclass=Closed):
    pass


def validate(value):
    raise SealedError(f"{value!r} is not a port")


def run():
    with wrapping("read section [server]"):
        try:
            validate("http")
        except SealedError as e:
            raise wrap(e, "read key port", key="port") from e
