# options: wrp-enable=WRP105
"""WRP105 external-raise."""

import json
import subprocess
from asyncio import CancelledError

import requests
from requests.exceptions import Timeout

from stackerr import Error, sentinel

ErrMissing = sentinel("ErrMissing", "missing")


class Own(requests.HTTPError):
    pass


def borrowed(kind):
    if kind == 1:
        raise requests.HTTPError("x")  # WRP105
    if kind == 2:
        raise Timeout  # WRP105
    if kind == 3:
        raise subprocess.CalledProcessError(1, "x")  # WRP105
    if kind == 4:
        raise json.JSONDecodeError("x", "y", 0) from None  # WRP105
    problem = requests.HTTPError("x")
    raise problem  # WRP105


def own(kind):
    if kind == 1:
        raise ValueError("x")
    if kind == 2:
        raise Own("x")
    if kind == 3:
        raise ErrMissing("x")
    if kind == 4:
        raise Error("x")
    raise CancelledError


def passed_on():
    try:
        requests.get("x")
    except requests.HTTPError as err:
        raise Own("x") from err
