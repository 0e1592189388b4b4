"""What is measured of an imported set, which has no text beside its pairs."""

from __future__ import annotations

import json

from generator import api
from generator.metrics import judge
from tests.cli.running import loremill
from tests.importing.conftest import sides


def figures(imported):
    return {one.name: one for one in judge(imported.manifest["measures"])}


def test_an_import_is_measured_by_what_needs_no_text(towers, put, take):
    imported = take(put("a.jsonl", towers))
    found = figures(imported)
    assert {"distinct_2", "top_opening", "near_duplicates", "same", "near", "closest"} <= set(found)
    assert found.keys().isdisjoint({"sentences", "numbers", "number_support", "training_tokens"})
    assert (found["top_opening"].value, found["top_opening"].state) == (1.0, "too few")
    assert found["kind:imported"].goal == ""
    measures = imported.manifest["measures"]
    assert measures["lengths"]["imported"]["prompt"]["p50"] == 7
    assert measures["leakage"]["trained"] + measures["leakage"]["held_out"] == imported.kept
    assert measures["judged"]["read"] == len(towers)


def test_variety_is_judged_from_a_hundred_questions_on(put, take):
    rows = [
        {"question": f"What is known about place number {n}?", "answer": f"It has {n} wells."}
        for n in range(120)
    ]
    found = figures(take(put("a.jsonl", rows)))
    assert (found["top_opening"].state, found["compression_ratio"].state) == ("not met", "not met")


def test_pairs_that_nearly_repeat_others_are_counted(towers, put, take):
    long = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    answer = "It is a long way from the harbour over the hill to the old mill beside the brook."
    rows = [{"question": f"{long} {n}?", "answer": answer} for n in range(40)]
    found = figures(take(put("a.jsonl", [*towers, *rows]), checks=("empty",)))
    assert found["near_duplicates"].value > 0.3
    assert found["near_duplicates"].state == "not met"


def test_the_shares_of_kinds_have_no_goals_for_what_was_there_before(towers, put, take):
    assert figures(take(put("a.jsonl", towers), kind="basic"))["kind:basic"].goal == ""


def test_the_page_shows_figures_beside_their_goals(towers, put, take):
    imported = take(put("a.jsonl", towers), report=True)
    html = (imported.folder / "report.html").read_text("utf-8")
    assert 'id="measures"' in html
    assert "most frequent opening" in html
    assert "sentences covered" not in html


def test_what_checks_have_to_say_of_a_pair_that_stays_is_written(towers, put, take):
    row = {
        "question": "How many cows has the farm of Aalen?",
        "answer": "The farm of Aalen currently has 20 cows.",
    }
    imported = take(put("a.jsonl", [row, *towers]))
    assert (row["question"], row["answer"]) in sides(imported)
    marks = [mark for pair in imported.pairs() for mark in pair["marks"]]
    assert marks == ["time: temporal_ambiguity 'currently'"]
    assert imported.manifest["pairs"]["marked_by_reason"] == {"time: temporal_ambiguity": 1}


def test_the_status_of_a_workspace_that_only_has_imports(towers, put, take, tmp_path):
    imported = take(put("towers.jsonl", towers))
    assert not (tmp_path / "out" / "loremill.db").exists()
    [dataset] = api.status(tmp_path / "out").datasets
    assert (dataset.name, dataset.pairs, dataset.is_imported) == ("towers", imported.kept, True)
    assert dataset.problems == ()
    assert dataset.measures["distinct_2"]["goal"] == "at least 0.60"
    done = loremill("status", "--workspace", tmp_path / "out")
    assert done.code == 0, done.err
    assert "towers" in done.out
    assert "1 of 1 files" in done.out
    said = loremill("status", "--workspace", tmp_path / "out", "--json").json
    assert said["datasets"][0]["measures"]["near_duplicates"]["value"] == 0
    assert not (tmp_path / "out" / "loremill.db").exists()
    (imported.folder / "train.jsonl").write_text(json.dumps({}), "utf-8")
    assert loremill("status", "--workspace", tmp_path / "out").code == 1


def test_a_folder_without_anything_is_no_workspace(tmp_path):
    done = loremill("status", "--workspace", tmp_path)
    assert done.code == 2
    assert "build or import something first" in done.err


def test_answers_by_yes_or_no_are_counted_and_judged_from_twenty_on(put, take):
    def rows(number):
        return [
            {
                "question": f"Was the mill of valley {n} built before {1700 + n}?",
                "answer": f"Yes, the mill of valley {n} was built in {1690 + n}.",
            }
            for n in range(number)
        ]

    few = figures(take(put("few.jsonl", rows(12))))
    assert (few["yes_no"].value, few["yes_no"].state) == (1.0, "not met")
    assert "yes" not in few
    many = figures(take(put("many.jsonl", rows(30))))
    assert (many["yes"].value, many["yes"].goal, many["yes"].state) == (
        1.0, "40 % to 60 %", "not met",
    )  # fmt: skip
