"""Language variants: `-{zh-hans:计算机;zh-hant:電腦}-` says one word for several ways of writing."""

from __future__ import annotations

import re

# Languages with a converter: LanguageConverter::$languagesWithVariants of MediaWiki 1.39. In others
# the signs are plain text.
_LANGUAGES = frozenset({"ban", "en", "crh", "gan", "iu", "kk", "ku", "shi", "sr", "tg", "uz", "zh"})
_MARKUP = re.compile(r"-\{([^{}]*)\}-")
_RULE = re.compile(r"\s*(?:[^;:]*=>)?\s*([a-z]{2,3}(?:-[a-z]+)*)\s*:(.*)", re.S)
_HIDDEN = frozenset({"H", "T", "-", "D", "N"})
"""Flags of rules that only say how to convert elsewhere."""


def choose_variants(text: str, language: str) -> str:
    """Show of each variant markup what a reader without a preference sees."""
    if "-{" not in text or language.partition("-")[0] not in _LANGUAGES:
        return text
    return _MARKUP.sub(lambda found: _shown(found[1], language), text)


def _shown(content: str, language: str) -> str:
    head, bar, body = content.partition("|")
    if not bar:
        head, body = "", content
    if {flag.strip() for flag in head.split(";")} & _HIDDEN:
        return ""
    rules = [rule for part in body.split(";") if (rule := _RULE.fullmatch(part))]
    for rule in rules:
        if rule[1] == language:
            return rule[2].strip()
    return rules[0][2].strip() if rules else body
