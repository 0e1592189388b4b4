"""Measures in the manifest, in `measures.jsonl` and in the report; old folders without any of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import generator
from generator import api
from generator.metrics import headline
from generator.report.dataset import remake_report
from tests.report.datasets import write_dataset

WIKITEXT = """\
The '''Hollow mill''' stands on the Brook near Arden. It was built in 1871 by Ada Miller for 300 crowns.

== History ==
The wheel broke in the flood of 1902 and was replaced by a turbine of 40 kilowatts. The village of Arden \
bought the mill in 1955. Since 1980 it has been a museum with 12,000 visitors a year.

== Machines ==
The mill has three pairs of stones. The largest stone weighs 1,200 kilograms and came from Harrow quarry. \
Grain is lifted to the third floor by an elevator of oak that was made in 1911.
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("measured")
    (home / "Hollow mill.wiki").write_text(WIKITEXT, encoding="utf-8")
    dataset = generator.build(
        [],
        files=[home / "Hollow mill.wiki"],
        model="extractive",
        workspace=home / "out",
        name="mill",
    )
    return Path(dataset.folder)


def manifest_of(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


def copy_of(folder: Path, there: Path, *, without: tuple[str, ...]) -> Path:
    there.mkdir()
    for path in folder.iterdir():
        if path.is_file() and path.name not in without:
            (there / path.name).write_bytes(path.read_bytes())
    return there


def test_the_manifest_sums_what_the_rows_of_sections_say(folder):
    rows = [json.loads(line) for line in (folder / "measures.jsonl").read_text().splitlines()]
    coverage = manifest_of(folder)["measures"]["coverage"]
    assert [row["section"] for row in rows] == [[], ["Machines"]]
    assert {row["article"] for row in rows} == {"Hollow mill"}
    assert coverage["sentences"]["of"] == sum(row["sentences"] for row in rows) > 0
    assert coverage["numbers"]["count"] == sum(row["covered_numbers"] for row in rows) > 0


def test_the_report_shows_each_figure_with_its_goal_in_words(folder):
    page = (folder / "report.html").read_text(encoding="utf-8")
    for text in ("Measures", "sentences covered", "at least 85 %", "no model judged any"):
        assert text in page
    assert re.search(r'<td class="wider good">met</td>', page)
    assert "too few pairs" in page
    assert 'style="' not in page


def test_a_folder_of_an_older_version_still_makes_a_report(folder, tmp_path):
    old = copy_of(folder, tmp_path / "old", without=("measures.jsonl",))
    manifest = manifest_of(folder)
    del manifest["measures"], manifest["files"]["measures.jsonl"]
    (old / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    page = remake_report(str(old), tmp_path).read_text(encoding="utf-8")
    assert "Hollow mill" in page
    assert "Measures" not in page


def test_a_report_without_the_rows_of_sections_still_has_the_sums(folder, tmp_path):
    bare = copy_of(folder, tmp_path / "bare", without=("measures.jsonl",))
    assert "sentences covered" in remake_report(str(bare), tmp_path).read_text(encoding="utf-8")


def test_an_older_datasets_measures_do_not_stay_beside_a_new_one(tmp_path):
    (tmp_path / "mills").mkdir()
    (tmp_path / "mills" / "measures.jsonl").write_text("{}\n", encoding="utf-8")
    manifest = write_dataset(tmp_path / "mills")
    assert manifest["measures"] is None
    assert not (tmp_path / "mills" / "measures.jsonl").exists()


def test_a_build_and_the_status_say_what_is_covered(folder):
    found = api.status(folder.parent).datasets[0].measures
    assert found["numbers"]["goal"] == "at least 90 %"
    assert found["distinct_2"]["state"] == "too few"
    said = headline(manifest_of(folder)["measures"])
    assert re.match(r"\d+ % of sentences, \d+ % of numbers", said)


def test_the_status_of_an_older_dataset_has_no_measures(tmp_path, folder):
    (tmp_path / "loremill.db").write_bytes((folder.parent / "loremill.db").read_bytes())
    write_dataset(tmp_path / "mills")
    assert api.status(tmp_path).datasets[0].measures == {}
