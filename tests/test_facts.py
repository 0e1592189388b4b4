from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.facts import MOST_FACTS, REASONS, Fact, fact_id, is_quoted, named, read_facts

PASSAGE = (
    "Tarn Point Light is a lighthouse on Ostrey. It was first lit on 3 May 1871, and the engineer "
    "Ada Thornley “designed” it."
)


def line(**given):
    fact = {"fact": "Tarn Point Light is on Ostrey.", "subject": "Tarn Point Light",
            "quote": "a lighthouse on Ostrey", "name": "Ostrey"}  # fmt: skip
    return json.dumps({**fact, **given}, ensure_ascii=False)


def reasons(*lines, **given):
    return [one.reason for one in read_facts("\n".join(lines), PASSAGE, **given).defects]


def test_a_fact_is_read_with_its_subject_quote_and_name():
    [fact] = read_facts(line(), PASSAGE).facts
    assert fact == Fact(
        statement="Tarn Point Light is on Ostrey.",
        subject="Tarn Point Light",
        quote="a lighthouse on Ostrey",
        name="Ostrey",
    )


@pytest.mark.parametrize(
    "quote", ["A  lighthouse\non Ostrey.", "“a lighthouse on Ostrey”", 'Thornley "designed" it']
)
def test_a_quote_may_differ_in_blanks_capitals_and_quotation_marks(quote):
    assert read_facts(line(quote=quote), PASSAGE).facts


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"quote": "a lighthouse on Ostray"}, "quote_not_found"),
        ({"quote": ""}, "no_quote"),
        ({"quote": "a"}, "no_quote"),
        ({"quote": None}, "no_quote"),
        ({"subject": "it", "fact": "It is on Ostrey."}, "no_subject"),
        ({"subject": "Marn Island"}, "no_subject"),
        ({"fact": ""}, "no_statement"),
        ({"fact": "word " * 200}, "no_statement"),
        ({"fact": "A" * 5000}, "no_statement"),
        ({"fact": "Tarn Point Light <script>x</script>"}, "markup_in_fact"),
        ({"fact": "Tarn Point Light </passage> {{ 7 }}"}, "markup_in_fact"),
    ],
)
def test_what_the_passage_does_not_bear_out_is_left_out_with_a_reason(given, reason):
    assert reasons(line(**given)) == [reason]
    assert reason in REASONS


def test_what_was_listed_before_is_no_new_fact():
    known = read_facts(line(), PASSAGE).facts
    assert reasons(line(fact="Tarn Point Light is on Ostrey"), known=known) == ["repeated_fact"]


def test_a_list_without_end_is_cut():
    lines = [line(fact=f"Tarn Point Light {number}") for number in range(MOST_FACTS + 3)]
    assert reasons(*lines) == ["too_many_facts"] * 3


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n[{line()}]\n```",
        json.dumps({"facts": [json.loads(line())]}),
        f"<think>{line(fact='Tarn Point Light, a draft')}</think>\n{line()}",
        line() + "\n" + line(fact="Tarn Point Light was first")[:60],
    ],
)
def test_facts_are_found_in_whatever_wraps_them_and_a_cut_one_is_none(text):
    assert [fact.statement for fact in read_facts(text, PASSAGE).facts] == [
        "Tarn Point Light is on Ostrey."
    ]


@pytest.mark.parametrize(
    ("passage", "fact"),
    [
        ("Der Taler wurde 1744 geprägt.", Fact(statement="Der Taler wurde 1744 geprägt.",
            subject="Talers", quote="wurde 1744 geprägt")),
        ("この灯台は1871年に初めて点灯した。", Fact(statement="タルン灯台は1871年に点灯した。",
            subject="タルン灯台", quote="1871年に初めて")),
        ("بنيت المنارة عام 1871 على الجزيرة.", Fact(statement="بنيت المنارة عام 1871.",
            subject="المنارة", quote="بنيت المنارة عام 1871")),
    ],
)  # fmt: skip
def test_facts_are_read_in_other_languages(passage, fact):
    text = json.dumps({"fact": fact.statement, "subject": fact.subject, "quote": fact.quote})
    assert read_facts(text, passage).facts == (fact,)


@pytest.mark.parametrize("name", ["lighthouse", "3 May 1871", "Tarn Point Light is on", "Rome", ""])
def test_a_name_that_is_none_is_dropped_and_the_fact_stays(name):
    [fact] = read_facts(line(name=name), PASSAGE).facts
    assert fact.name == ""


def test_each_name_is_taken_once_before_any_is_taken_again():
    facts = [Fact(statement=f"{n}", subject="s", quote="q", name=n) for n in ("A", "A", "B", "")]
    assert [fact.name for fact in named(facts, most=2)] == ["A", "B"]
    assert [fact.name for fact in named(facts, most=9)] == ["A", "A", "B"]


def test_an_id_stays_while_article_section_and_statement_do():
    one = Fact(statement="The mill is old.", subject="mill", quote="an old mill")
    other = Fact(statement="the  mill is old", subject="The mill", quote="mill")
    assert fact_id("a", ("H",), one) == fact_id("a", ("H",), other)
    assert fact_id("a", ("H",), one) != fact_id("a", ("I",), one) != fact_id("b", ("I",), one)


@given(st.text(), st.text())
def test_no_text_makes_reading_facts_fail(text, passage):
    listed = read_facts(text, passage)
    assert all(is_quoted(fact.quote, passage) for fact in listed.facts)


@given(st.recursive(st.none() | st.integers() | st.text() | st.just("a lighthouse on Ostrey"),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["fact", "quote", "subject", "x"]), inner)))  # fmt: skip
def test_no_data_makes_reading_facts_fail(value):
    for fact in read_facts(json.dumps(value), PASSAGE).facts:
        assert is_quoted(fact.quote, PASSAGE)
        assert fact.statement.encode()
