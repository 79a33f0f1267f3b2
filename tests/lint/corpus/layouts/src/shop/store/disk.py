from abc import ABC, abstractmethod
from typing import Protocol
import os
class StoreError(Exception): ...
def read(k): return open(k).read()
async def aread(k): return 1
class Disk:
    def __init__(self, root): self.root = root
    def get(self, k): return k
    @property
    def size(self): return os.stat(self.root).st_size
    @classmethod
    def make(cls): return cls("x")
    @staticmethod
    def check(k): return k
class Port(Protocol):
    def fetch(self, k): ...
class Abs(ABC):
    @abstractmethod
    def fetch(self, k): ...
def make() -> Disk: return Disk("x")
