"""Secrets at rest: sealed before they are stored, opened for who asks for their values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from stackerr import mark, wrapping

from .errors import ErrSealed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Vault:
    """Seals and opens.

    Args:
        keys: of 32 bytes in URL-safe base64. The first seals, all of them open, so that a new one can come in
            before the old one goes out.

    Raises:
        ValueError: a key is none.

    >>> vault = Vault([new_key()])
    >>> sealed = vault.seal("s1", {"PASSWORD": "hunter2"})
    >>> "hunter2" in sealed, vault.open("s1", sealed)
    (False, {'PASSWORD': 'hunter2'})
    """

    def __init__(self, keys: Sequence[str]) -> None:
        with wrapping("read the keys for secrets", hint="`configstore new-key` prints a good one"):
            self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, id: str, data: Mapping[str, str]) -> str:
        """The values, not to be read without a key. They can be opened under this id only."""
        with wrapping("seal secret %s", id, secret_id=id):
            plain = json.dumps({"id": id, "data": dict(data)})
            return self._fernet.encrypt(plain.encode()).decode()

    def open(self, id: str, sealed: str) -> dict[str, str]:
        """The values that were sealed.

        Raises:
            ErrSealed: none of the keys fits, or it is not what was sealed under this id.
        """
        with wrapping("open secret %s", id, secret_id=id):
            try:
                plain = json.loads(self._fernet.decrypt(sealed.encode()))
            except InvalidToken as err:
                raise mark(err, ErrSealed, "none of the keys fits", hint=_HINT) from err
            if plain["id"] != id:
                raise ErrSealed("it was sealed as another secret", hint=_HINT)
            data: dict[str, str] = plain["data"]
            return data


_HINT = "add the key that it was sealed with to CONFIGSTORE_KEY, after the new one; or set the secret anew"


def new_key() -> str:
    """A key made of chance."""
    return Fernet.generate_key().decode()
