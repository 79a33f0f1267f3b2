"""Makes what other modules use."""

from __future__ import annotations
import sqlite3
import requests
import socket
import typing as t
from dataclasses import dataclass, field
session = requests.Session()

def make_conn(path):
    return sqlite3.connect(path)

def typed_conn(path) -> sqlite3.Connection:
    return cache[path]

def helper():
    return 1

class Base:
    conn: sqlite3.Connection
    def __init__(self, path):
        self.sock = socket.socket()
        self._session = None

    def open(self):
        self._session = requests.Session()

class Client(Base):
    pass
