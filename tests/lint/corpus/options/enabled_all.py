# options: wrp-enable=all
import json, os, requests, sqlite3, re, socket, pathlib
import xml.etree.ElementTree as ET
from json import load as ld, loads
from stackerr import wrap, wrapping, new
from typing import Protocol
class Port(Protocol):
    def fetch(self, k): ...
    def _hid(self): ...

def f(x):
    try:
        json.load(x)
    except ValueError as e:
        return e  # WRP104
    raise requests.HTTPError("x")  # WRP105
