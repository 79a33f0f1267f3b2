# options: wrp-first-party=mine,mine.*,acme* wrp-report-internal=package
import json, os, requests, sqlite3, re, socket, pathlib
import xml.etree.ElementTree as ET
from json import load as ld, loads
from stackerr import wrap, wrapping, new
from typing import Protocol
class Port(Protocol):
    def fetch(self, k): ...
    def _hid(self): ...

import mine, acme_x, yours, mine.sub
def f(x):
    mine.go()
    acme_x.requests.get(1)
    yours.go()
    requests.get(x)  # WRP101
