"""A store against a plain model of it: random transactions, reads at every revision, and the watch of it all."""

import asyncio
import tempfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kvstore
from kvstore import Delete, DeletePrefix, Put, absent, present, unchanged

KEYS = st.sampled_from(["a", "a/", "a/b", "a0", "b", "é"])
CHANGES = st.one_of(
    st.builds(Put, KEYS, st.binary(max_size=3)),
    st.builds(Delete, KEYS),
    st.builds(DeletePrefix, st.sampled_from(["a", "a/", "b"])),
)
COMPARES = st.one_of(st.builds(absent, KEYS), st.builds(present, KEYS), st.builds(unchanged, KEYS, st.integers(0, 9)))
TRANSACTIONS = st.lists(st.tuples(st.lists(COMPARES, max_size=1), st.lists(CHANGES, max_size=4)), max_size=12)


class Model:
    """Every state that the store was in, by revision."""

    def __init__(self, revision):
        self.start = revision
        self.states = {revision: {}}

    @property
    def revision(self):
        return max(self.states)

    def commit(self, compares, changes):
        now = self.states[self.revision]
        if not all(compare.holds(now.get(compare.key, (0, b"", 0))[0]) for compare in compares):
            return None
        at, new = self.revision + 1, dict(now)
        for change in changes:
            if not isinstance(change, Put):
                new = {key: entry for key, entry in new.items() if key not in change.span}
        for change in changes:
            if isinstance(change, Put):
                new[change.key] = (at, change.value, now.get(change.key, (0, b"", at))[2])
        if new != now:
            self.states[at] = new
        return self.revision

    def events(self):
        """Batches from one state to the next."""
        for at in range(self.start + 1, self.revision + 1):
            old, new = self.states[at - 1], self.states[at]
            gone = {(key, None) for key in old.keys() - new.keys()}
            yield at, gone | {(key, entry[1]) for key, entry in new.items() if entry[0] == at}


def ahead(compare, start):
    """The same for a store that was at that revision in the beginning."""
    return unchanged(compare.key, compare.revision + start) if compare.revision else compare


async def compare_with_model(store, transactions):
    await store.delete_prefix("")
    model = Model(await store.revision())
    for relative, changes in transactions:
        compares = [ahead(compare, model.start) for compare in relative]
        try:
            assert await store.commit(compares, changes) == model.commit(compares, changes)
        except kvstore.ErrKeyModified:
            assert model.commit(compares, changes) is None
        except ValueError:
            pass
    for revision, state in model.states.items():
        page = await store.list(revision=revision)
        assert [(e.key, (e.revision, e.value, e.created)) for e in page.entries] == sorted(
            state.items(), key=lambda item: item[0].encode()
        )
    expected = list(model.events())
    async with asyncio.timeout(10), store.watch(after=model.start) as batches:
        for at, events in expected:
            batch = await anext(batches)
            assert (batch.revision, {(event.key, event.value) for event in batch.events}) == (at, events)


@pytest.mark.parametrize("backend", ["sqlite", "etcd"])
def test_a_store_is_its_model(backend, request):
    """Both backends do what the model says, at every revision."""
    server = request.getfixturevalue("start_etcd")()[0] if backend == "etcd" else None

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(TRANSACTIONS)
    def holds(transactions):
        with tempfile.TemporaryDirectory() as directory:
            url = server.url if server else f"sqlite://{directory}/kv.db"

            async def run():
                async with kvstore.open_store(url) as store:
                    await compare_with_model(store, transactions)

            asyncio.run(run())

    holds()
