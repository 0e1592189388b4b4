"""The table of localized names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from generator.wikitext.names import names, separators

ROOT = Path(__file__).parents[2]
MEDIAWIKI = Path(os.environ.get("MW_CODE", "/opt/mediawiki"))


def test_every_language_is_known_in_every_text() -> None:
    assert {"file", "datei", "ファイル", "ملف", "tiedosto", "таспа"} - names().file <= {"таспа"}
    assert {"category", "kategorie", "カテゴリ", "تصنيف", "luokka"} <= names().category
    assert {"de", "zh-min-nan", "simple"} <= names().languages
    assert {"redirect", "weiterleitung", "転送"} <= set(names().redirects)
    assert names().functions["sortierung"] == "defaultsort"


def test_numbers_are_written_in_the_way_of_the_language_or_its_fallback() -> None:
    assert separators("en") == (",", ".")
    assert separators("de") == separators("bar") == (".", ",")
    assert separators("xx-unknown") == (",", ".")


@pytest.mark.skipif(not (MEDIAWIKI / "languages").is_dir(), reason="MediaWiki is not unpacked here")
def test_the_script_makes_the_table_from_mediawiki_again(tmp_path: Path) -> None:
    made = tmp_path / "names.json"
    script = ROOT / "scripts" / "localized_names.py"
    subprocess.run(
        [sys.executable, str(script), str(MEDIAWIKI), str(made)], check=True, timeout=120
    )
    ours = json.loads((ROOT / "generator/wikitext/names.json").read_text(encoding="utf-8"))
    theirs = json.loads(made.read_text(encoding="utf-8"))
    assert ours.keys() == theirs.keys()
    assert len(set(ours["file"]) & set(theirs["file"])) > 250
