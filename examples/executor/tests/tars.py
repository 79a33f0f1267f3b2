"""Archives for the tests, good ones and others."""

import io
import tarfile


def tar(*members):
    """An archive of (name, what) pairs: bytes for a file, None for a directory, a TarInfo as it is."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for name, what in members:
            info = what if isinstance(what, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.name = name
            if isinstance(what, bytes):
                info.size = len(what)
            elif what is None:
                info.type = tarfile.DIRTYPE
                info.mode = 0o755
            archive.addfile(info, io.BytesIO(what) if isinstance(what, bytes) else None)
    return written.getvalue()


def names(data):
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return sorted(archive.getnames())


def link(target, kind=tarfile.SYMTYPE):
    info = tarfile.TarInfo()
    info.type = kind
    info.linkname = target
    return info


def device():
    info = tarfile.TarInfo()
    info.type = tarfile.CHRTYPE
    info.devmajor, info.devminor = 1, 3
    return info


HOSTILE = {
    "dots": tar(("../escaped", b"x")),
    "dots inside": tar(("a/../../escaped", b"x")),
    "absolute": tar(("/tmp/escaped", b"x")),
    "link out": tar(("link", link("../../escaped"))),
    "absolute link": tar(("link", link("/etc"))),
    "through a link": tar(("dir", None), ("link", link("dir")), ("link/file", b"x")),
    "hard link out": tar(("link", link("../../id", tarfile.LNKTYPE))),
    "hard link through a link": tar(("dir", None), ("s", link("dir")), ("link", link("s/x", tarfile.LNKTYPE))),
    "device": tar(("null", device())),
    "pipe": tar(("pipe", link("", tarfile.FIFOTYPE))),
}
GARBAGE = {
    "empty": b"",
    "words": b"this is no archive" * 100,
    "cut off": tar(("file", b"x" * 5000))[:3000],
    "cut between files": tar(("a", b"x"), ("b", b"y"))[:1024],
    "cut in a header": tar(("a", b"x"), ("b", b"y"))[:1100],
}
