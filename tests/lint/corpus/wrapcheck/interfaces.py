# options: wrp-call-scope=all wrp-call-policy=external
"""Calls through an interface: a parameter's, a field's, one that a call gives."""

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol

from stackerr import wrap


class Decoder(Protocol):
    def decode(self, text): ...

    def _decode(self, text): ...


class Source(ABC):
    @abstractmethod
    def read(self): ...


@dataclass
class Holder:
    decoder: Decoder


class Plain:
    def decode(self, text):
        return text


def by_parameter(decoder: Decoder):
    return decoder.decode("x")  # WRP101


def by_field(holder: Holder):
    return holder.decoder.decode("x")  # WRP101


def by_private_method(holder: Holder):
    return holder.decoder._decode("x")


def by_abstract_class(source: Source):
    return source.read()  # WRP101


def given() -> Decoder:
    raise NotImplementedError


def by_result():
    return given().decode("x")  # WRP101


def wrapped(decoder: Decoder):
    try:
        return decoder.decode("x")
    except ValueError as err:
        raise wrap(err, "decode") from err


def by_class(plain: Plain):
    return plain.decode("x")


def foreign(decoder: json.JSONDecoder):
    return decoder.decode("x")  # WRP101
