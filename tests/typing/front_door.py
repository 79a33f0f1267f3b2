"""What type checkers must see, and what they must refuse. Checked by mypy and pyright, never run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import assert_type

from stackerr import (
    BaseErrorGroup,
    Error,
    ErrorGroup,
    RemoteError,
    Sentinel,
    as_err,
    cause,
    chain,
    code,
    compact,
    errorf,
    fields,
    from_dict,
    is_err,
    join,
    mark,
    matching,
    new,
    opaque,
    sentinel,
    to_dict,
    unwrap,
    with_message,
    with_stack,
    wrap,
    wrapf,
    wrapping,
)


class ErrNotExist(Sentinel, message="object does not exist", status=404):
    """The object is not there."""


is_err_not_exist = ErrNotExist.is_err


def wrapping_keeps_the_type(err: OSError, none: None, maybe: KeyError | None, either: OSError | KeyError) -> None:
    assert_type(wrap(err, "m"), OSError)
    assert_type(wrap(err, "m", stacklevel=2, key=1), OSError)
    assert_type(wrap(none, "m"), None)
    assert_type(wrap(maybe, "m"), KeyError | None)
    assert_type(wrap(either, "m"), OSError | KeyError)
    assert_type(wrapf(err, "m %s", 1), OSError)
    assert_type(wrapf(maybe, "m %s", 1), KeyError | None)
    assert_type(with_stack(err), OSError)
    assert_type(with_stack(none), None)
    assert_type(with_message(err, "m"), OSError)
    assert_type(mark(err, ErrNotExist), OSError)
    assert_type(mark(err, ErrNotExist, message="m"), OSError)
    assert_type(opaque(err, "m"), Error)
    assert_type(opaque(none, "m"), None)
    assert_type(new("m", key=1), Error)
    assert_type(errorf("m %s", 1), Error)


def what_is_no_error_is_refused(maybe: str) -> None:
    wrap("text", "m")  # type: ignore[call-overload]
    wrap(ValueError, "m")  # type: ignore[call-overload]
    wrap(ValueError(), 3)  # type: ignore[call-overload]
    wrap(maybe, "m")  # type: ignore[call-overload]
    mark(ValueError(), str)  # type: ignore[arg-type]
    join("text")  # type: ignore[call-overload]
    with wrapping(3):  # type: ignore[arg-type]
        pass


def looking(err: BaseException, maybe: KeyError | None) -> None:
    assert_type(as_err(err, OSError), OSError | None)
    assert_type(as_err(None, OSError), OSError | None)
    found: LookupError | None = as_err(err, (KeyError, IndexError))
    assert found is None
    assert_type(ErrNotExist.as_err(err), ErrNotExist | None)
    assert_type(unwrap(err), BaseException | None)
    assert_type(cause(err), BaseException)
    assert_type(cause(None), None)
    assert_type(chain(err)[0].message, str)
    assert_type(code(err), str | int | None)
    assert_type(compact(err), str)
    is_err(err, "KeyError")  # type: ignore[arg-type]


def an_answer_of_yes_means_that_there_is_an_error(maybe: KeyError | None) -> None:
    if is_err(maybe, LookupError):
        assert_type(maybe, KeyError)
    if is_err_not_exist(maybe):
        assert_type(maybe, KeyError)


def joining(some: list[OSError], all_kinds: list[BaseException | None]) -> None:
    assert_type(join(), None)
    assert_type(join(*some), ErrorGroup | None)
    assert_type(join(KeyError(), None), ErrorGroup | None)
    assert_type(join(*all_kinds), ErrorGroup | BaseErrorGroup | None)


def handlers() -> None:
    try:
        pass
    except ErrNotExist as err:
        assert_type(err, ErrNotExist)
    except matching(ErrNotExist, OSError) as err:
        assert_type(err, BaseException)


@wrapping("load %(run_id)s")
def load(run_id: int, *, fast: bool = False) -> str:
    return f"{run_id}{fast}"


@wrapping("fetch")
async def fetch(key: str) -> bytes:
    return key.encode()


@wrapping("page")
def pages(count: int) -> Iterator[int]:
    yield count


@wrapping("stream")
async def stream(count: int) -> AsyncIterator[int]:
    yield count


async def decorated_functions_keep_their_signatures() -> None:
    assert_type(load(1, fast=True), str)
    assert_type(await fetch("k"), bytes)
    assert_type(list(pages(3)), list[int])
    assert_type([item async for item in stream(3)], list[int])
    load("1")  # type: ignore[arg-type]


def a_block_never_swallows() -> int:
    with wrapping("m"):
        return 3


def plain_data(err: Error) -> None:
    assert_type(from_dict(to_dict(err)), BaseException)
    assert_type(fields(err).get("key"), object)  # type: ignore[assert-type]
    assert_type(RemoteError("x").type_names, frozenset[str])
    assert_type(sentinel("ErrX", "x"), type[Sentinel])
