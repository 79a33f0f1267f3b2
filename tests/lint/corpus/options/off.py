# options: wrp-call-policy=off
import json

import stackerr


def calls(path):
    json.load(path)
    stackerr.wrap(path, "x")  # WRP301
