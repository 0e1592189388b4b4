"""Pairs in tags: `<pair><question>…</question><answer>…</answer></pair>`."""

from __future__ import annotations

import re

from generator.replies.findings import Finding, Found, defect
from generator.replies.keys import Role, role_of
from generator.replies.lines import begins_line
from generator.replies.shapes import read_items

_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[^\W\d_][\w\-]{0,30})(?P<equals>=(?P<value>[\w\-]{1,30}))?"
    r"(?P<attributes>(?:\s+[\w\-]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*)\s*(?P<empty>/?)>"
)
_ATTRIBUTE = re.compile(r"([\w\-]+)\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)')")
_CDATA = re.compile(r"\s*<!\[CDATA\[(.*)\]\]>\s*", re.DOTALL)
_ENTITY = re.compile(r"&(amp|lt|gt|quot|apos|#\d{1,6}|#x[0-9a-fA-F]{1,6});")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def read_tags(text: str) -> Found:
    """Reads elements whose names mean prompt or completion, and attributes that do.

    Only what is closed counts.
    """
    findings: list[Finding] = []
    group: list[tuple[str, str]] = []
    opened: re.Match[str] | None = None
    for tag in _TAG.finditer(text):
        if opened is not None:
            if tag["close"] and tag["name"] == opened["name"]:
                _add(findings, group, _name(opened), _text(text[opened.end() : tag.start()]))
                opened = None
            elif not tag["close"] and _role(tag) and begins_line(text, tag.start()):
                # The element before was never closed: what it holds may be cut.
                findings.append(defect("not_json", text[opened.start() : tag.start()]))
                group.clear()
                opened = tag
            continue
        if tag["close"]:
            continue
        attributes = _attributes(tag)
        if _is_pair(attributes):
            findings += read_items(attributes, ("tags",))
        elif _role(tag) and not tag["empty"]:
            opened = tag
    if opened is not None:
        findings.append(defect("truncated", text[opened.start() :]))
    elif group:
        findings += read_items(group, ("tags",))
    return Found(findings, is_end_proven=True)


def _add(findings: list[Finding], group: list[tuple[str, str]], name: str, text: str) -> None:
    """Adds an element to its group; a group is whole when a side comes for the second time."""
    role = role_of(name)
    sides = {known.side for key, _ in group if (known := role_of(key))}
    is_next = role is not None and (
        any(name == key for key, _ in group)
        or (role.side == "prompt" and sides == {"prompt", "completion"})
    )
    if is_next:
        findings += read_items(list(group), ("tags",))
        group.clear()
    group.append((name, text))


def _name(tag: re.Match[str]) -> str:
    """The name that counts: of the element, of `<parameter=prompt>` or `<field name="prompt">`."""
    named = dict(_attributes(tag))
    return tag["value"] or named.get("name") or named.get("key") or str(tag["name"])


def _role(tag: re.Match[str]) -> Role | None:
    role = role_of(_name(tag))
    return None if role is None or role.is_misspelt else role


def _attributes(tag: re.Match[str]) -> list[tuple[str, str]]:
    return [
        (match[1], _resolve(match[2] if match[2] is not None else match[3]))
        for match in _ATTRIBUTE.finditer(tag["attributes"])
    ]


def _is_pair(attributes: list[tuple[str, str]]) -> bool:
    return len({role.side for key, _ in attributes if (role := role_of(key))}) == 2


def _text(raw: str) -> str:
    cdata = _CDATA.fullmatch(raw)
    return cdata[1].strip() if cdata else _resolve(raw).strip()


def _resolve(text: str) -> str:
    return _ENTITY.sub(lambda match: _character(match[1]), text)


def _character(entity: str) -> str:
    if not entity.startswith("#"):
        return _NAMED[entity]
    code = int(entity[2:], 16) if entity[1] == "x" else int(entity[1:])
    return chr(code) if 0 < code < 0x110000 else f"&{entity};"
