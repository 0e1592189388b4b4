"""Every check has its page, and what the pages show is so."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bench.checks import REASONS, read_rows
from generator.checks import CHECKS, Checker
from tests.checks.test_opinions import CASES, verdicts

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^(Refused|Stays).*?```jsonl\n(.*?)```", re.DOTALL | re.MULTILINE)


def page(name: str) -> str:
    return (DOCS / "checks" / f"{name}.md").read_text(encoding="utf-8")


def test_every_check_has_a_page_and_every_page_a_check():
    assert {path.stem for path in (DOCS / "checks").iterdir()} == set(CHECKS) == set(REASONS)


@pytest.mark.parametrize("name", CHECKS)
def test_the_overview_leads_to_the_page_which_names_the_reasons(name):
    overview = (DOCS / "checks.md").read_text(encoding="utf-8")
    assert f"| [`{name}`](checks/{name}.md) |" in overview
    assert all(f"`{reason}`" in page(name) for reason in REASONS[name])


@pytest.mark.parametrize("name", CHECKS)
def test_the_examples_of_a_page_are_refused_and_stay(name):
    shown = {
        (row["prompt"], row["completion"]): (kind, row.get("mark", ""))
        for kind, block in BLOCK.findall(page(name))
        for row in map(json.loads, block.splitlines())
    }
    found = {}
    for path in CASES.glob("*.jsonl"):
        rows = read_rows(path)
        for row, (verdict,) in zip(rows, verdicts(rows, Checker((name,))), strict=True):
            key = row["prompt"], row["completion"]
            if key in shown:
                found[key] = ("Stays" if verdict.keep else "Refused", verdict.reason)
    assert found.keys() == shown.keys()
    for key, (kind, mark) in shown.items():
        assert found[key][0] == kind, key
        assert kind == "Refused" or found[key][1] == mark, key
