"""Comments and extension tags, taken out in one pass from left to right as MediaWiki does first of all.

What is inside them is not wikitext: code, formulas and nowiki are kept aside behind a mark, footnotes
and galleries go. The pass is linear: the end of an unclosed kind of tag is looked for only once.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from html.entities import html5
from typing import NamedTuple

from generator.wikitext.edits import Edit, Edited, apply
from generator.wikitext.marks import HOLE, POEM_CLOSE, POEM_OPEN, STASH_CLOSE, STASH_OPEN
from generator.wikitext.options import CleanOptions

PREFORMATTED = frozenset({"pre", "source", "syntaxhighlight"})
FORMULAS = frozenset({"math", "chem", "ce"})
INVISIBLE = frozenset({"section", "templatestyles", "indicator", "templatedata", "languages"})
LEFT_OUT = {
    "ref": "reference",
    "references": "references",
    "gallery": "gallery",
    "imagemap": "image map",
    "timeline": "timeline",
    "graph": "graph",
    "score": "score",
    "mapframe": "map",
    "maplink": "map",
    "hiero": "hieroglyphs",
    "inputbox": "form",
    "categorytree": "category tree",
    "dynamicpagelist": "category tree",
    "includeonly": "text for inclusion only",
    "style": "style",
    "script": "script",
    "rss": "feed",
}
"""Tags whose content is left out, and how that is called in `Article.removed`."""
BLOCKS = frozenset(LEFT_OUT) - {"ref", "score", "maplink", "hiero"}
# Their tags go, their content is wikitext like any other.
_BARE = "noinclude|onlyinclude|translate|tvar"

_WITH_CONTENT = ("nowiki", *PREFORMATTED, *FORMULAS, *INVISIBLE, *LEFT_OUT)
_OPENER = re.compile(
    rf"<!--|<({'|'.join(_WITH_CONTENT)})(?=[\s/>])|<(/?)(poem|{_BARE})(?:\s[^<>]*)?>"
    r"|\r\n?|[\0\ufdd0-\ufdef]",
    re.I,
)
_CLOSER = {name: re.compile(rf"</{name}\s*>", re.I) for name in _WITH_CONTENT}
_LONGEST_ATTRIBUTES = 4_000
"""Characters; without a limit a page full of unclosed tags would take quadratic time."""
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


class Lifted(NamedTuple):
    """Wikitext without comments and extension tags."""

    edited: Edited
    stash: list[str]
    """Texts kept aside, to be shown as they are."""


class Tag(NamedTuple):
    """An extension tag with its content."""

    name: str
    attributes: str
    content: str
    start: int
    end: int


def lift(wikitext: str, options: CleanOptions) -> Lifted:
    """Take out comments and extension tags, and line ends other than `\\n` and NUL with them."""
    stash: list[str] = []
    return Lifted(apply(wikitext, _edits(wikitext, options, stash)), stash)


def decode_entities(text: str) -> str:
    """Character references that end in a semicolon; MediaWiki shows the others as they are."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(reference: re.Match[str]) -> str:
    written = reference[0]
    return html.unescape(written) if written[1] == "#" else html5.get(written[1:], written)


def _edits(wikitext: str, options: CleanOptions, stash: list[str]) -> Iterator[Edit]:
    find_tag = _tag_finder(wikitext)
    cursor = 0
    while found := _OPENER.search(wikitext, cursor):
        cursor = found.end()
        if edit := _edit_at(found, find_tag, options, stash):
            yield edit
            cursor = edit.end


def _edit_at(
    found: re.Match[str],
    find_tag: Callable[[re.Match[str]], Tag | None],
    options: CleanOptions,
    stash: list[str],
) -> Edit | None:
    if found[0] == "<!--":
        return _comment(found.string, found.start())
    if found[1]:
        tag = find_tag(found)
        return _replace(tag, options, stash) if tag else None
    replacement = "\n" if found[0][0] == "\r" else ""
    if found[3] and found[3].lower() == "poem":
        replacement = f"{POEM_CLOSE}\n\n" if found[2] else f"\n\n{POEM_OPEN}"
    return Edit(found.start(), found.end(), replacement)


def _comment(wikitext: str, start: int) -> Edit:
    """A comment, with its whole line where there is nothing else on it; unclosed, to the end."""
    end = wikitext.find("-->", start + 4)
    if end < 0:
        return Edit(start, len(wikitext), "", "comment")
    end += 3
    line = start
    while line > 0 and wikitext[line - 1] in " \t":
        line -= 1
    after = end
    while after < len(wikitext) and wikitext[after] in " \t":
        after += 1
    if line > 0 and wikitext[line - 1] == "\n" and wikitext[after : after + 1] == "\n":
        return Edit(line, after + 1, "", "comment")
    return Edit(start, end, "", "comment")


def _tag_finder(wikitext: str) -> Callable[[re.Match[str]], Tag | None]:
    """Give a function that reads the tag at an opener, None where it is not closed."""
    unclosed: set[str] = set()

    def find(opener: re.Match[str]) -> Tag | None:
        name = opener[1].lower()
        close = wikitext.find(">", opener.end(), opener.end() + _LONGEST_ATTRIBUTES)
        if close < 0:
            return None
        attributes = wikitext[opener.end() : close]
        if attributes.endswith("/"):
            return Tag(name, attributes, "", opener.start(), close + 1)
        if name in unclosed:
            return None
        end = _CLOSER[name].search(wikitext, close + 1)
        if end is None:
            unclosed.add(name)
            return None
        return Tag(name, attributes, wikitext[close + 1 : end.start()], opener.start(), end.end())

    return find


def _replace(tag: Tag, options: CleanOptions, stash: list[str]) -> Edit:
    def keep(text: str) -> str:
        stash.append(text)
        return f"{STASH_OPEN}{len(stash) - 1}{STASH_CLOSE}"

    def edit(replacement: str, kind: str = "") -> Edit:
        return Edit(tag.start, tag.end, replacement, kind)

    if tag.name == "nowiki":
        return edit(keep(decode_entities(tag.content)))
    if tag.name in FORMULAS:
        shown = tag.content.strip()
        return edit(keep(shown)) if shown and options.math == "keep" else edit(HOLE, "formula")
    if tag.name in PREFORMATTED:
        return _preformatted(tag, options, keep, edit)
    if tag.name in INVISIBLE:
        return edit("", tag.name)
    kind = LEFT_OUT[tag.name]
    if tag.name == "ref" and options.footnotes == "keep" and tag.content.strip():
        return edit(f" ({tag.content.strip()})")
    if tag.name == "gallery" and options.captions == "keep":
        return edit(f"\n\n{_gallery(tag.content)}\n\n", kind)
    return edit(f"\n\n{HOLE}\n\n" if tag.name in BLOCKS else HOLE, kind)


def _preformatted(
    tag: Tag, options: CleanOptions, keep: Callable[[str], str], edit: Callable[[str, str], Edit]
) -> Edit:
    inline = tag.name != "pre" and re.search(r"\binline\b|enclose\s*=\s*\"?none", tag.attributes)
    if options.code == "drop":
        return edit(HOLE if inline else f"\n\n{HOLE}\n\n", "code")
    content = decode_entities(tag.content) if tag.name == "pre" else tag.content
    return (
        edit(keep(content), "") if inline else edit(f"\n\n{keep(content.strip(chr(10)))}\n\n", "")
    )


def _gallery(content: str) -> str:
    """Captions of a gallery, which stand after the first bar of each line."""
    captions = (line.partition("|")[2].strip() for line in content.split("\n"))
    return "\n\n".join(caption for caption in captions if caption)
