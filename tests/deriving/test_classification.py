"""Texts and their classes: balanced in every split, none on two sides, none that gives itself away."""

from __future__ import annotations

from collections import Counter

import pytest

from generator.deriving import DeriveOptions, derive_dataset
from generator.deriving.classes import read_classes
from generator.errors import Misconfigured
from tests.deriving.folders import Asked, Part, mills, read, save


@pytest.fixture
def folder(tmp_path):
    return save(tmp_path / "mills", {**mills(10), **mills(7, "Wind mill"), **mills(8, "水車小屋")})


def derived(folder, **options):
    made = derive_dataset("classification", [folder], options=DeriveOptions(**options))
    return made, read(made.folder / "pairs.jsonl")


@pytest.mark.parametrize("texts", ["sentences", "passages", "pairs"])
def test_every_class_has_as_many_texts_in_every_split(folder, texts):
    made, rows = derived(folder, texts=texts)
    counts = Counter((row["split"], row["completion"]) for row in rows)
    for split in ("train", "validation", "test"):
        assert len({counts[split, label] for label in ("Water mill", "Wind mill", "水車小屋")}) == 1
        assert counts[split, "Water mill"] == made.rows[split]["Water mill"] > 0


def test_texts_stay_in_the_split_of_their_section_and_stand_there_once(folder):
    homes = {row["passage"]: row["split"] for row in read(folder / "pairs.jsonl")}
    _, rows = derived(folder)
    assert all(homes[row["passage"]] == row["split"] for row in rows)
    assert len({row["prompt"] for row in rows}) == len(rows)


def test_a_text_in_two_classes_is_in_none(tmp_path):
    same = "Nobody knows any more who laid these stones here."
    parts = [
        Part(
            "A",
            "train",
            f"{same} The wheel of oak turned slowly in the stream.",
            [Asked("a?", "b")],
        )
    ]
    other = [
        Part(
            "A",
            "train",
            f"{same} The sails of linen turned quickly in the wind.",
            [Asked("c?", "d")],
        )
    ]
    folder = save(tmp_path / "d", {"One": parts, "Two": other})
    made, rows = derived(folder, fewest=1)
    assert made.left_out["in_two_classes_or_splits"] == 1
    assert len(rows) == 2
    assert not any(same in row["prompt"] for row in rows)


def test_titles_can_be_masked(folder):
    _, rows = derived(folder, mask_titles=True)
    shown = [row["prompt"].split("\n\n", 1)[1] for row in rows]
    assert any(row["is_masked"] for row in rows)
    for text, row in zip(shown, rows, strict=True):
        assert row["completion"] not in text
        if row["completion"] == "Water mill":
            assert "mill" not in text.lower().replace("miller", "").replace("millstone", "")


def test_classes_can_be_given(folder, tmp_path):
    path = tmp_path / "classes.csv"
    path.write_text(
        'title,class\nWater mill,wet\n水車小屋,wet\n"Wind mill",dry\nTread mill,dry\n', "utf-8-sig"
    )
    made, rows = derived(folder, classes=read_classes(path))
    assert {row["completion"] for row in rows} == {"wet", "dry"}
    assert made.warnings == ["titles with a class that no dataset has: Tread mill"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Water mill\n", "not a title and a class"),
        ("a,b\na,c\n", "'a' is 'b' already"),
        ("", "names no class"),
    ],
)
def test_a_table_of_classes_that_cannot_be_read_is_explained(tmp_path, text, said):
    path = tmp_path / "classes.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Misconfigured, match=said):
        read_classes(path)


def test_one_article_has_no_classes_to_tell_apart(tmp_path):
    folder = save(tmp_path / "one", mills(6))
    with pytest.raises(Misconfigured, match="at least two classes, and there is only 'Water mill'"):
        derived(folder)
    assert not (folder / "derived").exists()


def test_classes_with_too_few_texts_are_named(tmp_path):
    folder = save(tmp_path / "few", {**mills(6), **mills(6, "Wind mill"), **mills(1, "Tide mill")})
    made, rows = derived(folder)
    assert {row["completion"] for row in rows} == {"Water mill", "Wind mill"}
    assert "Tide mill" in made.warnings[0]
