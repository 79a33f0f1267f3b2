"""The client of the runservice, and the types that both share.

>>> task = RunConfigTask(id="t1", name="build", steps=[RunStep(command="make")])
>>> RunCreateRequest(name="nightly", group="/project/web", run_config_tasks={"t1": task}).name
'nightly'
"""

from .config import (
    Depend,
    DependCondition,
    Group,
    RestoreCacheStep,
    RestoreWorkspaceStep,
    RunConfig,
    RunConfigTask,
    RunStep,
    SaveCacheStep,
    SaveContent,
    SaveToWorkspaceStep,
    Step,
    Tasks,
)
from .executor import (
    Executor,
    ExecutorTask,
    ExecutorTaskSpec,
    ExecutorTaskSpecData,
    ExecutorTaskStatus,
    ExecutorTaskStep,
    WorkspaceOperation,
)
from .executors import ExecutorCalls
from .maintenance import MaintenanceCalls
from .requests import (
    ChangeGroupsResponse,
    Instance,
    InstanceMode,
    MaintenanceResponse,
    RunActionRequest,
    RunActionType,
    RunCreateRequest,
    RunEvent,
    RunResponse,
    RunsResponse,
    TaskActionRequest,
    TaskActionType,
)
from .run import (
    ExecutorTaskPhase,
    FetchPhase,
    Run,
    RunPhase,
    RunResult,
    RunTask,
    RunTaskStatus,
    RunTaskStep,
)
from .runs import RunCalls


class RunserviceClient(RunCalls, ExecutorCalls, MaintenanceCalls):
    """Talks to a runservice, for as long as a block runs.

    Args:
        url: where the service is, such as `http://127.0.0.1:4000`.
        token: what says who asks: the clients' token, or the executors'.
        timeout: the seconds that a connection, or the next piece of an answer, may take.
        transport: what carries the requests; tests put an application there.

    Every method raises what `clients.Client.call` raises, and says before it what was being done.
    """

    service = "runservice"


__all__ = [
    "ChangeGroupsResponse",
    "Depend",
    "DependCondition",
    "Executor",
    "ExecutorCalls",
    "ExecutorTask",
    "ExecutorTaskPhase",
    "ExecutorTaskSpec",
    "ExecutorTaskSpecData",
    "ExecutorTaskStatus",
    "ExecutorTaskStep",
    "FetchPhase",
    "Group",
    "Instance",
    "InstanceMode",
    "MaintenanceCalls",
    "MaintenanceResponse",
    "RestoreCacheStep",
    "RestoreWorkspaceStep",
    "Run",
    "RunActionRequest",
    "RunActionType",
    "RunCalls",
    "RunConfig",
    "RunConfigTask",
    "RunCreateRequest",
    "RunEvent",
    "RunPhase",
    "RunResponse",
    "RunResult",
    "RunStep",
    "RunTask",
    "RunTaskStatus",
    "RunTaskStep",
    "RunsResponse",
    "RunserviceClient",
    "SaveCacheStep",
    "SaveContent",
    "SaveToWorkspaceStep",
    "Step",
    "TaskActionRequest",
    "TaskActionType",
    "Tasks",
    "WorkspaceOperation",
]
