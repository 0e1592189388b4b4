from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.digests import canonical_json, digest, fraction
from generator.records import Call, Message, Page, Passage, count_words

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), json_values))
def test_the_order_of_keys_does_not_matter(value):
    backwards = dict(reversed(list(value.items())))
    assert digest(value) == digest(backwards)


@given(json_values, json_values)
def test_different_content_has_different_digests(one, other):
    assert (digest(one) == digest(other)) == (canonical_json(one) == canonical_json(other))


def test_a_digest_never_changes_between_versions():
    assert digest(["Agrippina", 1709, None]) == "44aba81199a09bf6a51c20fbb25bb101"


def test_what_json_does_not_know_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        digest(float("nan"))


@given(st.lists(st.text()))
def test_a_fraction_lies_between_nought_and_one(parts):
    assert 0 <= fraction(*parts) < 1


def test_a_call_is_the_same_whatever_the_order_of_its_parameters():
    messages = (Message("user", "What?"),)
    one = Call(model="m", messages=messages, parameters={"temperature": 0.7, "max_tokens": 9})
    two = Call(model="m", messages=messages, parameters={"max_tokens": 9, "temperature": 0.7})
    assert one.digest == two.digest
    assert one.digest != Call(model="m", messages=messages, sample=1).digest


def test_a_new_revision_leaves_an_unchanged_passage_the_same():
    passage = Passage(
        article="Agrippina", section=("Act 1",), text="Claudius is drowned, they say."
    )
    assert passage.id == Passage(article="Agrippina", section=("Act 1",), text=passage.text).id


def test_pages_from_disk_are_told_apart_by_their_text():
    one = Page(site="file", title="A", wikitext="x")
    two = Page(site="file", title="A", wikitext="y")
    assert one.key != two.key


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("three small words", 3),
        ("Ein Haus – gut", 3),
        ("日本語です", 3),
        ("اللغة العربية", 2),
    ],
)
def test_words_are_counted_in_every_script(text, words):
    assert count_words(text) == words
