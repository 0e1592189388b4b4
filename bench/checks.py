"""Measures the checks on labelled pairs: what share of each defect they find, and what good pairs they lose.

    python bench/checks.py FILE... [--checks NAMES] [--show | --by-check]

A row is a JSON object with `prompt`, `completion`, `label` (`good` or a defect) and `passage`; where
`passage` is left out, it is that of the row before. `title` is used where it is there.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

from generator.checks import DEFAULT, Checker, refusal
from generator.checks.numbers_in import numbers_of
from generator.checks.texts import read

JUDGED = frozenset({"contradiction", "ungrounded_claim", "unanswerable"})
"""Defects of meaning, which no check is there for."""

REASONS: dict[str, tuple[str, ...]] = {
    "empty": ("empty_prompt", "empty_completion"), "echo": ("echo",), "encoding": ("encoding",),
    "markup": ("markup",), "placeholder": ("placeholder",), "numbering": ("leading_numbering",),
    "roles": ("role_leak",), "instructions": ("instruction_leak",),
    "injection": ("prompt_injection",), "refusals": ("refusal",), "shape": ("broken_prompt",),
    "truncation": ("truncated",), "repetition": ("repetition",),
    "lengths": ("too_short", "too_long"), "trivial": ("trivial",), "copying": ("verbatim_copy",),
    "references": ("passage_reference",), "time": ("temporal_ambiguity",),
    "opinions": ("subjective",), "language": ("language_drift",),
    "numbers": ("ungrounded_number",), "units": ("unit_error",), "names": ("ungrounded_entity",),
    "quotes": ("quote_not_found",), "subject": ("ambiguous_subject",),
    "mismatch": ("qa_mismatch",), "completeness": ("incomplete_answer",),
    "abstention": ("false_abstention",), "duplicate": ("exact_duplicate",),
    "near_duplicate": ("near_duplicate",),
}  # fmt: skip
"""Check -> the words that its reasons begin with, which are the labels of its own defects, too."""


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a file, each with its passage and title."""
    rows: list[dict[str, str]] = []
    before: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        before = {key: row.get(key, before.get(key, "")) for key in ("passage", "title", "lang")}
        rows.append(row | before)
    return rows


def measure(rows: list[dict[str, str]], checks: Iterable[str], *, titles: bool, show: bool) -> None:
    """Print recall by label, loss, and what each check found."""
    checks = tuple(checks)
    for row in rows:  # patterns are compiled when they are first needed
        Checker(checks).judge(_pair(row, titles=titles), row["passage"])
    read.cache_clear()
    numbers_of.cache_clear()
    checker = Checker(checks)
    found, total, by_check, lost = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    start = time.process_time()
    for row in rows:
        verdicts = checker.judge(_pair(row, titles=titles), row["passage"])
        refused = refusal(verdicts)
        total[row["label"]] += 1
        found[row["label"]] += refused is not None
        for verdict in verdicts:
            if not verdict.keep:
                (lost if row["label"] == "good" else by_check)[verdict.check] += 1
        is_right = (refused is None) == (row["label"] == "good")
        if show and not is_right and row["label"] not in JUDGED:
            why = refused.reason if refused else "kept"
            print(f"{row['label']}: {why}\n    {row['prompt']}\n    {row['completion'][:200]}")
    spent = time.process_time() - start
    bad = [label for label in total if label != "good"]
    for label in sorted(bad):
        print(
            f"{label:22} {found[label]:4} of {total[label]:4}  {found[label] / total[label]:7.1%}"
        )
    plain = [label for label in bad if label not in JUDGED]
    hits, all_bad = sum(found[label] for label in plain), sum(total[label] for label in plain)
    print(f"{'needs no judge':22} {hits:4} of {all_bad:4}  {hits / max(1, all_bad):7.1%}")
    print(
        f"{'good, lost':22} {found['good']:4} of {total['good']:4}  {found['good'] / max(1, total['good']):7.1%}"
    )
    print("found by check:", ", ".join(f"{name} {n}" for name, n in by_check.most_common()))
    print("lost by check:", ", ".join(f"{name} {n}" for name, n in lost.most_common()) or "none")
    print(f"{1000 * spent / max(1, len(rows)):.2f} ms of processor time a pair")


def measure_each(rows: list[dict[str, str]], checks: Iterable[str], *, titles: bool) -> None:
    """Print of each check by itself: what it finds of the defects that are its own, and loses of the good."""
    for name in checks:
        checker = Checker((name,))
        own, lost = Counter[bool](), 0
        good = sum(row["label"] == "good" for row in rows)
        for row in rows:
            (verdict,) = checker.judge(_pair(row, titles=titles), row["passage"])
            if row["label"] in REASONS[name]:
                own[not verdict.keep] += 1
            lost += row["label"] == "good" and not verdict.keep
        print(f"{name:16} {own[True]:4} of {own.total():4}   good, lost {lost:3} of {good}")


def _pair(row: dict[str, str], *, titles: bool) -> SimpleNamespace:
    return SimpleNamespace(
        id=row.get("id", ""),
        prompt=row["prompt"],
        completion=row["completion"],
        title=row["title"] if titles else "",
    )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--checks", default=",".join(DEFAULT))
    parser.add_argument("--no-titles", action="store_true", help="as if the title were unknown")
    parser.add_argument("--show", action="store_true", help="print what is wrongly kept or lost")
    parser.add_argument("--by-check", action="store_true", help="each check by itself")
    given = parser.parse_args()
    rows = [row for path in given.files for row in read_rows(path)]
    if given.by_check:
        measure_each(rows, given.checks.split(","), titles=not given.no_titles)
        return
    measure(rows, given.checks.split(","), titles=not given.no_titles, show=given.show)


if __name__ == "__main__":
    main()
