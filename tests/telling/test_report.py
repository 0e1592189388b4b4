from __future__ import annotations

import json

from generator.engine.events import Missing
from generator.telling.report import LISTED_ARTICLES, NEXT_STEPS, report_on


def row(article, status, reason="", section=("History",)):
    return {
        "article": article,
        "section": list(section),
        "template": "basic@abc",
        "status": status,
        "reason": reason,
    }


def report(folder, rows, missing=()):
    text = "".join(json.dumps(one) + "\n" for one in rows)
    (folder / "sections.jsonl").write_text(text, encoding="utf-8")
    done = sum(one["status"] == "done" for one in rows)
    return report_on(folder, {"planned": len(rows), "done": done}, missing)


def test_nothing_is_reported_of_what_is_done(tmp_path):
    found = report(tmp_path, [row("A", "done"), row("B", "done", "nothing_to_ask")])
    assert not found.causes
    assert not found.articles


def test_causes_are_counted_and_come_with_an_example_and_a_next_step(tmp_path):
    rows = [
        row("A", "failed", "timeout"),
        row("B", "failed", "timeout", ()),
        row("B", "partial", "length"),
    ]
    missing = [Missing(asked="Berlni", kind="missing", detail="…")] * 3
    found = report(tmp_path, rows, missing)
    assert [(one.what, one.reason, one.count) for one in found.causes] == [
        ("titles", "missing", 3),
        ("calls", "timeout", 2),
        ("calls", "length", 1),
    ]
    assert found.causes[1].example == "A > History (basic)"
    assert all(one.next_step for one in found.causes)


def test_the_worst_articles_come_first_and_the_others_are_counted(tmp_path):
    rows = [row(f"Article {n}", "failed", "timeout") for n in range(LISTED_ARTICLES + 5)]
    rows += [row("Worst", "failed", "timeout")] * 4
    found = report(tmp_path, rows)
    assert found.articles[0].article == "Worst"
    assert len(found.articles) == LISTED_ARTICLES
    assert found.more_articles == 6


def test_what_a_stop_left_unasked_is_a_cause_but_no_articles_trouble(tmp_path):
    found = report(tmp_path, [row("A", "pending", "not_asked"), row("A", "done")])
    assert [one.reason for one in found.causes] == ["not_asked"]
    assert not found.articles


def test_no_next_step_is_empty():
    assert all(NEXT_STEPS.values())
