"""The backends that every test of the suite runs on."""

import functools
import itertools
import sys
from pathlib import Path

import botocore.loaders
import botocore.session
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import servers

from objectstorage import open_storage

BACKENDS = ("posix", "seaweedfs", "moto", "moto-flat")
_numbers = itertools.count(1)


@pytest.fixture(scope="session", autouse=True)
def quick_clients():
    """boto3's description of S3 is read once: reading it takes 0.2 s for each client, of which we make a thousand."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", functools.cache(botocore.loaders.create_loader))
        yield


@pytest.fixture(scope="session", autouse=True)
def credentials():
    """The environment that boto3 takes its credentials from, and nothing of the machine's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", servers.ACCESS_KEY)
        patch.setenv("AWS_SECRET_ACCESS_KEY", servers.SECRET_KEY)
        patch.setenv("AWS_CONFIG_FILE", "/dev/null")
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield patch


@pytest.fixture(scope="session")
def seaweedfs(tmp_path_factory):
    """The endpoint of a running SeaweedFS."""
    with servers.seaweedfs(tmp_path_factory.mktemp("weed")) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def moto(tmp_path_factory):
    """The endpoint of a running moto server."""
    with servers.moto(tmp_path_factory.mktemp("moto")) as endpoint:
        yield endpoint


@pytest.fixture(params=BACKENDS)
def new_url(request, tmp_path_factory):
    """A function that gives the URL of an empty storage, each time another one."""
    if request.param == "posix":
        return lambda: tmp_path_factory.mktemp("storage").as_uri()
    server, _, flat = request.param.partition("-")
    endpoint = request.getfixturevalue(server)
    listing = "&listing=flat" if flat else ""
    return lambda: f"s3://{servers.BUCKET}/suite/{next(_numbers)}?endpoint={endpoint}{listing}"


@pytest.fixture
def url(new_url):
    """The URL of an empty storage."""
    return new_url()


@pytest.fixture
def storage(url):
    """An empty storage."""
    with open_storage(url) as opened:
        yield opened
