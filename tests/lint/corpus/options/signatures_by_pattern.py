# options: wrp-ignore-sig-regexps=json\.[a-z]+\(;^os\..*dir\(
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
    json.loads(x)
    os.listdir(x)
    os.mkdir(x)
    os.remove(x)  # WRP101
