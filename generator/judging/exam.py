"""The test of a judge: pairs whose faults are known, what it finds of them, and what good ones it loses."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple

from generator.digests import digest
from generator.engine.follow_up import End
from generator.errors import Misconfigured
from generator.judging.inspection import Inspected, Inspector, plan_inspection, read_inspection
from generator.names import nearest
from generator.records import Passage

GOOD: Final = "good"
MEANING: Final = (
    "contradiction", "ungrounded_claim", "unanswerable", "qa_mismatch", "incomplete_answer",
)  # fmt: skip
"""Labels of the defects that a judge is there for: those that no check by rules can see."""
LEAST_RECALL: Final = 0.8
"""Share of the meaning defects that a judge must find to be trusted, and…"""
MOST_LOST: Final = 0.05
"""…the share of good pairs that it may refuse. Judges are right about three claims of four on average
(LLM-AggreFact, 2024), so that many will not get there."""
LEAST_PAIRS: Final = 10
"""Meaning defects, and good pairs, that a test must have: of fewer, a single pair would decide."""
Z = 1.959964
"""Of a 95 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A pair of which it is known what is wrong with it."""

    id: str
    title: str
    language: str
    passage: str
    prompt: str
    completion: str
    label: str
    """`good`, one of `MEANING`, or another defect, which is shown and does not count."""


class Share(NamedTuple):
    """So many of so many."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """0 where there are none."""
        return self.part / self.whole if self.whole else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval after Wilson (1927), which holds for few pairs and shares near 0 and 1."""
        n, p = self.whole, self.value
        if not n:
            return (0.0, 1.0)
        middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
        half = Z / (1 + Z**2 / n) * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
        return (max(0.0, middle - half), min(1.0, middle + half))

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        low, high = self.interval
        return {
            "part": self.part,
            "of": self.whole,
            "share": round(self.value, 4),
            "interval": [round(low, 4), round(high, 4)],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelScore:
    """What became of the pairs with one label."""

    label: str
    pairs: int
    refused: int
    unjudged: int
    """Without a verdict: not refused, whatever is wrong with them."""

    @property
    def is_meaning(self) -> bool:
        """Whether it counts as a defect that a judge has to find."""
        return self.label in MEANING


@dataclass(frozen=True, kw_only=True)
class Score:
    """What a judge did on a set of labelled pairs."""

    labels: Sequence[LabelScore]
    """Good pairs first, then the meaning defects, then the others."""
    pairs_digest: str = ""
    """Of the set: which pairs they were."""

    @property
    def recall(self) -> Share:
        """Of the meaning defects, those that were refused."""
        own = [one for one in self.labels if one.is_meaning]
        return Share(sum(one.refused for one in own), sum(one.pairs for one in own))

    @property
    def lost(self) -> Share:
        """Of the good pairs, those that were refused."""
        own = [one for one in self.labels if one.label == GOOD]
        return Share(sum(one.refused for one in own), sum(one.pairs for one in own))

    @property
    def unjudged(self) -> Share:
        """Of all pairs, those without a verdict."""
        return Share(
            sum(one.unjudged for one in self.labels), sum(one.pairs for one in self.labels)
        )

    @property
    def problems(self) -> list[str]:
        """Why the judge is not to be trusted; none where it is."""
        recall, lost = self.recall, self.lost
        found = []
        if recall.whole < LEAST_PAIRS or lost.whole < LEAST_PAIRS:
            found.append(
                f"{recall.whole} meaning defects and {lost.whole} good pairs are too few to tell: "
                f"{LEAST_PAIRS} of each are needed"
            )
        if recall.value < LEAST_RECALL:
            found.append(
                f"it finds {recall.value:.0%} of the meaning defects, not {LEAST_RECALL:.0%}"
            )
        if lost.value > MOST_LOST:
            found.append(
                f"it refuses {lost.value:.1%} of the good pairs, more than {MOST_LOST:.0%}"
            )
        return found

    @property
    def passed(self) -> bool:
        """Whether the judge is to be trusted."""
        return not self.problems

    def as_dict(self) -> dict[str, Any]:
        """For `--json`, manifests and the workspace."""
        return {
            "passed": self.passed,
            "problems": self.problems,
            "recall": self.recall.as_dict(),
            "good_lost": self.lost.as_dict(),
            "unjudged": self.unjudged.as_dict(),
            "labels": [asdict(one) for one in self.labels],
            "pairs_digest": self.pairs_digest,
        }


def shipped_pairs() -> list[Labelled]:
    """The labelled pairs that come with Loremill: 12 passages in 9 languages, all of them made up."""
    path = Path(__file__).parent / "labelled.jsonl"
    return read_labelled(path.read_text(encoding="utf-8"), where=path.name)


def read_labelled(text: str, *, where: str) -> list[Labelled]:
    """Labelled pairs from JSON Lines: `passage`, `prompt`, `completion`, `label`; `title`, `lang`.

    A row without passage, title or language has those of the row before.

    Raises:
        Misconfigured: a row cannot be read; the message names file, line and what is wrong.
    """
    found: list[Labelled] = []
    about = {"passage": "", "title": "", "lang": "en"}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        row = _row(line, f"{where}, line {number}")
        about.update((name, row[name]) for name in about if row.get(name))
        if not about["passage"]:
            raise Misconfigured(f"{where}, line {number}: there is no 'passage', and none before")
        found.append(Labelled(
            id=str(len(found)), title=about["title"], language=about["lang"],
            passage=about["passage"], prompt=row["prompt"], completion=row["completion"],
            label=row["label"],
        ))  # fmt: skip
    if not found:
        raise Misconfigured(f"{where}: no labelled pairs in it")
    return found


def plan_exam(pairs: Iterable[Labelled], inspector: Inspector) -> Iterator[Inspected]:
    """The calls of a test, passage by passage; good and bad pairs come mixed, in no telling order."""
    ordered = sorted(pairs, key=lambda one: (one.title, one.passage, _shuffled(one)))
    for (title, text), own in groupby(ordered, key=lambda one: (one.title, one.passage)):
        listed = list(own)
        passage = Passage(article=title, language=listed[0].language, section=(), text=text)
        yield from plan_inspection(passage, listed, inspector)


def score(
    pairs: Sequence[Labelled], asked: Iterable[Inspected], find: Callable[[str], End | None]
) -> Score:
    """What the replies to the calls of a test are worth."""
    conclusions = {
        id: conclusion
        for one in asked
        for id, conclusion in read_inspection(one, find).conclusions.items()
    }
    ordered = dict.fromkeys((GOOD, *MEANING, *sorted({one.label for one in pairs})))
    labels = []
    for label in ordered:
        own = [conclusions[one.id].status for one in pairs if one.label == label]
        if own:
            labels.append(LabelScore(
                label=label, pairs=len(own), refused=own.count("refused"),
                unjudged=own.count("unjudged"),
            ))  # fmt: skip
    return Score(labels=labels, pairs_digest=digest_of(pairs))


def digest_of(pairs: Iterable[Labelled]) -> str:
    """Which pairs a set holds, in whatever order."""
    return digest(sorted([one.passage, one.prompt, one.completion, one.label] for one in pairs))


# Inside -----------------------------------------------------------------------------------------


def _row(line: str, where: str) -> Mapping[str, str]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Misconfigured(f"{where}: no JSON: {error}") from None
    if not isinstance(row, dict):
        raise Misconfigured(f"{where}: no JSON object")
    for name in ("prompt", "completion", "label"):
        if not isinstance(row.get(name), str):
            raise Misconfigured(f"{where}: there is no {name!r} in text{nearest(name, list(row))}")
    return {key: value for key, value in row.items() if isinstance(value, str)}


def _shuffled(one: Labelled) -> str:
    return digest([one.prompt, one.completion])
