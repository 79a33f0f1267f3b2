"""A data manager against a dict: random writes, deletes, checkpoints, cleanings, restarts, losses, exports, imports."""

import asyncio
import shutil
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

import datamanager
import kvstore
import objectstorage
from datamanager import Delete, Put

TYPES = ("a", "b")
IDS = st.sampled_from(["1", "11", "1/", "2", "é", "\U0001f600"])
ACTIONS = st.lists(
    st.one_of(
        st.builds(Put, st.sampled_from(TYPES), IDS, st.binary(max_size=3)),
        st.builds(Delete, st.sampled_from(TYPES), IDS),
    ),
    min_size=1,
    max_size=4,
)
GROUPS = st.sampled_from(["g", "h"])
OPTIONS = datamanager.Options(
    sync_every=3600, checkpoint_every=3600, clean_wals_every=3600, clean_storage_every=3600, clean_groups_every=3600,
    ping_every=3600, min_wals=3, max_file_bytes=120, keep_wals=2, keep_checkpoints=2, group_window=15,
)  # fmt: skip


def applied(state, actions):
    """What actions make of a state."""
    state = dict(state)
    for action in actions:
        state.pop((action.type, action.id), None)
        if isinstance(action, Put):
            state[action.type, action.id] = action.data
    return state


class Machine(RuleBasedStateMachine):
    """Two instances on one store, of which each call takes one.

    Attributes:
        states: what the state was, from the last one that is known to outlive the loss of the store.
        taken: tokens, each with the writes of its groups that it knows of.
    """

    def __init__(self):
        super().__init__()
        self.directory = Path(tempfile.mkdtemp(dir=self.memory))
        self.runner = asyncio.Runner()
        self.states = [{}]
        self.taken = []
        self.changes = {"g": 0, "h": 0}
        self.open()

    def open(self, *, maintenance=False):
        self.instances = []
        self.stack = AsyncExitStack()
        for _ in range(2):
            self.runner.run(self._open(maintenance=maintenance))

    async def _open(self, *, maintenance):
        store = await self.stack.enter_async_context(kvstore.open_store(f"sqlite://{self.directory}/kv.db"))
        storage = self.stack.enter_context(objectstorage.open_storage((self.directory / "objects").as_uri()))
        manager = datamanager.open_data_manager(store, storage, types=TYPES, maintenance=maintenance, options=OPTIONS)
        self.instances.append(await self.stack.enter_async_context(manager))

    def close(self):
        self.runner.run(self.stack.aclose())

    def crash(self):
        """Close without the last sync."""
        self.runner.run(self._crash())

    async def _crash(self):
        for dm in self.instances:
            tasks, dm._loops._tasks = dm._loops._tasks, []
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        await self.stack.aclose()

    def lose_store(self):
        for file in self.directory.glob("kv.db*"):
            file.unlink()
        self.taken.clear()

    async def contents(self, dm):
        return {(entry.type, entry.id): entry.data for type in TYPES for entry in await dm.list(type)}

    @rule(who=st.integers(0, 1), actions=ACTIONS)
    def write(self, who, actions):
        self.runner.run(self.instances[who].write(actions))
        self.states.append(applied(self.states[-1], actions))

    @rule(who=st.integers(0, 1), groups=st.sets(GROUPS, min_size=1))
    def take_token(self, who, groups):
        token = self.runner.run(self.instances[who].token(*groups))
        self.taken.append((str(token), {group: self.changes[group] for group in groups}))

    @precondition(lambda self: self.taken)
    @rule(who=st.integers(0, 1), actions=ACTIONS, data=st.data())
    def write_with_token(self, who, actions, data):
        """What is stale fails; what is not may only fail because it is old, or its group was forgotten."""
        text, known = data.draw(st.sampled_from(self.taken))
        try:
            self.runner.run(self.instances[who].write(actions, datamanager.Token.parse(text)))
        except datamanager.ErrConcurrency as err:
            forgotten = "changegroupsminrev" in str(err) or "is not there" in str(err)
            assert known != {group: self.changes[group] for group in known} or forgotten
            return
        assert known == {group: self.changes[group] for group in known}
        self.states.append(applied(self.states[-1], actions))
        for group in known:
            self.changes[group] += 1

    @rule(who=st.integers(0, 1), force=st.booleans())
    def checkpoint(self, who, force):
        self.runner.run(self.instances[who].checkpoint(force=force))

    @rule(who=st.integers(0, 1))
    def clean(self, who):
        self.runner.run(self.instances[who].clean())

    @rule(who=st.integers(0, 1))
    def sync(self, who):
        self.runner.run(self.instances[who].sync())
        del self.states[:-1]

    @rule()
    def restart(self):
        self.close()
        del self.states[:-1]
        self.open()

    @rule()
    def crash_and_restart(self):
        self.crash()
        self.open()

    @rule()
    def lose_the_store_after_a_stop(self):
        self.close()
        self.lose_store()
        del self.states[:-1]
        self.open()

    @rule()
    def lose_the_store_in_a_crash(self):
        """What was synced is there, and of the rest the first so many writes."""
        self.crash()
        self.lose_store()
        self.open()
        found = self.runner.run(self.contents(self.instances[0]))
        assert found in self.states
        self.states = [found]

    @rule(cut=st.booleans(), lost=st.booleans())
    def export_and_import(self, cut, lost):
        """In maintenance, what was exported comes back, whatever was written since; a cut export changes nothing."""
        chunks = self.runner.run(self._export())
        exported = self.states[-1]
        self.write(0, [Put("a", "1", b"since"), Delete("b", "1")])
        self.close()
        if lost:
            self.lose_store()
        self.taken.clear()
        self.open(maintenance=True)
        if cut:
            with pytest.raises(datamanager.ErrBadExport):
                self.runner.run(self._import(chunks[:-1]))
            exported = self.states[-1]
        else:
            self.runner.run(self._import(chunks))
        self.states = [exported]
        self.close()
        self.open()

    async def _export(self):
        return [chunk async for chunk in self.instances[1].export()]

    async def _import(self, chunks):
        async def stream():
            for chunk in chunks:
                yield chunk

        await self.instances[0].import_from(stream())

    @invariant()
    def is_its_model(self):
        """Both instances list what the dict has, in order, and read it."""
        for dm in self.instances:
            assert self.runner.run(self.contents(dm)) == self.states[-1]
        for (type, id), data in self.states[-1].items():
            assert self.runner.run(self.instances[0].read(type, id)) == data

    @invariant()
    def ids_are_in_order(self):
        for type in TYPES:
            ids = [entry.id.encode() for entry in self.runner.run(self.instances[0].list(type))]
            assert ids == sorted(set(ids))

    def teardown(self):
        self.close()
        self.runner.close()
        shutil.rmtree(self.directory)


def test_a_data_manager_is_a_dict(memory):
    """Whatever happens to it."""
    Machine.memory = memory
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
