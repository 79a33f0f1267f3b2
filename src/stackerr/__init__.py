"""Wrap an error where it crosses a boundary: say what you were doing, keep the place, change nothing else.

>>> import stackerr
>>> try:
...     try:
...         {}["id"]
...     except KeyError as e:
...         raise stackerr.wrap(e, "load user 7") from e
... except KeyError as err:
...     print(err)
load user 7: 'id'
"""

from ._chain import as_err, cause, is_err, matching, unwrap, walk
from ._config import configure, is_detailed
from ._errors import Error
from ._later import __dir__ as __dir__
from ._later import __getattr__ as __getattr__
from ._sentinel import Sentinel, sentinel
from ._stack import Frame
from ._wrap import errorf, mark, new, opaque, with_message, with_stack, wrap, wrapf
from ._wrapping import wrapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._detail import detailed
    from ._group import BaseErrorGroup, ErrorGroup, join
    from ._hooks import Installation, install
    from ._plain import describe, to_dict
    from ._remote import RemoteError, from_dict
    from ._report import Link, chain, code, fields, frames, hints, public_message
    from ._text import compact

__version__ = "0.1.0"

__all__ = [
    "BaseErrorGroup",
    "Error",
    "ErrorGroup",
    "Frame",
    "Installation",
    "Link",
    "RemoteError",
    "Sentinel",
    "as_err",
    "cause",
    "chain",
    "code",
    "compact",
    "configure",
    "describe",
    "detailed",
    "errorf",
    "fields",
    "frames",
    "from_dict",
    "hints",
    "install",
    "is_detailed",
    "is_err",
    "join",
    "mark",
    "matching",
    "new",
    "opaque",
    "public_message",
    "sentinel",
    "to_dict",
    "unwrap",
    "walk",
    "with_message",
    "with_stack",
    "wrap",
    "wrapf",
    "wrapping",
]
