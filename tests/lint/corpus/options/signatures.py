# options: wrp-ignore-sigs=json.load(
import json, os, requests, sqlite3, re, socket, pathlib
import xml.etree.ElementTree as ET
from json import load as ld, loads
from stackerr import wrap, wrapping, new
from typing import Protocol
class Port(Protocol):
    def fetch(self, k): ...
    def _hid(self): ...

def f(x):
    json.load(x)
    ld(x)
    loads(x)  # WRP101
    json.loads(x)  # WRP101
    raise new("x")
def g(x):
    try:
        json.load(x)
    except ValueError:
        raise
def h(x, e):
    e.add_note("x")
    raise wrap(e, "x")
def i(x):
    try:
        json.load(x)
    except json.JSONDecodeError:
        raise
def j(x):
    try:
        json.loads(x)
    except json.JSONDecodeError:
        raise  # WRP102
