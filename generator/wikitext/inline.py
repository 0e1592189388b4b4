"""Links, tags and quote marks: from wikitext without templates to plain lines."""

from __future__ import annotations

import re
from collections import Counter

from generator.wikitext.captions import caption
from generator.wikitext.marks import BREAK, HOLE, SWALLOW
from generator.wikitext.names import names
from generator.wikitext.options import CleanOptions

BRACKETS = re.compile(r"(\[\[(?!\[)|\]\](?=\]\])|\]\](?!\]))")
_MAX_DEPTH = 25
_PROTOCOL = r"(?:(?:https?|ftps?|sftp|ircs?|git|svn|gopher|nntp|mms|telnet|worldwind|ssh|redis):)?//|(?:mailto|news|tel|sms|urn|geo|magnet|bitcoin|sip|sips|xmpp|matrix):"
_EXTERNAL = re.compile(rf"\[(?:{_PROTOCOL})[^\s\[\]<>\"]*((?:[^\]\[\n]|\[[^\]\[\n]*\])*)\]", re.I)
_BARE_URL = re.compile(r"(?<![\w/])(?:https?|ftp)://[^\s<>\[\]\"]*[^\s<>\[\]\".,;:!?)'|]", re.I)
_INLINE_TAGS = (
    "abbr b bdi bdo big cite code data del dfn em font i ins kbd mark q rb rbc rp rt rtc ruby s samp"
    " small span strike strong sub sup time tt u var wbr meta link ref references nowiki math gallery"
    " noinclude onlyinclude includeonly section templatestyles pre source syntaxhighlight poem hiero"
    " score timeline img a nobr acronym chem ce"
).split()
_BLOCK_TAGS = (
    "blockquote caption center dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p table tbody td tfoot th thead"
    " tr ul col colgroup details summary"
).split()
_TAG = re.compile(rf"</?({'|'.join(_INLINE_TAGS + _BLOCK_TAGS)}|br)(?:(?=[\s/])[^<>]*)?>", re.I)
_BLOCKS = frozenset(_BLOCK_TAGS)
_LINES = frozenset({"li", "dt", "dd", "tr", "td", "th"})


class Inline:
    """Renders the links and tags of one page and counts what it leaves out."""

    def __init__(self, options: CleanOptions) -> None:
        self.options = options
        self.removed: Counter[str] = Counter()
        self._captions: list[str] = []

    def render(self, text: str) -> str:
        """Plain text with marks; lines are still those of the wikitext."""
        text = self._links(text)
        if self._captions:
            text = "\n\n".join([text, *self._captions])
            self._captions.clear()
        if "//" in text or (":" in text and "[" in text):
            text = _EXTERNAL.sub(self._external, text)
            if self.options.urls == "drop":
                text = _BARE_URL.sub(self._bare_url, text)
        if "<" in text:
            text = _TAG.sub(_tag, text)
        if "''" in text:
            text = "\n".join(_quotes(line) if "''" in line else line for line in text.split("\n"))
        return self._switches(text) if "__" in text or "＿＿" in text else text

    def _links(self, text: str) -> str:
        parts = BRACKETS.split(text)
        if len(parts) == 1:
            return text
        levels: list[list[str]] = [[]]
        too_deep = 0
        for part in parts:
            if part == "[[":
                if len(levels) > _MAX_DEPTH:
                    too_deep += 1
                else:
                    levels.append([])
            elif part == "]]":
                if too_deep:
                    too_deep -= 1
                elif len(levels) > 1:
                    content = "".join(levels.pop())
                    levels[-1].append(self._link(content))
            elif part and not too_deep:
                levels[-1].append(part)
        return "".join("".join(level) for level in levels)

    def _link(self, content: str) -> str:
        target, bar, label = content.partition("|")
        if "\n" in target:  # no title has a line end: stray brackets, not a link
            return content
        if ":" not in target or target.lstrip()[:1] == ":":
            return label if bar and label.strip() else target.lstrip().removeprefix(":")
        kind = kind_of_link(target)
        if not kind:
            return label if bar and label.strip() else target
        self.removed[kind] += 1
        return self._caption(label) if kind == "file" else SWALLOW

    def _caption(self, label: str) -> str:
        """Captions wait for the end of the section: an image stands in the middle of a sentence."""
        if self.options.captions == "keep" and (text := caption(label)):
            self._captions.append(text)
        return HOLE

    def _external(self, found: re.Match[str]) -> str:
        label = found[1].strip()
        if label:
            return label
        self.removed["link without text"] += 1
        return HOLE

    def _bare_url(self, found: re.Match[str]) -> str:
        self.removed["address"] += 1
        return HOLE

    def _switches(self, text: str) -> str:
        return _SWITCH.sub(lambda m: "" if m[0].casefold() in names().switches else m[0], text)


def kind_of_link(target: str) -> str:
    """What a link that shows nothing in the text is: file, category or interlanguage link."""
    prefix, colon, _ = target.partition(":")
    if not colon or not prefix.strip():
        return ""
    space = prefix.strip().replace("_", " ").casefold()
    if space in names().file:
        return "file"
    if space in names().category:
        return "category"
    return "interlanguage link" if space in names().languages else ""


_SWITCH = re.compile(r"(__|＿＿)[^\s_＿](?:[^\n_＿]|[_＿](?![_＿])){0,60}\1")


def _tag(found: re.Match[str]) -> str:
    name = found[1].lower()
    if name == "br":
        return BREAK
    if name in _LINES:
        return "\n"
    if name == "ref":
        return " "
    return "\n\n" if name in _BLOCKS else ""


_QUOTES = re.compile(r"('{2,})")


def _quotes(line: str) -> str:
    """Drop bold and italic marks of a line; apostrophes that MediaWiki would show stay.

    A line with an odd number of both has one bold mark that is an apostrophe and an italic mark
    (Parser::doQuotes): preferably after a single letter, else after a longer word, else a blank.
    """
    parts = _QUOTES.split(line)
    bold, italic = [], 0
    for at in range(1, len(parts), 2):
        size = len(parts[at])
        bold += [at] * (size in {3, 4} or size >= 5)
        italic += size == 2 or size >= 5
        parts[at] = "'" * (1 if size == 4 else max(0, size - 5))
    if len(bold) % 2 == 1 and italic % 2 == 1:
        candidates = [at for at in bold if parts[at] in {"", "'"}]
        restored = _apostrophe(parts, candidates)
        if restored is not None:
            parts[restored] += "'"
    return "".join(parts)


def _apostrophe(parts: list[str], bold: list[int]) -> int | None:
    longer = blank = None
    for at in bold:
        before = parts[at - 1] + parts[at]
        last, second = before[-1:], before[-2:-1]
        if last == " ":
            blank = at if blank is None else blank
        elif second == " ":
            return at
        elif longer is None:
            longer = at
    return longer if longer is not None else blank
