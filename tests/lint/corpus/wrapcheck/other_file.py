"""An object and an error that come from another module of the project."""

from elsewhere import decoder, failed, load

from stackerr import wrapping


def by_object():
    return decoder.decode("x")  # WRP101


def by_object_wrapped():
    with wrapping("decode"):
        return decoder.decode("x")


def by_error():
    raise failed


def by_function(file):
    return load(file)
