"""Refuses pairs with tags, entities or wiki syntax that nobody sees on a page."""

from __future__ import annotations

import re

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.texts import read

_MARKUP = re.compile(
    r"</?(?:p|br|b|i|u|em|strong|ref|div|span|sup|sub|li|ul|ol|h[1-6]|table|tr|td|th|small|big|nowiki|gallery|math|blockquote|a|img|hr|font|center|code|pre)\b[^<>]{0,200}/?>"
    r"|&(?:nbsp|amp|lt|gt|quot|ndash|mdash|thinsp|apos|hellip|rarr|#\d{2,6}|#x[0-9a-f]{2,6});"
    r"|\[\[|\]\]|\{\{|\}\}|\{\||\|\}|'{3,}|(?<!')''(?!')[^'\n]{1,80}''(?!')|\[(?:\d{1,3}|citation needed|note \d+)\](?!\()|^={2,6}[^=\n]+={2,6}\s*$|^#{1,6} \S|<!--",
    re.IGNORECASE | re.MULTILINE,
)


def new() -> Check:
    """A check with the reason `markup`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    for text in (candidate.prompt, candidate.completion):
        if found := _MARKUP.search(read(text).without_code):
            # Where the article is about markup, its signs are words.
            if found[0] not in candidate.passage:
                return Opinion(keep=False, reason=f"markup {found[0][:60]!r}")
    return KEEP
