"""Archives of files: tar, uncompressed. What is unpacked stays in its directory, whoever made the archive."""

from __future__ import annotations

import os
import tarfile
from typing import TYPE_CHECKING

from stackerr import mark, wrapping

from .disk import telling_full
from .errors import ErrBadArchive, ErrBadTask, ErrTooLarge, ErrUnsafeArchive
from .patience import go_on
from .patterns import is_match

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path
    from threading import Event

    from clients.runservice import SaveContent

SIZE_LIMIT = 8 << 30
COUNT_LIMIT = 1_000_000
_NOWHERE = "/nowhere"  # links are looked at by their names alone


def inside(root: Path, relative: str) -> Path:
    """A path below a directory.

    Raises:
        ErrBadTask: it leads out of there.
    """
    path = root / os.path.normpath(relative or ".")
    with wrapping("find %r in %s", relative, root):
        if "\0" in relative or not path.resolve().is_relative_to(root.resolve()):
            raise ErrBadTask("the path leads out of the task's directory", path=relative)
    return path


def pack(root: Path, contents: Iterable[SaveContent], archive: Path, stop: Event) -> int:
    """Put files into an archive.

    Args:
        root: where the paths of the contents begin.
        contents: what to take, and where it goes.
        archive: the file to write; it gets its name when it is complete.
        stop: set when nobody waits for it any more.

    Returns:
        How many entries it holds.

    Raises:
        ErrBadTask: a path leads out of the root, or is not there.
        ErrUnsafeArchive: there is a link out of the archive, or a device.
        ErrFull: the disk is.
    """
    temporary = archive.with_suffix(".new")
    with wrapping("pack %s", archive.name), telling_full():
        try:
            with tarfile.open(temporary, "w", format=tarfile.PAX_FORMAT) as tar:
                for content in contents:
                    for path, name in _choose(root, content):
                        go_on(stop)
                        tar.add(path, name, recursive=False, filter=_check_own)
                count = len(tar.getmembers())
            temporary.replace(archive)
        finally:
            temporary.unlink(missing_ok=True)
    return count


def unpack(archive: Path, directory: Path, stop: Event, *, size_limit: int = SIZE_LIMIT) -> int:
    """Take the files out of an archive.

    Args:
        archive: the file.
        directory: where they go; it is made when it is not there.
        stop: set when nobody waits for it any more.
        size_limit: how many bytes they may have together.

    Returns:
        How many entries there were.

    Raises:
        ErrBadArchive: it is no archive, or not a whole one.
        ErrUnsafeArchive: it holds a name with `..`, a link out, a device, or a file to be written through a link.
        ErrTooLarge: it holds more than may be.
        ErrFull: the disk is.

    Source: PEP 706, "Filter for tarfile.extractall"; its filter `data`, and besides nothing goes through a link.
    """
    count = 0
    with wrapping("unpack %s", archive.name), telling_full(), _naming_garbage():
        directory.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive, "r:") as tar:
            for member in _within_limits(tar, size_limit):
                go_on(stop)
                with wrapping("entry %r", member.name):
                    _refuse_detours(member, directory)
                    tar.extract(member, directory, filter="data")
                count += 1
            _expect_end(archive, tar.offset)
    return count


class _naming_garbage:  # noqa: N801 - used like a function
    """Give what tarfile says of garbage the name that it has here."""

    def __enter__(self) -> None: ...

    def __exit__(self, _: object, err: BaseException | None, traceback: object) -> None:
        if isinstance(err, tarfile.FilterError):
            raise mark(err, ErrUnsafeArchive, ErrUnsafeArchive.default_message, stacklevel=2) from err
        if isinstance(err, (tarfile.TarError, EOFError, UnicodeError)):
            raise mark(err, ErrBadArchive, ErrBadArchive.default_message, stacklevel=2) from err


def _within_limits(tar: tarfile.TarFile, size_limit: int) -> Iterator[tarfile.TarInfo]:
    size = 0
    for count, member in enumerate(tar, 1):
        size += member.size
        if count > COUNT_LIMIT or size > size_limit:
            raise ErrTooLarge(f"the archive holds more than {COUNT_LIMIT} entries or {size_limit} bytes")
        yield member


def _expect_end(archive: Path, offset: int) -> None:
    """An archive ends with a block of zeros; tarfile takes one that was cut off between two files for whole."""
    with wrapping("look for the end"), archive.open("rb") as file:
        file.seek(offset)
        if file.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
            raise ErrBadArchive("the archive is cut off or damaged")


def _refuse_detours(member: tarfile.TarInfo, directory: Path) -> None:
    """Nothing is written through a link, not even one that leads to where it may."""
    names = [member.name] + ([member.linkname] if member.islnk() else [])
    for name in names:
        parts = name.split("/")
        if name.startswith("/") or ".." in parts or "\0" in name:
            raise ErrUnsafeArchive("the name leads out of the directory", name=name)
        path = directory
        for part in parts[:-1]:
            path = path / part
            if path.is_symlink():
                raise ErrUnsafeArchive("the name leads through a link", name=name)


def _choose(root: Path, content: SaveContent) -> Generator[tuple[str, str], None, None]:
    """Paths to take, each with its name in the archive; a directory that is chosen goes with all that is in it."""
    base, target = inside(root, content.source_dir), os.path.normpath(content.dest_dir)
    if target.startswith(("/", "..")):
        raise ErrBadTask("the path leads out of the archive", path=content.dest_dir)
    if not base.is_dir():
        raise ErrBadTask("there is no such directory", path=content.source_dir)
    waiting = [("", False)]
    while waiting:
        above, is_chosen = waiting.pop()
        with wrapping("read directory %s", base / above), os.scandir(base / above) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                name = f"{above}/{entry.name}" if above else entry.name
                takes = is_chosen or any(is_match(name, pattern) for pattern in content.paths)
                if takes:
                    yield entry.path, os.path.normpath(os.path.join(target, name))
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((name, takes))


def _check_own(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Refuse now what could not be unpacked later; who made it is nobody's business."""
    with wrapping("entry %r", member.name), _naming_garbage():
        tarfile.data_filter(member, _NOWHERE)
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member
