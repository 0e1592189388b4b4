"""A file of questions and answers becomes a dataset that is clean, split, and leads back to it."""

from __future__ import annotations

import gzip
import json
import random

import pytest

from generator.errors import ExitCode, Misconfigured, SourceError
from generator.exporters.manifest import verify_manifest
from generator.importing import import_pairs, preview
from tests.importing.conftest import reasons, sides


def test_the_medical_set_becomes_exactly_a_hundred_clean_chats(medical, take):
    imported = take(medical, sample=100)
    assert imported.exit_code is ExitCode.OK
    rows = [
        json.loads(line)
        for split in ("train", "validation", "test")
        for line in (imported.folder / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert len(rows) == imported.kept == 100
    assert all([m["role"] for m in row["messages"]] == ["user", "assistant"] for row in rows)
    assert not any("<p>" in row["messages"][1]["content"] for row in rows)
    assert verify_manifest(imported.folder) == []


def test_every_odd_row_of_the_medical_set_is_mended_or_rejected_with_its_reason(medical, take):
    imported = take(medical)
    assert reasons(imported) == {
        "empty_completion": 3, "empty_prompt": 1, "encoding": 1, "exact_duplicate": 2,
        "near_duplicate": 1, "only_a_link": 2, "passage_reference": 1, "refusal": 1,
    }  # fmt: skip
    assert imported.manifest["replies"]["repairs"] == {
        "blanks": 2, "first_of_several_answers": 1, "html_entities": 2, "html_tags": 1,
        "line_ends": 1, "list_as_text": 5, "several_questions": 2,
    }  # fmt: skip
    answers = dict(sides(imported))
    assert answers["What does a dermatologist do?"] == (
        "A dermatologist treats the skin & the hair.\n\nMany also treat the nails."
    )
    assert answers["Why do muscles ache after sport?"].startswith("Small tears")
    assert answers["What pulse is normal at rest?"] == answers["What is a normal resting pulse?"]


def test_a_sample_is_the_same_whatever_the_order_of_the_rows(towers, put, take):
    shuffled = random.Random(7).sample(towers, len(towers))
    first = take(put("a.jsonl", towers), sample=10, seed=3, name="first")
    second = take(put("b.jsonl", shuffled), sample=10, seed=3, name="second")
    assert sorted(sides(first)) == sorted(sides(second))
    other = take(put("a.jsonl", towers), sample=10, seed=4, name="other")
    assert sorted(sides(other)) != sorted(sides(first))


def test_the_same_import_gives_the_same_bytes(medical, take):
    first, second = take(medical, sample=50, name="x"), take(medical, sample=50, name="x")
    assert first.manifest == second.manifest


def test_a_sample_larger_than_what_is_clean_takes_all_and_says_so(towers, put, take):
    imported = take(put("a.jsonl", towers), sample=1000)
    assert imported.kept == 30
    assert imported.exit_code is ExitCode.INCOMPLETE


def test_every_row_leads_back_to_its_file_and_row(towers, put, take):
    path = put("a.jsonl", towers)
    for row in take(path).pairs():
        assert row["article"] == "a.jsonl"
        number = int(row["section"][0].removeprefix("row "))
        assert towers[number - 1]["question"] == row["prompt"]
        assert row["url"] == f"a.jsonl#row={number}"


def test_adding_rows_moves_no_pair_to_another_split(towers, put, take):
    less = {row["prompt"]: row["split"] for row in take(put("a.jsonl", towers[:20])).pairs()}
    more = {row["prompt"]: row["split"] for row in take(put("a.jsonl", towers)).pairs()}
    assert {prompt: more[prompt] for prompt in less} == less


def test_pairs_that_tell_each_others_answers_are_in_one_split(put, take):
    said = "Rest, plenty of water and sleep are what helps most against it in the first {} days."
    rows = [
        {"question": question, "answer": said.format(number), "topic": number}
        for number in range(2, 30)
        for question in (
            f"What helps in the first {number} days?",
            f"Which advice for {number} days?",
        )
    ]
    for options in ({}, {"group_field": "topic"}):
        splits: dict[str, set] = {}
        for row in take(put("a.jsonl", rows), **options).pairs():
            splits.setdefault(row["completion"], set()).add(row["split"])
        assert len(splits) > 20
        assert all(len(found) == 1 for found in splits.values())


def test_the_same_words_in_another_order_are_in_one_split(put, take):
    rows = []
    for number in range(40):
        town = f"Tower{number}burg"
        rows += [
            {"question": f"What did Ada build in {town}?", "answer": f"A mill of {number} sails."},
            {
                "question": f"In {town}, what did Ada build?",
                "answer": f"In {number} years, nothing.",
            },
        ]
    splits: dict[str, set] = {}
    for row in take(put("a.jsonl", rows), checks=["default", "-completeness"]).pairs():
        splits.setdefault(row["prompt"].partition("Tower")[2][:2], set()).add(row["split"])
    assert all(len(found) == 1 for found in splits.values())


def test_rows_with_the_same_group_are_in_one_split(towers, put, take):
    rows = [{**row, "who": {"id": place % 6}} for place, row in enumerate(towers)]
    imported = take(put("a.jsonl", rows), group_field="who.id")
    splits: dict[int, set] = {}
    for row in imported.pairs():
        place = int(row["section"][0].removeprefix("row ")) - 1
        splits.setdefault(place % 6, set()).add(row["split"])
    assert all(len(found) == 1 for found in splits.values())
    assert imported.manifest["settings"]["import"]["groups"] == 6


def test_a_near_duplicate_is_found_across_files(towers, put, take):
    again = {"question": "How high is the Aalen tower?", "answer": towers[0]["answer"]}
    imported = take(put("a.jsonl", towers), put("b.jsonl", [again]))
    assert reasons(imported) == {"near_duplicate": 1}


def test_files_of_one_name_are_told_apart_by_their_folders(towers, tmp_path, take):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    rows = [json.dumps(row) for row in towers]
    (tmp_path / "one" / "a.jsonl").write_text("\n".join(rows[:10]), encoding="utf-8")
    (tmp_path / "two" / "a.jsonl").write_text("\n".join(rows[10:]), encoding="utf-8")
    imported = take(tmp_path / "one" / "a.jsonl", tmp_path / "two" / "a.jsonl")
    assert {row["article"] for row in imported.pairs()} == {"one/a.jsonl", "two/a.jsonl"}


def test_a_file_that_breaks_off_keeps_what_was_read_and_is_incomplete(towers, put, take):
    packed = gzip.compress(b"".join(json.dumps(row).encode() + b"\n" for row in towers * 40))
    imported = take(put("a.jsonl.gz", packed[: len(packed) - 20]))
    assert imported.kept == 30
    assert "breaks off" in imported.sources[0].broken or imported.sources[0].broken
    assert imported.exit_code is ExitCode.INCOMPLETE


@pytest.mark.parametrize(
    ("language", "question", "answer"),
    [
        ("de", "Wie hoch ist der Turm von {0}?", "Der Turm von {0} ist {1} Meter hoch."),
        ("ja", "{0}の塔の高さは何メートルですか。", "{0}の塔の高さは{1}メートルです。"),
        ("ar", "ما هو ارتفاع برج {0} في المدينة؟", "ارتفاع برج {0} في المدينة هو {1} مترا."),
    ],
)
def test_clean_rows_of_any_language_stay(language, question, answer, put, take):
    rows = [
        {"question": question.format(one, n), "answer": answer.format(one, n)}
        for n, one in enumerate(
            "Köln Mainz Bremen Ulm 東京 京都 大阪 بغداد دمشق مكة".split(), start=20
        )
    ]
    imported = take(put("a.jsonl", rows))
    assert sides(imported) == [(row["question"], row["answer"]) for row in rows]
    assert imported.manifest["pairs"]["rejected"] == 0


def test_card_and_manifest_name_the_source_its_digest_and_its_licence(towers, put, take):
    import hashlib

    path = put("a <b>.jsonl", towers)
    imported = take(path, licence="CC-BY-4.0")
    card = (imported.folder / "README.md").read_text(encoding="utf-8")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    assert sha256 in card
    assert 'license:\n- "cc-by-4.0"' in card
    assert "<b>" not in card
    assert imported.manifest["settings"]["import"]["sources"][0]["sha256"] == sha256


def test_a_card_without_a_licence_warns(towers, put, take):
    imported = take(put("a.jsonl", towers))
    card = (imported.folder / "README.md").read_text(encoding="utf-8")
    assert "The licence of the source is not known" in card
    assert 'license:\n- "unknown"' in card


def test_no_foreign_text_acts_in_the_report(towers, put, take):
    attack = {
        "question": "What is <script>alert(1)</script> for?",
        "answer": "It is `</td><b>` \u202e here.",
    }
    imported = take(put("a.jsonl", [*towers, attack]), report=True, checks=["empty"])
    page = (imported.folder / "report.html").read_text(encoding="utf-8")
    assert "alert(1)" not in page
    assert "</td><b>" not in page
    assert "\u202e" not in page
    assert "How high is the tower of Aalen?" in page


def test_a_pair_that_the_format_cannot_hold_is_not_counted_for_the_sample(towers, put, take):
    odd = {"question": "What is the END of it?", "answer": "It comes END after all of the others."}
    imported = take(put("a.jsonl", [odd, *towers]), format="completion", sample=30)
    assert imported.kept == 30
    assert reasons(imported) == {"contains_stop": 1}
    row = json.loads((imported.folder / "train.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert row["prompt"].startswith("How high")


def test_a_preview_shows_odd_rows_and_writes_nothing(medical, tmp_path):
    seen = preview(medical, workspace=tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert seen.sources[0].fields.prompt == "questions"
    assert seen.clean > 80
    assert any("html_tags" in pair.repairs for one in seen.examples for pair in one.pairs)
    assert any("only_a_link" in reason for one in seen.examples for reason in one.reasons)


def test_an_import_that_fails_leaves_the_older_dataset(towers, put, take):
    older = take(put("a.jsonl", towers), name="x")
    with pytest.raises(SourceError):
        take(put("b.jsonl", ""), name="x")
    assert len(sides(older)) == 30


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"sample": 0}, "sample: 0"),
        ({"checks": ["no_such"]}, "no_such"),
        ({"format": "xml"}, "format"),
        ({"delimiter": "ab"}, "delimiter"),
        ({"encoding": "utf-99"}, "no encoding 'utf-99'"),
        ({"kind": " "}, "kind"),
        ({"prompt_field": "qestion"}, "did you mean 'question'"),
        ({"shapes": 1}, "unknown option 'shapes'; did you mean 'shares'"),
    ],
)
def test_an_option_that_cannot_be_is_named(options, said, towers, put, take):
    with pytest.raises(Misconfigured, match=said):
        take(put("a.jsonl", towers), **options)


def test_nothing_to_import_is_an_error():
    with pytest.raises(Misconfigured, match="give a file"):
        import_pairs([])


def test_the_page_is_made_anew_as_it_was(towers, put, take):
    from generator.api import make_report

    imported = take(put("a.jsonl", towers), report=True)
    page = (imported.folder / "report.html").read_bytes()
    assert make_report(imported.folder).read_bytes() == page
