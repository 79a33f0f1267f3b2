"""An error variable is judged by what it was given last."""

import json

from stackerr import new, wrap


def own():
    raise new("failed")


def one_after_the_other(file):
    try:
        json.load(file)
    except json.JSONDecodeError as err:
        raise wrap(err, "load") from err
    own()
    error = new("failed")
    if file:
        raise error
    try:
        json.load(file)
    except json.JSONDecodeError as err:
        error = err
        raise error  # WRP102


def given_again(file):
    try:
        json.load(file)
    except json.JSONDecodeError as err:
        error = err
        error = new("something else")
        raise error from err


def wrapped_last(file):
    try:
        json.load(file)
    except json.JSONDecodeError as err:
        error = err
        error = wrap(error, "load")
        raise error


def plain_last(file):
    try:
        json.load(file)
    except json.JSONDecodeError as err:
        error = wrap(err, "load")
        error = err
        raise error  # WRP102


def many_results(file):
    first, second = json.load(file), "x"  # WRP101
    return first, second


def chosen(file, kind):
    match kind:
        case "json":
            return json.load(file)  # WRP101
        case "text":
            return ""
        case _:
            return [json.loads(line) for line in file]  # WRP101


def closure(file):
    def inner():
        return json.load(file)  # WRP101

    later = lambda: json.load(file)
    return inner, later
