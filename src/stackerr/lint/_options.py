"""What a project may set: read once from strings, checked, and handed round as one frozen value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CODES = (
    "WRP101", "WRP102", "WRP103", "WRP104", "WRP105", "WRP201",
    "WRP202", "WRP301", "WRP302", "WRP303", "WRP401", "WRP402",
)  # fmt: skip
OFF_BY_DEFAULT = frozenset({"WRP104", "WRP105", "WRP201", "WRP202"})

IGNORED_SIGS = (  # what makes an error, adds to one, or holds one back
    "ExceptionGroup(",
    "BaseExceptionGroup(",
    ".add_note(",
    ".with_traceback(",
    "contextlib.ExitStack(",
    "contextlib.AsyncExitStack(",
    "contextlib.suppress(",
    "pytest.raises(",
    ".enter_context(",
    ".enter_async_context(",
    ".assertRaises(",
    ".assertRaisesRegex(",
)


class BadOption(ValueError):
    """An option whose value cannot be understood; its text is the one line to show."""


@dataclass(frozen=True, slots=True)
class Spec:
    """How one option is written: its name, its kind, its default, the values it may have, and what it does."""

    name: str
    kind: str
    default: Any
    says: str
    choices: tuple[str, ...] = ()


SPECS = (
    Spec("wrp-enable", "list", "", "rules to add to those that are on by default, or 'all'"),
    Spec("wrp-call-scope", "choice", "adopted", "in which modules WRP101 looks", ("adopted", "all")),
    Spec("wrp-call-policy", "choice", "fallible", "which external calls WRP101 counts", ("off", "fallible", "external")),
    Spec("wrp-report-internal", "choice", "off", "report calls into the project's own packages", ("off", "package", "module", "all")),
    Spec("wrp-boundary-modules", "list", "", "globs of modules that WRP101 looks at, adopted or not"),
    Spec("wrp-first-party", "list", "", "globs of the project's own packages, in place of finding them"),
    Spec("wrp-extra-fallible", "list", "", "globs of further calls that can fail"),
    Spec("wrp-wrap-functions", "list", "", "globs of the project's own functions that wrap an error"),
    Spec("wrp-wrap-contexts", "list", "", "globs of the project's own context managers and decorators that wrap"),
    Spec("wrp-ignore-sigs", "list", None, "signatures never reported; replaces the default list"),
    Spec("wrp-extra-ignore-sigs", "list", "", "signatures never reported; adds to the list"),
    Spec("wrp-ignore-sig-regexps", "regexps", "", "patterns of signatures never reported, one a line or separated by ';'"),
    Spec("wrp-ignore-packages", "list", "", "globs of packages never reported, their objects included"),
    Spec("wrp-ignore-interface-regexps", "regexps", "", "patterns of interface names whose methods are never reported"),
    Spec("wrp-ignore-delegates", "flag", False, "leave functions alone that are one 'return f(...)'"),
    Spec("wrp-baseline", "text", "", "file of known findings that are not reported again"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Options:
    """The options in the form the rules use."""

    enabled: frozenset[str] = frozenset(CODES) - OFF_BY_DEFAULT
    call_scope: str = "adopted"
    call_policy: str = "fallible"
    report_internal: str = "off"
    boundary_modules: tuple[str, ...] = ()
    first_party: tuple[str, ...] = ()
    extra_fallible: tuple[str, ...] = ()
    wrap_functions: tuple[str, ...] = ()
    wrap_contexts: tuple[str, ...] = ()
    ignore_sigs: tuple[str, ...] = IGNORED_SIGS
    ignore_sig_regexps: tuple[re.Pattern[str], ...] = ()
    ignore_packages: tuple[str, ...] = ()
    ignore_interface_regexps: tuple[re.Pattern[str], ...] = ()
    ignore_delegates: bool = False
    baseline: str = ""


def read_options(raw: Mapping[str, Any]) -> Options:
    """Check the raw values, keyed by option name, and return them as `Options`; raise `BadOption` for a bad one."""
    values = {spec.name: _read(spec, raw.get(spec.name, spec.default)) for spec in SPECS}
    internal = values["wrp-report-internal"]
    enabled = _enabled(values["wrp-enable"], internal)
    return Options(
        enabled=enabled,
        call_scope=values["wrp-call-scope"],
        call_policy=values["wrp-call-policy"],
        report_internal=_level(enabled, internal),
        boundary_modules=values["wrp-boundary-modules"],
        first_party=values["wrp-first-party"],
        extra_fallible=values["wrp-extra-fallible"],
        wrap_functions=values["wrp-wrap-functions"],
        wrap_contexts=values["wrp-wrap-contexts"],
        ignore_sigs=_ignored(values["wrp-ignore-sigs"]) + values["wrp-extra-ignore-sigs"],
        ignore_sig_regexps=values["wrp-ignore-sig-regexps"],
        ignore_packages=values["wrp-ignore-packages"],
        ignore_interface_regexps=values["wrp-ignore-interface-regexps"],
        ignore_delegates=values["wrp-ignore-delegates"],
        baseline=values["wrp-baseline"],
    )


def matches(name: str, globs: Sequence[str]) -> bool:
    """Does any glob match the dotted name, or, where the glob has no dot, its last part?"""
    return any(
        fnmatchcase(name, glob) or ("." not in glob and fnmatchcase(name.rpartition(".")[2], glob)) for glob in globs
    )


def _read(spec: Spec, value: Any) -> Any:
    if spec.kind == "flag":
        return _flag(spec, value)
    if value is None:
        return None
    if spec.kind in {"list", "regexps"} and not isinstance(value, (str, list, tuple)):
        raise BadOption(f"{spec.name}: {value!r} is no list")
    if spec.kind == "list":
        return _items(value)
    if spec.kind == "regexps":
        return _regexps(spec, value)
    text = str(value).strip()
    if spec.choices and text not in spec.choices:
        raise BadOption(f"{spec.name}: {text!r} is not one of {', '.join(spec.choices)}")
    return text


def _flag(spec: Spec, value: Any) -> bool:
    text = str(value).strip().lower()
    if text not in {"true", "false", "1", "0", "yes", "no", "on", "off"}:
        raise BadOption(f"{spec.name}: {text!r} is not true or false")
    return text in {"true", "1", "yes", "on"}


def _items(value: Any) -> tuple[str, ...]:
    parts = re.split(r"[,\s]+", value) if isinstance(value, str) else [str(part).strip() for part in value]
    return tuple(part for part in parts if part)


def _regexps(spec: Spec, value: Any) -> tuple[re.Pattern[str], ...]:
    parts = re.split(r"[;\n]", value) if isinstance(value, str) else [str(part) for part in value]
    return tuple(_compiled(spec, part.strip()) for part in parts if part.strip())


def _compiled(spec: Spec, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as err:
        raise BadOption(f"{spec.name}: {pattern!r} is no regular expression: {err}") from err


def _enabled(added: Sequence[str], internal: str) -> frozenset[str]:
    unknown = sorted(set(added) - set(CODES) - {"all"})
    if unknown:
        raise BadOption(f"wrp-enable: {unknown[0]!r} is no rule of stackerr; there are {', '.join(CODES)} and all")
    if "all" in added:
        return frozenset(CODES)
    codes = (set(CODES) - OFF_BY_DEFAULT) | set(added)
    return frozenset(codes | {"WRP201", "WRP202"} if internal != "off" else codes)


def _level(enabled: frozenset[str], internal: str) -> str:
    return "package" if internal == "off" and not enabled.isdisjoint({"WRP201", "WRP202"}) else internal


def _ignored(sigs: tuple[str, ...] | None) -> tuple[str, ...]:
    return IGNORED_SIGS if sigs is None else sigs
