"""Keeps users, projects, secrets and variables; see `README.md`."""

from .api import make_app
from .errors import (
    ErrMaintenance,
    ErrSealed,
    ErrSetup,
    ErrUnavailable,
    is_err_maintenance,
    is_err_sealed,
    is_err_unavailable,
)
from .serve import serve
from .service import Service
from .vault import Vault, new_key

__all__ = [
    "ErrMaintenance",
    "ErrSealed",
    "ErrSetup",
    "ErrUnavailable",
    "Service",
    "Vault",
    "is_err_maintenance",
    "is_err_sealed",
    "is_err_unavailable",
    "make_app",
    "new_key",
    "serve",
]
