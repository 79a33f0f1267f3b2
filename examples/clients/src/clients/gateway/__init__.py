"""The client of the gateway, for users. Its types are its own: it reads what the gateway documents, and no more.

>>> VariableValue(secret="registry", key="PASSWORD").when is None
True
"""

from .objects import (
    Project,
    ProjectGroup,
    Run,
    Secret,
    Step,
    Task,
    TaskDepend,
    Token,
    User,
    Variable,
    VariableValue,
    Version,
    When,
)
from .projects import ProjectCalls, SettingCalls, UserCalls
from .requests import NameRequest, PlaceRequest, RestartRequest, SecretRequest, UserRequest, VariableRequest
from .runs import RunCalls


class GatewayClient(UserCalls, ProjectCalls, SettingCalls, RunCalls):
    """Talks to a gateway, for as long as a block runs.

    Args:
        url: where the gateway is, such as `http://127.0.0.1:4002`.
        token: a user's, or the admin's.
        timeout: the seconds that a connection, or the next piece of an answer, may take.
        transport: what carries the requests; tests put an application there.

    Every method raises what `clients.Client.call` raises, and says before it what was being done.
    """

    service = "gateway"


__all__ = [
    "GatewayClient",
    "NameRequest",
    "PlaceRequest",
    "Project",
    "ProjectCalls",
    "ProjectGroup",
    "RestartRequest",
    "Run",
    "RunCalls",
    "Secret",
    "SecretRequest",
    "SettingCalls",
    "Step",
    "Task",
    "TaskDepend",
    "Token",
    "User",
    "UserCalls",
    "UserRequest",
    "Variable",
    "VariableRequest",
    "VariableValue",
    "Version",
    "When",
]
