# options: wrp-call-policy=external
import json, os, requests, sqlite3, re, socket, pathlib
import xml.etree.ElementTree as ET
from json import load as ld, loads
from stackerr import wrap, wrapping, new
from typing import Protocol
class Port(Protocol):
    def fetch(self, k): ...
    def _hid(self): ...

def f(p: Port, s: requests.Session):
    p.fetch(1)  # WRP101
    p._hid()
    s.get(1)  # WRP101
    re.compile("x")  # WRP101
    os.path.join("x")  # WRP101
    len("x")
    open("x")  # WRP101
    int("x")
    print("x")
    with wrapping("x"):
        p.fetch(1)
class Impl(Port):
    def fetch(self, k): return 1
def g(p: Impl):
    p.fetch(1)
