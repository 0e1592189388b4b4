from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.judging.agreement import agree
from generator.judging.inspection import inspectors
from generator.judging.objects import records_by_name
from generator.judging.quotes import is_quoted
from generator.judging.verdicts import REASONS, UNJUDGED, conclude_judge, conclude_round_trip

PASSAGE = (
    "Ostrey Mill was built in 1764 for the merchant Josiah Peverell, who called it “the best of mills”. "
    "Its 24 beams are of oak. A flood broke the sluice in 1921."
)


@dataclass
class Pair:
    prompt: str
    completion: str
    id: str = "1"


BUILT = Pair("Who had Ostrey Mill built?", "The merchant Josiah Peverell.")
UNKNOWN = Pair("Who was the miller of Ostrey Mill?", "His name is not known.")
CLAIM = {
    "claim": "Peverell had it built",
    "quote": "built in 1764 for the merchant",
    "supported": True,
}
FINE = {"claims": [CLAIM], "answerable": True, "stands_alone": True, "answers_question": True}


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("built in 1764 for the merchant", True),
        ("  Built in  1764\nfor the merchant.", True),
        ('"the best of mills"', True),
        ("Ostrey Mill was built … for the merchant", True),
        ("for the merchant … Ostrey Mill was built", False),
        ("built in 1765 for the merchant", False),
        ("built for the merchant", False),
        ("", False),
        ("…", False),
        ("of", False),
        (PASSAGE + " " + PASSAGE, False),
        ("built in 176", False),
    ],
)
def test_a_quote_counts_where_its_words_stand_in_the_passage(quote, found):
    assert is_quoted(quote, PASSAGE) is found


def test_quotes_are_found_in_scripts_without_blanks_and_from_right_to_left():
    assert is_quoted("1898年に開業した", "霧島鉄道は、1898年に開業した鉄道である。")
    assert not is_quoted("1899年に開業した", "霧島鉄道は、1898年に開業した鉄道である。")
    assert is_quoted("عام 1215", "بناها الأمير ياسر بن حمدان عام 1215 بعد أن احتل المدينة.")
    assert is_quoted(
        "Turm misst 28,4 Meter", "Der Turm misst 28,4 Meter und besteht aus Sandstein."
    )


@pytest.mark.parametrize(
    ("said", "status", "reason"),
    [
        (FINE, "passed", ""),
        ({**FINE, "answerable": "yes"}, "passed", ""),
        ({**FINE, "claims": [{**CLAIM, "quote": "made up by me"}]}, "refused", "unsupported_claim"),
        ({**FINE, "claims": [{**CLAIM, "supported": False}]}, "refused", "unsupported_claim"),
        ({**FINE, "claims": ["a claim"]}, "refused", "unsupported_claim"),
        ({**FINE, "claims": []}, "unjudged", "no_quote"),
        ({**FINE, "answerable": False}, "refused", "not_answerable"),
        ({**FINE, "stands_alone": False}, "refused", "not_stand_alone"),
        ({**FINE, "answers_question": "no"}, "refused", "not_answered"),
        ({**FINE, "answers_question": "perhaps"}, "unjudged", "no_verdict"),
        ({"claims": [CLAIM]}, "unjudged", "no_verdict"),
        ({}, "unjudged", "no_verdict"),
    ],
)
def test_what_a_judge_says_counts_with_quotes_alone(said, status, reason):
    found = conclude_judge(said, BUILT, PASSAGE)
    assert (found.status, found.reason.partition(" ")[0]) == (status, reason)
    assert reason in {"", *REASONS, *UNJUDGED}


def test_not_known_passes_where_the_passage_does_not_tell_it():
    assert conclude_judge({**FINE, "answerable": False}, UNKNOWN, PASSAGE).status == "passed"
    told = conclude_judge(FINE, UNKNOWN, PASSAGE)
    assert told.reason.startswith("told_after_all")
    made_up = {**FINE, "claims": [{**CLAIM, "quote": "the miller was Tom"}]}
    assert conclude_judge(made_up, UNKNOWN, PASSAGE).status == "unjudged"


@pytest.mark.parametrize(
    ("pair", "answer", "same"),
    [
        (BUILT, "Josiah Peverell", True),
        (BUILT, "Josiah Peverell, a merchant, had Ostrey Mill built.", True),
        (BUILT, "The Fenwick Trust", False),
        (Pair("How many beams has Ostrey Mill?", "Two dozen."), "24 beams", True),
        (Pair("How many beams has Ostrey Mill?", "It has 24 beams."), "42", False),
        (Pair("When did a flood break the sluice?", "In 1921."), "The flood came in 1921.", True),
        (Pair("When did a flood break the sluice?", "In 1921."), "1912", False),
        (Pair("霧島鉄道はいつ開業しましたか。", "1898年に開業しました。"), "1898年です。", True),
        (Pair("霧島鉄道はいつ開業しましたか。", "1898年に開業しました。"), "1916年です。", False),
    ],
)
def test_two_answers_agree_by_numbers_and_words(pair, answer, same):
    assert agree(pair, answer, PASSAGE) is same


def test_a_second_answer_counts_with_a_quote():
    said = {"told": True, "answer": "Josiah Peverell", "quote": "for the merchant Josiah Peverell"}
    assert conclude_round_trip(said, BUILT, PASSAGE).status == "passed"
    other = conclude_round_trip({**said, "answer": "The Fenwick Trust"}, BUILT, PASSAGE)
    assert other.reason == "other_answer 'The Fenwick Trust'"
    assert (
        conclude_round_trip({**said, "quote": "no such words"}, BUILT, PASSAGE).reason == "no_quote"
    )
    assert conclude_round_trip({"told": False}, BUILT, PASSAGE).reason == "not_answerable"
    assert conclude_round_trip({"told": False}, UNKNOWN, PASSAGE).status == "passed"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('{"pair": "ab12", "x": 1}\n{"pair": "cd34", "x": 2}', {"ab12", "cd34"}),
        ('```json\n[{"pair": "ab12"}, {"pair": "cd34"}]\n```', {"ab12", "cd34"}),
        ('{"verdicts": {"all": [{"pair": "ab12"}]}}', {"ab12"}),
        ('<think>{"pair": "cd34"}</think>{"pair": "ab12"}', {"ab12"}),
        ('{"pair": "ab12", "x": true}{"pair": "ab12", "x": false}{"pair": "cd34"}', {"cd34"}),
        ('{"pair": "ab12", "x": true}{"pair": "ab12", "x": true}', {"ab12"}),
        ('{"pair": "zzzz"}', set()),
        ('{"pair": "ab12", "claims": [{"claim": "cut of', set()),
        ("All of them are fine.", set()),
        ("", set()),
    ],
)
def test_of_a_reply_only_whole_objects_about_known_pairs_count(text, names):
    assert records_by_name(text, ["ab12", "cd34"]).keys() == names


@given(
    st.text()
    | st.recursive(
        st.none() | st.booleans() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["pair", "claims", "claim", "quote", "answerable"]), inner
            )
        ),
    ).map(json.dumps)
)
def test_no_reply_makes_reading_fail(text):
    for judge in inspectors("m", round_trip=True):
        for record in records_by_name(text, ["ab12"]).values():
            assert judge.conclude(record, BUILT, PASSAGE).status in {
                "passed",
                "refused",
                "unjudged",
            }
