from __future__ import annotations

import pytest

from generator.digests import digest
from generator.records import Reply
from generator.store import open_store
from generator.store.batches import Batch, State

ONE, TWO = (digest(f"batch {number}") for number in range(2))
CALLS = [digest(f"call {number}") for number in range(1200)]


def batch(id=ONE, **values):
    return Batch(**{"endpoint": "e", "model": "m", "state": State.PREPARED, "id": id, **values})


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path) as store:
        yield store


def test_a_batch_has_not_moved_for_being_kept_again():
    assert batch(changed_at="2026-11-29T00:00:00Z") == batch(changed_at="2026-11-29T00:05:00Z")
    assert batch(completed=1) != batch(completed=2)


def test_a_batch_is_kept_with_every_change(tmp_path):
    with open_store(tmp_path) as store:
        kept = store.batches.save(batch(), state=State.SUBMITTED, remote="batch_1", calls=3)
        assert kept.created_at == kept.changed_at != ""
    with open_store(tmp_path) as store:
        assert store.batches.get(ONE) == kept
        assert store.batches.live() == store.batches.all() == [kept]


def test_a_collected_batch_is_remembered_but_not_live(store):
    store.batches.save(batch(), state=State.COLLECTED)
    assert store.batches.live() == []
    assert [one.id for one in store.batches.all()] == [ONE]


def test_a_call_is_in_one_batch_only(store):
    store.batches.save(batch())
    assert store.batches.reserve(ONE, dict.fromkeys(CALLS, 7)) == set(CALLS)
    assert store.batches.reserve(TWO, dict.fromkeys(CALLS, 7)) == set()
    assert store.batches.holding(CALLS[:2]) == {CALLS[0]: ONE, CALLS[1]: ONE}
    assert store.batches.tokens(ONE, CALLS[:1]) == {CALLS[0]: 7}
    assert store.batches.tokens(TWO, CALLS) == {}
    store.batches.move(TWO, CALLS[:1])
    store.batches.free(ONE, CALLS[1:3])
    assert store.batches.holding(CALLS[:4]) == {CALLS[0]: TWO, CALLS[3]: ONE}
    store.batches.forget(batch())
    assert store.batches.holding(CALLS) == {CALLS[0]: TWO}
    assert store.batches.get(ONE) is None


def test_a_call_in_a_batch_cannot_be_claimed(store):
    store.batches.reserve(ONE, {CALLS[0]: 1})
    assert not store.claims.take(CALLS[0])
    assert store.claims.is_free(CALLS[0])
    store.batches.free(ONE)
    assert store.claims.take(CALLS[0])
    assert not store.claims.is_free(CALLS[0])


async def test_replies_of_a_batch_are_marked_as_such(store):
    replies = [Reply(call=call, body="{}", batch=True) for call in CALLS]
    await store.put_replies(replies, model="m", endpoint="e")
    assert store.answered(CALLS) == set(CALLS)
    assert store.get_reply(CALLS[5]) == replies[5]
