"""Names that other modules of the project take from here."""

import json
from pathlib import Path

import requests
from requests import get as fetch

__all__ = ["Base", "fetch", "json", "make_session", "session"]

session = requests.Session()
_client = None


def make_session() -> requests.Session:
    return requests.Session()


def make_quietly():
    return requests.Session()


def make_text() -> str:
    return "x"


def client():
    global _client
    if _client is None:
        _client = requests.Session()
    return _client


class Base:
    root: Path

    def __init__(self):
        self.session = make_session()

    @property
    def http(self) -> "requests.Session":
        return self.session
