"""What a run is made from, at rest: all that tasks get as their environment is sealed, the rest is in clear."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from clients import Model
from clients.runservice import RunConfig
from stackerr import wrapping
from vault import ErrSealed

if TYPE_CHECKING:
    from vault import Vault

_ENVIRONMENTS: Any = {
    "environment": True,
    "static_environment": True,
    "tasks": {"__all__": {"environment": True, "steps": {"__all__": {"environment": True}}}},
}
_PUBLIC = "the environment of the run was sealed with a key that the runservice does not have: an operator must add it"


class SealedConfig(Model):
    """A run config as it is stored.

    Attributes:
        config: without any environment: neither the run's nor those of its tasks and steps.
        sealed: the environments.
    """

    config: RunConfig
    sealed: str


def without_environments(config: RunConfig) -> RunConfig:
    """What anybody may read of a config.

    >>> without_environments(RunConfig(id="r1", name="n", group="/g", environment={"PASSWORD": "hunter2"})).environment
    {}
    """
    return RunConfig.model_validate_json(config.model_dump_json(exclude=_ENVIRONMENTS))


def seal_config(vault: Vault, config: RunConfig) -> SealedConfig:
    """The config as it is to be stored; it can be opened under the id of its run only."""
    with wrapping("seal the environment of run %s", config.id, run_id=config.id):
        sealed = vault.seal(config.id, config.model_dump(mode="json", include=_ENVIRONMENTS))
    return SealedConfig(config=without_environments(config), sealed=sealed)


def open_config(vault: Vault, stored: SealedConfig) -> RunConfig:
    """The config with all environments.

    Raises:
        ErrSealed: none of the keys fits, or something else was stored there.
    """
    run_id = stored.config.id
    with wrapping("open the environment of run %s", run_id, run_id=run_id, public=_PUBLIC):
        environments = vault.open(run_id, stored.sealed)
        try:
            whole = _merge(stored.config.model_dump(mode="json"), environments)
            return RunConfig.model_validate_json(json.dumps(whole))
        except ValueError:
            raise ErrSealed("what is sealed does not fit the rest") from None  # it may hold secrets


def _merge(rest: Any, more: Any) -> Any:
    """Two documents of the same shape, of which each has what the other one lacks."""
    if isinstance(rest, dict) and isinstance(more, dict):
        return rest | {key: _merge(rest.get(key), value) for key, value in more.items()}
    if isinstance(rest, list) and isinstance(more, list):
        return [_merge(one, other) for one, other in zip(rest, more, strict=True)]
    return more
