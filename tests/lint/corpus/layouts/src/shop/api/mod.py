# options: wrp-report-internal=module wrp-call-scope=all
from shop.store.disk import read, Disk, StoreError, make, Port, aread, Abs
from shop.store import disk
import shop.store.disk as d
from ..store.disk import read as rd
from .near import near
import auth
import util
from stackerr import wrapping, wrap

def own(): ...

async def a(x: Disk, p: Port, q: Abs):
    read(1)  # WRP201
    disk.read(1)  # WRP201
    d.read(1)  # WRP201
    rd(1)  # WRP201
    near()  # WRP201
    own()
    x.get(1)  # WRP201
    make().get(1)  # WRP201
    Disk("x")  # WRP201
    Disk.make()  # WRP201
    Disk.check(1)  # WRP201
    await aread(1)  # WRP201
    p.fetch(1)  # WRP201
    q.fetch(1)  # WRP201
    with wrapping("x"):
        read(1)
    try:
        read(1)
    except StoreError:
        raise  # WRP202
    try:
        read(1)
    except StoreError as e:
        raise wrap(e, "x") from e
    try:
        read(1)
    except StoreError as e:
        raise e  # WRP202
    raise StoreError("x")

class K:
    def __init__(self):
        self.disk = make()  # WRP201
    def m(self):
        self.disk.get(1)  # WRP201
        self.other()
    def other(self): ...
