"""What a run tells while it works, for displays and logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.engine.flight import Flight
    from generator.engine.plan import Planned
    from generator.records import Failure, Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Began:
    """Calls can be made from now on."""

    flight: Flight
    """Shows those that are out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Calls of an article were added to the plan; `answered` of them have a reply already."""

    article: str
    calls: int
    answered: int
    ahead: int = 0
    """By how many more, or fewer, are expected of later steps than before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A reply came in and is stored."""

    planned: Planned
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A call was given up."""

    planned: Planned
    failure: Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Batched:
    """A look at the batches that a run waits for."""

    done: int
    """Calls of them that the endpoint is done with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A call, or every call, waits before it is tried again."""

    reason: str
    wait_s: float
    everyone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article was fetched and cut into passages."""

    title: str
    sections: int
    passages: int
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """An article that was asked for cannot be had."""

    asked: str
    kind: str
    """`missing`, `invalid`, `interwiki`, …, or `no_text` for one with nothing to ask about."""
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """A title that leads to an article that is there already."""

    asked: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unselected:
    """An article of which no section was asked for."""

    asked: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """An article that we cannot take apart, by a fault of ours; `Missing` follows."""

    asked: str
    error: Exception


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """How many titles and files the job was given, duplicates and all; told again as that changes."""

    titles: int
    """0 while a wiki lists titles and does not say how many there will be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """No more calls are made; the dataset is put together from what there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something worth a line: a retry of the source, a dropped parameter."""

    text: str


Event = (
    Began
    | Found
    | Answered
    | Failed
    | Batched
    | Waiting
    | Article
    | Missing
    | Duplicate
    | Unselected
    | Broken
    | Listed
    | Writing
    | Note
)
