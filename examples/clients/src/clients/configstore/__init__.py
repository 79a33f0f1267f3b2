"""The client of the configstore, and the types that both share.

>>> VariableValue(secret_name="registry", secret_var="PASSWORD").when is None
True
"""

from clients.runservice.maintenance import MaintenanceCalls
from clients.runservice.requests import Instance, InstanceMode, MaintenanceResponse

from .objects import (
    Match,
    Parent,
    ParentGroup,
    ParentType,
    PlainName,
    Project,
    ProjectGroup,
    Ref,
    Secret,
    SecretData,
    User,
    Values,
    Variable,
    VariableName,
    VariableValue,
    When,
)
from .projects import ProjectCalls
from .requests import (
    AuthenticateRequest,
    ProjectGroupRequest,
    ProjectRequest,
    SecretRequest,
    TokenCreateRequest,
    TokenCreateResponse,
    UserCreateRequest,
    VariableRequest,
)
from .settings import SettingCalls
from .users import UserCalls


class ConfigstoreClient(UserCalls, ProjectCalls, SettingCalls, MaintenanceCalls):
    """Talks to a configstore, for as long as a block runs.

    Args:
        url: where the service is, such as `http://127.0.0.1:4001`.
        token: what says who asks.
        timeout: the seconds that a connection, or the next piece of an answer, may take.
        transport: what carries the requests; tests put an application there.

    Every method raises what `clients.Client.call` raises, and says before it what was being done.
    """

    service = "configstore"


__all__ = [
    "AuthenticateRequest",
    "Instance",
    "InstanceMode",
    "MaintenanceCalls",
    "MaintenanceResponse",
    "Match",
    "Parent",
    "ParentGroup",
    "ParentType",
    "PlainName",
    "Project",
    "ProjectCalls",
    "ProjectGroup",
    "ProjectGroupRequest",
    "ProjectRequest",
    "Ref",
    "Secret",
    "SecretData",
    "SecretRequest",
    "SettingCalls",
    "TokenCreateRequest",
    "TokenCreateResponse",
    "User",
    "UserCalls",
    "UserCreateRequest",
    "Values",
    "Variable",
    "VariableName",
    "VariableRequest",
    "VariableValue",
    "When",
]
