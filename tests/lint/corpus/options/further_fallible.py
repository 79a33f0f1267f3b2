# options: wrp-extra-fallible=re.compile,widget.*,acme.Client.go*,*.frob
import json, os, requests, sqlite3, re, socket, pathlib
import xml.etree.ElementTree as ET
from json import load as ld, loads
from stackerr import wrap, wrapping, new
from typing import Protocol
class Port(Protocol):
    def fetch(self, k): ...
    def _hid(self): ...

import widget, acme
from acme import Client
def f(x, c: Client):
    re.compile(x)  # WRP101
    re.match(x, x)
    widget.go()  # WRP101
    widget.W().stop()  # WRP101
    c.gone()  # WRP101
    c.stop()
    acme.Client().go()  # WRP101
    acme.frob()  # WRP101
