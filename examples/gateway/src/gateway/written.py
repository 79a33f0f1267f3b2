"""The body that says what is to be run, as JSON or as YAML."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import ValidationError

from apierrors import ErrBadRequest
from serving import ErrTooMuch
from stackerr import mark, wrapping

from .config import RunConfig

if TYPE_CHECKING:
    from yaml.nodes import Node

LARGEST = 1 << 20
_YAML = ("application/yaml", "application/x-yaml", "text/yaml")
MEDIA_TYPES = ("application/json", "application/yaml")


class _Loader(yaml.SafeLoader):
    """YAML without aliases: a few lines of them can stand for gigabytes."""

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "aliases are not read", _mark_of(self))
        return super().compose_node(parent, index)


def _mark_of(loader: _Loader) -> yaml.Mark:
    mark: yaml.Mark = loader.peek_event().start_mark  # type: ignore[no-untyped-call]
    return mark


def read_config(body: bytes, media_type: str) -> RunConfig:
    """What a body says.

    Raises:
        ErrBadRequest: it is neither JSON nor YAML, or no config; the public words say where.
        ErrTooMuch: it is larger than configs are.
    """
    with wrapping("read the run config"):
        if len(body) > LARGEST:
            raise ErrTooMuch
        media = media_type.partition(";")[0].strip().lower()
        if media not in (*_YAML, "application/json"):
            text = f"send the config as {' or '.join(MEDIA_TYPES)}"
            raise ErrBadRequest(f"the media type is {media!r}", public=text)
        written = _load_yaml(body) if media in _YAML else _load_json(body)
        try:
            return RunConfig.model_validate_json(json.dumps(written))
        except ValidationError as err:
            raise _bad(_first(err)) from None  # which shows the input
        except (TypeError, ValueError, RecursionError) as err:
            raise mark(err, ErrBadRequest, public="only text, numbers, lists and mappings are read") from err


def _load_json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as err:
        raise mark(err, ErrBadRequest, public=f"it is no JSON: {str(err)[:200]}", code="bad_run_config") from err


def _load_yaml(body: bytes) -> Any:
    try:
        return yaml.load(body, _Loader)  # noqa: S506 - it is derived from the safe one
    except yaml.MarkedYAMLError as err:
        where = f", line {err.problem_mark.line + 1}" if err.problem_mark else ""
        raise mark(err, ErrBadRequest, public=f"it is no YAML: {err.problem}{where}", code="bad_run_config") from err
    except (yaml.YAMLError, ValueError, RecursionError) as err:
        raise mark(err, ErrBadRequest, public="it is no YAML", code="bad_run_config") from err


def _first(err: ValidationError) -> str:
    first = err.errors(include_input=False, include_url=False, include_context=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'the whole'}: {first['msg']}"[:500]


def _bad(text: str) -> ErrBadRequest:
    return ErrBadRequest(text, public=text, code="bad_run_config")
