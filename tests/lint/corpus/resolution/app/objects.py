"""Objects that came from elsewhere."""

import dataclasses
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, ClassVar, Dict, Iterator, List, Optional, Union, cast

import attrs
import boto3
import redis
import requests
from sqlalchemy.orm import Session as DbSession
from stackerr import wrap

from .shared import Base


@dataclass
class Settings:
    path: Path
    session: Optional[requests.Session] = None
    cache: "redis.Redis" = field(default_factory=redis.Redis)
    name: str = "x"

    def load(self):
        self.session.get("x")  # WRP101
        self.cache.get("x")  # WRP101
        self.name.encode()
        return self.path.read_text()  # WRP101


@attrs.define
class Attrs:
    path: Path = attrs.field()

    def load(self):
        return self.path.read_text()  # WRP101


class Derived(Base):
    table: ClassVar[Path] = Path("x")

    def run(self):
        self.session.get("x")  # WRP101
        self.http.get("x")  # WRP101
        self.root.unlink()  # WRP101
        self.table.unlink()  # WRP101
        return self.missing.get("x")


class Client(requests.Session):
    def fetch(self):
        self.get("x")  # WRP101
        return super().get("x")  # WRP101


class Lazy:
    def __init__(self, session: requests.Session | None = None):
        self._given = session
        self._client = None
        self.paths: list[Path] = []
        self.by_name: dict[str, Path] = {}

    def connect(self):
        self._client = boto3.client("s3")  # WRP101
        self.left, self.right = requests.Session(), 1

    def use(self):
        self._client.put_object()  # WRP101
        self._given.get("x")  # WRP101
        self.left.get("x")  # WRP101
        for path in self.paths:
            path.unlink()  # WRP101
        self.by_name["x"].unlink()  # WRP101
        for name, path in self.by_name.items():
            path.unlink()  # WRP101
            name.encode()
        self.paths[0].unlink()  # WRP101

    @classmethod
    def make(cls):
        cls().use()
        return cls()

    def use_nested(self, settings: Settings):
        settings.session.get("x")  # WRP101
        settings.path.unlink()  # WRP101
        found = Settings(Path("x"))
        found.path.unlink()  # WRP101
        self.make()._client.put_object()  # WRP101


def annotations(
    one: Union[requests.Session, None],
    two: Annotated[Path, "x"],
    three: List[Path],
    four: Dict[str, Path],
    five: "Optional[Path]",
    six: Iterator[Path],
    *rest: Path,
    db: DbSession,
    **named: Path,
):
    one.get("x")  # WRP101
    two.unlink()  # WRP101
    three[0].unlink()  # WRP101
    four["x"].unlink()  # WRP101
    five.unlink()  # WRP101
    next(six).unlink()  # WRP101
    rest[0].unlink()  # WRP101
    named["x"].unlink()  # WRP101
    db.execute("x")  # WRP101
    db.commit()  # WRP101
    three.get("x")


def local_annotation(thing):
    path: Path = thing
    path.unlink()  # WRP101
    later: Path
    later = thing
    later.unlink()  # WRP101
    cast(Path, thing).unlink()  # WRP101
    cast("Path", thing).unlink()  # WRP101


def unpacked():
    left, (path, _) = 1, (Path("x"), 2)
    path.unlink()  # WRP101
    first, *others = [Path("x")]
    first.unlink()  # WRP101
    return left, others


def loops():
    for index, path in enumerate([Path("x")]):
        path.unlink()  # WRP101
    for one, two in zip([Path("x")], [1]):
        one.unlink()  # WRP101
        two.unlink()
    return index


def matched(thing):
    match thing:
        case Path() as path:
            path.unlink()  # WRP101
        case requests.Session():
            thing.get("x")  # WRP101
        case {"path": path}:
            path.unlink()


def defaults(path=Path("x"), session=None):
    session = session or requests.Session()
    session.get("x")  # WRP101
    path.unlink()  # WRP101


def entered():
    with sqlite3.connect("x") as connection:  # WRP101
        connection.execute("x")  # WRP101
    with requests.Session() as one, requests.Session() as two:
        two.get("x")  # WRP101
        one.get("x")  # WRP101


def rebound(thing):
    session = requests.Session()
    session = thing
    session.get("x")


def branches(flag, thing):
    if flag:
        session = requests.Session()
    else:
        session = thing
    session.get("x")  # WRP101


def other_branch(flag, thing):
    if flag:
        session = requests.Session()
    else:
        session = thing
        session.get("x")


def in_a_loop(flag):
    session = None
    while flag:
        if session is not None:
            session.get("x")  # WRP101
        session = requests.Session()


def closure():
    session = requests.Session()

    def inner():
        return session.get("x")  # WRP101

    return inner


class Local:
    pass


def own(thing: Local, other: "Unknown"):
    thing.get("x")
    other.get("x")
    data = requests.get("x").json()  # WRP101
    data.get("x")
    data["x"].get("y")
    response = boto3.client("s3").get_object()  # WRP101
    response.get("x")
    response["Body"].read()
    return dataclasses.replace(thing), wrap
