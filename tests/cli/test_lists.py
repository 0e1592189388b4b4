"""Whole commands on what a wiki lists, and on chosen sections."""

from __future__ import annotations

import pytest

from tests.cli.articles import write
from tests.cli.running import loremill


@pytest.fixture
def build(wiki, tmp_path):
    wiki.order()

    def run(*arguments):
        return loremill(
            "build", *arguments, "--site", wiki.url, "--model", "extractive", "--workspace",
            tmp_path / "w", "--json",
        )  # fmt: skip

    return run


def test_the_same_command_on_a_category_goes_on_where_it_stopped(build, tmp_path):
    stopped = build("--category", "Signals", "--depth", 1, "--max-calls", 3)
    assert (stopped.code, stopped.json["calls"]["answered_now"]) == (3, 3)
    rest = build("--category", "Signals", "--depth", 1)
    assert (rest.code, rest.json["calls"]["answered_before"]) == (0, 3)
    assert rest.json["articles"]["total"] == 4
    again = build("--category", "Signals", "--depth", 1)
    assert again.json["calls"]["answered_now"] == 0
    assert again.json["folder"] == str(tmp_path / "w" / "signals")


def test_a_category_that_is_not_there_ends_with_help(build):
    done = build("--category", "Signal")
    assert done.code == 5
    assert "there is no category 'Signal'" in done.json["error"]
    assert "'Signals'" in done.json["error"]


def test_links_a_search_and_a_file_with_chosen_sections_make_one_dataset(build, tmp_path):
    done = build(
        "--links-of", "List of signals", "--search", "Cape Ferro", "--from", write(tmp_path),
        "--sections", "**/Keepers/**", "--sections", "Today",
    )  # fmt: skip
    assert done.code == 0, done.out
    assert done.json["articles"]["total"] == 2
    assert done.json["unselected"] == 4


def test_an_outline_shows_what_chosen_sections_would_send(tmp_path):
    file = write(tmp_path)
    done = loremill("outline", "--from", file, "--sections", "History/*", "--sections", "Histroy")
    assert "2 passages" in done.out
    assert "--sections 'Histroy' means no section; the nearest are 'History'" in done.out
