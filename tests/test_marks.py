from __future__ import annotations

import hashlib
import sys

from hypothesis import given
from hypothesis import strategies as st

from generator.marks import Ids, Marks


def digest(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()


@given(st.lists(st.integers(0, 2000), max_size=3000))
def test_digests_are_found_by_the_order_of_their_coming(numbers):
    marks, first = Marks(), {}
    for number in numbers:
        is_new = number not in first
        first.setdefault(number, len(first))
        assert marks.add(digest(number)) is is_new
    assert len(marks) == len(first)
    assert all(marks.find(digest(number)) == place for number, place in first.items())
    assert marks.find(digest(-1)) is None


@given(st.lists(st.sampled_from([0, 1, 1024, 2048, 3072, 1023, 2047]), max_size=9))
def test_digests_that_want_the_same_place_stay_apart(wanted):
    marks = Marks()
    for number in wanted:
        marks.add((number + (1 << 40)).to_bytes(8, "big"))
    assert len(marks) == len(set(wanted))


def test_a_digest_of_nothing_but_zeros_is_one_too():
    marks = Marks()
    assert marks.add(bytes(8))
    assert not marks.add(bytes(8))


def test_a_hundred_thousand_take_a_few_megabytes():
    marks = Marks()
    for number in range(100_000):
        marks.add(digest(number))
    taken = sum(sys.getsizeof(one) for one in vars(marks).values())
    assert taken < 5_000_000


@given(
    st.lists(
        st.one_of(st.text(min_size=1), st.text("0123456789abcdefA ", min_size=31, max_size=33))
    )
)
def test_ids_come_back_as_they_were(own):
    ids = Ids()
    for one in own:
        ids.append(one)
    assert [ids[number] for number in range(len(ids))] == own
