# options: wrp-wrap-functions=my.wrapit,*.annotate wrp-wrap-contexts=my.ctx,app_ctx
import json, os, requests, sqlite3, re, socket, pathlib
import xml.etree.ElementTree as ET
from json import load as ld, loads
from stackerr import wrap, wrapping, new
from typing import Protocol
class Port(Protocol):
    def fetch(self, k): ...
    def _hid(self): ...

import my
from my import wrapit, ctx
from other import app_ctx, Annotator
def f(x):
    with my.ctx("x"):
        json.load(x)
    with ctx("x"):
        json.load(x)
    with app_ctx:
        json.load(x)
    with app_ctx("x"):
        json.load(x)
    with my.nope():
        json.load(x)  # WRP101
@ctx("x")
def g(x):
    json.load(x)
@my.ctx
def g2(x):
    json.load(x)
def h(x):
    try:
        json.load(x)
    except json.JSONDecodeError as e:
        raise wrapit(e)
    try:
        json.load(x)
    except json.JSONDecodeError as e:
        raise my.wrapit(e, "x")
    try:
        json.load(x)
    except json.JSONDecodeError as e:
        raise my.other(e, "x")  # WRP103
    try:
        json.load(x)
    except json.JSONDecodeError as e:
        raise x.annotate(e)
