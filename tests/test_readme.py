"""What the README shows works as it stands there."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from generator.exporters.manifest import verify_manifest
from tests.cli.running import ROOT, environment, loremill
from tests.mediawiki.seed import SeedPage

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)

AGRIPPINA = """{{Infobox opera|name=Agrippina|composer=[[George Frideric Handel]]}}
'''''Agrippina''''' is an opera in three acts by [[George Frideric Handel]]. It was first given at
the Teatro San Giovanni Grisostomo in Venice on 26 December 1709, and ran for 27 evenings.

== Background ==
Handel had come to Italy in 1706. The libretto is by Cardinal [[Vincenzo Grimani]], whose family
owned the theatre; unlike most librettos of the time it was written for this opera alone.

== Synopsis ==
=== Act 1 ===
Hearing that the emperor Claudius has drowned, Agrippina plots to put Nero, her son by an earlier
marriage, on the throne. Claudius, however, is alive: Otho has saved him, and is promised the throne.

=== Act 2 ===
Agrippina tells Poppaea that Otho has given her up to Claudius in return for the throne. Everyone
turns on Otho, who is called a traitor before the whole court and protests his innocence.
"""


@pytest.fixture
def site(wiki):
    wiki.save(SeedPage(title="Agrippina (opera)", text=AGRIPPINA))
    return {"LOREMILL_SITE": wiki.url}


def commands() -> list[str]:
    """Every `loremill` command line in a shell block, without its comment."""
    lines = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
    return [line.split("  #")[0].strip() for line in lines if line.startswith("loremill ")]


def test_the_first_command_makes_a_dataset_of_a_real_page(site, tmp_path):
    first = next(text for kind, text in BLOCKS if kind == "sh")
    arguments = shlex.split(first.split("loremill ", 1)[1])
    done = loremill(*arguments, cwd=tmp_path, env=site)
    assert done.code == 0, done.err
    folder = tmp_path / "outputs" / "agrippina-opera"
    assert verify_manifest(folder) == []
    rows = [json.loads(line) for line in (folder / "pairs.jsonl").read_text("utf-8").splitlines()]
    assert any("Vincenzo Grimani" in row["prompt"] + row["completion"] for row in rows)
    assert ["Synopsis", "Act 1"] in [row["section"] for row in rows]
    assert all(row["revision_id"] and row["url"] for row in rows)


def test_the_python_example_runs(site, tmp_path):
    code = next(text for kind, text in BLOCKS if kind == "python")
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path, env=environment({**site, "PYTHONPATH": str(ROOT)}),
        capture_output=True, encoding="utf-8", timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Vincenzo Grimani" in done.stdout


@pytest.mark.parametrize("line", commands())
def test_every_command_in_the_readme_has_only_known_options(line):
    words = shlex.split(line)[1:]
    done = loremill(*words, "--help")
    assert done.code == 0
    for option in (word for word in words if word.startswith("--")):
        assert option in done.out, option


def test_the_readme_leads_to_pages_that_exist():
    for path in re.findall(r"\]\(([\w/.-]+)\)", README):
        assert (ROOT / path).exists(), path


def test_every_page_of_the_docs_can_be_found_from_the_readme():
    seen, todo = set(), [Path("README.md")]
    while todo:
        page = todo.pop()
        if page in seen:
            continue
        seen.add(page)
        text = (ROOT / page).read_text(encoding="utf-8")
        for link in re.findall(r"\]\(([\w/.-]+\.md)", text):
            target = (ROOT / page.parent / link).resolve().relative_to(ROOT.resolve())
            todo.append(target)
    assert {path.relative_to(ROOT) for path in (ROOT / "docs").glob("*.md")} <= seen
