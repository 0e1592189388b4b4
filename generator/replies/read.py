"""The order of work: from the text of a reply to its pairs and defects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, groupby
from typing import NamedTuple

from generator.records import Defect, RawPair, Read
from generator.replies.findings import Finding, defect, merge
from generator.replies.obedient import read_obedient
from generator.replies.prose import read_prose
from generator.replies.refusals import is_refusal
from generator.replies.scan import Piece, find_pieces, prose_between
from generator.replies.screen import screen
from generator.replies.shapes import is_turn, read_turns, read_value
from generator.replies.unwrap import unwrap

_CUT = frozenset({"length", "max_tokens", "model_length", "max_output_tokens", "content_filter"})
"""Finish reasons that say that a reply ends before its end, in the words of several servers."""

_NO_ATTEMPTS = frozenset({"placeholder", "missing_prompt", "missing_completion"})
"""Defects of data that may stand in a reply of another form: the format repeated, JSON in an answer."""

_DEPTH = 3
"""How often data may be written as text inside data."""


def read_reply(text: str, *, finish_reason: str | None = None) -> Read:
    """Reads the pairs in a model's reply, and names what could not be read.

    Never raises, whatever the text, and takes time in proportion to its length. A string that may have
    been cut is refused, never closed. `finish_reason` is the endpoint's own word: `length` says that
    the reply was cut, and then the last record counts only if it was closed.
    """
    is_cut = (finish_reason or "").casefold() in _CUT
    obedient = None if is_cut else read_obedient(text)
    if obedient is not None:
        return _sorted_out([*map(_screened, obedient)])
    return _read_any(text, is_cut=is_cut, is_complete=finish_reason == "stop")


def _read_any(text: str, *, is_cut: bool, is_complete: bool) -> Read:
    answer = unwrap(text)
    findings = list(_read(answer.text, _DEPTH, is_cut=is_cut, is_complete=is_complete))
    read = _sorted_out(findings)
    if answer.failure:
        findings.append(defect(answer.failure, text))
    elif is_cut and not any(one.reason == "truncated" for one in read.defects):
        findings.append(defect("truncated", answer.text[-200:]))
    if not findings:
        findings.append(_nothing(answer.text))
    return _sorted_out(findings)


def _sorted_out(findings: Sequence[Finding]) -> Read:
    return Read(
        pairs=tuple(finding for finding in findings if isinstance(finding, RawPair)),
        defects=tuple(finding for finding in findings if isinstance(finding, Defect)),
    )


def _nothing(text: str) -> Defect:
    if not text.strip():
        return defect("empty", text)
    return defect("refusal" if is_refusal(text) else "no_pairs", text)


def _read(text: str, depth: int, *, is_cut: bool, is_complete: bool) -> Iterator[Finding]:
    """Data where there is any; only where there is none labels, tables and tags."""
    readings = list(_read_pieces(text, depth, is_cut=is_cut))
    if any(reading.is_attempt for reading in readings):
        yield from chain.from_iterable(reading.findings for reading in readings)
        return
    spent = [
        piece
        for reading in readings
        for piece in reading.pieces
        if reading.is_echo or "\n" in text[piece.start : piece.end]
    ]
    prose = prose_between(text, spent)
    found = [*map(_screened, read_prose(prose, is_cut=is_cut, is_complete=is_complete))]
    # In a reply of another form only an echo is worth a word; other data was part of an answer.
    is_other_form = any(isinstance(finding, RawPair) for finding in found)
    for reading in readings:
        if reading.is_echo or not is_other_form:
            yield from reading.findings
    yield from found


def _screened(finding: Finding) -> Finding:
    return screen(finding) if isinstance(finding, RawPair) else finding


class _Reading(NamedTuple):
    """What some pieces gave."""

    findings: Sequence[Finding]
    pieces: Sequence[Piece]

    @property
    def is_attempt(self) -> bool:
        """Whether the model tried to write a pair as data, well or badly."""
        return any(
            isinstance(finding, RawPair) or finding.reason not in _NO_ATTEMPTS
            for finding in self.findings
        )

    @property
    def is_echo(self) -> bool:
        """Whether it was the format, repeated and not filled."""
        return any(
            isinstance(finding, Defect) and finding.reason == "placeholder"
            for finding in self.findings
        )


def _read_pieces(text: str, depth: int, *, is_cut: bool) -> Iterator[_Reading]:
    """Reads piece by piece; messages of a chat that stand one after the other go together."""
    # Of a reply that was cut, what reaches its end must prove that it is whole.
    end = len(text.rstrip()) if is_cut else len(text) + 1
    for are_turns, group in groupby(find_pieces(text), key=lambda piece: is_turn(piece.value)):
        pieces = list(group)
        if are_turns:
            yield _Reading([*map(_screened, _read_chat(pieces))], pieces)
            continue
        for piece in pieces:
            is_proven = piece.is_whole or piece.end < end
            findings = _read_piece(text, piece, depth, is_proven=is_proven)
            yield _Reading([*map(_screened, findings)], [piece])


def _read_piece(text: str, piece: Piece, depth: int, *, is_proven: bool) -> Iterator[Finding]:
    if piece.failure or not is_proven:
        yield defect(piece.failure or "truncated", text[piece.start : piece.end])
    elif isinstance(piece.value, str):
        yield from _read_inner(piece.value, depth=depth)
    else:
        inner = partial(_read_inner, depth=depth) if piece.is_json else None
        yield from read_value(piece.value, piece.repairs, inner)


def _read_chat(turns: Sequence[Piece]) -> list[Finding]:
    """The messages of one chat that stood one after the other without a list around them."""
    repairs = merge(*(piece.repairs for piece in turns))
    return read_turns([piece.value for piece in turns], repairs)


def _read_inner(text: str, *, depth: int) -> Iterator[Finding]:
    """Data that was written as text inside data."""
    if depth == 0:
        return
    for finding in _read(text, depth - 1, is_cut=False, is_complete=False):
        if isinstance(finding, RawPair):
            finding = replace(finding, repairs=merge(("double_encoded",), finding.repairs))
        yield finding
