"""Rows of every shape become what the trainer takes; what cannot be learnt is named with its line."""

from __future__ import annotations

import json

import pytest

from generator.errors import Misconfigured
from generator.tuning.local.rows import read_rows, rows_of


def lines(*rows: object) -> list[str]:
    return [json.dumps(row, ensure_ascii=False) for row in rows]


def turn(role: str, content: object, **more: object) -> dict[str, object]:
    return {"role": role, "content": content, **more}


ASKED, ANSWERED = turn("user", "Wer baute die Mühle?"), turn("assistant", "Müller.")


def test_a_chat_becomes_the_turns_before_and_the_answer():
    rows = rows_of(lines({"messages": [turn("system", "Kurz."), ASKED, ANSWERED]}), name="a")
    assert rows.shape == "chat"
    assert rows.examples == [{"prompt": [turn("system", "Kurz."), ASKED], "completion": [ANSWERED]}]


def test_every_answer_of_a_long_chat_is_learnt_with_what_went_before():
    talk = [ASKED, ANSWERED, turn("user", "水車は？"), turn("assistant", "1871年。")]
    rows = rows_of(lines({"messages": talk}), name="a")
    assert [(len(one["prompt"]), one["completion"]) for one in rows.examples] == [
        (1, [ANSWERED]),
        (3, [talk[3]]),
    ]
    assert rows.lines == 1


def test_an_answer_without_weight_is_read_and_not_learnt():
    talk = [ASKED, {**ANSWERED, "weight": 0}, ASKED, {**ANSWERED, "weight": 1}]
    rows = rows_of(lines({"messages": talk}), name="a")
    assert len(rows.examples) == 1
    assert rows.examples[0]["prompt"] == [ASKED, ANSWERED, ASKED]


def test_parts_of_text_are_joined_and_developers_become_the_system():
    parts = [{"type": "text", "text": "من بنى "}, {"type": "text", "text": "الطاحونة؟"}]
    talk = [turn("developer", "x"), turn("user", parts), ANSWERED]
    rows = rows_of(lines({"messages": talk}), name="a")
    assert rows.examples[0]["prompt"] == [turn("system", "x"), turn("user", "من بنى الطاحونة؟")]


def test_prompts_and_completions_stay_texts_or_messages():
    plain = {"prompt": "a ->", "completion": " b"}
    assert rows_of(lines({**plain, "id": 3}), name="a").examples == [plain]
    spoken = {"prompt": [ASKED], "completion": [ANSWERED]}
    assert rows_of(lines(spoken), name="a").examples == [spoken]


def test_texts_are_learnt_whole():
    assert rows_of(lines({"text": "abc"}), name="a").shape == "text"


def test_preferences_are_read_in_both_dialects():
    better, worse = turn("assistant", "ja"), turn("assistant", "nein")
    as_openai = {
        "input": {"messages": [ASKED]},
        "preferred_output": [better],
        "non_preferred_output": [worse],
    }
    as_trl = {"prompt": [ASKED], "chosen": [better], "rejected": [worse]}
    rows = rows_of(lines(as_openai, as_trl), name="a")
    assert rows.shape == "preference"
    assert rows.examples == [as_trl, as_trl]


def test_a_mark_at_the_beginning_and_blank_lines_do_not_matter(tmp_path):
    path = tmp_path / "rows.jsonl"
    row = json.dumps({"prompt": "a", "completion": "b\u2028c"}, ensure_ascii=False)
    path.write_bytes(b"\xef\xbb\xbf" + f"{row}\r\n\r\n{row}\n".encode())
    assert read_rows(path).lines == 2


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{", "line 2: is not JSON"),
        ("[1]", "line 2: is not an object"),
        ("[" * 100_000, "line 2: is not JSON"),
        ({"question": "a"}, "line 2: has question; known are messages"),
        ({"text": "a"}, "line 2: is a text row, those before are chat rows"),
        ({"messages": []}, "not a list of messages"),
        ({"messages": [ASKED]}, "the last message is not the assistant's"),
        ({"messages": [ANSWERED]}, "nothing was asked"),
        ({"messages": ["a"]}, "a message is not an object"),
        ({"messages": [turn("robot", "x"), ANSWERED]}, "unknown role 'robot'"),
        ({"messages": [ASKED, turn("assistant", " ")]}, "the assistant's content is empty"),
        ({"messages": [ASKED, turn("assistant", None)]}, "the assistant's content is not a text"),
        ({"messages": [ASKED, {**ANSWERED, "weight": 2}]}, "weight 2"),
        ({"messages": [turn("user", [{"image": "x"}]), ANSWERED]}, "something else than text"),
        ({"messages": [ASKED, turn("assistant", "", tool_calls=[1])]}, "calls of tools"),
        ({"messages": [turn("user", "\ud800"), ANSWERED]}, "half a character"),
    ],
)
def test_what_cannot_be_learnt_is_named_with_its_line(row, said):
    good = {"messages": [ASKED, ANSWERED]}
    bad = row if isinstance(row, str) else json.dumps(row)
    with pytest.raises(Misconfigured) as caught:
        rows_of([*lines(good), bad], name="train.jsonl")
    assert "train.jsonl, line 2: " in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "has no rows"),
        ([{"messages": [ASKED, {**ANSWERED, "weight": 0}]}], "nothing to learn"),
        (
            [{"prompt": "a", "completion": "b"}, {"prompt": [ASKED], "completion": [ANSWERED]}],
            "texts and prompts that are messages",
        ),
        ([{"preferred_output": [ANSWERED]}], "`input` has no `messages`"),
    ],
)
def test_files_that_cannot_be_learnt_are_named(rows, said):
    with pytest.raises(Misconfigured, match=said):
        rows_of(lines(*rows), name="train.jsonl")


def test_a_file_in_another_encoding_is_said(tmp_path):
    (tmp_path / "a.jsonl").write_bytes('{"text": "Mühle"}'.encode("cp1252"))
    with pytest.raises(Misconfigured, match="not UTF-8"):
        read_rows(tmp_path / "a.jsonl")
