"""docs/results.md names every finding."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_every_finding_is_documented_in_the_page_and_in_the_module():
    source = (ROOT / "generator" / "tuning" / "results" / "findings.py").read_text("utf-8")
    page = (ROOT / "docs" / "results.md").read_text("utf-8")
    codes = set(re.findall(r'code="(\w+)"', source))
    assert len(codes) == 12
    head = source.partition("from __future__")[0]
    for code in codes:
        assert f"`{code}`" in page, code
        assert f"`{code}`" in head, code
