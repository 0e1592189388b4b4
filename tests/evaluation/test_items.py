"""Which questions of a dataset are asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator.errors import Misconfigured
from generator.evaluation.dataset import read_material, read_rows
from generator.evaluation.items import LONGEST, choose_items
from generator.evaluation.manner import Place
from generator.evaluation.records import ROWS
from generator.exporters.export import export_dataset
from tests.evaluation.villages import save_village
from tests.report.datasets import write_dataset


def material(tmp_path, **options):
    return read_material(save_village(tmp_path / "village", **options))


def counts(chosen):
    return {row: sum(item.row == row for item in chosen.items) for row in chosen.rows}


def test_facts_make_a_row_for_each_way_to_ask(tmp_path):
    found = material(tmp_path)
    pairs = [*found.pairs]
    pairs[0] = replace(pairs[0], kind="reverse")
    pairs[3] = replace(pairs[3], kind="link", other_section=("bridge",))
    chosen = choose_items(pairs, found.passages)
    assert counts(chosen) == {
        "seen": 4, "held_out": 6, "reverse": 1, "link": 1, "control": 4, "unanswerable": 8,
        "answerable": 8,
    }  # fmt: skip
    link = next(item for item in chosen.items if item.row == "link")
    assert len(link.passages) == 2
    assert all(item.passages for item in chosen.items)
    assert [*ROWS][:3] == ["seen", "held_out", "reverse"]


def test_datasets_without_facts_have_their_splits(tmp_path):
    chosen = choose_items(material(tmp_path, has_facts=False).pairs, {})
    assert counts(chosen) == {"train": 6, "validation": 1, "test": 1}
    assert not any(item.passages for item in chosen.items)


def test_what_can_be_known_is_of_the_same_sections_as_what_cannot(tmp_path):
    found = material(tmp_path)
    chosen = choose_items(found.pairs, found.passages)
    places = {
        row: sorted(item.place.section for item in chosen.items if item.row == row)
        for row in ("unanswerable", "answerable")
    }
    assert places["unanswerable"] == places["answerable"]


def test_the_same_questions_are_chosen_again_and_others_by_another_seed(tmp_path):
    found = material(tmp_path)
    few = choose_items(found.pairs, found.passages, limit=3)
    again = choose_items(reversed(found.pairs), found.passages, limit=3)
    assert {item.id for item in few.items} == {item.id for item in again.items}
    assert counts(few)["seen"] == 3
    assert few.available["seen"] == 6
    other = choose_items(found.pairs, found.passages, limit=3, seed=1)
    assert {item.id for item in other.items} != {item.id for item in few.items}


def test_seen_wordings_are_of_the_facts_whose_wordings_are_held_out(tmp_path):
    found = material(tmp_path)
    pairs = [
        replace(pair, facts=("other",)) if pair.split == "train" and place > 6 else pair
        for place, pair in enumerate(found.pairs)
    ]
    chosen = choose_items(pairs, found.passages, limit=2)
    held = {fact for pair in pairs if pair.split == "eval_recall" for fact in pair.facts}
    seen = {item.id for item in chosen.items if item.row == "seen"}
    assert all(held & set(pair.facts) for pair in pairs if pair.id in seen)


def test_long_answers_and_repeated_questions_are_left_out_and_counted(tmp_path):
    found = material(tmp_path)
    long = replace(found.pairs[0], id="x", completion="word " * (LONGEST + 1))
    twice = replace(found.pairs[0], id="y")
    chosen = choose_items([*found.pairs, long, twice], found.passages)
    assert chosen.left_out == {"long_answer": 1, "asked_twice": 1}


def test_an_export_is_asked_in_its_own_format_with_the_questions_of_its_dataset(tmp_path):
    write_dataset(tmp_path / "mill")
    made = export_dataset(
        tmp_path / "mill", format="completion", out=None, bom=False,
        settings={"stop": " ###", "base_context": "On {article}:"},
    )  # fmt: skip
    found = read_material(made.folder)
    assert len(found.pairs) == 9
    assert found.passages
    manner = found.rows.manner()
    assert (manner.form, manner.parameters) == ("completion", {"stop": [" ###"]})
    assert manner.messages("Who?", Place(article="Mill"))[0].content == "On Mill:\nWho?\n\n###\n\n"
    apart = tmp_path / "apart"
    made.folder.rename(apart)
    assert read_rows(apart).manner() == manner
    with pytest.raises(Misconfigured, match="name the dataset"):
        read_material(apart)
