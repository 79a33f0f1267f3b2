"""Who asks, and what is his."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apierrors import ErrForbidden, ErrNotExist, ErrUnauthorized, RemoteError, is_remote
from clients import ErrClient, is_bearer
from stackerr import mark, wrapping

from .errors import kind_of_failure, missing, passing_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clients.configstore import ConfigstoreClient, Project, ProjectGroup, User


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a user, or, with no user, whoever has the admin's token."""

    user: User | None

    @property
    def is_admin(self) -> bool:
        """Whether everything is allowed."""
        return self.user is None or self.user.admin

    def may_see(self, owner_id: str) -> bool:
        """Whether what a user owns is there for the caller."""
        return self.is_admin or (self.user is not None and self.user.id == owner_id)

    def check_admin(self) -> None:
        """Let nobody but admins pass.

        Raises:
            ErrForbidden: it is none.
        """
        if not self.is_admin:
            raise ErrForbidden("not an admin", public="that is for admins")


class Doorkeeper:
    """Finds out who asks.

    Args:
        configstore: knows the tokens of the users.
        admin_tokens: those of the admin; compared in constant time.
    """

    def __init__(self, configstore: ConfigstoreClient, admin_tokens: Sequence[str]) -> None:
        self._configstore = configstore
        self._admin_tokens = admin_tokens

    async def who(self, token: str | None) -> Caller:
        """The caller with a token.

        Raises:
            ErrUnauthorized: it is nobody's.
            ErrUnavailable: it cannot be found out now.
            ErrBehind: it cannot be found out.
        """
        if not token or len(token) > 512 or not token.isascii():  # noqa: PLR2004 - no token is that long
            raise ErrUnauthorized("no token", public="show a token")
        with wrapping("look whether it is the admin"):
            if is_bearer(f"Bearer {token}", self._admin_tokens):
                return Caller(None)
        try:
            with wrapping("find out who asks"):
                return Caller(await self._configstore.authenticate(token))
        except (RemoteError, ErrClient) as err:
            if is_remote(err, ErrNotExist):
                raise mark(err, ErrUnauthorized, public="the token is not valid") from err
            raise mark(err, kind_of_failure(err)) from err


class Places:
    """Projects and groups as a caller sees them: what is somebody else's is not there.

    Args:
        configstore: where they are.
        caller: who asks.
    """

    def __init__(self, configstore: ConfigstoreClient, caller: Caller) -> None:
        self._configstore = configstore
        self._caller = caller

    async def project(self, ref: str) -> Project:
        """A project.

        Raises:
            ErrNotExist: there is none for this caller.
        """
        with passing_on({ErrNotExist: f"there is no project {ref}"}):
            project = await self._configstore.get_project(ref)
        if not self._caller.may_see(project.owner_id):
            raise missing("project", ref)
        return project

    async def group(self, ref: str) -> ProjectGroup:
        """A project group.

        Raises:
            ErrNotExist: there is none for this caller.
        """
        with passing_on({ErrNotExist: f"there is no project group {ref}"}):
            group = await self._configstore.get_project_group(ref)
        if not self._caller.may_see(group.owner_id):
            raise missing("project group", ref)
        return group
