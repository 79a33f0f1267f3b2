# options: wrp-first-party=requests
import json, os, requests, sqlite3, re, socket, pathlib
import xml.etree.ElementTree as ET
from json import load as ld, loads
from stackerr import wrap, wrapping, new
from typing import Protocol
class Port(Protocol):
    def fetch(self, k): ...
    def _hid(self): ...

def f(x):
    requests.get(x)
    try:
        requests.get(x)
    except requests.HTTPError:
        raise
