"""What a check finds in a training file, and how findings are gathered line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal, NamedTuple

from generator.records import Json

Severity = Literal["error", "warning", "note"]
SHOWN_LINES = 5
"""Lines that a finding names; the count has all."""
LONGEST_DETAIL = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing to look for."""

    severity: Severity
    """`error`: the provider refuses the file, or the job fails. `warning`: the job runs and the model is
    the worse for it. `note`: good to know."""
    says: str
    """What is wrong, after the number of examples: "12 examples: the last message is not …"."""
    next_step: str


class Spot(NamedTuple):
    """A rule that applies to one example, and what of it."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule that applies to a file, with how often and where."""

    code: str
    severity: Severity
    file: str
    """`training`, `validation` or `dataset`."""
    count: int
    """Examples, or 1 for what is said of the whole."""
    message: str
    next_step: str
    lines: tuple[int, ...] = ()
    """The first ones, from 1; empty for what is said of the whole."""
    detail: str = ""
    """Of the first example, or figures."""

    def as_dict(self) -> dict[str, Json]:
        """For `--json`."""
        return {**asdict(self), "lines": list(self.lines)}


@dataclass(slots=True)
class _Gathered:
    count: int = 0
    lines: list[int] = field(default_factory=list)
    detail: str = ""


class Findings:
    """Gathers spots of one file; its size depends on the number of rules alone."""

    def __init__(self, file: str, rules: Mapping[str, Rule]) -> None:
        """Nothing found yet."""
        self.file = file
        self._rules = rules
        self._found: dict[str, _Gathered] = {}

    def see(self, line: int, spots: Iterable[Spot]) -> None:
        """Take in what was found in an example; a rule counts once for each."""
        seen: set[str] = set()
        for spot in spots:
            if spot.code in seen:
                continue
            seen.add(spot.code)
            self._add(spot.code, spot.detail, line)

    def say(self, code: str, detail: str = "") -> None:
        """Take in what is true of the file as a whole."""
        self._add(code, detail, 0)

    def count(self, code: str) -> int:
        """How often a rule has applied."""
        return self._found[code].count if code in self._found else 0

    def forget(self, code: str) -> None:
        """Take back all that a rule has found."""
        self._found.pop(code, None)

    def all(self) -> list[Finding]:
        """The findings: errors first, then in the order of the rules."""
        order = {"error": 0, "warning": 1, "note": 2}
        found = [
            self._finding(code, self._found[code]) for code in self._rules if code in self._found
        ]
        return sorted(found, key=lambda one: order[one.severity])

    def _add(self, code: str, detail: str, line: int) -> None:
        # An unknown code is a rule that somebody forgot to write down.
        assert code in self._rules, code
        own = self._found.setdefault(code, _Gathered())
        own.count += 1
        if line and len(own.lines) < SHOWN_LINES:
            own.lines.append(line)
        if not own.detail:
            own.detail = detail[:LONGEST_DETAIL]

    def _finding(self, code: str, own: _Gathered) -> Finding:
        rule = self._rules[code]
        return Finding(
            code=code,
            severity=rule.severity,
            file=self.file,
            count=own.count,
            message=rule.says,
            next_step=rule.next_step,
            lines=tuple(own.lines),
            detail=own.detail,
        )
