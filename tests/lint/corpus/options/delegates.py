# options: wrp-ignore-delegates=true
import json, os, requests, sqlite3, re, socket, pathlib
import xml.etree.ElementTree as ET
from json import load as ld, loads
from stackerr import wrap, wrapping, new
from typing import Protocol
class Port(Protocol):
    def fetch(self, k): ...
    def _hid(self): ...

def f(x):
    return json.load(x)
def g(x):
    """Doc."""
    return json.load(x)
async def h(x):
    return await requests.get(x)
def i(x):
    y = json.load(x)  # WRP101
    return y
def j(x):
    return json.load(open(x))  # WRP101
def k(x):
    json.load(x)  # WRP101
class K:
    def m(self, x):
        return json.load(x)
