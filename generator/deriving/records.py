"""What deriving works on, and what it makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.records import Json, Message, Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A passage of a dataset as something to show beside a question."""

    id: str
    """Of the passage."""
    dataset: str
    """Name of the dataset."""
    identity: str
    """Of the article, the same for all its revisions."""
    article: str
    """Title."""
    section: tuple[str, ...]
    text: str
    language: str
    split: str
    site: str
    page_id: int
    revision_id: int


@dataclass(frozen=True, kw_only=True)
class Material:
    """One article: its pairs that can be used, and its passages."""

    dataset: str
    identity: str
    title: str
    pairs: tuple[Pair, ...]
    contexts: tuple[Context, ...]
    left_out: Counter[str] = field(default_factory=Counter)
    """Pairs that cannot be used, by reason."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of a derived set: a prompt with its completion, and where both come from."""

    pair: Pair
    extra: Mapping[str, Json]
    """Further columns: the dataset, the context."""
    label: str
    """What it is counted by beside its split: the kind of its context, its class."""


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A row of several turns."""

    id: str
    messages: tuple[Message, ...]
    split: str
    tags: Mapping[str, Json]
    label: str
    """`written` by a model as one conversation, or `chained` of pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Something that no row was made of."""

    reason: str
    count: int = 1
