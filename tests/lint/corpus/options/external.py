# options: wrp-call-policy=external
"""Every call of another package counts."""

import json
import logging
import os
from typing import Protocol

import initech
import stackerr
from stackerr import wrapping


class Decoder(Protocol):
    def decode(self, text): ...

    def _inner(self): ...


def calls(path, decoder: Decoder, typed: initech.Thing):
    json.dumps(path)  # WRP101
    os.path.join(path)  # WRP101
    initech.fetch(path)  # WRP101
    initech.Client()  # WRP101
    client = initech.Client()  # WRP101
    client.anything()  # WRP101
    typed.anything()  # WRP101
    open(path)  # WRP101
    decoder.decode(path)  # WRP101
    decoder._inner()
    logging.info("x")  # WRP101
    len(path)
    path.strip()
    calls(path, decoder, typed)
    stackerr.compact(path)
    with wrapping("x"):
        initech.fetch(path)
    try:
        initech.fetch(path)
    except KeyError:
        pass
    raise initech.Error("x")
