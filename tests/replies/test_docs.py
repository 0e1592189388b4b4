"""The page about replies names every repair and every defect, with their meanings."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.replies.findings import DEFECTS, REPAIRS

PAGE = (Path(__file__).parents[2] / "docs" / "replies.md").read_text("utf-8")


@pytest.mark.parametrize(("name", "meaning"), [*REPAIRS.items(), *DEFECTS.items()])
def test_the_page_names_every_repair_and_defect(name: str, meaning: str) -> None:
    assert f"| `{name}` | {meaning} |" in PAGE
