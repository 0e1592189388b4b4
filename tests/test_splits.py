"""Splits: disjoint, complete, repeatable, and still when a dataset grows."""

from __future__ import annotations

import math
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import Misconfigured
from generator.records import Page, Pair
from generator.splits import (
    SPLITS,
    Group,
    Sections,
    Shares,
    are_filled,
    assign_splits,
    group_of,
    group_of_page,
    share_out,
)

PATHS = st.lists(st.text(max_size=5), max_size=3).map(tuple)
GROUPS = st.lists(st.builds(Group, st.text(max_size=4), PATHS), max_size=40)
SHARES = (
    st.lists(st.integers(0, 10), min_size=3, max_size=3)
    .filter(any)
    .map(lambda parts: [part / sum(parts) for part in parts])
    .map(lambda parts: Shares(train=parts[0], validation=parts[1], test=parts[2]))
)
SEEDS = st.integers(0, 1000)


def library(articles: int, sections: int) -> list[Group]:
    return [
        Group(f"article {a}", (f"section {s}",)) for a in range(articles) for s in range(sections)
    ]


@given(GROUPS, SHARES, SEEDS)
def test_every_group_gets_one_split_that_has_a_share(groups, shares, seed):
    splits = assign_splits(groups, shares=shares, seed=seed)
    assert set(splits) == set(groups)
    assert set(splits.values()) <= {split for split in SPLITS if getattr(shares, split) > 0}


@given(GROUPS.flatmap(lambda g: st.tuples(st.just(g), st.permutations(g))), SHARES, SEEDS)
def test_the_order_of_the_groups_and_their_repetition_do_not_matter(both, shares, seed):
    groups, shuffled = both
    one = assign_splits(groups, shares=shares, seed=seed)
    other = assign_splits(iter(shuffled * 2), shares=shares, seed=seed)
    assert list(one.items()) == list(other.items())


def test_the_splits_of_a_seed_never_change():
    splits = assign_splits(library(3, 4), seed=7)
    assert "".join(split[0] for split in splits.values()) == "ttvttttttttt"


def test_another_process_assigns_the_same():
    code = (
        "from generator.splits import *;"
        "print(assign_splits([Group('水', (str(n),)) for n in range(30)], seed=3))"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
        for _ in range(2)
    ]
    assert runs[0] == runs[1] != b""


@given(GROUPS, GROUPS, SEEDS)
def test_adding_articles_moves_no_group_that_was_there(old, new, seed):
    # The library fills every split, so that none has to be filled from the rest.
    old = library(30, 5) + old
    known = {group.article for group in old}
    added = [group for group in new if group.article not in known]
    before = assign_splits(old, seed=seed)
    assert before.items() <= assign_splits(old + added, seed=seed).items()


def test_a_large_dataset_that_grows_moves_nothing():
    before = assign_splits(library(200, 7))
    assert before.items() <= assign_splits(library(400, 7)).items()


@given(st.integers(1, 60), SHARES, SEEDS)
def test_an_article_gets_its_shares_rounded_down_or_up(sections, shares, seed):
    # The second article fills every split, so that none has to be filled from the first.
    groups = library(1, sections)
    filling = [Group("filling", (str(n),)) for n in range(100)]
    splits = assign_splits(groups + filling, shares=shares, seed=seed)
    found = Counter(splits[group] for group in groups)
    for split in SPLITS:
        wanted = sections * getattr(shares, split)
        assert math.floor(wanted - 1e-6) <= found[split] <= math.ceil(wanted + 1e-6)


@pytest.mark.parametrize("sections", [1, 2, 3, 7])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_shares_are_met_over_many_articles_however_few_sections_they_have(sections, seed):
    splits = assign_splits(library(1500, sections), seed=seed)
    found = Counter(splits.values())
    assert found["train"] / len(splits) == pytest.approx(0.8, abs=0.03)
    assert found["validation"] / len(splits) == pytest.approx(0.1, abs=0.03)
    assert found["test"] / len(splits) == pytest.approx(0.1, abs=0.03)


def test_another_seed_is_another_split():
    assert assign_splits(library(20, 5), seed=0) != assign_splits(library(20, 5), seed=1)


@given(st.integers(3, 12), SHARES, SEEDS)
def test_a_tiny_dataset_fills_every_split_that_has_a_share(sections, shares, seed):
    splits = assign_splits(library(1, sections), shares=shares, seed=seed)
    assert set(splits.values()) == {split for split in SPLITS if getattr(shares, split) > 0}


@given(st.integers(1, 2), SEEDS)
def test_a_dataset_smaller_than_its_splits_has_something_to_train_on(sections, seed):
    assert "train" in assign_splits(library(1, sections), seed=seed).values()


def test_no_groups_give_no_splits():
    assert assign_splits([]) == {}


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({"train": 0.9}, "sum to 1, not 1.1"),
        ({"train": 0, "validation": 0, "test": 0}, "sum to 1, not 0"),
        ({"train": 1.1, "validation": -0.1, "test": 0}, "from 0 to 1"),
        ({"train": float("nan")}, "from 0 to 1"),
        ({"train": float("inf")}, "from 0 to 1"),
    ],
)
def test_shares_that_cannot_be_are_an_error(shares, said):
    with pytest.raises(Misconfigured, match=said):
        Shares(**shares)


def test_shares_may_be_thirds():
    assert Shares(train=1 / 3, validation=1 / 3, test=1 / 3)


def _pair(kind: str, **tags: object) -> Pair:
    known: dict[str, object] = {
        "id": kind, "prompt": "q", "completion": "a", "kind": kind, "article": "Mill",
        "section": ("History", "Weir"), "language": "en", "site": "https://wiki.test", "page_id": 4,
        "revision_id": 8, "url": "", "template": f"{kind}@1", "model": "m", "call": "c",
        "position": 0, "passage": "p",
    }  # fmt: skip
    return Pair(**{**known, **tags})  # type: ignore[arg-type]


def test_siblings_parts_and_later_revisions_of_a_section_share_a_group():
    detailed = _pair("detailed")
    assert group_of(detailed) == group_of(_pair("basic", passage="other", revision_id=9))
    assert group_of(detailed) != group_of(_pair("detailed", section=("History",)))
    assert group_of(detailed) != group_of(_pair("detailed", page_id=5))


@pytest.mark.parametrize("page_id", [0, 4])
def test_a_page_and_the_pairs_made_from_it_name_the_same_group(page_id):
    page = Page(site="https://wiki.test", title="Mill", page_id=page_id, wikitext="")
    assert group_of_page(page, ("History", "Weir")) == group_of(_pair("basic", page_id=page_id))


def test_files_without_a_page_id_are_told_apart_by_title():
    one, other = (
        _pair("basic", page_id=0, site="file"),
        _pair("basic", page_id=0, site="file", article="Weir"),
    )
    assert group_of(one) != group_of(other)


@given(GROUPS, SHARES, SEEDS)
def test_articles_can_be_shared_out_one_by_one_where_that_fills_every_split(groups, shares, seed):
    own: dict[str, set[Group]] = {}
    for group in groups:
        own.setdefault(group.article, set()).add(group)
    sizes = [Sections(article=article, groups=len(some)) for article, some in own.items()]
    apart = {
        group: split
        for some in own.values()
        for group, split in share_out(some, shares=shares, seed=seed).items()
    }
    wanted = {split for split in SPLITS if getattr(shares, split) > 0}
    assert are_filled(sizes, shares=shares, seed=seed) == (wanted <= set(apart.values()))
    if wanted <= set(apart.values()):
        assert apart == assign_splits(groups, shares=shares, seed=seed)
