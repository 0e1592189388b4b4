"""`loremill tune check` as users run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.tuning.check import check_training
from generator.tuning.check.folder import find_files
from tests.cli.running import loremill
from tests.tuning.check.files import chats, codes, write

BAD = Path(__file__).parent / "data" / "bad.jsonl"
ARTICLE = """'''Agrippina''' is an opera in three acts by George Frideric Handel, first given in 1709.

== Background ==
Handel had come to Italy in 1706. The libretto is by Cardinal Vincenzo Grimani, whose family owned
the Teatro San Giovanni Grisostomo in Venice.

== Synopsis ==
Hearing that the emperor Claudius has drowned, Agrippina plots to put Nero on the throne. Claudius,
however, is alive: Otho has saved him in 43, and is promised the throne.
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workspace")
    (folder / "opera.wiki").write_text(ARTICLE, "utf-8")
    done = loremill(
        "build", "--from", folder / "opera.wiki", "--title", "Agrippina (opera)",
        "--model", "extractive", "--workspace", folder, "--quiet",
    )  # fmt: skip
    assert done.code == 0, done.err
    return folder


def test_a_file_that_will_be_refused_ends_with_1_and_says_where_and_what_next():
    done = loremill("tune", "check", BAD, "--model", "gpt-4.1-mini")
    assert done.code == 1
    assert "OpenAI would refuse this" in done.out
    assert "a role that no provider knows: 'assistent'; did you mean 'assistant'?" in done.out
    assert "→ use system, user, assistant or tool" in done.out


def test_a_file_that_will_be_taken_ends_with_0_and_with_strict_so_long_as_nothing_warns(tmp_path):
    few = write(tmp_path / "few.jsonl", chats(20))
    assert loremill("tune", "check", few).code == 0
    assert loremill("tune", "check", few, "--strict").code == 1
    enough = write(tmp_path / "enough.jsonl", chats(60))
    assert loremill("tune", "check", enough, "--strict").code == 0


def test_json_tells_all_that_is_known_of_each_file(tmp_path):
    good = write(tmp_path / "good.jsonl", chats(60))
    done = loremill("tune", "check", good, BAD, "--provider", "azure", "--json")
    assert done.code == done.json["exit_code"] == 1
    first, second = done.json["checks"]
    assert (first["errors"], first["training"]["examples"]) == (0, 60)
    assert first["cost_usd_estimate"] is None
    assert second["errors"] > 0
    assert {"code": "not_json", "lines": [10]}.items() <= next(
        one for one in second["findings"] if one["code"] == "not_json"
    ).items()


def test_a_cost_is_shown_with_the_date_of_its_price_or_as_unknown(tmp_path):
    good = write(tmp_path / "good.jsonl", chats(60))
    assert "2026-11-20" in loremill("tune", "check", good, "--model", "gpt-4.1").out
    assert "unknown" in loremill("tune", "check", good, "--model", "gpt-9").out
    assert (
        "none (runs on this machine)" in loremill("tune", "check", good, "--provider", "local").out
    )


def test_what_is_not_there_is_wrong_usage(tmp_path):
    done = loremill("tune", "check", "no-such-thing", "--workspace", tmp_path)
    assert done.code == 2
    assert "there is no dataset, folder or file 'no-such-thing'" in done.err
    assert loremill("tune", "check", BAD, "--provider", "opnai").code == 2
    assert loremill("tune", "check", tmp_path, "--workspace", tmp_path).code == 2


def test_a_hostile_file_cannot_write_to_the_terminal(tmp_path):
    row = '{"messages": [{"role": "\\u001b[31m[red]bot", "content": "x"}, {"role": "assistant", "content": "y"}]}'
    path = tmp_path / "train.jsonl"
    path.write_text(row + "\n", "utf-8")
    done = loremill("tune", "check", path)
    assert "\x1b[31m" not in done.out
    assert "[red]bot" in done.out


def test_a_dataset_is_known_by_its_name_and_brings_its_validation_file(workspace):
    done = loremill(
        "tune", "check", "agrippina-opera", "--workspace", workspace, "--provider", "local"
    )
    assert done.code == 0, done.out + done.err
    assert "train.jsonl" in done.out
    files = find_files("agrippina-opera", workspace)
    assert files.folder == workspace / "agrippina-opera"
    assert files.training.name == "train.jsonl"


def test_the_folder_of_a_dataset_tells_of_sections_on_both_sides_licences_and_goals(
    workspace, tmp_path
):
    files = find_files("agrippina-opera", workspace)
    assert files.folder is not None
    checked = check_training(files.training, folder=files.folder, provider="local")
    assert "section_on_both_sides" not in codes(checked)
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in files.folder.iterdir():
        if path.is_file():
            (copy / path.name).write_bytes(path.read_bytes())
    rows = [json.loads(line) for line in (copy / "pairs.jsonl").read_text("utf-8").splitlines()]
    write(
        copy / "pairs.jsonl",
        [*rows, {**rows[0], "split": "train"}, {**rows[0], "split": "validation"}],
    )
    page = json.loads((copy / "articles.jsonl").read_text("utf-8").splitlines()[0])
    licence = "https://creativecommons.org/licenses/by-sa/4.0/"
    write(copy / "articles.jsonl", [{**page, "license_url": licence}])
    found = codes(check_training(files.training, folder=copy, provider="local"))
    assert {"section_on_both_sides", "share_alike", "measure_missed"} <= found


def test_a_broken_file_of_the_folder_is_an_error_that_names_it(workspace, tmp_path):
    (tmp_path / "manifest.json").write_text('{"name": "x"}', "utf-8")
    write(tmp_path / "train.jsonl", chats(20))
    (tmp_path / "pairs.jsonl").write_text("{", "utf-8")
    done = loremill("tune", "check", tmp_path)
    assert done.code == 5
    assert "pairs.jsonl cannot be read" in done.err
