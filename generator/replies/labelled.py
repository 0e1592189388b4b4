"""Pairs under labels: `Q:` and `A:`, bold or numbered, headings, and YAML."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field
from itertools import zip_longest

from generator.replies.escapes import unescape
from generator.replies.findings import Finding, Found
from generator.replies.keys import Side, asks, role_of
from generator.replies.shapes import read_items

_NAME = r"[^\W\d_][^\s:：=*_`\"'“”#.)(|\d]{0,24}(?:[ _][^\s:：=*_`\"'“”#.)(|\d]{1,20}){0,2}"
_LABEL = re.compile(
    rf"""
    (?P<indent>[ \t]*)
    (?P<bullet>[-+•‣*]\s+)?
    (?P<heading>\#{{1,6}}\s*)?
    (?P<bold>[*_`]{{0,3}})
    (?:\(?\d{{1,4}}[.):]\s*)?
    [*_]{{0,3}}
    (?P<quote>["'“]?)
    (?P<name>{_NAME})
    (?P<number>[ ]?[#№]?[ ]?\d{{1,4}})?
    ["'”]?
    (?:
        (?P<mark>[*_`]{{0,3}}\s*(?:[:：=]|\s[-–—]\s)\s*[*_`]{{0,3}})[ \t]*(?P<rest>.*)
      | (?P<point>[.)])\s+(?P<behind>\S.*)
      | [*_`.]{{0,4}}\s*
    )
    """,
    re.VERBOSE,
)
# Single letters that mean a question or an answer only where both stand in one reply.
_LETTERS: dict[str, Side] = {
    **dict.fromkeys("q f p d v в س ס π ε 问 問".split(), "prompt"),
    **dict.fromkeys("a r о ج ת α 答".split(), "completion"),
}
_RULE = re.compile(r"[ \t]*(?:-{3,}|\*{3,}|_{3,}|={3,}|[-*_]( [-*_]){2,})[ \t]*")
_SECTION = re.compile(r"\s*\[{1,2}[\w.\- \"]{1,40}\]{1,2}\s*")
_SECOND = re.compile(
    r"\s(?:[/|;,–—-]\s*)?[*_]{0,2}(?P<name>[^\W\d_]{1,20})\d{0,3}[*_]{0,2}[:：][*_]{0,2}\s*(?P<rest>\S.*)"
)
_BLOCK = re.compile(r"[|>][+-]?\d?")
_YAML_KEY = re.compile(r"(?P<indent>[ \t]*)(?:-[ \t]+)?[\w-]{1,30}:(?:\s|$)")
_YAML_START = re.compile(r"[ \t]*-[ \t]+[\"']?[a-z_]+[\"']?:(?:\s|$)")
_CLOSING_REMARK = re.compile(
    r"(?i)(?:let me know|i hope|hope th|feel free|if you (?:need|want|would|have)|would you like|these (?:pairs|questions)"
    r"|note:|please note|that (?:is|makes)|i can |ich hoffe|wenn du|wenn sie|lass mich|gerne kann|n'hésitez|j'espère"
    r"|espero|si necesitas|se precisar|spero|以上|他に|ご希望|如果您|希望这)"
)


@dataclass(slots=True)
class _Field:
    """A label and the lines that belong to it."""

    name: str
    side: Side
    indent: int
    lines: list[str] = field(default_factory=list)


def read_labelled(text: str) -> Found:
    """Reads labels at the beginning of lines, in any language that the table of keys knows."""
    lines = text.split("\n")
    is_yaml = any(_YAML_START.match(line) for line in lines)
    fields = _fields(lines, is_yaml=is_yaml)
    # A label without a text before another of its side is a heading: `questions:`.
    fields = [
        one
        for one, behind in zip_longest(fields, fields[1:])
        if any(map(str.strip, one.lines)) or behind is None or behind.side != one.side
    ]
    if len({one.side for one in fields}) < 2:
        return Found([])
    _drop_remark(fields)
    texts = _texts(fields, is_yaml=is_yaml)
    findings: list[Finding] = []
    for group in _groups(list(zip(fields, texts, strict=True))):
        findings += read_items(group, ("labelled",))
    return Found(findings)


def _fields(lines: list[str], *, is_yaml: bool) -> list[_Field]:
    fields: list[_Field] = []
    is_open = False
    for line in lines:
        labels = _labels(line)
        if labels:
            fields += labels
            is_open = True
        elif _RULE.fullmatch(line) or (fields and _is_other_key(line, fields[-1], is_yaml=is_yaml)):
            is_open = False
        elif is_open:
            fields[-1].lines.append(line)
    return fields


def _labels(line: str) -> list[_Field]:
    """The label that a line begins with; two where the answer follows on the line of its question."""
    label = _label(line)
    if label is None:
        return []
    second = _SECOND.search(label.lines[0])
    if label.side == "prompt" and second and _side(second["name"]) == "completion":
        question = label.lines[0][: second.start()].rstrip()
        if asks(question):
            label.lines = [question]
            answer = _Field(second["name"], "completion", label.indent, [second["rest"]])
            return [label, answer]
    return [label]


def _label(line: str) -> _Field | None:
    match = _LABEL.fullmatch(line)
    if match is None:
        return None
    name = match["name"].strip()
    side = _side(name)
    rest = match["rest"] if match["mark"] else match["behind"]
    if match["point"]:
        # `Q1. …`, but not `Question. …`, which is prose.
        is_label = len(name) == 1 and bool(match["number"])
    else:
        is_label = bool(match["mark"] or match["heading"] or match["bold"])
    if side is None or not is_label:
        return None
    if rest and match["bold"] and not (match["mark"] or "").rstrip().endswith("*"):
        rest = rest.removesuffix(match["bold"])
    indent = len(match["indent"]) + len(match["bullet"] or "")
    return _Field(name, side, indent, [rest or ""])


def _side(name: str) -> Side | None:
    role = role_of(name)
    if role is not None:
        return None if role.is_misspelt else role.side
    return _LETTERS.get(name.casefold())


def _is_other_key(line: str, last: _Field, *, is_yaml: bool) -> bool:
    """Whether another key of YAML or TOML begins here, so that the text before it ends."""
    if _SECTION.fullmatch(line):
        return True
    match = _YAML_KEY.match(line)
    if match is None:
        return False
    indent = len(match["indent"])
    return indent <= last.indent if is_yaml else indent < last.indent and line.endswith(":")


def _drop_remark(fields: list[_Field]) -> None:
    """Takes what the model says after its last answer off that answer."""
    last = _paragraphs(fields[-1])
    others = [len(_paragraphs(one)) for one in fields[:-1] if one.side == fields[-1].side]
    is_remark = len(last) > 1 and (
        bool(_CLOSING_REMARK.match(last[-1])) or (bool(others) and max(others) == 1)
    )
    if is_remark:
        kept = last[:1] if others and max(others) == 1 else last[:-1]
        fields[-1].lines = "\n\n".join(kept).split("\n")


def _paragraphs(one: _Field) -> list[str]:
    joined = "\n".join(one.lines).strip()
    return [part.strip("\n") for part in re.split(r"\n[ \t]*\n", joined) if part.strip()]


def _texts(fields: list[_Field], *, is_yaml: bool) -> list[str]:
    texts = [_block(one) or _plain(one, is_folded=is_yaml) for one in fields]
    if is_yaml or all(_is_quoted(text) for text in texts):
        return [_unquote(text) for text in texts]
    return [_without_bold(text) for text in texts]


def _block(one: _Field) -> str | None:
    """A block of YAML: `|` keeps the line breaks, `>` folds them."""
    if not _BLOCK.fullmatch(one.lines[0].strip()):
        return None
    text = textwrap.dedent("\n".join(one.lines[1:])).strip("\n")
    if one.lines[0].lstrip().startswith("|"):
        return text
    return "\n".join(" ".join(part.split("\n")) for part in text.split("\n\n"))


def _plain(one: _Field, *, is_folded: bool) -> str:
    if is_folded:
        return " ".join(line.strip() for line in one.lines if line.strip())
    return "\n".join(
        line.strip() if number == 0 else line.rstrip() for number, line in enumerate(one.lines)
    ).strip()


def _is_quoted(text: str) -> bool:
    bare = text.rstrip(", ")
    return len(bare) > 1 and bare[0] in "\"'" and bare[-1] == bare[0]


def _unquote(text: str) -> str:
    bare = text.rstrip(", ")
    if not _is_quoted(text):
        return text
    return str(unescape(bare[1:-1])) if bare[0] == '"' else bare[1:-1].replace("''", "'")


def _without_bold(text: str) -> str:
    for frame in ("**", "__"):
        inner = text[len(frame) : -len(frame)]
        if text.startswith(frame) and text.endswith(frame) and inner and frame not in inner:
            return inner.strip()
    return text


def _groups(fields: list[tuple[_Field, str]]) -> list[list[tuple[str, str]]]:
    """Fields that belong together: a prompt after a completion, or a name again, begins the next."""
    groups: list[list[tuple[str, str]]] = []
    sides: set[Side] = set()
    for one, text in fields:
        is_known = bool(groups) and any(_key(one) == key for key, _ in groups[-1])
        if not groups or is_known or (one.side == "prompt" and "completion" in sides):
            groups.append([])
            sides = set()
        groups[-1].append((_key(one), text))
        sides.add(one.side)
    return groups


def _key(one: _Field) -> str:
    return one.name if role_of(one.name) else one.side
