# options: wrp-call-policy=external wrp-ignore-interface-regexps=(Port|Sess)
import json, os, requests, sqlite3, re, socket, pathlib
import xml.etree.ElementTree as ET
from json import load as ld, loads
from stackerr import wrap, wrapping, new
from typing import Protocol
class Port(Protocol):
    def fetch(self, k): ...
    def _hid(self): ...

def f(p: Port, s: requests.Session, c: sqlite3.Connection):
    p.fetch(1)
    s.get(1)
    c.execute(1)  # WRP101
