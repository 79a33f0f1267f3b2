"""What can go wrong with a task, as classes to match by."""

from __future__ import annotations

from stackerr import Sentinel


class ErrExecutor(Sentinel, message="the executor failed", code="executor"):
    """The base of all of them."""


class ErrNoProgram(ErrExecutor, message="program not found", code="no_program"):
    """There is no such program, or a script's interpreter is not there."""


class ErrNoDirectory(ErrExecutor, message="working directory not found", code="no_directory"):
    """The working directory is not there."""


class ErrCannotStart(ErrExecutor, message="program cannot be started", code="cannot_start"):
    """The program is there, and the system refuses to run it."""


class ErrStepFailed(ErrExecutor, message="the step failed", code="step_failed"):
    """A program ended with another status than 0: the step's own affair, and no fault of the executor."""


class ErrTimeout(ErrExecutor, TimeoutError, message="took too long", code="timeout"):
    """A step or a task used up its time."""


class ErrSurvivors(ErrExecutor, message="processes survive being killed", code="survivors"):
    """Processes of a step cannot be ended: mostly they hang in the kernel, on a file system that does not answer."""


class ErrBadArchive(ErrExecutor, message="not an archive", code="bad_archive"):
    """The archive is damaged, cut off, or none at all."""


class ErrUnsafeArchive(ErrBadArchive, message="unsafe archive", code="unsafe_archive"):
    """The archive reaches out of the directory it is for, or holds what is no file, directory or link."""


class ErrTooLarge(ErrExecutor, message="too large", code="too_large"):
    """More data than a task may have."""


class ErrFull(ErrExecutor, message="no space left", code="full"):
    """The disk of the executor, or its quota, is full."""


class ErrBadTask(ErrExecutor, ValueError, message="the task makes no sense", code="bad_task"):
    """The specification of a task cannot be carried out."""


class ErrLost(ErrExecutor, message="the executor was restarted while the task ran", code="lost"):
    """The task was running when the executor died: how far it came is not known, and it is not run again."""


class ErrSetup(ErrExecutor, message="cannot start", code="setup", exit_code=78):
    """The executor's own settings are wrong."""


is_err_executor = ErrExecutor.is_err
is_err_no_program = ErrNoProgram.is_err
is_err_no_directory = ErrNoDirectory.is_err
is_err_cannot_start = ErrCannotStart.is_err
is_err_step_failed = ErrStepFailed.is_err
is_err_timeout = ErrTimeout.is_err
is_err_survivors = ErrSurvivors.is_err
is_err_bad_archive = ErrBadArchive.is_err
is_err_unsafe_archive = ErrUnsafeArchive.is_err
is_err_too_large = ErrTooLarge.is_err
is_err_full = ErrFull.is_err
is_err_bad_task = ErrBadTask.is_err
is_err_lost = ErrLost.is_err
is_err_setup = ErrSetup.is_err
