"""Seals and opens, with keys that an operator has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from stackerr import wrapping

from .errors import ErrSealed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Vault:
    """Seals and opens.

    Args:
        keys: of 32 bytes in URL-safe base64. The first seals, all of them open, so that a new one can come in
            before the old one goes out.
        setting: where the keys are from, such as `CONFIGSTORE_KEY`: errors tell an operator to look there.

    Raises:
        ValueError: a key is none.

    >>> vault = Vault([new_key()], "CONFIGSTORE_KEY")
    >>> sealed = vault.seal("s1", {"PASSWORD": "hunter2"})
    >>> "hunter2" in sealed, vault.open("s1", sealed)
    (False, {'PASSWORD': 'hunter2'})
    """

    def __init__(self, keys: Sequence[str], setting: str) -> None:
        self._hint = (
            f"add the key that it was sealed with to {setting}, after the first one; "
            "for what was imported that is the key of the installation that exported it"
        )
        hint = f"put into {setting} what the service's command new-key prints"
        with wrapping("read the keys of %s", setting, setting=setting, hint=hint):
            self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, id: str, data: Mapping[str, Any]) -> str:
        """The values, not to be read without a key. They can be opened under this id only.

        Args:
            id: whose values they are.
            data: what JSON can hold.
        """
        with wrapping("seal %s", id, id=id):
            plain = json.dumps({"id": id, "data": dict(data)})
            return self._fernet.encrypt(plain.encode()).decode()

    def open(self, id: str, sealed: str) -> dict[str, Any]:
        """The values that were sealed.

        Raises:
            ErrSealed: none of the keys fits, or it is not what was sealed under this id.
        """
        with wrapping("open %s", id, id=id):
            try:
                plain = json.loads(self._fernet.decrypt(sealed.encode()))
            except InvalidToken:
                raise ErrSealed("none of the keys fits", hint=self._hint) from None  # it says nothing more
            if plain["id"] != id:
                raise ErrSealed("it was sealed under another id", hint=self._hint)
            data: dict[str, Any] = plain["data"]
            return data


def new_key() -> str:
    """A key made of chance."""
    return Fernet.generate_key().decode()
