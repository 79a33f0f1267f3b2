"""How runs are found, and what a token holds a change against."""

import pytest
from conftest import request_of, run_when

from apierrors import ErrBadRequest, ErrConflict, RemoteError, is_remote
from clients.runservice import RunPhase, RunResult

pytestmark = pytest.mark.anyio


async def test_runs_are_found(client):
    """By phase, result and group; from both ends, and page by page."""
    ids = [(await client.create_run(request_of("a", group=group))).run.id for group in ("/p/a", "/p/b", "/q", "/p/a")]

    async def found(**query):
        return [ids.index(run.id) for run in (await client.list_runs(**query)).runs]

    await run_when(client, ids[2], lambda run: run.phase is RunPhase.RUNNING)
    assert await found() == [3, 2, 1, 0]
    assert await found(asc=True) == [0, 1, 2, 3]
    assert await found(groups=["/p"]) == [3, 1, 0]
    assert await found(groups=["/p/a", "/q"]) == [3, 2, 0]
    assert await found(limit=2) == [3, 2]
    assert await found(limit=2, start=ids[2]) == [1, 0]
    assert await found(limit=2, start=ids[2], asc=True) == [3]
    assert await found(last_run=True) == [3, 2, 1]
    assert await found(phases=[RunPhase.QUEUED]) == [3]
    assert await found(results=[RunResult.SUCCESS]) == []
    assert (await client.last_run("/p/a")).id == ids[3]
    assert (await client.first_queued_run("/p/a")).id == ids[3]
    assert await client.first_queued_run("/q") is None


async def test_a_token_holds_a_change_against_what_was_seen(client):
    """Made before the group has changed, it is refused; made after, it is not."""
    old = await client.change_groups_token(["/p/a"])
    first = (await client.create_run(request_of("a", group="/p/a", change_groups_update_token=old))).run
    with pytest.raises(RemoteError, match="somebody else has changed it") as caught:
        await client.create_run(request_of("a", group="/p/a", change_groups_update_token=old))
    assert is_remote(caught.value, ErrConflict)
    await run_when(client, first.id, lambda run: run.phase is RunPhase.RUNNING)  # which changes the group, too
    other = request_of("a", group="/p/b", change_groups_update_token=await client.change_groups_token(["/p/a"]))
    run = (await client.create_run(other)).run
    await run_when(client, run.id, lambda run: run.phase is RunPhase.RUNNING)
    seen = await client.get_run(run.id, change_groups=[run.id])
    await client.set_task_annotations(run.id, run.task("a").id, {"a": "b"})
    with pytest.raises(RemoteError):
        await client.stop_run(run.id, token=seen.change_groups_update_token)
    await client.stop_run(run.id, token=await client.change_groups_token([run.id]))


@pytest.mark.parametrize("token", ["garbage", "W10=", "WzEsIHsieCI6IDF9XQ==", "e30=", "ïß"])
async def test_a_token_that_is_none_is_a_bad_request(client, token):
    """Whatever is in it."""
    with pytest.raises(RemoteError, match="none that this service gave out") as caught:
        await client.create_run(request_of("a", change_groups_update_token=token))
    assert is_remote(caught.value, ErrBadRequest)
