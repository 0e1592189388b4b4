"""Expand templates to the wikitext they show, as MediaWiki does before it looks at anything else.

Templates that are not in the registry are cut out by position and never parsed, which is most of
them. Those that carry text are parsed by mwparserfromhell, one at a time, so that nothing malformed
reaches beyond its own braces.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

import mwparserfromhell
from mwparserfromhell.nodes import (
    Argument,
    Comment,
    ExternalLink,
    Node,
    Tag,
    Template,
    Wikilink,
)
from mwparserfromhell.wikicode import Wikicode

from generator.wikitext.braces import Braces, Span, match_braces
from generator.wikitext.edits import Edit, Edited, apply
from generator.wikitext.marks import HOLE
from generator.wikitext.options import Choice
from generator.wikitext.templates import functions
from generator.wikitext.templates.registry import Use, fold, handler_for

_NAME = re.compile(r"\{\{\s*([^|{}\[\]<>]*)")
_MAX_NAME = 250


class Expander:
    """Expands the templates of one page and counts what it leaves out."""

    def __init__(self, *, title: str, language: str, conversions: Choice = "drop") -> None:
        self.title = title
        self.language = language
        self.conversions = conversions
        self.removed: Counter[str] = Counter()
        self._visit: dict[type[Node], Callable[..., str]] = {
            Template: self._template,
            Argument: self._argument,
            Wikilink: self._wikilink,
            ExternalLink: self._external_link,
            Tag: self._tag,
            Comment: lambda _: "",
        }

    def expand_page(self, text: str) -> Edited:
        """Replace all templates and arguments of a page."""
        return apply(text, self._edits(text, match_braces(text)))

    def _edits(self, text: str, braces: Braces) -> Iterator[Edit]:
        strays = iter(braces.strays)
        stray = next(strays, None)
        too_deep = iter(braces.too_deep)
        deep = next(too_deep, None)
        for span in braces.outermost:
            while stray and stray.start < span.start:
                if stray.end <= span.start:
                    yield Edit(*stray, "")
                stray = next(strays, None)
            while stray and stray.start < span.end:
                stray = next(strays, None)
            inside: list[Span] = []
            while deep and deep.start < span.end:
                inside.append(deep)
                deep = next(too_deep, None)
            yield self._edit(text, span, inside)
        while stray:
            yield Edit(*stray, "")
            stray = next(strays, None)

    def _edit(self, text: str, span: Span, too_deep: list[Span]) -> Edit:
        name = self._name(text, span)
        if name is not None and not self._is_known(name):
            self.removed[f"template:{name}"] += 1
            return Edit(*span, HOLE, f"template:{name}")
        source = text[span.start : span.end]
        if too_deep:
            cuts = (Edit(cut.start - span.start, cut.end - span.start, "") for cut in too_deep)
            source = apply(source, cuts).text
        shown = self.expand(mwparserfromhell.parse(source, skip_style_tags=True))
        kind = f"template:{name}" if shown.strip() in {"", HOLE} and name is not None else ""
        if (
            shown[:1] in "*#:;"
            and shown
            and text[max(0, span.start - 1) : span.start] not in {"", "\n"}
        ):
            shown = "\n" + shown
        return Edit(*span, shown, kind)

    @staticmethod
    def _name(text: str, span: Span) -> str | None:
        """Folded name of a template, None for an argument and where it has to be computed."""
        if text.startswith("{{{", span.start):
            return None
        found = _NAME.match(text, span.start, min(span.end, span.start + _MAX_NAME))
        if found is None or text[found.end() : found.end() + 1] in {"{", "["}:
            return None
        return fold(found[1].replace(HOLE, ""))

    def _is_known(self, name: str) -> bool:
        return (
            functions.handler_for(name) is not None or handler_for(name, self.language) is not None
        )

    def expand(self, code: Wikicode) -> str:
        """Wikitext of parsed code with its templates expanded."""
        visit = self._visit
        return "".join(
            visit[type(node)](node) if type(node) in visit else str(node) for node in code.nodes
        )

    def _template(self, node: Template) -> str:
        written = self.expand(node.name).replace(HOLE, "").strip()
        name = fold(written)
        raw = {
            str(parameter.name).strip(): partial(self.expand, parameter.value)
            for parameter in node.params
        }
        use = Use(written, raw, self.language, self.title, self.conversions)
        handler = functions.handler_for(written) or handler_for(name, self.language)
        shown = handler(use) if handler else None
        if shown is None:
            self.removed[f"template:{name}"] += 1
            return HOLE
        return shown

    def _argument(self, node: Argument) -> str:
        """A page has no arguments of its own: the default is shown."""
        return self.expand(node.default) if node.default is not None else HOLE

    def _wikilink(self, node: Wikilink) -> str:
        label = "" if node.text is None else f"|{self.expand(node.text)}"
        return f"[[{self.expand(node.title)}{label}]]"

    def _external_link(self, node: ExternalLink) -> str:
        if not node.brackets:
            return self.expand(node.url)
        label = "" if node.title is None else f" {self.expand(node.title)}"
        return f"[{self.expand(node.url)}{label}]"

    def _tag(self, node: Tag) -> str:
        if node.contents is None or node.self_closing:
            return str(node)
        if node.wiki_markup:
            return self.expand_page(str(node)).text
        opening = str(node).partition(">")[0] + ">"
        return f"{opening}{self.expand(node.contents)}</{node.closing_tag}>"
