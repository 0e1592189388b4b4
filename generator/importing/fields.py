"""Which fields of a file hold the questions and the answers: guessed from its first rows, or as told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from generator.digests import digest
from generator.errors import Misconfigured
from generator.importing.names import CHATS, COMPLETIONS, INPUT, INSTRUCTION, PROMPTS, plain
from generator.importing.values import list_in
from generator.names import nearest

Shape = Literal["pairs", "alpaca", "chat", "list", "lines"]

SHOWN_FIELDS: Final = 12
"""Fields of a file that a message names."""
_MOST_FIELDS: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the user said about the fields; empty where nothing."""

    prompt: str = ""
    completion: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """Where to look in a row."""

    shape: Shape
    """`pairs`: a field for each side; `alpaca`: with an `input` below the instruction; `chat`: turns
    in one field; `list`: each row is a list of two; `lines`: plain text for a function."""
    prompt: str = ""
    completion: str = ""
    """For `chat` both are the field with the turns."""
    input: str = ""
    group: str = ""
    """Rows with the same value in it go into the same split."""
    known: tuple[str, ...] = ()
    """All fields of the first rows, in their order."""

    @property
    def digest(self) -> str:
        """Identity of what is looked at, whatever else the file has."""
        return digest([self.shape, self.prompt, self.completion, self.input, self.group])


def look_up(row: object, field: str) -> object:
    """The value of a field, `row.question` being a field of a field; None where there is none."""
    if not isinstance(row, Mapping):
        return None
    if field in row:
        return row[field]
    outer, dot, inner = field.partition(".")
    return look_up(row.get(outer), inner) if dot else None


def find_fields(rows: Sequence[object], asked: Asked, *, name: str) -> Fields:
    """The fields of a file, from the values of its first rows.

    Raises:
        Misconfigured: no field can be told, or one that was asked for is not there.
    """
    names = Counter(one for row in rows for one in _names(row))
    known = tuple(names)
    for field in filter(None, (asked.prompt, asked.completion, asked.group)):
        if not any(look_up(row, field) is not None for row in rows) and field not in names:
            raise Misconfigured(
                f"{name}: no field {field!r}{nearest(field, known)} (it has: {_listed(known)})"
            )
    if not known and rows and all(isinstance(row, list) for row in rows):
        return Fields(shape="list", group=asked.group)
    if not (asked.prompt or asked.completion) and (chat := _chat(rows, known)):
        return Fields(shape="chat", prompt=chat, completion=chat, group=asked.group, known=known)
    if asked.prompt and asked.prompt == asked.completion:
        return Fields(shape="chat", prompt=asked.prompt, completion=asked.prompt, group=asked.group, known=known)  # fmt: skip
    return _sides(known, asked, name)


def _sides(known: Sequence[str], asked: Asked, name: str) -> Fields:
    prompt = asked.prompt or _first(PROMPTS, known, but=asked.completion)
    completion = asked.completion or _first(COMPLETIONS, known, but=prompt)
    if not (prompt or completion) and len(known) == 2:
        prompt, completion = known
    for field, what, option in (
        (prompt, "questions", "--prompt-field"),
        (completion, "answers", "--completion-field"),
    ):
        if not field:
            raise Misconfigured(
                f"{name}: no field is named as if it held {what}; it has: {_listed(known)}. "
                f"Name the one with {option}"
            )
    given = _first((INPUT,), known, but=prompt)
    is_alpaca = (
        plain(prompt.rpartition(".")[2]) == INSTRUCTION and bool(given) and given != completion
    )
    return Fields(
        shape="alpaca" if is_alpaca else "pairs",
        prompt=prompt,
        completion=completion,
        input=given if is_alpaca else "",
        group=asked.group,
        known=tuple(known),
    )


def _names(row: object) -> Iterator[str]:
    """Fields of a row, and those of an object that it holds nothing but."""
    if not isinstance(row, Mapping):
        return
    for _, (name, value) in zip(range(_MOST_FIELDS), row.items(), strict=False):
        if isinstance(value, Mapping) and not {"text", "value"} & value.keys():
            yield from (f"{name}.{inner}" for inner in value)
        else:
            yield str(name)


def _first(wanted: Iterable[str], known: Sequence[str], *, but: str) -> str:
    """The known field with the name that comes first among those that are wanted."""
    own: dict[str, str] = {}
    for field in known:
        if field != but:
            own.setdefault(plain(field.rpartition(".")[2]), field)
    return next((own[name] for name in wanted if name in own), "")


def _chat(rows: Sequence[object], known: Sequence[str]) -> str:
    """The field whose values are lists of turns."""
    named = [field for field in known if plain(field.rpartition(".")[2]) in CHATS]
    return next((field for field in named if any(is_chat(look_up(row, field)) for row in rows)), "")


def is_chat(value: object) -> bool:
    """Whether a value is a list of turns, each with who speaks and what is said."""
    if isinstance(value, str):
        value = list_in(value)
    return (
        isinstance(value, list)
        and bool(value)
        and isinstance(value[0], Mapping)
        and bool({"role", "from"} & value[0].keys())
    )


def _listed(known: Sequence[str]) -> str:
    if not known:
        return "no fields at all"
    more = f" and {len(known) - SHOWN_FIELDS:,} more" if len(known) > SHOWN_FIELDS else ""
    return ", ".join(one[:60] for one in known[:SHOWN_FIELDS]) + more
