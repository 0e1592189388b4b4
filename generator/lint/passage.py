"""Rules about what becomes of the variables: shown at all, the passage fenced in and called data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from generator.chat.tokens import estimate_tokens
from generator.errors import BadTemplate
from generator.lint.languages import NEGATION
from generator.lint.spots import Spot, plain_parts
from generator.lint.text import fold, sentences
from generator.prompts import INSTEAD, VARIABLES, Draft, render
from generator.records import Passage

_TEXT, _OTHER = "Zqpassagezq", "Zqotherzq"
"""Words that no template has by chance."""

TYPICAL_WORDS = 190
"""Of a passage: half of 452 passages of 40 articles in as many languages are shorter (2026-11)."""
TYPICAL_TOKENS = 250
"""That many words of English, at 1.33 tokens each."""
MOST_SHARE = 0.9
"""Of a call's tokens that may be instructions."""


def same_everywhere(draft: Draft) -> Iterator[Spot]:
    """The same request whatever the article, so that every call after the first asks the same."""
    first = _render(draft, Passage(article="A", section=("B",), text="One. " * 60))
    other = _render(draft, Passage(article="C", section=("D",), text="Two. " * 60))
    if first is not None and first == other:
        yield Spot(line=draft.parts[0].line, message="renders the same for every section")


def hidden_variables(draft: Draft) -> Iterator[Spot]:
    """Used, but of no effect on what is sent."""
    sample = _sample()
    rendered = _render(draft, sample, pairs=2)
    others = {
        "title": _render(draft, replace(sample, article=_OTHER), pairs=2),
        "section": _render(draft, replace(sample, section=(_OTHER,)), pairs=2),
        "passage": _render(draft, replace(sample, text=_OTHER), pairs=2),
        "pairs": _render(draft, sample, pairs=3),
    }
    for name, other in others.items():
        if rendered is not None and rendered == other and not _is_made_up_for(draft, name):
            message = f"{name!r} is used, but what is sent does not show it"
            yield Spot(line=_user_line(draft), message=message)


def _is_made_up_for(draft: Draft, name: str) -> bool:
    """Whether another variable is there in its place."""
    other = INSTEAD.get(name)
    return other is not None and any(f"{{{{ {other} }}}}" in part.text for part in draft.parts)


_SINGLE = re.compile(r"(?<![{\w])\{ *(\w+) *\}(?!\})")


def single_braces(draft: Draft) -> Iterator[Spot]:
    """`{title}`, which is sent as it stands."""
    known = [*VARIABLES, *(draft.template.variables if draft.template else ())]
    for plain in plain_parts(draft):
        for match in _SINGLE.finditer(plain.text):
            if match[1] in known:
                message = f"{match[0]} is sent as it stands; write {{{{ {match[1]} }}}}"
                yield Spot(line=plain.line_at(match.start()), message=message)


_OPENS = re.compile(
    r"(?:<[\w-]+[^<>\n]*>|```[\w-]*|~~~[\w-]*|\"\"\"|'''|<<<+|\[[^\W\d][^\]\n]*\]|[„“«「『\"]"
    r"|^[^\w\n]{3,}(?:[\w :]*[^\w\n]{3,})?|^\W*BEGIN\b[^\n]*)\s*\Z",
    re.MULTILINE,
)
_CLOSES = re.compile(
    r"\s*(?:</[\w-]+>|```|~~~|\"\"\"|'''|>>>+|\[/?[^\W\d][^\]\n]*\]|[“”»」』\"]"
    r"|[^\w\s]{3,}|\W*END\b)"
)


def no_delimiter(draft: Draft) -> Iterator[Spot]:
    """A passage of which nobody can tell where it begins and where it ends."""
    rendered = _render(draft, _sample())
    if rendered is None or _TEXT not in rendered:
        return
    before, _, after = rendered.partition(_TEXT)
    missing = [
        side
        for side, is_there in (
            ("begins", _OPENS.search(before[-200:])),
            ("ends", _CLOSES.match(after)),
        )
        if not is_there
    ]
    if missing:
        message = f"nothing marks where the passage {' and where it '.join(missing)}"
        yield Spot(line=_line_of_passage(draft), message=message)


_INSTRUCTION = re.compile(
    fold(
        r"\b(?:instructions?|commands?|orders?|anweisung\w*|befehl\w*|instruktion\w*|consignes?"
        r"|instrucci\w+|ordenes|instru[cç]\w+|istruzion\w*|comand[oi]|инструкци\w*|команд\w*"
        r"|talimat\w*|komut\w*)\b|指示|命令|指令|تعليمات|أوامر|اوامر|توجيهات|تعليمة|أمر"
    )
)
_AS_DATA = re.compile(
    fold(
        r"\b(?:is|are|as|only|pure|mere|plain|just) (?:\w+ )?data\b|\b(?:sind|ist|als|nur|reine) "
        r"(?:\w+ )?daten\b|\b(?:sont|comme|est) (?:\w+ )?(?:des |une )?donnees?\b|\b(?:son|como|es) "
        r"(?:\w+ )?(?:datos|un dato)\b|\b(?:sao|como) (?:\w+ )?dados\b|\b(?:sono|come) (?:\w+ )?dati\b"
        r"|\b(?:это|как) (?:\w+ )?данные\b|データ(?:で|と|です|として|であ)|(?:是|作为|视为)\w{0,3}数据"
        r"|(?:مجرد|هو|هي|هذا|النص|الفقرة|المقطع) بيانات|كبيانات"
    )
)


def not_marked_as_data(draft: Draft) -> Iterator[Spot]:
    """Nothing says that an article's sentences are not to be obeyed."""
    for plain in plain_parts(draft):
        for sentence in sentences(plain.text):
            text = fold(sentence.text)
            if _AS_DATA.search(text) or (_INSTRUCTION.search(text) and NEGATION.search(text)):
                return
    if draft.parts:
        message = "nothing says that the passage is data and never an instruction"
        yield Spot(line=_line_of_passage(draft), message=message)


def long(draft: Draft) -> Iterator[Spot]:
    """Instructions beside which a passage is hardly paid for."""
    rendered = _render(draft, _sample())
    if rendered is None:
        return
    own = estimate_tokens(rendered)
    share = own / (own + TYPICAL_TOKENS)
    if share > MOST_SHARE:
        message = (
            f"≈ {own:,} tokens of instructions with every call, {share:.0%} of it beside a passage "
            f"of {TYPICAL_WORDS} words"
        )
        yield Spot(line=draft.parts[0].line, message=message)


def _sample() -> Passage:
    return Passage(article="A", section=("B",), text=_TEXT)


def _render(draft: Draft, passage: Passage, *, pairs: int | None = None) -> str | None:
    """All that is sent; None where that is not known."""
    if draft.template is None or draft.faults:
        return None
    try:
        messages = render(draft.template, passage, pairs=pairs)
    except BadTemplate:
        return None
    return "\n".join(message.content for message in messages)


def _user_line(draft: Draft) -> int:
    return next((part.line for part in draft.parts if part.role == "user"), 1)


_PASSAGE = re.compile(r"\{\{-?[^{}]*\bpassage\b")


def _line_of_passage(draft: Draft) -> int:
    for part in draft.parts:
        if match := _PASSAGE.search(part.text):
            return part.line + part.text.count("\n", 0, match.start())
    return _user_line(draft)
