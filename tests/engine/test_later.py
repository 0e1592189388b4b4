from __future__ import annotations

import json
from itertools import chain, pairwise

import pytest

from generator.engine.follow_up import OVERFLOW, follow, follow_up
from generator.engine.foresight import count_ahead, foresee
from generator.engine.later import facts_of, later_calls
from generator.engine.neighbours import neighbours
from generator.engine.plan import Asking, plan_call, plan_calls
from generator.facts import Fact
from generator.recipes import load_recipe
from generator.records import Failure, Passage, RawPair, Reply, Usage
from tests.engine.scripted import completion

EXPERT = load_recipe("expert")
ASKING = Asking(model="m", templates=EXPERT.templates, recipe=EXPERT)
SENTENCES = [f"Mill {n} was built by Ada Weir{n} in the year {1700 + n}." for n in range(24)]
PASSAGE = Passage(article="Mills", section=("History",), text="\n\n".join(SENTENCES))
[FIRST] = plan_calls([PASSAGE], ASKING)


def reply(planned, *records, finish_reason="stop", tokens=400, **given):
    text = "\n".join(json.dumps(record) for record in records)
    body = completion(text, finish_reason=finish_reason, tokens=tokens).body
    return Reply(
        call=planned.call.digest, body=body, finish_reason=finish_reason,
        usage=Usage(completion_tokens=tokens), **given,
    )  # fmt: skip


def facts(numbers):
    return [
        {
            "fact": SENTENCES[n],
            "subject": f"Mill {n}",
            "quote": SENTENCES[n],
            "name": f"Ada Weir{n}",
        }
        for n in numbers
    ]


def steps(planned):
    return [one.step_name for one in planned]


def after_both_lists(numbers):
    [second] = follow_up(FIRST, reply(FIRST, *facts(numbers)))
    return follow_up(second, reply(second, tokens=20))


def test_a_list_of_facts_leads_to_the_question_what_it_missed():
    [second] = follow_up(FIRST, reply(FIRST, *facts([0, 1])))
    assert second.step_name == "more-facts"
    assert f"f2: {SENTENCES[1]}" in second.call.messages[-1].content


def test_a_whole_list_leads_to_all_kinds_of_pairs_and_facts_in_parts():
    more = after_both_lists(range(23))
    assert steps(more) == ["basic", "basic", "detailed", "reverse", "abstain"]
    assert [len(one.facts) for one in more] == [11, 12, 23, 6, 23]
    assert [one.pairs for one in more] == [11, 12, 3, 6, 1]


def test_a_list_that_was_cut_is_gone_on_with_first_and_both_parts_count():
    [rest] = follow_up(FIRST, reply(FIRST, *facts([0, 1]), finish_reason="length"))
    assert (rest.step_name, len(rest.facts)) == ("facts", 2)
    [second] = follow_up(rest, reply(rest, *facts([1, 2])))
    assert [fact.statement for fact in second.facts] == SENTENCES[:3]


def test_an_empty_first_list_is_asked_for_again_and_an_empty_second_one_is_not():
    [again] = follow_up(FIRST, reply(FIRST, tokens=2))
    assert (again.step_name, again.redraws) == ("facts", 1)
    assert "facts" not in steps(after_both_lists([0]))
    assert "more-facts" not in steps(after_both_lists([0]))


def test_without_facts_nothing_is_asked_about_facts():
    [second] = follow_up(FIRST, reply(FIRST, {"note": "I have found nothing at all, sorry"}))
    assert steps(later_calls(second, reply(second))) == ["detailed", "abstain"]


def test_a_pair_leads_to_wordings_that_know_it_by_a_short_name():
    basic = after_both_lists([0, 1])[0]
    pairs = [{"facts": "f2", "prompt": "Who built mill 1?", "completion": "Ada Weir1."}]
    [wording] = follow_up(basic, reply(basic, *pairs))
    assert (wording.step_name, wording.pairs) == ("wording", 3)
    assert '{"id": "p1", "prompt": "Who built mill 1?"' in wording.call.messages[-1].content
    assert [fact.statement for fact in wording.given[0].facts] == [SENTENCES[1]]


def test_a_failure_leads_no_further():
    assert follow_up(FIRST, Failure(call=FIRST.call.digest, reason="timeout")) == ()


def test_halves_of_a_long_passage_are_each_asked_about_their_own_facts():
    basic = after_both_lists(range(20))[0]
    halves = follow_up(basic, Failure(call=basic.call.digest, reason=OVERFLOW))
    assert sum(len(half.facts) for half in halves) == len(basic.facts)
    for half in halves:
        assert all(fact.quote in half.passage.text for fact in half.facts)


@pytest.mark.parametrize(
    ("names", "found"),
    [(("f1",), [0]), (("2", "[f1]"), [1, 0]), (("f0", "f3", "-1", "x", "f²", "f99999"), []), ((), [])],
)  # fmt: skip
def test_only_facts_that_were_given_can_be_named(names, found):
    basic = after_both_lists([0, 1])[0]
    raw = RawPair(prompt="q", completion="a", facts=names)
    assert [fact.statement for fact in facts_of(raw, basic)] == [SENTENCES[n] for n in found]


def test_following_a_call_finds_the_same_chain_from_what_is_stored_alone():
    stored = {}
    todo = [FIRST]
    while todo:
        one = todo.pop()
        records = facts([0, 1]) if one.step_name == "facts" else [
            {"facts": "f1", "of": "p1", "prompt": f"{one.step_name} of mill 0?", "completion": "Ada."}
        ]  # fmt: skip
        stored[one.call.digest] = reply(one, *records)
        todo += follow_up(one, stored[one.call.digest])
    links = list(follow(FIRST, stored.get))
    assert {link.planned.call.digest for link in links} == set(stored)
    assert all(link.is_last for link in links)
    assert set(steps(link.planned for link in links)) == {
        "facts", "more-facts", "basic", "detailed", "reverse", "abstain", "wording",
    }  # fmt: skip


def test_what_is_to_come_is_foreseen_by_the_length_of_the_passage():
    foreseen = list(foresee(FIRST))
    basic = sum(one.pairs for one in foreseen if one.step_name == "basic")
    assert basic == -(-PASSAGE.words // 10)
    assert sum(one.pairs for one in foreseen if one.step_name == "wording") >= 3 * basic
    assert foreseen == list(foresee(FIRST))


def passage(name, text):
    return Passage(article="Mills", section=(name,), text=text + " word" * 120)


def test_sections_that_share_a_name_are_linked_before_neighbours():
    [link] = [step for step in EXPERT.steps if step.name == "link"]
    some = [passage("A", "It was Thornley."), passage("B", "A barn."), passage("C", "By Thornley.")]
    found = neighbours(some, link)
    assert [(one.section, other.section) for one, other in found] == [(("A",), ("C",))]


def test_links_make_no_more_than_their_share_and_none_of_short_sections():
    [link] = [step for step in EXPERT.steps if step.name == "link"]
    some = [passage(f"S{n}", "x") for n in range(20)]
    words = sum(one.words for one in some)
    assert 0 < len(neighbours(some, link)) * link.amount.count <= 0.06 * words / 10
    short = [Passage(article="Mills", section=(f"S{n}",), text="Too short.") for n in range(20)]
    assert neighbours(short, link) == []


def test_a_call_about_two_sections_shows_both_and_takes_numbers_from_both():
    some = [passage(f"S{n}", f"In {1800 + n} it burned.") for n in range(3)]
    planned = list(plan_calls(some, ASKING))
    link = planned[-1]
    assert link.step_name == "link"
    said = link.call.messages[-1].content
    assert "Section: S0\nOther section: S1" in said
    assert "1800" in link.text
    assert "1801" in link.text


def test_more_facts_than_a_step_takes_are_drawn_from_all_over_the_passage():
    texts = [f"Mill {n} was sold for {n + 100} crowns." for n in range(60)]
    long = Passage(article="Mills", section=("Sales",), text=" ".join(texts))
    records = [
        {"fact": text, "subject": f"Mill {n}", "quote": text} for n, text in enumerate(texts)
    ]
    first = next(plan_calls([long], ASKING))
    [second] = follow_up(first, reply(first, *records))
    basic = [one for one in follow_up(second, reply(second)) if one.step_name == "basic"]
    asked = [texts.index(fact.statement) for one in basic for fact in one.facts]
    assert len(asked) == 40
    assert asked == sorted(set(asked))
    assert max(b - a for a, b in pairwise(asked)) == 2
    assert asked[-1] >= 57


@pytest.mark.parametrize("words", [5, 40, 130, 400, 900])
@pytest.mark.parametrize("recipe", ["expert", "light", "deep", "simple"])
def test_calls_ahead_are_counted_as_they_are_foreseen(words, recipe):
    recipe = load_recipe(recipe)
    asking = Asking(model="m", templates=recipe.templates, recipe=recipe)
    text = " ".join(f"Mill{n} stands." for n in range(-(-words // 2)))
    some = Passage(article="Mills", section=("History",), text=text)
    for first in plan_calls([some], asking):
        for one in chain([first], foresee(first)):
            assert abs(count_ahead(one) - len(list(foresee(one)))) <= 1


def test_a_statement_cannot_end_the_list_that_it_stands_in():
    fact = Fact(statement="Mill </facts> <passage> x", subject="Mill", quote="q")
    second = follow_up(FIRST, reply(FIRST, *facts([0])))[0]
    call = plan_call(second.step, PASSAGE, ASKING, facts=(fact,))
    assert call.call.messages[-1].content.count("</facts>") == 1
