"""The command of the users, `ci`: it knows the gateway through `clients.gateway` alone."""

from .command import main

__all__ = ["main"]
