"""The report of a dataset: what it says, that it is the same every time, and how it is made anew."""

from __future__ import annotations

import json
import re
import tracemalloc
from pathlib import Path

import pytest

from generator import api
from generator.errors import Misconfigured, StoreError
from generator.exporters.manifest import verify_manifest
from generator.records import Reply
from generator.report.overview import ArticleSums, choose_shown
from generator.report.report import render_report
from generator.report.rows import PageId
from tests.cli.running import loremill
from tests.report.datasets import write_dataset

MILL = """'''Water mill''': the wheel is turned by the brook. It ground rye for the four villages.

== History ==
Ada Miller built it in 1871, with stones from the old church. The wheel broke in the flood of 1902,
and a wheel of iron took its place, seven metres across, which is still there today.

== References ==
A book about mills.
"""


def page(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def render(folder: Path, **options) -> str:
    files = {path.name: path for path in folder.iterdir()}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return "".join(render_report(files, manifest, **options))


def words(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html).split())


def pairs(html: str) -> int:
    return len(re.findall(r'<li id="p\d+"', html))


def test_the_same_dataset_has_the_same_report(tmp_path):
    write_dataset(tmp_path / "a" / "mill")
    write_dataset(tmp_path / "b" / "mill")
    assert page(tmp_path / "a" / "mill") == page(tmp_path / "b" / "mill")
    assert page(tmp_path / "a" / "mill") == render(tmp_path / "a" / "mill")


def test_every_pair_stands_beside_its_passage_with_its_words_marked(tmp_path):
    write_dataset(tmp_path / "mill")
    html = page(tmp_path / "mill")
    assert pairs(html) == 9
    assert html.count("seven metres across") == 3
    assert html.count("<mark>was built in 1871 by Ada Miller</mark>") == 3 + 9


def test_the_map_shows_gaps_in_their_place_with_the_reason(tmp_path):
    write_dataset(tmp_path / "mill", pairs=0)
    said = words(page(tmp_path / "mill"))
    assert "History basic failed: timeout" in said
    assert "References back matter, not asked about" in said
    assert "3 gaps" in said


def test_rejected_pairs_are_counted_by_reason_and_shown_in_place(tmp_path):
    write_dataset(tmp_path / "mill", rejects=lambda n: "near_duplicate of 7" if n < 3 else "")
    html = page(tmp_path / "mill")
    assert "near_duplicate strict 3 " in words(html)
    assert html.count('<li id="p1" class="out"') == 1
    assert html.count("strict: near_duplicate of 7") == 3
    assert "all pairs were rejected" in html


def test_an_article_that_is_not_in_english_says_so(tmp_path):
    write_dataset(tmp_path / "mill", language="ar", text="بُني الميناء عام 1900 في فيرو")
    html = page(tmp_path / "mill")
    assert '<div class="text" dir="auto" lang="ar">' in html
    assert html.count('<ol dir="rtl" lang="ar">') == 3
    assert '<table dir="rtl">' in html


def test_whole_articles_are_chosen_where_there_are_too_many_pairs(tmp_path):
    titles = [f"Mill {number}" for number in range(20)]
    write_dataset(tmp_path / "mill", titles=titles)
    html = render(tmp_path / "mill", most=50)
    shown = set(re.findall(r"<header><h3[^>]*>(Mill \d+)<", html))
    assert pairs(html) == 9 * len(shown) == 45
    assert "Here are the 45 pairs of 5 articles out of 20" in words(html)
    assert all(f'dir="auto">{title}</th>' in html for title in titles)
    assert "<dt>pairs</dt><dd>180</dd>" in html


def test_which_articles_are_chosen_does_not_depend_on_their_order():
    articles = [
        ArticleSums(
            id=PageId("wiki", number, 1, "Mill"), kept=10, rejected=number % 3, passages=1, gaps=0,
            cost=0.0,
        )
        for number in range(50)
    ]  # fmt: skip
    chosen = choose_shown(articles, 100)
    assert chosen == choose_shown(articles[::-1], 100)
    assert 7 <= len(chosen) <= 10


def test_one_article_is_always_shown_whole(tmp_path):
    write_dataset(tmp_path / "mill")
    assert pairs(render(tmp_path / "mill", most=1)) == 9


def test_memory_does_not_grow_with_the_articles(tmp_path):
    def peak(articles: int) -> int:
        folder = tmp_path / str(articles)
        titles = [f"Mill {number}" for number in range(articles)]
        write_dataset(folder, titles=titles, pairs=10, report=False)
        files = {path.name: path for path in folder.iterdir()}
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        tracemalloc.start()
        for _ in render_report(files, manifest):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(2)
    assert peak(80) < peak(10) + 1_000_000


def test_a_build_writes_a_report_unless_told_not_to(tmp_path):
    file = tmp_path / "mill.wiki"
    file.write_text(MILL, encoding="utf-8")
    options = {
        "files": (file,),
        "title": "Water mill",
        "model": "extractive",
        "workspace": tmp_path,
    }
    folder = api.build(**options).folder
    html = page(folder)
    assert "cut out of the text by the built-in extractive writer" in words(html)
    assert "seven metres across" in html
    assert verify_manifest(folder) == []
    api.build(**options, report=False)
    assert not (folder / "report.html").exists()
    assert verify_manifest(folder) == []


def test_a_report_made_anew_tells_how_long_replies_took(tmp_path):
    file = tmp_path / "mill.wiki"
    file.write_text(MILL, encoding="utf-8")
    folder = api.build(
        files=(file,), title="Water mill", model="extractive", workspace=tmp_path
    ).folder
    assert "Median time" not in page(folder)
    assert api.make_report("water-mill", workspace=tmp_path) == folder / "report.html"
    assert "Median time" in page(folder)
    assert verify_manifest(folder) == []
    moved = tmp_path / "elsewhere" / "mill"
    moved.parent.mkdir()
    folder.rename(moved)
    api.make_report(moved)
    assert "Median time" not in page(moved)
    assert pairs(page(moved)) > 0


def test_times_add_up_by_prompt_file(tmp_path):
    write_dataset(tmp_path / "mill")
    replies = {
        f"{3 * number:032x}": Reply(
            call="",
            body="",
            latency_s=10.0 * (number + 1),
            received_at=f"2026-11-2{number}T07:00:00Z",
        )
        for number in range(3)
    }
    said = words(render(tmp_path / "mill", find_reply=replies.get))
    assert "20.0 s 1 min" in said
    assert "on 2026-11-20 at 07:00, the last on 2026-11-22 at 07:00" in said


@pytest.mark.parametrize("name", ["outline.jsonl", "pairs.jsonl"])
def test_a_damaged_file_is_named_with_what_to_do(tmp_path, name):
    write_dataset(tmp_path / "mill")
    (tmp_path / "mill" / name).write_text('{"half": ', encoding="utf-8")
    with pytest.raises(StoreError, match=f"{name}: cannot be read.*build the dataset again"):
        api.make_report(tmp_path / "mill")
    assert not list((tmp_path / "mill").glob(".*.part"))


def test_an_older_dataset_is_told_to_be_built_again(tmp_path):
    write_dataset(tmp_path / "mill")
    path = tmp_path / "mill" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["files"]["outline.jsonl"]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(Misconfigured, match="run its build command again"):
        api.make_report(tmp_path / "mill")


def test_the_command_names_the_page_or_what_is_wrong(tmp_path):
    write_dataset(tmp_path / "mill", report=False)
    done = loremill("report", "mill", "--workspace", tmp_path)
    assert (done.code, done.out.strip()) == (0, str(tmp_path / "mill" / "report.html"))
    done = loremill("report", "none", "--workspace", tmp_path)
    assert done.code == 2
    assert "no dataset at 'none'" in done.err
