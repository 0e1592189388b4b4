"""Passages and questions: the shares, the splits, and that the wrong passages do not hold the answer."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.deriving import DeriveOptions, derive_dataset
from generator.deriving.contexts import Quota
from generator.deriving.options import DEFAULT_SHARES
from generator.errors import Misconfigured
from generator.measures.words import content_words
from tests.deriving.folders import Asked, Part, mills, read, save

NO_ANSWER = "No sufficient context for answering the question"


@pytest.fixture
def folder(tmp_path):
    return save(tmp_path / "mills", {**mills(10), **mills(10, "Wind mill")})


def derived(kind, folder, **options):
    made = derive_dataset(kind, [folder], options=DeriveOptions(**options))
    return made, read(made.folder / "pairs.jsonl")


def test_half_of_the_rows_are_answerable_and_the_kinds_have_their_shares(folder):
    made, rows = derived("context-qa", folder)
    kinds = Counter(row["context"]["kind"] for row in rows)
    assert kinds["answerable"] == 40
    assert 2 * kinds["answerable"] >= len(rows)
    assert made.rows["train"] == {
        "answerable": 32, "near_miss": 13, "other_section": 13, "other_article": 6,
    }  # fmt: skip


def test_answers_stand_beside_their_own_passage_and_nowhere_else(folder):
    _, rows = derived("context-qa", folder)
    pairs = {row["id"]: row for row in read(folder / "pairs.jsonl")}
    for row in rows:
        pair, is_own = pairs[row["of"]], row["context"]["is_own"]
        assert (row["context"]["passage"] == pair["passage"]) == is_own
        assert row["completion"] == (pair["completion"] if is_own else NO_ANSWER)
        assert pair["prompt"] in row["prompt"]
        shown = row["prompt"].split("\n\nQuestion:")[0]
        assert (pair["completion"].strip(".").removeprefix("In ") in shown) == is_own


def test_a_near_miss_shares_more_with_the_question_than_other_contexts_and_is_not_overwritten(
    folder,
):
    _, rows = derived("context-qa", folder)
    near = [row for row in rows if row["context"]["kind"] == "near_miss"]
    assert near
    for row in near:
        shown, asked = row["prompt"].split("\n\nQuestion:")
        assert len(content_words(shown) & content_words(asked.split("?")[0])) >= 2
    other = [row for row in rows if row["context"]["kind"] == "other_article"]
    assert other
    assert all(row["context"]["article"] != row["article"] for row in other)
    same = [row for row in rows if row["context"]["kind"] == "other_section"]
    assert same
    assert all(row["context"]["article"] == row["article"] for row in same)
    assert all(row["context"]["section"] != row["section"] for row in same)


def test_no_row_is_there_twice_or_empty_or_numbered(folder):
    for kind in ("context-qa", "discriminator"):
        _, rows = derived(kind, folder)
        assert len({(row["prompt"], row["completion"]) for row in rows}) == len(rows)
        assert len({row["id"] for row in rows}) == len(rows)
        assert all(row["prompt"].strip() and row["completion"].strip() for row in rows)
        assert not any(row["prompt"].lstrip().startswith("1.") for row in rows)


def test_a_question_and_all_contexts_shown_beside_it_stay_in_its_split(folder):
    homes = {row["passage"]: row["split"] for row in read(folder / "pairs.jsonl")}
    for kind in ("context-qa", "discriminator"):
        made, rows = derived(kind, folder)
        assert all(row["split"] == homes[row["context"]["passage"]] for row in rows)
        for split in made.rows:
            assert len(read(made.folder / f"{split}.jsonl")) == sum(made.rows[split].values())


def test_every_no_has_its_yes_in_each_split_and_kind(folder):
    _, rows = derived("discriminator", folder)
    counts = Counter((row["split"], row["context"]["kind"], row["completion"]) for row in rows)
    assert all(counts[split, kind, "no"] == counts[split, kind, "yes"] for split, kind, _ in counts)
    assert {kind for _, kind, _ in counts} == {"near_miss", "other_section", "other_article"}
    assert all((row["completion"] == "yes") == row["context"]["is_own"] for row in rows)


def test_shares_are_what_was_asked_for_and_others_make_up_the_rest(folder):
    _, rows = derived("context-qa", folder, shares={"answerable": 0.25, "other_article": 0.5})
    kinds = Counter(row["context"]["kind"] for row in rows)
    assert kinds["answerable"] == 40
    assert kinds["other_article"] > kinds["near_miss"]
    assert DeriveOptions(shares={"near_miss": 0.5}).shares["answerable"] == pytest.approx(0.3125)


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({"near": 0.5}, "no share 'near'; did you mean 'near_miss'"),
        ({"near_miss": 1.5}, "from 0 to 1"),
        ({"near_miss": float("nan")}, "from 0 to 1"),
        ({"near_miss": 0.7, "other_section": 0.7}, "sum to"),
        ({"answerable": 0.0}, "but to refuse"),
    ],
)
def test_shares_that_cannot_be_are_explained(shares, said):
    with pytest.raises(Misconfigured, match=said):
        DeriveOptions(shares=shares)


def test_what_cannot_be_asked_beside_one_passage_is_left_out_and_counted(tmp_path):
    articles = mills(6)
    first = articles["Water mill"][0]
    odd = first._replace(
        asked=[
            *first.asked,
            Asked("What links wheel and weir?", "A dispute.", {"other_section": ["weir"]}),
            Asked("Who painted it?", "That is not known.", {"kind": "abstain"}),
            Asked("Whose passage is lost?", "Nobody's.", {"passage": "0" * 32}),
            Asked("  ", "Nothing was asked.", {}),
            Asked("Which wording was held out?", "This one.", {"split": "eval_recall"}),
            *first.asked[:1],
            Asked(first.asked[1].prompt, "In a year that another pair tells otherwise."),
        ]
    )
    folder = save(tmp_path / "odd", {"Water mill": [odd, *articles["Water mill"][1:]]})
    made, rows = derived("context-qa", folder)
    assert made.left_out == {
        "asked_before": 1, "empty": 1, "needs_two_sections": 1, "not_answered_by_its_passage": 1, "passage_not_found": 1,
        "repeated": 1, "section_in_another_split": 1,
    }  # fmt: skip
    assert {row["split"] for row in rows} == {"train", "validation", "test"}


def test_an_article_of_one_section_has_only_answers_and_says_so(tmp_path):
    folder = save(tmp_path / "one", mills(1))
    made, rows = derived("context-qa", folder)
    assert {row["context"]["kind"] for row in rows} == {"answerable"}
    assert any("near_miss" in one for one in made.warnings)
    with pytest.raises(Misconfigured, match="no_context_without_the_answer 2"):
        derived("discriminator", folder)


def test_without_passages_the_error_names_what_is_missing(tmp_path):
    folder = save(tmp_path / "imported", mills(3))
    (folder / "outline.jsonl").unlink()
    with pytest.raises(Misconfigured, match="passage_not_found"):
        derived("context-qa", folder)


SPLITS = st.sampled_from(["train", "train", "validation", "test"])
WORDS = st.sampled_from(
    [
        "river",
        "stone",
        "1871",
        "Ada",
        "Müller",
        "水車",
        "طاحونة",
        "corn",
        "42",
        "The",
        "\u2028",
        "{x}",
    ]
)
TEXTS = st.lists(WORDS, min_size=0, max_size=12).map(" ".join)
PARTS = st.builds(
    Part,
    st.sampled_from(["", "A", "B", "C", "D"]),
    SPLITS,
    TEXTS,
    st.lists(st.builds(lambda one, two: Asked(one, two), TEXTS, TEXTS), max_size=4),
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.sampled_from(["Mill", "Mühle", "水車", "طاحونة"]), st.lists(PARTS, max_size=5), min_size=1),
    st.sampled_from(["en", "de", "ja", "ar", "xx"]),
    st.integers(0, 3),
)  # fmt: skip
def test_whatever_is_in_a_dataset_splits_are_kept_and_yes_and_no_are_balanced(
    articles, language, seed
):
    with tempfile.TemporaryDirectory() as place:
        folder = save(Path(place) / "d", articles, language=language)
        trained = {
            (row["article"], *row["section"])
            for row in read(folder / "pairs.jsonl")
            if row["split"] == "train"
        }
        for kind in ("context-qa", "discriminator"):
            rows = rows_or_none(kind, folder, seed)
            counts: Counter[tuple[str, str, bool]] = Counter()
            for row in rows:
                context = row["context"]
                assert ((context["article"], *context["section"]) in trained) == (
                    row["split"] == "train"
                )
                counts[row["split"], context["kind"], context["is_own"]] += 1
            if kind == "discriminator":
                assert all(counts[s, k, True] == counts[s, k, False] for s, k, _ in counts)
            assert len({row["prompt"] for row in rows}) == len(rows)


def rows_or_none(kind, folder, seed):
    try:
        return derived(kind, folder, seed=seed)[1]
    except Misconfigured:
        return []


class _Always:
    def take(self, kind):
        return kind


@given(st.lists(st.integers(1, 50), min_size=3, max_size=3), st.integers(1, 80))
def test_a_quota_is_never_off_by_more_than_two_rows(weights, count):
    shares = dict(zip(("near_miss", "other_section", "other_article"), weights, strict=True))
    quota = Quota({**shares, "answerable": 1})
    taken = Counter(quota.take(_Always()) for _ in range(count))
    for kind, weight in shares.items():
        assert abs(taken[kind] - count * weight / sum(weights)) < 2


def test_the_default_shares_are_a_whole():
    assert sum(DEFAULT_SHARES.values()) == pytest.approx(1)
