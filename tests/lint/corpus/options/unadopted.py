import json


def calls(path):
    json.load(path)
    try:
        json.load(path)
    except ValueError:
        raise KeyError("x")  # WRP103
