"""`loremill import` shows what it guessed, counts what it did, and its exit code tells the truth."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.importing import cleaning
from generator.importing.options import NEED_A_PASSAGE
from tests.cli.running import loremill

DOCS = (Path(__file__).parents[2] / "docs" / "import.md").read_text(encoding="utf-8")


def test_one_command_makes_a_hundred_clean_chats_of_the_medical_set(medical, tmp_path):
    done = loremill("import", medical, "--sample", 100, "--licence", "cc-by-4.0", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "100 (" in done.out
    assert "2 only a link" in done.out
    folder = tmp_path / "outputs" / "medical"
    chats = [path.read_text(encoding="utf-8") for path in folder.glob("t*.jsonl")]
    chats.append((folder / "validation.jsonl").read_text(encoding="utf-8"))
    assert sum(text.count('{"messages"') for text in chats) == 100


def test_a_dry_run_shows_fields_and_rows_before_and_after_and_writes_nothing(medical, tmp_path):
    done = loremill("import", medical, "--dry-run", cwd=tmp_path)
    assert done.code == 0
    assert "questions  questions" in done.out
    assert "<p>A dermatologist" in done.out
    assert "mended: html tags" in done.out
    assert not (tmp_path / "outputs").exists()


def test_json_is_one_object(medical, tmp_path):
    done = loremill("import", medical, "--json", "--no-report", cwd=tmp_path)
    assert done.json["pairs"]["kept"] == 127
    assert done.json["sources"][0]["fields"]["prompt"] == "questions"
    seen = loremill("import", medical, "--json", "--dry-run", cwd=tmp_path)
    assert seen.json["examples"][0]["row"] == 1


def test_standard_input_is_read(towers, tmp_path):
    text = "\n".join(map(json.dumps, towers))
    done = loremill("import", "-", "--json", cwd=tmp_path, input=text)
    assert done.json["pairs"]["kept"] == 30
    assert done.json["sources"][0]["name"] == "standard input"


def test_a_sample_that_is_not_there_is_said_and_exits_with_1(towers, put, tmp_path):
    done = loremill("import", put("a.jsonl", towers), "--sample", 99, cwd=tmp_path)
    assert done.code == 1
    assert "there are only 30" in done.out


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (None, 2, "there is no file"),
        ("a,b,c\n1,2,3\n", 2, "--prompt-field"),
        ("", 5, "is empty"),
    ],
)
def test_what_cannot_be_imported_is_one_message(content, code, said, put, tmp_path):
    path = tmp_path / "none.csv" if content is None else put("a.csv", content)
    done = loremill("import", path, cwd=tmp_path)
    assert done.code == code
    assert said in done.err


def test_foreign_text_does_nothing_to_the_terminal(towers, put, tmp_path):
    odd = {"question": "What is [red]\x1b[31m it?", "answer": "It is \u202e [/bold] a sign."}
    done = loremill("import", put("a.jsonl", [odd, *towers]), "--dry-run", cwd=tmp_path)
    assert done.code == 0
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    assert "[red]" in done.out


def test_every_mending_and_every_check_that_is_left_out_is_documented():
    from tests.importing.test_formats import HOSTILE

    mendings = [name for name, _ in cleaning._MENDINGS]
    others = [
        "list_as_text", "list_of_one", "lists_side_by_side", "several_questions",
        "first_of_several_answers", "system_message_left_out", "later_turns_left_out",
        "not_utf8", "too_many_cells", "open_quotation_mark", "not_csv", "map_failed", "no_turns",
        "no_answer_in_chat", "unknown_role", "not_two_values",
    ]  # fmt: skip
    for name in (*mendings, *others, *HOSTILE, *NEED_A_PASSAGE):
        assert f"`{name}`" in DOCS, name
