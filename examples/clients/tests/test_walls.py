"""Who may import whom: what is exported imports no service, and the gateway's client shares no type with anybody."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "clients"
SERVICES = {"configstore", "datamanager", "executor", "gateway", "kvstore", "objectstorage", "runservice"}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_service_is_imported(path):
    """Not even for its types: services import them from here."""
    assert not {name.partition(".")[0] for name in imported(path)} & SERVICES


def test_the_client_of_the_gateway_stands_alone():
    """It takes what all clients have in common, and nothing of another client."""
    names = {name for path in (SOURCE / "gateway").glob("*.py") for name in imported(path)}
    inside = {name for name in names if name.startswith("clients")}
    assert inside <= {"clients.client", "clients.model", "clients.query"}


def test_the_scan_sees_what_is_imported():
    """That the tests above can fail."""
    assert "clients.client" in set(imported(SOURCE / "gateway" / "runs.py"))
    assert "apierrors" in set(imported(SOURCE / "client.py"))
