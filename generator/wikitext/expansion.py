"""Expand templates to the wikitext they show, as MediaWiki does before it looks at anything else.

Templates that are not in the registry are cut out by position and never parsed, which is most of
them. Those that carry text are parsed by mwparserfromhell, one at a time, so that nothing malformed
reaches beyond its own braces.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache, partial

import mwparserfromhell
from mwparserfromhell.nodes import Argument, Comment, ExternalLink, Node, Tag, Template, Wikilink
from mwparserfromhell.wikicode import Wikicode

from generator.wikitext.braces import Construct, match_braces
from generator.wikitext.edits import Edit, Edited, apply
from generator.wikitext.marks import HOLE
from generator.wikitext.options import CleanOptions
from generator.wikitext.templates import functions
from generator.wikitext.templates.registry import Handler, Use, fold, handler_for
from generator.wikitext.templates.unknown import may_wrap_text, wrapped_text

_NAME = re.compile(r"\{\{\s*([^|{}\[\]<>]*)")
_MAX_NAME = 250
_NOTHING = f"{HOLE} \n"
_LOOK_BACK = 300
"""Characters before a template in which an open parenthesis counts."""


class Expander:
    """Expands the templates of one page and counts what it leaves out."""

    def __init__(
        self, *, title: str, language: str, options: CleanOptions, is_plain: bool = False
    ) -> None:
        self.removed: Counter[str] = Counter()
        self._title = title
        self._language = language
        self._options = options
        self._is_plain = is_plain
        self._in_parentheses = False
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
        return apply(text, (self._edit(text, found) for found in match_braces(text)))

    def _edit(self, text: str, found: Construct) -> Edit:
        if found.is_stray:
            return Edit(found.start, found.end, "")
        name = _name(text, found)
        if self._is_plain:
            return Edit(found.start, found.end, HOLE, f"template:{name or ''}")
        if name is None or self._handler(name):
            self._in_parentheses = _is_in_parentheses(text, found.start)
            shown = self._expand(_parse(text, found))
        else:
            shown = self._guess(text, found)
            if shown == HOLE:
                self.removed[f"template:{name}"] += 1
        if name is not None and not shown.strip(_NOTHING):
            return Edit(found.start, found.end, shown, f"template:{name}")
        if shown[:1] in tuple("*#:;") and text[max(0, found.start - 1) : found.start] not in {
            "",
            "\n",
        }:
            shown = f"\n{shown}"
        return Edit(found.start, found.end, shown)

    def _handler(self, name: str) -> Handler | None:
        return functions.handler_for(name) or handler_for(fold(name), self._language)

    def _guess(self, text: str, found: Construct) -> str:
        if not may_wrap_text(text, found.start, found.end):
            return HOLE
        templates = _parse(text, found).filter_templates(recursive=False)
        wrapped = wrapped_text(templates[0]) if templates else None
        return HOLE if wrapped is None else f"\n{self._expand(wrapped).strip()}\n"

    def _expand(self, code: Wikicode) -> str:
        """Wikitext of parsed code with its templates expanded."""
        visit = self._visit
        return "".join(
            visit[type(node)](node) if type(node) in visit else str(node) for node in code.nodes
        )

    def _template(self, node: Template) -> str:
        name = self._expand(node.name).replace(HOLE, "").strip()
        handler = self._handler(name)
        arguments = {
            str(parameter.name).strip().casefold(): cache(partial(self._expand, parameter.value))
            for parameter in node.params
        }
        use = Use(
            name=name,
            raw=arguments,
            language=self._language,
            title=self._title,
            conversions=self._options.conversions,
            in_parentheses=self._in_parentheses,
        )
        shown = _shown(handler, use) if handler else None
        if shown is None:
            self.removed[f"template:{fold(name)}"] += 1
            return HOLE
        return shown

    def _argument(self, node: Argument) -> str:
        """A page has no arguments of its own: the default is shown."""
        return self._expand(node.default) if node.default is not None else HOLE

    def _wikilink(self, node: Wikilink) -> str:
        label = "" if node.text is None else f"|{self._expand(node.text)}"
        return f"[[{self._expand(node.title)}{label}]]"

    def _external_link(self, node: ExternalLink) -> str:
        if not node.brackets:
            return self._expand(node.url)
        label = "" if node.title is None else f" {self._expand(node.title)}"
        return f"[{self._expand(node.url)}{label}]"

    def _tag(self, node: Tag) -> str:
        if node.contents is None or node.self_closing:
            return str(node)
        if node.wiki_markup:
            return self.expand_page(str(node)).text
        opening = str(node).partition(">")[0]
        return f"{opening}>{self._expand(node.contents)}</{node.closing_tag}>"


def _name(text: str, found: Construct) -> str | None:
    """Folded name of a template, None for an argument and where it has to be computed."""
    if text.startswith("{{{", found.start):
        return None
    name = _NAME.match(text, found.start, min(found.end, found.start + _MAX_NAME))
    if name is None or text[name.end() : name.end() + 1] in {"{", "["}:
        return None
    return fold(name[1].replace(HOLE, ""))


def _shown(handler: Handler, use: Use) -> str | None:
    """What a handler gives; arguments that it cannot work with show nothing, like an error would."""
    try:
        return handler(use)
    except (ArithmeticError, LookupError, ValueError):
        return None


def _parse(text: str, found: Construct) -> Wikicode:
    source = text[found.start : found.end]
    if found.too_deep:
        offset = found.start
        cuts = (Edit(one.start - offset, one.end - offset, "") for one in found.too_deep)
        source = apply(source, cuts).text
    return mwparserfromhell.parse(source, skip_style_tags=True)


def _is_in_parentheses(text: str, position: int) -> bool:
    start = max(
        text.rfind("\n", max(0, position - _LOOK_BACK), position) + 1, position - _LOOK_BACK
    )
    before = text[start:position]
    opened = before.count("(") + before.count("（")
    return opened > before.count(")") + before.count("）")
