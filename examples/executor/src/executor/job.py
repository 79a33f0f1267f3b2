"""A task that this executor has taken: where it is, and what becomes of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any

from clients import now
from clients.runservice import ExecutorTaskPhase, ExecutorTaskStep
from stackerr import as_err, compact, fields, to_dict, wrap, wrapping

from .errors import ErrLost, ErrStepFailed, ErrTimeout

if TYPE_CHECKING:
    from collections.abc import Callable

    from clients.runservice import ExecutorTask

    from .steps import Steps

logger = logging.getLogger("executor")

_LONGEST_ERROR = 10_000


class Job:
    """A task from its start to its end. It alone writes its status, so that nothing is overwritten.

    Args:
        task: the task as it was received.
        on_change: called after each change of the status.

    Attributes:
        id: the task's.
        status: where it is.
    """

    def __init__(self, task: ExecutorTask, on_change: Callable[[], None]) -> None:
        self.id = task.id
        self.status = task.status
        self._on_change = on_change
        self._is_stopped = False
        self._work: asyncio.Task[None] | None = None

    def start(self, steps: Steps) -> None:
        """Begin."""
        self._work = asyncio.create_task(self._begin(steps), name=f"task {self.id}")

    def stop(self) -> None:
        """End it soon: with all its processes."""
        if not self._is_stopped:
            self._is_stopped = True
            if self._work is not None and self.status.phase is ExecutorTaskPhase.RUNNING:
                self._work.cancel()

    def cancel(self) -> None:
        """End it before it has begun."""
        self._set(phase=ExecutorTaskPhase.CANCELLED, end_time=now())

    def give_up(self) -> None:
        """End it, since an executor that was killed has had it."""
        self._end(ExecutorTaskPhase.FAILED, wrap(ErrLost(), f"task {self.id}", task_id=self.id))

    async def wait(self) -> None:
        """Until it has ended."""
        if self._work is not None:
            await asyncio.wait([self._work])

    def has_ended(self, step: int | None) -> bool:
        """Whether nothing more happens in a step, or in the setup."""
        if self.status.phase.is_finished:
            return True
        steps = self.status.steps
        if step is not None and step >= len(steps):
            return False
        return (self.status.setup_step if step is None else steps[step]).phase.is_finished

    async def _begin(self, steps: Steps) -> None:
        if self._is_stopped:
            self.cancel()
        else:
            await self._run(steps)

    async def _run(self, steps: Steps) -> None:
        spec = steps.spec
        try:
            self._set(phase=ExecutorTaskPhase.RUNNING, start_time=now(), steps=[ExecutorTaskStep() for _ in spec.steps])
            with wrapping("task %s (%s)", self.id, spec.task_name, task_id=self.id):
                await _within(spec.timeout, "the task", self._do(steps))
        except asyncio.CancelledError:
            self._end(ExecutorTaskPhase.STOPPED)
        except Exception as err:  # noqa: BLE001 - whatever it is, the task has failed of it
            self._end(ExecutorTaskPhase.STOPPED if self._is_stopped else ExecutorTaskPhase.FAILED, err)
        else:
            self._end(ExecutorTaskPhase.SUCCESS)

    async def _do(self, steps: Steps) -> None:
        self._set(setup_step=_begun())
        with wrapping("set up"):
            await steps.set_up()
        self._set(setup_step=_ended(self.status.setup_step, ExecutorTaskPhase.SUCCESS))
        for number, step in enumerate(steps.spec.steps):
            self._set_step(number, _begun())
            try:
                await _within(step.timeout, f"step {number}", steps.run(number))
            except (Exception, asyncio.CancelledError) as err:
                with contextlib.suppress(OSError):  # a full disk: the error itself is told all the same
                    steps.folder.log(number).say(compact(err) if isinstance(err, Exception) else "stopped")
                raise
            done = _ended(self.status.steps[number], ExecutorTaskPhase.SUCCESS)
            self._set_step(number, done.model_copy(update={"exit_status": 0}))

    def _end(self, phase: ExecutorTaskPhase, err: Exception | None = None) -> None:
        """The end of the task and of the step that it was in."""
        update: dict[str, Any] = {"phase": phase, "end_time": now(), "start_time": self.status.start_time or now()}
        if err is not None:
            logger.warning("task %s", phase.value, exc_info=err)
            update |= {"fail_error": compact(err)[:_LONGEST_ERROR], "fail_report": to_dict(err, True)}
        else:
            logger.info("task %s: %s", phase.value, self.id)
        status = None if as_err(err, ErrStepFailed) is None else fields(err).get("exit_status")
        update["setup_step"] = _ended(self.status.setup_step, phase)
        update["steps"] = [_ended(step, phase, status) for step in self.status.steps]
        self._set(**update)

    def _set_step(self, number: int, step: ExecutorTaskStep) -> None:
        steps = list(self.status.steps)
        steps[number] = step
        self._set(steps=steps)

    def _set(self, **update: Any) -> None:
        self.status = self.status.model_copy(update=update)
        self._on_change()


async def _within(seconds: float | None, what: str, work: Any) -> None:
    """Do the work, in the time that it has."""
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            await work
    except TimeoutError:
        if limit.expired():
            raise ErrTimeout(f"{what} took longer than {seconds:g} s") from None  # it says nothing more
        raise


def _begun() -> ExecutorTaskStep:
    return ExecutorTaskStep(phase=ExecutorTaskPhase.RUNNING, start_time=now())


def _ended(step: ExecutorTaskStep, phase: ExecutorTaskPhase, exit_status: int | None = None) -> ExecutorTaskStep:
    """A step at the end, if it ran."""
    if step.phase is not ExecutorTaskPhase.RUNNING:
        return step
    return step.model_copy(update={"phase": phase, "end_time": now(), "exit_status": exit_status})
