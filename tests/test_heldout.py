from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.heldout import (
    ACROSS,
    CONTROL,
    RECALL,
    TOLD,
    TRAIN,
    Leaks,
    Told,
    choose_control,
    place,
)
from generator.measures.likeness import Bags, greatest, likeness
from generator.measures.words import units
from generator.records import Pair
from generator.splits import Group

WORDS = "mill river stone wheel gate bridge tower bell road harbour light reef".split()


texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join)


def pair(id, section="A", *, prompt="", of="", facts=(), other=None):
    return Pair(
        id=id, prompt=prompt or f"What of {id}?", completion="x", kind="basic", article="M",
        section=(section,), language="en", site="file", page_id=0, revision_id=0, url="",
        template="t@1", model="m", call="c", position=0, passage="p", of=of, facts=tuple(facts),
        other_section=None if other is None else (other,),
    )  # fmt: skip


def groups(count, article="file:M"):
    return [Group(article, (f"S{number}",)) for number in range(count)]


def wordings(fact, base, *, section="A"):
    """A pair and three more wordings of it."""
    own = pair(base, section, prompt=f"Who built the {base} at all?", facts=[fact])
    forms = (
        "Name the builder behind {}",
        "{} owes its walls to whom?",
        "By which hand did {} rise?",
    )
    return [own, *(pair(f"{base}{n}", section, prompt=form.format(f"the {base}"), of=base, facts=[fact])
                   for n, form in enumerate(forms))]  # fmt: skip


@pytest.mark.parametrize(("sections", "least"), [(0, 0), (1, 0), (5, 1), (9, 1), (10, 2), (40, 4)])
def test_about_a_tenth_of_the_sections_is_left_out(sections, least):
    assert least <= len(choose_control(groups(sections), seed=0)) <= max(least, 1) + 1


@pytest.mark.parametrize("seed", range(20))
def test_a_section_that_is_much_of_the_article_is_trained(seed):
    own = groups(6)
    words = dict(zip(own, (50, 400, 60, 70, 300, 80), strict=True))
    [left_out] = choose_control(own, seed=seed, words=words)
    assert words[left_out] < 100
    even = dict.fromkeys(own, 100)
    assert choose_control(own, seed=seed, words=even) == choose_control(own, seed=seed)


@given(st.integers(0, 60), st.integers(0, 99))
def test_the_sections_left_out_depend_on_the_article_and_the_seed_alone(count, seed):
    own = groups(count)
    assert choose_control(own, seed=seed) == choose_control(reversed(own), seed=seed) <= set(own)


def test_one_wording_of_each_fact_is_held_out_and_never_the_first_pair():
    pairs = [one for fact, base in (("f", "mill"), ("g", "weir")) for one in wordings(fact, base)]
    splits = place(pairs, [], control=(), seed=0).splits
    held_out = [one for one in pairs if splits[one.id] == RECALL]
    assert sorted(one.facts[0] for one in held_out) == ["f", "g"]
    assert all(one.of for one in held_out)


def test_a_fact_asked_about_in_two_kinds_holds_out_one_wording_in_all():
    pairs = [*wordings("f", "mill"), *wordings("f", "weir")]
    splits = place(pairs, [], control=(), seed=0).splits
    assert list(splits.values()).count(RECALL) == 1


def test_a_wording_like_one_in_training_is_not_held_out():
    own = pair("a", prompt="Who built the old mill by the river?", facts=["f"])
    same = pair("b", prompt="who built, by the river, the old mill", of="a", facts=["f"])
    assert place([own, same], [], control=(), seed=0).splits == {"a": TRAIN, "b": TRAIN}


@given(st.lists(st.tuples(st.integers(0, 3), texts), min_size=1, max_size=14))
def test_no_held_out_question_is_like_one_in_training(some):
    pairs = [pair(f"b{n}", prompt=f"Base {n}?", facts=[f"f{n}"]) for n in range(4)]
    pairs += [
        pair(f"w{number}", prompt=text, of=f"b{base}", facts=[f"f{base}"])
        for number, (base, text) in enumerate(some)
    ]
    splits = place(pairs, [], control=(), seed=0).splits
    sides = {
        side: [units(one.prompt) for one in pairs if splits[one.id] == side]
        for side in (TRAIN, RECALL)
    }
    assert greatest(sides[RECALL], sides[TRAIN], above=0.1) < 0.9


def test_all_pairs_of_a_left_out_section_are_control_with_all_their_wordings():
    pairs = wordings("f", "mill", section="B")
    placed = place(pairs, [], control={Group("file:M", ("B",))}, seed=0)
    assert set(placed.splits.values()) == {CONTROL}


def test_a_pair_about_two_sections_on_both_sides_goes_nowhere():
    control = {Group("file:M", ("B",)), Group("file:M", ("C",))}
    pairs = [pair("x", "A", other="B"), pair("y", "B", other="C"), pair("z", "A", other="D")]
    placed = place(pairs, [], control=control, seed=0)
    assert placed.refused == {"x": ACROSS}
    assert placed.splits == {"y": CONTROL, "z": TRAIN}


def test_what_training_tells_as_well_is_no_control():
    facts = [
        Told("f", ("A",), "The mill at Grünau was built by Ada Weir in 1744."),
        Told("g", ("B",), "The mill at Grünau was built in 1744 by Ada Weir."),
        Told("h", ("B",), "A storm took the roof of the barn in 1801."),
    ]
    pairs = [pair("1", facts=["f"]), pair("2", "B", facts=["g"]), pair("3", "B", facts=["h"])]
    placed = place(pairs, facts, control={Group("file:M", ("B",))}, seed=0)
    assert placed.refused == {"2": TOLD}
    assert placed.splits == {"1": TRAIN, "3": CONTROL}


@given(st.lists(texts, max_size=12), texts, st.sampled_from([0.2, 0.5, 0.8, 0.9, 1.0]))
def test_the_search_for_the_likest_misses_none(others, own, above):
    best = max((likeness(units(own), units(one)) for one in others), default=0.0)
    found = Bags(map(units, others)).likest(units(own), above=above)
    assert found == (best if best >= above else 0.0)
    assert greatest([units(own)], [*map(units, others)], above=above) == found


def test_likeness_knows_no_order_and_no_blanks():
    assert likeness(units("Who built the mill?"), units("the mill, who built")) == 1
    assert likeness(units("水車は誰が建てた"), units("誰が水車を建てたか")) > 0.4
    assert likeness(units("a b"), units("c d")) == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("初演は1709年にどこで行われたか", "どこで初演は1709年に行われたか"),
        ("Wann wurde sie uraufgefu\u0308hrt?", "Wann wurde sie uraufgeführt?"),
        ("ओपेरा का पहला प्रदर्शन कहाँ हुआ था", "कहाँ हुआ था ओपेरा का पहला प्रदर्शन"),
    ],
)
def test_likeness_sees_the_same_question_in_every_script(one, other):
    assert likeness(units(one), units(other)) > 0.8


def test_likeness_takes_no_words_of_hindi_apart():
    assert likeness(units("ओपेरा किसने लिखा"), units("नाटक कहाँ हुआ")) == 0


articles = st.lists(
    st.tuples(st.integers(1, 12), st.integers(1, 3), st.integers(0, 3)), min_size=1, max_size=5
)


def dataset(shape, seed):
    """Where the pairs of articles of so many sections, facts and wordings go, with the pairs."""
    found = {}
    for number, (sections, facts, forms) in enumerate(shape):
        title = f"M{number}"
        own = [Group(f"file:{title}", (f"S{place}",)) for place in range(sections)]
        control = choose_control(own, seed=seed)
        pairs = []
        for group in own:
            for fact in range(facts):
                name = f"{title}{group.section[0]}f{fact}"
                pairs += wordings(name, name, section=group.section[0])[: forms + 1]
        pairs = [replace(one, article=title) for one in pairs]
        splits = place(pairs, [], control=control, seed=seed).splits
        found |= {one.id: replace(one, split=splits[one.id]) for one in pairs if one.id in splits}
    return found


@given(articles, articles, st.integers(0, 9))
def test_adding_articles_moves_no_pair_that_was_there(some, more, seed):
    before, after = dataset(some, seed), dataset([*some, *more], seed)
    assert {id: after[id].split for id in before} == {id: one.split for id, one in before.items()}


@given(articles, st.integers(0, 9))
def test_no_group_is_on_both_sides(shape, seed):
    pairs = dataset(shape, seed).values()
    leaks = Leaks()
    for one in pairs:
        leaks.add(one)
    assert leaks.figures()["shared_groups"] == 0
    trained = {fact for one in pairs if one.split == TRAIN for fact in one.facts}
    assert {fact for one in pairs if one.split == RECALL for fact in one.facts} <= trained
    assert trained.isdisjoint(fact for one in pairs if one.split == CONTROL for fact in one.facts)


def test_leaks_are_seen():
    leaks = Leaks()
    leaks.add(replace(pair("a", facts=["f"]), split=TRAIN))
    leaks.add(replace(pair("b", "A", prompt="What of a?"), split=CONTROL))
    figures = leaks.figures()
    assert figures["shared_groups"] == 1
    assert figures["greatest_likeness_of_control_pairs"] == 1
