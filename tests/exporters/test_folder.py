"""The dataset folder: what is in it, and that it is the same every time."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from generator.config import SPLIT_FORMATS
from generator.errors import Misconfigured
from generator.exporters import ExportOptions
from generator.exporters.folder import DatasetWriter
from generator.records import Usage

FILES = {
    "pairs.jsonl", "rejected.jsonl", "sections.jsonl", "outline.jsonl", "articles.jsonl", "train.jsonl",
    "validation.jsonl", "test.jsonl", "manifest.json", "README.md",
}  # fmt: skip


def rows(path: Path) -> list[dict[str, object]]:
    with path.open(encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_a_row_of_pairs_leads_back_to_where_it_came_from(tmp_path, make_pair, write):
    write(tmp_path, [make_pair(1, repairs=("closed_string",))])
    assert rows(tmp_path / "pairs.jsonl") == [
        {
            "id": "pair1", "prompt": "What is fact 1 of Wassermühle?",
            "completion": "It is number 1.", "kind": "detailed", "article": "Wassermühle",
            "section": ["History", "Part 1"], "page_id": 2, "revision_id": 101,
            "url": "https://wiki.test/w/index.php?oldid=101", "template": "detailed@d1",
            "model": "gpt-6-luna", "call": "call1", "split": "train", "language": "de",
            "site": "https://wiki.test", "passage": "passage1", "position": 0,
            "repairs": ["closed_string"],
            "facts": [],
            "quote": "",
            "of": "",
            "other_section": None,
            "marks": [],
        }
    ]  # fmt: skip


def test_each_split_has_its_pairs_in_the_chosen_format(tmp_path, make_pair, write):
    pairs = [make_pair(number) for number in range(10)]
    write(tmp_path, pairs)
    for split in ("train", "validation", "test"):
        prompts = [row["messages"][0]["content"] for row in rows(tmp_path / f"{split}.jsonl")]
        assert prompts == [pair.prompt for pair in pairs if pair.split == split]


def test_a_rejected_pair_is_kept_with_what_every_check_said(tmp_path, make_pair, write):
    manifest = write(tmp_path, [make_pair(0)], reject=[make_pair(1, split="")])
    (row,) = rows(tmp_path / "rejected.jsonl")
    assert "split" not in row
    assert row["prompt"] == "What is fact 1 of Wassermühle?"
    assert (row["check"], row["reason"]) == ("strict", "empty_prompt")
    assert row["verdicts"] == [
        {"check": "calm", "keep": True, "reason": "", "score": 0.5},
        {"check": "strict", "keep": False, "reason": "empty_prompt", "score": None},
    ]
    assert manifest["pairs"]["rejected_by_reason"] == {"empty_prompt": 1}


def test_reasons_are_counted_by_their_word(tmp_path, make_pair, make_info, refuse, outcome_of):
    with DatasetWriter(tmp_path) as writer:
        for number in range(3):
            pair = make_pair(number)
            writer.reject(pair, refuse(pair, f"exact_duplicate of pair{number + 5}"))
            writer.outcome(outcome_of(pair))
        manifest = writer.finish(make_info())
    assert manifest["pairs"]["rejected_by_reason"] == {"exact_duplicate": 3}


def test_a_pair_that_the_format_cannot_hold_is_rejected_with_the_reason(
    tmp_path, make_pair, make_info, outcome_of
):
    with DatasetWriter(tmp_path, format="completion") as writer:
        assert writer.keep(make_pair(0))
        assert not writer.keep(make_pair(1, completion="THE END"))
        for number in range(2):
            writer.outcome(outcome_of(make_pair(number)))
        manifest = writer.finish(make_info())
    (row,) = rows(tmp_path / "rejected.jsonl")
    assert (row["check"], row["reason"]) == ("format:completion", "contains_stop")
    assert manifest["pairs"]["kept"] == len(rows(tmp_path / "pairs.jsonl")) == 1


@pytest.mark.parametrize("format", SPLIT_FORMATS)
def test_half_a_character_is_rejected_and_every_file_stays_readable(
    tmp_path, make_pair, write, format
):
    manifest = write(tmp_path, [make_pair(0, completion="x\ud83d"), make_pair(1)], format=format)
    assert manifest["pairs"]["rejected_by_reason"] == {"not_unicode": 1}
    assert rows(tmp_path / "rejected.jsonl")[0]["completion"] == "x\ufffd"


@pytest.mark.parametrize("format", SPLIT_FORMATS)
@pytest.mark.parametrize(
    "text",
    ["Mühle", "水車", "طاحونة", "🦀", "a\u2028b\u2029c\u0085d", "\x00\x1b[31m", '"\\', "\r\n"],
)
def test_texts_of_any_script_come_back_as_they_went_in(tmp_path, make_pair, write, format, text):
    write(
        tmp_path,
        [make_pair(0, prompt=text, completion=text, article=text, section=(text,))],
        format=format,
    )
    (row,) = rows(tmp_path / "pairs.jsonl")
    assert (row["prompt"], row["completion"], row["section"]) == (text, text, [text])
    lines = (tmp_path / "train.jsonl").read_bytes()
    assert not lines.startswith(b"\xef\xbb\xbf")
    assert len(lines.decode().splitlines()) == 1


def test_how_every_planned_call_ended_is_written(tmp_path, make_pair, make_info, outcome_of):
    statuses = ("done", "partial", "failed", "pending")
    with DatasetWriter(tmp_path) as writer:
        for number, status in enumerate(statuses):
            reason = "" if status == "done" else f"why_{status}"
            known = {"status": status, "reason": reason, "pairs": 0}
            writer.outcome(outcome_of(make_pair(number), **known))
        manifest = writer.finish(make_info())
    assert [row["status"] for row in rows(tmp_path / "sections.jsonl")] == list(statuses)
    sections = manifest["sections"]
    assert sections["planned"] == sum(sections[status] for status in statuses) == 4
    assert sections["incomplete"]["total"] == 3
    assert sections["incomplete"]["listed"][0] == {
        "article": "Wassermühle", "section": ["History", "Part 1"], "part": 1,
        "template": "detailed@d1", "status": "partial", "reason": "why_partial",
    }  # fmt: skip


def test_the_manifest_names_a_thousand_unfinished_sections_and_counts_all(
    tmp_path, make_pair, make_info, outcome_of
):
    with DatasetWriter(tmp_path) as writer:
        for number in range(1200):
            writer.outcome(
                outcome_of(make_pair(number), status="failed", reason="timeout", pairs=0)
            )
        incomplete = writer.finish(make_info())["sections"]["incomplete"]
    assert incomplete["total"] == incomplete["by_reason"]["timeout"] == 1200
    assert len(incomplete["listed"]) == 1000


def test_every_article_is_credited_in_a_file_with_its_pairs(tmp_path, make_pair, write):
    manifest = write(tmp_path, [make_pair(number) for number in (0, 1, 4)])
    articles = rows(tmp_path / "articles.jsonl")
    assert {row["title"]: row["pairs"] for row in articles} == {
        "Water mill": 2, "Wassermühle": 1, "水車": 0, "طاحونة مائية": 0,
    }  # fmt: skip
    assert articles[0]["history_url"] == "https://wiki.test/w/index.php?title=0&action=history"
    assert manifest["articles"] == {"total": 4, "with_pairs": 2}


def test_pages_from_files_are_told_apart_by_title(tmp_path, make_pair, make_page, write):
    tags = {"site": "file", "page_id": 0, "revision_id": 0}
    pages = tuple(make_page(title=title, **tags) for title in ("One", "Two"))
    pairs = [
        make_pair(number, article=title, **tags) for number, title in enumerate(("One", "Two"))
    ]
    write(tmp_path, pairs, pages=pages)
    assert [row["pairs"] for row in rows(tmp_path / "articles.jsonl")] == [1, 1]


def test_the_manifest_tells_model_settings_tokens_and_cost(tmp_path, make_pair, write):
    manifest = write(
        tmp_path,
        [make_pair(0)],
        format="completion",
        options=ExportOptions(stop="\nSTOP"),
        endpoint="https://me:secret@api.openai.com/v1?key=secret",
        seed=7,
        sampling={"temperature": 0.7, "samples": 2},
        defects={"truncated": 2},
    )
    assert manifest["model"] == {
        "name": "gpt-6-luna", "endpoint": "api.openai.com/v1", "is_extractive": False,
        "left_out": [],
    }  # fmt: skip
    assert manifest["splits"] == {
        "seed": 7, "shares": {"train": 0.8, "validation": 0.1, "test": 0.1},
    }  # fmt: skip
    assert manifest["export"]["format"] == "completion"
    assert manifest["export"]["options"]["stop"] == "\nSTOP"
    assert manifest["usage"]["prompt_tokens"] == 12_345
    assert manifest["cost_usd"] == 0.0123
    assert manifest["sampling"] == {"samples": 2, "temperature": 0.7}
    assert manifest["replies"] == {"followups": 0, "defects": {"truncated": 2}, "repairs": {}}
    assert [one["template"] for one in manifest["templates"]] == ["basic@b1", "detailed@d1"]
    assert b"secret" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_what_is_unknown_is_null_and_not_nothing(tmp_path, make_pair, write):
    manifest = write(tmp_path, [make_pair(0)], usage=None, cost_usd=None)
    assert manifest["usage"] is None
    assert manifest["cost_usd"] is None
    assert write(tmp_path, [], usage=Usage(), cost_usd=0.0)["cost_usd"] == 0.0


def test_the_manifest_on_disk_is_the_one_returned(tmp_path, make_pair, write):
    manifest = write(tmp_path, [make_pair(0)])
    assert json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8")) == manifest


@pytest.mark.parametrize("format", SPLIT_FORMATS)
def test_two_runs_write_the_same_bytes(tmp_path, make_pair, make_page, write, format):
    pairs = [make_pair(number) for number in range(20)]
    pages = [make_page(number) for number in range(4)]
    write(tmp_path / "a", pairs[:15], reject=pairs[15:], format=format, pages=tuple(pages))
    write(
        tmp_path / "b", pairs[:15], reject=pairs[15:], format=format, pages=(*pages[::-1], pages[0])
    )
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert set(digests(tmp_path / "a")) == FILES


def test_a_new_dataset_takes_the_place_of_an_older_one(tmp_path, make_pair, write):
    write(tmp_path, [make_pair(number) for number in range(5)])
    write(tmp_path, [make_pair(0)])
    assert len(rows(tmp_path / "pairs.jsonl")) == 1
    assert {path.name for path in tmp_path.iterdir()} == FILES


def test_an_empty_dataset_has_all_its_files(tmp_path, write):
    manifest = write(tmp_path / "deep" / "mills", [])
    assert manifest["pairs"]["kept"] == 0
    assert {path.name for path in (tmp_path / "deep" / "mills").iterdir()} == FILES


def test_a_pair_without_a_split_is_an_error(tmp_path, make_pair):
    with DatasetWriter(tmp_path) as writer, pytest.raises(ValueError, match="'' is not a split"):
        writer.keep(make_pair(0, split=""))


def test_a_rejection_without_a_reason_is_an_error(tmp_path, make_pair):
    with DatasetWriter(tmp_path) as writer, pytest.raises(ValueError, match="no check refuses"):
        writer.reject(make_pair(0), [])


def test_an_unknown_format_is_an_error_before_anything_is_written(tmp_path):
    with pytest.raises(Misconfigured, match="no format 'parket'"):
        DatasetWriter(tmp_path / "new", format="parket")
    assert not (tmp_path / "new").exists()
