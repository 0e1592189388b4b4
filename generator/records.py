"""The records that flow through Loremill, from a page to a dataset, linked by key and never changed.

    Page -> Article (Section*) -> Passage -> Call -> Reply | Failure -> Pair | Defect -> Verdict

Each is identified by its content, so that resuming is planning again and leaving out what is there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from generator.digests import digest

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, kw_only=True)
class Page:
    """One revision of one page as the source gave it."""

    site: str
    """Base URL of the wiki (`https://en.wikipedia.org`), or `file` for wikitext from disk."""
    title: str
    page_id: int = 0
    """0 for wikitext from disk."""
    revision_id: int = 0
    timestamp: str = ""
    """When the revision was saved: ISO 8601, UTC; empty where unknown."""
    fetched_at: str = ""
    """When it was fetched: ISO 8601, UTC; empty for wikitext from disk."""
    language: str = "en"
    """The wiki's content language, a MediaWiki language code."""
    license: str = ""
    """Name of the licence as the wiki states it; empty where unknown."""
    license_url: str = ""
    url: str = ""
    """Link to exactly this revision."""
    history_url: str = ""
    """Link to the list of authors."""
    wikitext: str
    asked: str = ""
    """The title that was asked for, before normalisation and redirects."""
    fragment: str = ""
    """The section that the title or a redirect pointed at, empty where none."""

    @property
    def key(self) -> tuple[str, int, int, str]:
        """Identity: site, page id, revision id; for wikitext from disk the digest of title and text."""
        own = "" if self.page_id else digest([self.title, self.wikitext])
        return (self.site, self.page_id, self.revision_id, own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of a cleaned article: its own text, without that of its subsections."""

    path: tuple[str, ...]
    """Headings from the outermost to its own; empty for the lead."""
    level: int
    """0 for the lead, else 1 to 6 as in the wikitext."""
    text: str
    """Plain text; paragraphs are separated by a blank line."""
    anchor: str = ""
    """The fragment that MediaWiki gives the heading; unique within the article."""
    index: int = 0
    """Position in the article, the lead being 0."""
    parent: int | None = None
    """Index of the enclosing section; None for the lead and for outermost sections."""
    start: int = 0
    """Offset in characters of `text` in `Article.text`."""
    end: int = 0
    source_start: int = 0
    """Offset in characters of the section in the wikitext, at its heading (0 for the lead)."""
    source_end: int = 0
    is_back_matter: bool = False
    """References, See also, External links and the like, in the article's language."""

    @property
    def title(self) -> str:
        """The section's own heading, empty for the lead."""
        return self.path[-1] if self.path else ""

    @property
    def words(self) -> int:
        """Length in words; see `count_words`."""
        return count_words(self.text)


@dataclass(frozen=True, kw_only=True)
class Article:
    """A cleaned page: its sections in document order, lead first, and what was removed."""

    title: str
    language: str = "en"
    sections: tuple[Section, ...] = ()
    """Never a dict by title: same-named sections stay apart."""
    removed: Mapping[str, int] = field(default_factory=dict)
    """How often each kind of thing was left out: `reference`, `table`, `template:infobox person`."""
    redirect: str = ""
    """Target of a redirect page, which has no sections; else empty."""
    is_disambiguation: bool = False
    is_fallback: bool = False
    """True where the page was too much for the parser in the time given and was cleaned plainly."""

    @cached_property
    def text(self) -> str:
        """All section texts, separated by a blank line; `Section.start` and `.end` point into it."""
        return "\n\n".join(section.text for section in self.sections)

    def children(self, section: Section | None = None) -> tuple[Section, ...]:
        """Subsections directly below a section; with None the lead and the outermost sections."""
        parent = None if section is None else section.index
        return tuple(one for one in self.sections if one.parent == parent)


@dataclass(frozen=True, kw_only=True)
class Passage:
    """The text that a prompt carries: one section, a part of a long one, or short ones joined."""

    article: str
    """Title of the article."""
    language: str = "en"
    section: tuple[str, ...]
    """Path of the section; for joined sections that of the first."""
    text: str
    part: int = 1
    parts: int = 1
    """Part 2 of 3 of a section that was over the budget; 1 of 1 for a whole one."""
    joined: tuple[tuple[str, ...], ...] = ()
    """Paths of further sections whose text is in here because they were too short to ask about."""
    occurrence: int = 1
    """2 for the second section with the same path, and so on."""

    @cached_property
    def id(self) -> str:
        """Identity: article title, path and text. A revision that leaves them alone changes nothing."""
        return digest(
            [self.article, list(self.section), self.text, self.part, self.parts, self.occurrence]
        )

    @property
    def heading(self) -> str:
        """The path as people read it: `Synopsis > Act 1`, `Introduction` for the lead."""
        return " > ".join(self.section) or "Introduction"

    @cached_property
    def words(self) -> int:
        """Length in words; see `count_words`."""
        return count_words(self.text)


class Message(NamedTuple):
    """One message of a chat; or, alone in its call, a text that a model is to go on with."""

    role: Literal["system", "user", "assistant", "text"]
    """`text` is no turn: it is sent as it is to the endpoint's plain completions."""
    content: str


@dataclass(frozen=True, kw_only=True)
class Call:
    """One rendered request to a model. The same content is the same call, in any job, for ever."""

    model: str
    messages: tuple[Message, ...]
    parameters: Mapping[str, Json] = field(default_factory=dict)
    """Settings in our own words (`max_tokens`, `temperature`, …); the adapter translates them."""
    sample: int = 0
    """Number of the draw, for asking the same thing more than once."""

    @cached_property
    def digest(self) -> str:
        """Identity: model, messages, parameters and sample number."""
        messages = [list(message) for message in self.messages]
        return digest([self.model, messages, dict(self.parameters), self.sample])


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens as the endpoint counted them; `is_estimate` where it did not say."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    """Part of `prompt_tokens` that was billed at the cached price."""
    reasoning_tokens: int = 0
    """Part of `completion_tokens` that was spent on thinking."""
    is_estimate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What was paid for, raw. Stored before anything looks at it."""

    call: str
    """Digest of the call."""
    body: str
    """The response body as it came; the message is read out of it whenever it is needed."""
    finish_reason: str = ""
    """`stop`, `length`, `content_filter`, …; empty where the endpoint does not say."""
    usage: Usage = field(default_factory=Usage)
    served_by: str = ""
    """The model that the endpoint says it used."""
    latency_s: float = 0.0
    received_at: str = ""
    """ISO 8601, UTC."""
    attempts: int = 1
    batch: bool = False
    """True where it came through the Batch API, at half the price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a call has no reply. The next run asks again."""

    call: str
    reason: str
    """A word to count by: `rate_limited`, `timeout`, `bad_request`, …"""
    detail: str = ""
    attempts: int = 1
    failed_at: str = ""
    body: str | None = None
    """What came back, raw, where anything did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPair:
    """A prompt and a completion as read from a reply, before they are tagged."""

    prompt: str
    completion: str
    repairs: tuple[str, ...] = ()
    """Names of the repairs that reading needed, in order; empty for clean JSON."""
    facts: tuple[str, ...] = ()
    """Short names of the facts that the model says it used: `f1`, …"""
    quote: str = ""
    """Words of the passage that the model says bear it out."""
    of: str = ""
    """Short name of the pair that this one words anew: `p1`, …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """Something in a reply that could not be read as a pair, and why."""

    reason: str
    """A word to count by: `truncated`, `not_json`, `empty_completion`, …"""
    excerpt: str = ""
    """The beginning of it, at most 200 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """All that was found in one reply."""

    pairs: tuple[RawPair, ...] = ()
    defects: tuple[Defect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A prompt and its completion with all that leads back to where they came from."""

    id: str
    prompt: str
    completion: str
    kind: str
    article: str
    section: tuple[str, ...]
    language: str
    site: str
    page_id: int
    revision_id: int
    url: str
    template: str
    """`name@digest` of the prompt file."""
    model: str
    call: str
    """Digest of the call."""
    position: int
    """Position in the reply, from 0."""
    passage: str
    """Id of the passage."""
    split: str = ""
    repairs: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    """Ids of the facts that it asks about; empty where none were listed."""
    quote: str = ""
    """Words of the passage that bear it out; empty where nothing asked for any."""
    of: str = ""
    """Id of the pair that it words anew; empty for a pair of its own."""
    other_section: tuple[str, ...] | None = None
    """Path of the second section, for a pair about two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one planned (passage, template) ended."""

    article: str
    section: tuple[str, ...]
    part: int
    parts: int
    template: str
    """`name@digest` of the prompt file."""
    call: str
    status: Literal["done", "partial", "failed", "pending"]
    """`partial`: some pairs, but fewer than a whole reply; `pending`: not asked yet."""
    reason: str = ""
    """Why it is not done: a word to count by."""
    pairs: int = 0
    """Pairs read from the replies, before checks."""
    facts: int = 0
    """Facts read from the replies whose quote stands in the passage."""
    followups: int = 0
    """Further calls that this one led to: the rest of a cut reply, the halves of a long passage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One check's opinion of one pair."""

    pair: str
    """Id of the pair, or its position as text where pairs have none."""
    check: str
    keep: bool
    reason: str = ""
    score: float | None = None


# Scripts written without blanks between words: Thai, Lao, Myanmar, Khmer, Kana, Han.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)
_LETTER_OR_DIGIT = re.compile(r"\w")


def count_words(text: str) -> int:
    """Length of a text in words, comparable across scripts.

    Stretches between blanks that hold a letter or a digit count one each. Scripts without blanks
    are counted by character, two for a word: a convention, near enough for sizes and budgets.
    """
    unspaced = 0
    if not text.isascii():
        text, unspaced = _UNSPACED.subn(" ", text)
    spaced = sum(1 for word in text.split() if _LETTER_OR_DIGIT.search(word))
    return spaced + (unspaced + 1) // 2
