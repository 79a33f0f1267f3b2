"""Passes on what other modules made."""

import json as _json
from json import load as load_json
import requests
import sqlite3
from os import *
from app.sources import session, make_conn, Base as Base2, Client as PublicClient
from .sources import helper
try:
    import orjson as oj
except ImportError:
    import json as oj
__all__ = ["load_json", "requests", "session"]
