"""What a real MediaWiki shows for a piece of wikitext, as sections of plain text."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from typing import NamedTuple

from tests.mediawiki.plugin import Wiki

BLOCKS = {"p", "li", "dt", "dd", "div", "br", "hr", "pre", "ul", "ol", "dl", "blockquote"}
HIDDEN = {"style", "script", "table", "figure"}
HIDDEN_CLASSES = {"reference", "mw-editsection", "mw-references-wrap", "references", "thumb", "toc"}
VOID = {"br", "hr", "img", "meta", "link", "wbr", "input"}


class Shown(NamedTuple):
    """A section as the page shows it."""

    level: int
    title: str
    text: str


def as_shown_by(wiki: Wiki, wikitext: str) -> list[Shown]:
    """Render wikitext and read the page that comes back."""
    form = {
        "action": "parse", "format": "json", "formatversion": "2", "contentmodel": "wikitext",
        "title": "Page", "text": wikitext, "prop": "text", "disabletoc": "1",
        "disableeditsection": "1", "disablelimitreport": "1",
    }  # fmt: skip
    body = urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(
        f"{wiki.url}/w/api.php", data=body, headers={"User-Agent": "tests"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        html = json.load(answer)["parse"]["text"]
    reader = PageReader()
    reader.feed(html)
    reader.close()
    return [
        Shown(level, " ".join(title.split()), "".join(text)) for level, title, text in reader.read
    ]


class PageReader(HTMLParser):
    """Collects the text of a rendered page under its headings."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[tuple[int, str, list[str]]] = [(0, "", [])]
        self._hidden: list[str] = []
        self._level = 0
        self._heading: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = set((dict(attrs).get("class") or "").split())
        if self._hidden or tag in HIDDEN or classes & HIDDEN_CLASSES:
            self._hidden += [tag] if tag not in VOID else []
        elif tag[0] == "h" and tag[1:].isdecimal():
            self._level, self._heading = int(tag[1:]), []
        elif tag in BLOCKS:
            self._text("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            if tag in self._hidden:
                while self._hidden.pop() != tag:
                    pass
        elif self._level and tag == f"h{self._level}":
            self.read.append((self._level, "".join(self._heading), []))
            self._level = 0
        elif tag in BLOCKS:
            self._text("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._text(data)

    def _text(self, text: str) -> None:
        if self._level:
            self._heading.append(text)
        else:
            self.read[-1][2].append(text)
