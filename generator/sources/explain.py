"""Why there is no page for a title, and what to do, in words for users."""

from __future__ import annotations

from collections.abc import Sequence

from generator.sources.answers import Resolved
from generator.sources.sites import read_web_address
from generator.sources.titles import show


def explain(asked: str, found: Resolved, host: str, near: Sequence[str] = ()) -> str:
    """The reason, and what to do; for a page, by which way it was reached, if by any."""
    name = show(found.title)
    it = f"{show(asked)} leads to {name}, which" if found.hops else name
    match found.kind:
        case "page":
            return f"{show(asked)} leads to {name}" if found.hops else ""
        case "missing":
            absent = f"{it} does not exist" if found.hops else f"there is no page {name}"
            return f"{absent} on {host}{suggest(near)}"
        case "invalid":
            given = found.answer.invalidreason
            reason = given if isinstance(given, str) else given.text
            return f"{name} is not a title: {reason.strip() or 'no page can have it'}"
        case "special":
            return f"{it} is made by {host} itself and holds no article: give the title of one"
        case "interwiki":
            return f"{it} is a page of another wiki: give {_explain_elsewhere(found)}"
        case "loop":
            circle = " -> ".join(show(title) for title in (asked, *found.hops))
            return f"redirects lead in a circle: {circle}; give the title of an article"
        case "hidden":
            return f"{host} has hidden the text of {name}: try again when it was edited"
        case "missing_text":
            return f"{host} has lost the text of {name}: only its keepers can mend this"
        case "wrong_model":
            model = show(found.answer.contentmodel)
            return f"{it} is not an article: it holds {model}, and only 'wikitext' can be read"
        case "unfetched" | "empty_title" | "no_titles":
            return f"the text of {name} did not arrive whole from {host}: try again"


def suggest(near: Sequence[str]) -> str:
    """The nearest titles as a question, or what else to try."""
    if not near:
        return ": check the spelling, and the language (--lang) or the wiki (--site)"
    return f"; did you mean {' or '.join(show(title) for title in near)}?"


def _explain_elsewhere(found: Resolved) -> str:
    parts = read_web_address(found.elsewhere.url) if found.elsewhere else None
    title = found.title.partition(":")[2]
    if parts is None or not title:
        return "the address of that wiki with --site"
    return f"the title {show(title)} and --site {parts.scheme}://{parts.netloc}"
