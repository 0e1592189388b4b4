"""Titles as people give them, and what can be said about them without asking a wiki."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote

from generator.sources import FoundKind
from generator.sources.sites import read_web_address

TITLE_BYTES = 255
"""Longest title in UTF-8, without its namespace (MediaWiki, `Title::secureAndSplit`)."""

_FORBIDDEN = re.compile(r"[<>\[\]{}|\ufffd]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One title as it was given, taken apart."""

    given: str
    title: str = ""
    """What to ask the wiki for: NFC, without blanks around it and without a fragment."""
    fragment: str = ""
    """The section after `#`, with blanks rather than underscores."""
    problem: FoundKind | None = None
    """Why there is no point in asking."""
    detail: str = ""
    """For users: the problem, or what to know about how the title was read."""


def read_title(given: str) -> Asked:
    """Take a title apart and look for what no wiki can answer."""
    title, mark, fragment = unicodedata.normalize("NFC", given).strip().partition("#")
    title = title.strip(" _")
    fragment = fragment.replace("_", " ").strip()
    if found := _find_problem(title):
        return Asked(given=given, problem=found[0], detail=found[1])
    detail = ""
    if mark and not fragment:
        detail = f"titles cannot hold '#', so {title!r} was asked for instead of {given.strip()!r}"
    return Asked(given=given, title=title, fragment=fragment, detail=detail)


def show(title: str) -> str:
    """A title in quotes, short and safe to print, in its own script."""
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in title)
    return f"'{text}'" if len(text) <= 80 else f"'{text[:77]}...'"


def _find_problem(title: str) -> tuple[FoundKind, str] | None:
    if not title:
        return "empty_title", "the title is empty: give the title of an article"
    if re.match(r"https?://", title):
        return "invalid", _explain_address(title)
    if found := _CONTROL.search(title):
        code = f"U+{ord(found.group()):04X}"
        return (
            "invalid",
            f"the title {show(title)} holds the control character {code}: leave it out",
        )
    if found := _FORBIDDEN.search(title):
        return "invalid", f"titles cannot hold {found.group()!r}: leave it out of {show(title)}"
    # Entities and a namespace count less than they look; the wiki judges what is near the limit.
    size = len(unescape(title).rpartition(":")[2].encode())
    if size > TITLE_BYTES:
        return "invalid", (
            f"the title {show(title)} is {size} bytes long in UTF-8, and titles end at"
            f" {TITLE_BYTES}: shorten it, or pass a text with --from FILE"
        )
    return None


def _explain_address(address: str) -> str:
    """Where an article's address was given for its title, both parts of it."""
    said = f"{show(address)} is an address, not a title: give"
    parts = read_web_address(address)
    name = unquote(parts.path.removeprefix("/wiki/")).replace("_", " ") if parts else ""
    if parts is None or not parts.path.startswith("/wiki/") or not name:
        return f"{said} the title of an article"
    return f"{said} the title {show(name)} and --site {parts.scheme}://{parts.hostname}"
