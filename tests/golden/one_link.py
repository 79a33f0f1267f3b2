"""One wrap over an error of the standard library, raised in the documented form."""

from stackerr import wrap


def read_config(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError as e:
        raise wrap(e, "read the configuration") from e


def run():
    read_config("/nonexistent/app.toml")
