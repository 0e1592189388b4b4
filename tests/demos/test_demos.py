"""The demonstrations in docs/demos run as they stand there.

Without the packages of the extra `local` the commands before the first that needs them are run; with
them CI runs three demonstrations, and `-m local` all six. In place of the network stands a file:
`build "Agrippina (opera)"` reads docs/demos/agrippina.wiki.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from generator.exporters.manifest import verify_manifest
from tests.cli.running import ROOT, environment
from tests.tuning.local.real import MISSING, marked

PAGES = sorted(
    path.stem for path in (ROOT / "docs" / "demos").glob("*.md") if path.stem != "README"
)
NEEDS_PACKAGES = re.compile(r"loremill tune (tiny|start|serve)\b")
STAND_IN = ('build "Agrippina (opera)"', 'build --from agrippina.wiki --title "Agrippina (opera)"')


def commands(page: str) -> list[str]:
    """The command lines of a page."""
    text = (ROOT / "docs" / "demos" / f"{page}.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line.replace(*STAND_IN) for block in blocks for line in block.splitlines()]


def light(page: str) -> list[str]:
    """Those before the first that needs heavy packages."""
    lines = commands(page)
    heavy = [number for number, line in enumerate(lines) if NEEDS_PACKAGES.search(line)]
    return lines[: heavy[0]] if heavy else lines


@pytest.fixture
def place(tmp_path) -> Path:
    """A copy of docs/demos, and of the file that one of them leads to."""
    data = Path("tests", "importing", "data")
    shutil.copytree(ROOT / data, tmp_path / data)
    shutil.copytree(ROOT / "docs" / "demos", tmp_path / "docs" / "demos")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "loremill").write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -m generator "$@"\n'
    )
    (tmp_path / "bin" / "loremill").chmod(0o755)
    return tmp_path / "docs" / "demos"


def run(lines: Sequence[str], place: Path) -> str:
    """What the command lines print; each has to end with 0."""
    env = environment({"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"})
    env["PATH"] = f"{place.parents[1] / 'bin'}:{env['PATH']}"
    done = subprocess.run(
        ["sh", "-eu", "-c", "\n".join(lines)],
        cwd=place, env=env, capture_output=True, encoding="utf-8", timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.skipif(not MISSING, reason="the whole page is run")
def test_the_data_of_a_demonstration_is_made_by_its_commands(page, place):
    run(light(page), place)
    folders = [path.parent for path in (place / "outputs").glob("**/manifest.json")]
    assert folders
    for folder in folders:
        assert not (folder / "sections.jsonl").exists() or verify_manifest(folder) == []
        assert (folder / "train.jsonl").read_text(encoding="utf-8").count("\n") >= 10


def evaluated(place: Path, dataset: str) -> dict[str, object]:
    """What an evaluation wrote."""
    path = place / "outputs" / dataset / "evaluation" / "evaluation.json"
    found: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return found


@marked
def test_pig_latin_is_learnt_for_words_that_were_never_seen(place):
    told = run(commands("pig-latin"), place)
    row = re.search(r"^test +60 +(\d+) % +\S+ +(\d+) %", told, re.MULTILINE)
    assert row is not None, told
    assert int(row[1]) == 0
    assert int(row[2]) >= 50


@marked
def test_two_games_are_told_apart_on_trained_sentences_and_every_figure_is_there(place):
    told = run(commands("which-game"), place)
    train = told.partition("\ntrain ")[2].partition("\nvalidation ")[0]
    accuracy = re.search(r"^accuracy +(\d+) % \S+ +(\d+) %", train, re.MULTILINE)
    assert accuracy is not None, told
    assert int(accuracy[2]) >= 90 > int(accuracy[1])
    for figure in ("weighted F1", "precision of", "recall of", "F-beta", "AUROC", "AUPRC"):
        assert figure in train


@marked
def test_an_expert_has_learnt_what_it_was_trained_on_by_heart(place):
    told = run(commands("agrippina"), place)
    closed, _, _ = told.partition("\nwith the section")
    row = re.search(r"^train +15 +(\d+) % +\S+ +(\d+) %", closed, re.MULTILINE)
    assert row is not None, told
    assert int(row[2]) >= 70 > int(row[1])
    assert "with retrieval" in told


@pytest.mark.long
@marked
@pytest.mark.parametrize(
    ("page", "dataset"),
    [
        ("context-qa", "can-it-answer"),
        ("medical", "medical"),
        ("misspelling", "misspelling"),
    ],
)
def test_the_whole_road_of_a_demonstration_is_gone(page, dataset, place):
    run(commands(page), place)
    assert evaluated(place, dataset)
    assert (place / "outputs" / dataset / "evaluation" / "evaluation.html").is_file()


def test_every_demonstration_is_listed_and_tested():
    index = (ROOT / "docs" / "demos" / "README.md").read_text(encoding="utf-8")
    tested = Path(__file__).read_text(encoding="utf-8")
    for page in PAGES:
        assert f"({page}.md)" in index
        assert f'"{page}"' in tested
