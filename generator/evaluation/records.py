"""What an evaluation works on: items, the rows they stand in, the columns they are asked in. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from generator.evaluation.manner import NOWHERE, Place
from generator.records import Passage

SideName = Literal["base", "tuned"]
SIDES: Final[tuple[SideName, ...]] = ("base", "tuned")

Column = Literal["closed", "section", "retrieval"]
COLUMNS: Final[Mapping[Column, str]] = {
    "closed": "closed-book",
    "section": "with the section",
    "retrieval": "with retrieval",
}
"""How a question is put -> its words: alone, below the text that answers it, below what is found."""

ROWS: Final[Mapping[str, tuple[str, str]]] = {
    "seen": ("seen wording", "is there what was trained, asked as it was trained?"),
    "held_out": ("held-out wording", "is it there when it is asked for in other words?"),
    "reverse": ("reverse", "is a name found from what is told of it?"),
    "link": ("link", "are two sections put together?"),
    "train": ("train", "is there what was trained, asked as it was trained?"),
    "validation": ("validation", "how are sections answered that were not trained?"),
    "test": ("test", "how are sections answered that were not trained?"),
    "control": ("control", "what is said of sections of which nothing was trained?"),
    "unanswerable": ("unanswerable", "is it said that something is not known where nobody can know?"),
    "answerable": ("answerable, matched", "…and only there? Questions about the same sections"),
    "general": ("general", "is there still what everybody knows?"),
}  # fmt: skip
"""Name of a row -> its title, and the question that it answers; in the order in which they stand."""

FACT_ROWS: Final = ("seen", "held_out", "reverse", "link", "control")
SPLIT_ROWS: Final = ("train", "validation", "test")


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question with its answer."""

    id: str
    row: str
    """A name in `ROWS`."""
    prompt: str
    answers: tuple[str, ...]
    """Any of them is right; the first is the dataset's own."""
    language: str = "en"
    place: Place = NOWHERE
    passages: tuple[Passage, ...] = ()
    """What answers it: one passage, two for a link, none where the dataset has no outline."""
    split: str = ""
    kind: str = ""

    @property
    def is_answerable(self) -> bool:
        """Whether there is an answer at all."""
        return self.row != "unanswerable"

    @property
    def completion(self) -> str:
        """The dataset's own answer."""
        return self.answers[0]

    @property
    def text(self) -> str:
        """All that answers it."""
        return "\n\n".join(one.text for one in self.passages)


Outcome = Literal["correct", "wrong", "abstained"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """What an answer is worth by the words in it."""

    outcome: Outcome
    exact: bool
    """The same words, but for case, marks and articles."""
    f1: float
    """Of its words and those of the answer."""
    numbers: bool | None
    """Whether it has every number of the answer with its unit; None where that has none of its own."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One item as one model answered it in one column."""

    item: Item
    side: SideName
    column: Column
    call: str
    """Digest of the call."""
    text: str | None
    """None where there is no reply."""
    failure: str = ""
    """Why there is none: `pending`, `context_overflow`, …"""
    grade: Grade | None = None
    """None where there is no reply."""
    judged: str = ""
    """What the judge says: `passed`, `refused …`, `unjudged …`; empty where it was not asked."""
    is_judge_trusted: bool = False

    @property
    def outcome(self) -> Outcome | None:
        """What counts: an abstention as such, then a trusted judge's verdict, then the words."""
        if self.grade is None or self.grade.outcome == "abstained" or not self.is_judge_trusted:
            return self.grade.outcome if self.grade else None
        if self.judged == "passed":
            return "correct"
        return "wrong" if self.judged.startswith("refused") else self.grade.outcome

    @property
    def id(self) -> str:
        """Of this answer among all."""
        return f"{self.item.row}/{self.item.id}/{self.column}/{self.side}"

    @property
    def prompt(self) -> str:
        """What was asked, for a judge."""
        return self.item.prompt

    @property
    def completion(self) -> str:
        """What was answered, for a judge."""
        return self.text or ""
