# options: wrp-ignore-packages=requests,xml.*,sqlite* wrp-enable=WRP104,WRP105
import json, os, requests, sqlite3, re, socket, pathlib
import xml.etree.ElementTree as ET
from json import load as ld, loads
from stackerr import wrap, wrapping, new
from typing import Protocol
class Port(Protocol):
    def fetch(self, k): ...
    def _hid(self): ...

def f(x, s: requests.Session, c: sqlite3.Connection, q):
    requests.get(x)
    s.get(x)
    r = s.post(x)
    r.json()
    ET.parse(x)
    c.execute(x)
    sqlite3.connect(x).execute("x")
    json.load(x)  # WRP101
def g(x, q):
    try:
        requests.get(x)
    except requests.HTTPError as e:
        q.put(e)
        raise
def h():
    raise requests.HTTPError("x")
def i(x):
    try:
        json.load(x)
    except json.JSONDecodeError:
        raise  # WRP102
