"""What is said around the texts of derived rows, by language, read from a file that users can replace."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from generator.digests import digest
from generator.errors import Misconfigured
from generator.names import nearest
from generator.prompts import shipped_folder

FILE: Final = "derive.toml"
FALLBACK: Final = "en"


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The words of one language; see `prompts/derive.toml`."""

    context_qa: str
    no_answer: str
    discriminator: str
    yes: str
    no: str
    classification: str
    open_classification: str
    mask: str


_NAMES: Final = tuple(one.name for one in fields(Wording))
_NEEDED: Final[dict[str, frozenset[str]]] = {
    "context_qa": frozenset({"context", "question"}),
    "discriminator": frozenset({"context", "question"}),
    "classification": frozenset({"text", "classes"}),
    "open_classification": frozenset({"text"}),
}


class Wordings:
    """The words of every language."""

    def __init__(self, own: Mapping[str, Mapping[str, str]]) -> None:
        """Fill up what is not given: first from the shipped words of the language, then from English.

        Raises:
            Misconfigured: a line that is not known, or does not name what it must.
        """
        shipped = _parse(shipped_folder() / FILE)
        base = Wording(**shipped[FALLBACK])
        self._of = {
            code: replace(base, **{**shipped.get(code, {}), **own.get(code, {})})
            for code in sorted({*shipped, *own})
        }
        for code, words in self._of.items():
            _check(code, words)

    def of(self, language: str) -> Wording:
        """Those of a language or its main one (`de-at` is `de`), else English."""
        main = language.partition("-")[0]
        return self._of.get(language) or self._of.get(main) or self._of[FALLBACK]

    @property
    def languages(self) -> list[str]:
        """Codes of those that there are words in."""
        return [*self._of]

    @cached_property
    def digest(self) -> str:
        """Of all words."""
        return digest({code: asdict(words) for code, words in self._of.items()})


def read_wordings(path: Path | None = None) -> Wordings:
    """The shipped wordings, with those of a file above them.

    Raises:
        Misconfigured: the file cannot be read or used.
    """
    return Wordings({} if path is None else _parse(path))


def fill(template: str, **values: str) -> str:
    """The template with its variables filled in; braces in the values stay as they are."""
    parsed = string.Formatter().parse(template)
    return "".join(text + (values[name] if name else "") for text, name, _, _ in parsed)


def _parse(path: Path) -> dict[str, dict[str, str]]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise Misconfigured(f"cannot read wordings {path}: {exc}") from exc
    return {code: _lines(path, code, words) for code, words in found.items()}


def _lines(path: Path, code: str, words: Any) -> dict[str, str]:
    if not isinstance(words, dict):
        raise Misconfigured(f"{path}: {code!r} stands above every [language]; put it below one")
    for name, text in words.items():
        if name not in _NAMES:
            raise Misconfigured(f"{path}, [{code}]: unknown line {name!r}{nearest(name, _NAMES)}")
        if not isinstance(text, str) or not text.strip():
            raise Misconfigured(f"{path}, [{code}]: {name} must be a text that is not empty")
    return words


def _check(code: str, words: Wording) -> None:
    for name, needed in _NEEDED.items():
        try:
            parsed = list(string.Formatter().parse(getattr(words, name)))
        except ValueError as exc:
            raise Misconfigured(
                f"wording {name} of {code!r}: {exc}; double a brace of its own"
            ) from exc
        found = {variable for _, variable, _, _ in parsed if variable is not None}
        if found != needed:
            wanted = ", ".join(f"{{{one}}}" for one in sorted(needed))
            raise Misconfigured(f"wording {name} of {code!r} must name {wanted} and nothing else")
    if words.yes == words.no:
        raise Misconfigured(f"wordings yes and no of {code!r} are the same")
