"""One runservice and one executor for all tests that break neither."""

import fake
import pytest
import runner


@pytest.fixture(scope="session")
def shared_runservice():
    with fake.runservice() as service:
        yield service


@pytest.fixture(scope="session")
def shared(shared_runservice, tmp_path_factory):
    """An executor without a limit, that nobody may harm."""
    with runner.executor(shared_runservice, tmp_path_factory.mktemp("shared") / "data", "--limit", "0") as running:
        yield running


@pytest.fixture
def runservice():
    with fake.runservice() as service:
        yield service


@pytest.fixture
def executor(runservice, tmp_path):
    with runner.executor(runservice, tmp_path / "data") as running:
        yield running
