"""What is sealed, and who opens it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apierrors import problem
from stackerr import compact, detailed, hints
from stackerr.testing import assert_chain
from vault import ErrSealed, Vault, is_err_sealed, new_key

KEY = new_key()
NAME = "BILLING_KEY"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.text(), st.dictionaries(st.text(), JSON))
def test_what_is_sealed_is_opened_as_it_was(id, data):
    """Under any id, whatever JSON can hold."""
    vault = Vault([KEY], NAME)
    assert vault.open(id, vault.seal(id, data)) == json.loads(json.dumps(data)) == data


def test_what_is_sealed_tells_nothing():
    """Neither names nor values nor the id, and the same values are sealed otherwise each time."""
    vault = Vault([KEY], NAME)
    first, second = (vault.seal("customer-7", {"PASSWORD": "hunter2"}) for _ in range(2))
    assert first != second
    assert not [word for word in ("PASSWORD", "hunter2", "customer") if word in first + second]


def test_a_new_key_seals_and_the_old_one_still_opens():
    """So keys can be changed without stopping anything."""
    old, new = new_key(), new_key()
    sealed = Vault([old], NAME).seal("s1", {"A": "1"})
    both = Vault([new, old], NAME)
    assert both.open("s1", sealed) == {"A": "1"}
    assert Vault([new], NAME).open("s1", both.seal("s1", {"A": "1"})) == {"A": "1"}
    with pytest.raises(ErrSealed, match="none of the keys fits"):
        Vault([new], NAME).open("s1", sealed)


def test_it_opens_under_its_own_id_only():
    """Somebody who can write to the storage cannot let one secret pass for another."""
    vault = Vault([KEY], NAME)
    with pytest.raises(ErrSealed, match="open s2: it was sealed under another id"):
        vault.open("s2", vault.seal("s1", {"A": "1"}))


@pytest.mark.parametrize("damage", ["", "x", "\xe4", "gAAAAA=="])
def test_what_was_damaged_does_not_open(damage):
    """Whatever is left of it."""
    with pytest.raises(ErrSealed):
        Vault([KEY], NAME).open("s1", damage)


def test_every_changed_letter_is_noticed():
    """Somebody who can write to the storage cannot change a value either."""
    vault = Vault([KEY], NAME)
    sealed = vault.seal("s1", {"A": "1"}).rstrip("=")
    for place in range(len(sealed) - 1):  # the last one has bits that say nothing
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        with pytest.raises(ErrSealed):
            vault.open("s1", changed + "=" * (-len(changed) % 4))


def test_an_operator_is_told_which_setting_and_a_caller_is_not():
    """The hint is for who has the keys; the answer has a code for programs."""
    sealed = Vault([KEY], NAME).seal("s1", {"PASSWORD": "hunter2"})
    with pytest.raises(ErrSealed) as caught:
        Vault([new_key()], NAME).open("s1", sealed)
    assert is_err_sealed(caught.value)
    assert_chain(caught.value, "open s1", "none of the keys fits")
    [hint] = hints(caught.value)
    assert hint.startswith("add the key that it was sealed with to BILLING_KEY")
    said = problem(caught.value)
    assert (said.status, said.code, said.detail) == (500, "sealed", None)


@pytest.mark.parametrize("key", ["", "short", "x" * 42 + "==", "é" * 44])
def test_what_is_no_key_is_refused_at_once(key):
    """With the setting and what to do, and without what was there: it may be half of a key."""
    with pytest.raises(ValueError, match="read the keys of BILLING_KEY: ") as caught:
        Vault([key], NAME)
    assert hints(caught.value) == ["put into BILLING_KEY what the service's command new-key prints"]
    assert not key or key not in compact(caught.value) + detailed(caught.value)


def test_without_a_key_nothing_is_made():
    """An empty list is no vault that seals nothing."""
    with pytest.raises(ValueError, match="read the keys of BILLING_KEY: "):
        Vault([], NAME)
