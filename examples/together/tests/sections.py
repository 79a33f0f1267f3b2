"""The sections of the pages of the services that are made from the services themselves.

A section stands between `<!-- made: KIND WORDS -->` and `<!-- end -->`:

    commands CLI             the commands besides `serve`
    options CLI WORDS        the options of one command
    routes NAMES             the routes of these tags, or whose path begins with one of these segments
    statuses CLI             what every route may answer besides
    golden EXAMPLE/NAME: …   what a golden says, or the part of it after `# …`
"""

import re
from pathlib import Path
from unittest.mock import MagicMock

import click

import configstore.api
import configstore.command
import executor.api
import executor.command
import gateway.api
import gateway.ci.command
import gateway.command
import runservice.app
import runservice.cli

EXAMPLES = Path(__file__).parents[2]
PAGES = EXAMPLES.parent / "docs/reference/services"
API = "/api/v1alpha"
_TYPES = {click.IntRange: "NUMBER", click.FloatRange: "NUMBER", click.Path: "DIRECTORY", click.File: "FILE"}
_SECTION = re.compile(r"(?<=<!-- made: )([^\n]+) -->\n.*?<!-- end -->", re.DOTALL)

COMMANDS = {
    "configstore": configstore.command.group,
    "runservice": runservice.cli.commands,
    "executor": executor.command.group,
    "gateway": gateway.command.group,
    "ci": gateway.ci.command.group,
}
APPS = {
    "configstore": lambda: configstore.api.make_app(MagicMock(), ("token",)),
    "runservice": lambda: runservice.app.make_app(MagicMock()),
    "executor": lambda: executor.api.make_app(MagicMock(), ("token",)),
    "gateway": lambda: gateway.api.make_app(MagicMock()),
}


def renew(text, service):
    """The text of a page with all its sections made anew."""
    return _SECTION.sub(lambda found: f"{found[1]} -->\n\n{_make(found[1], service)}\n\n<!-- end -->", text)


def sections(text, kind):
    """The words of the sections of a kind, in the order of the page."""
    titles = (found[1].split() for found in _SECTION.finditer(text))
    return [words for first, *words in titles if first == kind]


def _make(title, service):
    kind, _, rest = title.partition(" ")
    if kind == "golden":
        return _quote(*rest.split(": ", 1))
    makers = {"commands": _commands, "options": _options, "routes": _routes, "statuses": _statuses}
    return makers[kind](service, rest.split())


def _table(*rows):
    head, *rest = (f"| {' | '.join(cells)} |" for cells in rows)
    return "\n".join([head, "|---" * len(rows[0]) + "|", *rest])


def _quote(name, part=""):
    example, _, golden = name.partition("/")
    text = (EXAMPLES / example / "tests/golden" / f"{golden}.txt").read_text(encoding="utf-8")
    parts = dict(re.findall(r"^# ([^\n]+)\n(.*?)\s*(?=^# |\Z)", text, re.MULTILINE | re.DOTALL)) or {"": text.rstrip()}
    chosen = [parts[part]] if part else [lines for title, lines in parts.items() if title != "in detail"]
    return "```text\n" + "\n".join(chosen) + "\n```"


# commands


def _commands(_, words):
    (name,) = words
    leaves = [(path, command) for path, command in _leaves(name, COMMANDS[name]) if not path.endswith(" serve")]
    return _table(("command", "does"), *((f"`{_usage(path, one)}`", _cell(one.help)) for path, one in leaves))


def _leaves(path, command):
    if not isinstance(command, click.Group):
        return [(path, command)]
    return [leaf for name, sub in command.commands.items() for leaf in _leaves(f"{path} {name}", sub)]


def _usage(path, command):
    arguments = [one.make_metavar(click.Context(command)) for one in command.params if isinstance(one, click.Argument)]
    required = [_name(one) for one in command.params if isinstance(one, click.Option) and one.required]
    return " ".join([path, *arguments, *required]).replace("|", "\\|")


def _options(_, words):
    command = COMMANDS[words[0]]
    for word in words[1:]:
        command = command.commands[word]
    shown = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
    return _table(
        ("option", "default", "says"), *((f"`{_name(one)}`", _default(one), _cell(one.help)) for one in shown)
    )


def _name(option):
    name = max(option.opts, key=len)
    if option.is_flag:
        return name
    choices = "\\|".join(getattr(option.type, "choices", ()))
    return f"{name} {option.metavar or choices or _TYPES.get(type(option.type), 'TEXT')}"


def _default(option):
    if option.required:
        return "must be given"
    if option.is_flag or not isinstance(option.default, (str, int, float)):
        return ""
    return f"`{option.default:g}`" if isinstance(option.default, float) else f"`{option.default}`"


def _cell(text):
    first = (text or "").strip().split("\n\n")[0]
    text = re.sub(r"\s+", " ", first).replace("|", "\\|").rstrip(".")
    return re.sub(r"(?<!`)--[a-z-]+", r"`\g<0>`", text)  # or it becomes a dash


# routes


def operations(service):
    """The operations of a service's OpenAPI document: method, path, operation; without status 422, which none sends."""
    document = APPS[service]().openapi()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            operation["responses"].pop("422", None)
            yield method.upper(), path.removeprefix(API), operation, document


def belongs(path, operation, words):
    """Whether a route is one of a section with these words: its tag, or the first segment of its path."""
    return operation.get("tags", path.split("/")[1:])[0] in words


def _routes(service, words):
    usual = _usual(service)
    rows = [
        (f"`{method} {path}`<br>{_cell(said.get('description'))}", _taken(said, document), _answered(said, usual))
        for method, path, said, document in operations(service)
        if belongs(path, said, words)
    ]
    return _table(("route", "takes", "answers"), *rows)


def _usual(service):
    """What every route may answer, besides successes."""
    answers = [
        {status: said["description"] for status, said in one["responses"].items()}
        for _, _, one, _ in operations(service)
    ]
    return {
        status: text
        for status, text in answers[0].items()
        if status >= "4" and all(status in other for other in answers)
    }


def _statuses(service, _):
    return _table(
        ("status", "means"), *((f"`{status}`", _cell(text)) for status, text in sorted(_usual(service).items()))
    )


def _taken(operation, document):
    asked = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
    query = " ".join(f"`{one['name']}`" for one in asked)
    body = _body(operation.get("requestBody", {}).get("content", {}), document)
    return "; ".join(text for text in (query and f"query {query}", body) if text)


def _body(content, document):
    if not content:
        return ""
    media, said = next(iter(content.items()))
    if not (names := _fields(said["schema"], document)):
        return f"`{media}`"
    return f"{'JSON or YAML' if any('yaml' in one for one in content) else 'JSON'} {names}"


def _fields(schema, document):
    """The names in a body; those that may be left out in brackets."""
    name = schema.get("$ref", "").rpartition("/")[2]
    schema = document["components"]["schemas"].get(name, schema) if name else schema
    required = schema.get("required", ())
    return " ".join(f"`{one}`" if one in required else f"`[{one}]`" for one in schema.get("properties", ()))


def _answered(operation, usual):
    return " ".join(
        _answer(status, said) for status, said in sorted(operation["responses"].items()) if status not in usual
    )


def _answer(status, said):
    media, content = max(
        said.get("content", {}).items(), default=("", {}), key=lambda one: one[0] != "application/json"
    )
    kind = _kind(content.get("schema", {})) if media == "application/json" else media if status == "200" else ""
    return f"`{status}` {kind}".strip()


def _kind(schema):
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    return re.sub("(?<=.{10})Response$", "<wbr>Response", schema.get("$ref", "").rpartition("/")[2])
