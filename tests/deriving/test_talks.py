"""Conversations: turns of one reply in their order, and pairs of a section in a row."""

from __future__ import annotations

import json

import pytest

import generator
from generator.deriving import DeriveOptions, derive_dataset
from generator.errors import Misconfigured
from tests.cli.articles import write as write_article
from tests.deriving.folders import Asked, Part, mills, read, save
from tests.fakes.chat_server import ChatServer

TURNS = [
    Asked("Who built the weir?", "Ada built it.", {"kind": "conversation", "call": "c" * 32}),
    Asked("Why did Ada build it?", "For the wheel.", {"kind": "conversation", "call": "c" * 32}),
    Asked("What did the wheel drive?", "Two stones.", {"kind": "conversation", "call": "c" * 32}),
]


def derived(folder, **options):
    made = derive_dataset("conversation", [folder], options=DeriveOptions(**options))
    return made, read(made.folder / "conversations.jsonl")


def test_the_turns_of_a_reply_are_one_conversation_in_their_order(tmp_path):
    folder = save(tmp_path / "d", {"Mill": [Part("A", "train", "Ada.", TURNS)]})
    made, (row,) = derived(folder)
    assert [one["content"] for one in row["messages"]] == [
        text for one in TURNS for text in one[:2]
    ]
    assert [one["role"] for one in row["messages"]] == ["user", "assistant"] * 3
    assert (row["made"], row["split"], row["turns"]) == ("written", "train", 3)
    assert read(made.folder / "train.jsonl") == [{"messages": row["messages"]}]


def test_what_comes_after_a_missing_turn_is_left_out(tmp_path):
    late = TURNS[2]._replace(tags={**TURNS[2].tags, "position": 4})
    folder = save(tmp_path / "d", {"Mill": [Part("A", "train", "Ada.", [*TURNS[:2], late])]})
    made, (row,) = derived(folder)
    assert row["turns"] == 2
    assert made.left_out == {"after_a_missing_turn": 1}


def test_pairs_of_a_section_are_chained_and_nothing_is_said_twice(tmp_path):
    asked = [
        Asked("Who built the weir?", "Ada Miller of Elmstead built it."),
        Asked("Whose work was the weir?", "Ada Miller of Elmstead built it."),
        Asked("What did it cost?", "Forty pounds and a horse."),
        Asked("When did it burst?", "During the great flood."),
    ]
    folder = save(tmp_path / "d", {"Mill": [Part("A", "train", "Ada.", asked)]})
    made, rows = derived(folder)
    assert [row["turns"] for row in rows] == [3]
    assert rows[0]["made"] == "chained"
    assert made.left_out == {"repeats_or_alone": 1}


def test_conversations_keep_to_one_section_one_split_and_so_many_turns(tmp_path):
    folder = save(tmp_path / "d", {**mills(8), **mills(8, "Wind mill")})
    pairs = {row["id"]: row for row in read(folder / "pairs.jsonl")}
    _, rows = derived(folder, turns=2)
    assert rows
    for row in rows:
        assert {(pairs[own]["passage"], pairs[own]["split"]) for own in row["pairs"]} == {
            (pairs[row["pairs"][0]]["passage"], row["split"])
        }
        assert 2 == len(row["pairs"])


def test_a_build_with_the_prompt_file_gives_conversations(tmp_path):
    with ChatServer() as server:
        dataset = generator.build(
            files=[write_article(tmp_path)], templates=["conversation"], model="m", base_url=server.base_url,
            environ={"OPENAI_API_KEY": "sk-test"}, workspace=tmp_path / "w", log=False, report=False,
        )  # fmt: skip
    made = generator.derive("conversation", dataset)
    rows = read(made.folder / "conversations.jsonl")
    assert rows
    assert {row["made"] for row in rows} == {"written"}
    assert all(row["turns"] >= 2 for row in rows)


def test_other_formats_are_refused_for_conversations(tmp_path):
    folder = save(tmp_path / "d", mills(4))
    with pytest.raises(Misconfigured, match="several turns"):
        derive_dataset("conversation", [folder], format="completion")
    made = generator.derive("conversation", folder, system="Be brief.", weight=True)
    row = json.loads((made.folder / "train.jsonl").read_text("utf-8").splitlines()[0])
    assert row["messages"][0] == {"role": "system", "content": "Be brief."}
    assert row["messages"][2]["weight"] == 1
