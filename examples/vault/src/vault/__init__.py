"""Secrets at rest: sealed before they are stored, opened for who needs their values."""

from .errors import ErrSealed, is_err_sealed
from .vault import Vault, new_key

__all__ = ["ErrSealed", "Vault", "is_err_sealed", "new_key"]
