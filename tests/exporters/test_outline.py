"""The outline of an article: every section once, the text of what was sent beside it."""

from __future__ import annotations

import json

from generator.exporters.folder import DatasetWriter
from generator.exporters.info import Asked
from generator.exporters.outline import outline_rows
from generator.wikitext import clean
from generator.wikitext.passages import passages

MILL = """'''Water mill''': the wheel is turned by the brook. It ground rye for the four villages around.

== History ==
=== Founding ===
Ada Miller built it in 1871, with stones from the old church and oak from her own wood.

=== Repairs ===
The wheel broke in the flood of 1902. It was replaced by one of iron, which is still there.

=== Repairs ===
A second set of repairs followed in 1951. The roof has been of slate since, the gutter of copper.

== References ==
A book about mills.
"""


def outlined(make_page, **options):
    article = clean(MILL, title="Water mill")
    return list(outline_rows(make_page(0), article, passages(article, **options)))


def test_every_section_has_a_row_in_order_with_what_was_sent_of_it(make_page):
    rows = outlined(make_page, min_words=5)
    assert [row["section"] for row in rows] == [
        [], ["History"], ["History", "Founding"], ["History", "Repairs"], ["History", "Repairs"],
        ["References"],
    ]  # fmt: skip
    assert [len(row["passages"]) for row in rows] == [1, 0, 1, 1, 1, 0]
    assert rows[3]["passages"][0]["text"].startswith("The wheel broke")
    assert rows[4]["passages"][0]["text"].startswith("A second set")
    assert [row["is_back_matter"] for row in rows] == [False] * 5 + [True]


def test_a_section_that_was_joined_is_named_by_the_passage_that_holds_it(make_page):
    joined = [
        path
        for row in outlined(make_page, min_words=60)
        for passage in row["passages"]
        for path in passage["joined"]
    ]
    assert ["History", "Repairs"] in joined


def test_what_a_call_used_stands_beside_how_it_ended(tmp_path, make_pair, make_info, outcome_of):
    pair = make_pair(0)
    with DatasetWriter(tmp_path) as writer:
        writer.keep(pair)
        writer.outcome(outcome_of(pair), Asked(passage=pair.passage, prompt_tokens=7, cost_usd=0.5))
        writer.finish(make_info())
    row = json.loads((tmp_path / "sections.jsonl").read_text(encoding="utf-8"))
    assert (row["passage"], row["prompt_tokens"], row["cost_usd"]) == (pair.passage, 7, 0.5)
