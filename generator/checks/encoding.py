"""Refuses pairs whose letters were broken by a wrong decoding: `GÃ¶tz` for `Götz`."""

from __future__ import annotations

import re

from generator.checks import KEEP, Candidate, Check, Opinion

# What UTF-8 looks like when it was read as Windows-1252 or Latin-1: a lead byte, then one to three others.
_OTHERS = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_BROKEN = re.compile(
    f"�|[ÃÐÑ][{_OTHERS}]|Â[\x80-\xbf]|[ÄÅ][\x80-\x9f¡-ª¬-º¼-¿€ƒ†‡ˆ‰Š‹ŒŽ•˜™š›œžŸ]|â€|ï¿½|ã[\x80-\x83][{_OTHERS}]|[繧縺][^\\s]?[繧縺]|\\w\\?{{2,}}\\w"
)


def new() -> Check:
    """A check with the reason `encoding`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    for text in (candidate.prompt, candidate.completion):
        if text.isascii() and "??" not in text:
            continue
        found = _BROKEN.search(text)
        if found and found[0] not in candidate.passage:
            shown = text[max(0, found.start() - 10) : found.end() + 10]
            return Opinion(keep=False, reason=f"encoding {shown!r}")
    return KEEP
