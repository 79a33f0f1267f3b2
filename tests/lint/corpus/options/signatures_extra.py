# options: wrp-extra-ignore-sigs=json.load(,.execute(,os.path.getsize(,Connection.commit(,load(
import json, os, requests, sqlite3, re, socket, pathlib
import xml.etree.ElementTree as ET
from json import load as ld, loads
from stackerr import wrap, wrapping, new
from typing import Protocol
class Port(Protocol):
    def fetch(self, k): ...
    def _hid(self): ...

def f(x, c: sqlite3.Connection):
    json.load(x)
    json.loads(x)  # WRP101
    c.execute(x)
    c.commit()
    c.rollback()  # WRP101
    os.path.getsize(x)
    os.path.getmtime(x)  # WRP101
