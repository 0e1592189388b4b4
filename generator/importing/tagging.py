"""An imported pair as a row of a dataset, leading back to the file and the row in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from generator.checks.texts import read
from generator.digests import digest
from generator.importing.drawing import Drawn
from generator.importing.opening import STDIN
from generator.importing.options import MODEL
from generator.importing.rows import Row
from generator.records import Pair

SITE = "import"
"""Stands where a built dataset has the wiki."""


def name_files(paths: Sequence[Path]) -> list[str]:
    """What to call each file: its name; with as many folders before it as tell it from the others."""
    parts = [("standard input",) if path == STDIN else path.parts for path in paths]
    depth = 1
    while len({part[-depth:] for part in parts}) < len(parts) and depth < max(map(len, parts)):
        depth += 1
    return ["/".join(part[-depth:]) for part in parts]


def tag(drawn: Drawn, row: Row, position: int, *, name: str, template: str, kind: str) -> Pair:
    """The pair with where it comes from.

    `article` is the file, `section` the row in it, `url` both; `call` is the digest of the row's
    content, by which it is found again in a file whose rows were put into another order.
    """
    return Pair(
        id=digest([name, row.number, position, drawn.prompt, drawn.completion]),
        prompt=drawn.prompt,
        completion=drawn.completion,
        kind=kind,
        article=name,
        section=(f"row {row.number}",),
        language=read(drawn.completion).language or read(drawn.prompt).language,
        site=SITE,
        page_id=0,
        revision_id=0,
        url=f"{quote(name)}#row={row.number}",
        template=template,
        model=MODEL,
        call=row_digest(row),
        position=position,
        passage="",
        repairs=drawn.repairs,
    )


def row_digest(row: Row) -> str:
    """The digest of what a row holds, whatever the order of its fields."""
    try:
        text = json.dumps(row.value, sort_keys=True, ensure_ascii=False, default=str)
    except (ValueError, TypeError, RecursionError):
        text = repr(row.number)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
