"""Values that another module makes."""

import json

from stackerr import new

decoder = json.JSONDecoder()
failed = new("something went wrong")


def load(file):
    return json.load(file)  # WRP101
