"""What a dataset has to say of itself beside its rows: provenance, model, settings, cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from generator.names import slug
from generator.records import Json, Page, Pair, Usage
from generator.splits import SPLITS, Shares

TEMPLATES: Final = "templates"
"""Folder of prompt files in a dataset folder."""


class ArticleKey(NamedTuple):
    """One revision of one page; wikitext from disk has no page id and goes by its title."""

    site: str
    page_id: int
    revision_id: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRecord:
    """Where a page came from and who is to be credited: a `Page` without its text."""

    site: str
    title: str
    page_id: int = 0
    revision_id: int = 0
    timestamp: str = ""
    """When the revision was saved: ISO 8601, UTC."""
    fetched_at: str = ""
    """When it was fetched, which is once per revision: ISO 8601, UTC."""
    language: str = "en"
    license: str = ""
    license_url: str = ""
    url: str = ""
    history_url: str = ""

    @classmethod
    def of(cls, page: Page) -> PageRecord:
        """The record of a page."""
        return cls(**{name: getattr(page, name) for name in cls.__slots__})

    @property
    def key(self) -> ArticleKey:
        """What pairs of this page are counted by."""
        return _key(self.site, self.page_id, self.revision_id, self.title)


def article_key(pair: Pair) -> ArticleKey:
    """The page that a pair came from."""
    return _key(pair.site, pair.page_id, pair.revision_id, pair.article)


def _key(site: str, page_id: int, revision_id: int, title: str) -> ArticleKey:
    return ArticleKey(site, page_id, revision_id, "" if page_id else title)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one planned call was about, and what its replies used."""

    site: str = ""
    page_id: int = 0
    revision_id: int = 0
    passage: str = ""
    """Id of the passage."""
    followup_calls: tuple[str, ...] = ()
    """Digests of the further calls that it led to."""
    prompt_tokens: int = 0
    """Tokens and cost of its replies, but for those that stand in an earlier row already."""
    completion_tokens: int = 0
    cost_usd: float | None = None
    """None where unknown, which is not the same as 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateRecord:
    """A prompt file that was used."""

    template: str
    """`name@digest`, as in `Pair.template`."""
    kind: str
    text_digest: str
    """Digest of the text alone, without its settings."""
    source: str = ""
    """The file as it was; empty where nobody knows it any more."""

    @property
    def file(self) -> str:
        """Where the dataset keeps the source, made of the name but never a path by it; or empty."""
        name, _, digest = self.template.rpartition("@")
        return f"{TEMPLATES}/{slug(name)}@{digest[:8]}.md" if self.source else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRecord:
    """A fact that a model listed and whose quote stands in the text."""

    id: str
    fact: str
    """The statement."""
    subject: str
    quote: str
    name: str
    article: str
    section: tuple[str, ...]
    site: str
    page_id: int
    revision_id: int
    passage: str
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetInfo:
    """All that the manifest and the card tell and that the rows do not."""

    name: str
    model: str
    is_extractive: bool
    """True where the built-in writer made the pairs, and no language model."""
    pages: tuple[PageRecord, ...]
    """Every page that pairs were read from, in any order."""
    templates: tuple[TemplateRecord, ...]
    endpoint: str = ""
    """Where the model was asked; only what `endpoint_label` leaves of it is written."""
    usage: Usage | None = None
    """Tokens of all replies that the dataset was read from; None where unknown."""
    cost_usd: float | None = None
    """What those replies cost; None where unknown, which is not the same as 0."""
    seed: int = 0
    """Seed of the splits."""
    shares: Shares = field(default_factory=Shares)
    splits: tuple[str, ...] = SPLITS
    """Names of the splits."""
    recipe: str = ""
    """Name of the recipe; empty where prompt files were named one by one."""
    facts: Mapping[str, int] = field(default_factory=dict)
    """Facts listed and with pairs; empty where none were asked for."""
    leaks: Mapping[str, float | int] = field(default_factory=dict)
    """What of the held-out pairs is in training; empty where nothing is held out so."""
    sampling: Mapping[str, Json] = field(default_factory=dict)
    """Settings that the calls carried: temperature, seed, number of samples and the like."""
    left_out: tuple[str, ...] = ()
    """Settings of these that the endpoint did not take, so that calls went without them."""
    settings: Mapping[str, Json] = field(default_factory=dict)
    """What shaped the dataset, by the names of the options; nothing about who made it and where."""
    defects: Mapping[str, int] = field(default_factory=dict)
    """What could not be read in the replies, by reason."""
    repairs: Mapping[str, int] = field(default_factory=dict)
    """What had to be mended to read the pairs, by name of the repair."""
    mending: Mapping[str, Json] = field(default_factory=dict)
    """Calls that mend pairs and what came of them; empty where none were wanted."""
    judging: Sequence[Mapping[str, Json]] = ()
    """What judges said, and what that cost; empty where none were wanted."""
    measures: Mapping[str, Json] = field(default_factory=dict)
    """Coverage, diversity and the like; empty where nothing was measured."""


def endpoint_label(url: str) -> str:
    """Host, port and path of a base URL: no user, no password, no query, no key."""
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    return f"{parts.hostname or ''}{port}{parts.path}".rstrip("/")
