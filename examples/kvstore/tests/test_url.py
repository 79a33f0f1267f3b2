"""URLs of stores."""

import pytest

import kvstore

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "url", ["redis://x", "sqlite:", "sqlite://host/path", "etcd://", "etcd:///path", "etcd://a/path", "/var/kv.db", ""]
)
async def test_other_urls_are_refused(url):
    """The message says what is wanted."""
    with pytest.raises(ValueError, match=r"open store .*: wanted sqlite:///path"):
        async with kvstore.open_store(url):
            pass


@pytest.mark.parametrize("query", ["timeout=soon", "timout=1", "x"])
async def test_other_options_are_refused(query, tmp_path):
    """A mistyped option is none that is passed over."""
    with pytest.raises(ValueError, match="open store"):
        async with kvstore.open_store(f"sqlite://{tmp_path}/kv.db?{query}"):
            pass


async def test_paths_may_be_escaped_and_relative(tmp_path, monkeypatch):
    """`%20` is a space, and without slashes a path is relative."""
    monkeypatch.chdir(tmp_path)
    for url in (f"sqlite://{tmp_path}/a%20b.db", "sqlite:c.db"):
        async with kvstore.open_store(url):
            pass
    assert {path.name for path in tmp_path.glob("*.db")} == {"a b.db", "c.db"}
