"""Pronunciations: shown where the text is about sounds, left out in the parentheses after a name."""

from __future__ import annotations

from generator.wikitext.templates.registry import Use, template


@template(
    "ipa",
    "ipa-*",
    "ipa2",
    "ipalink",
    "ipa link",
    "ipablink",
    "ipaslink",
    "api",
    "afi",
    "mfa",
    "мфа",
    "phon",
    "phonetic",
)
def show_pronunciation(use: Use) -> str | None:
    """Sounds are part of the sentence, except where only a name's pronunciation is given."""
    texts = [text for text in use.positional if text]
    return texts[0] if texts and not use.in_parentheses else None
