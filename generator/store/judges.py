"""The store's memory of judges: how each did on labelled pairs, by endpoint, model and prompt file."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields

from generator.store.access import Access


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeTest:
    """The last test of one model with one version of a judge's prompt file."""

    endpoint: str
    """A label without secrets."""
    model: str
    template: str
    """Digest of the prompt file."""
    passed: bool
    recall: float
    """Share of the meaning defects that it found."""
    lost: float
    """Share of the good pairs that it refused."""
    score: str
    """All that came of it, as JSON."""
    pairs: str
    """Name of the file with the labelled pairs; empty for the shipped ones."""
    at: str
    """ISO 8601, UTC."""


_COLUMNS = [field.name for field in fields(JudgeTest)]
_LISTED = ", ".join(_COLUMNS)
_PUT = f"INSERT OR REPLACE INTO judge_tests ({_LISTED}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_GET = f"SELECT {_LISTED} FROM judge_tests WHERE endpoint = ? AND model = ? AND template = ?"


class JudgeBook:
    """Tests of judges in one workspace; a part of `Store`."""

    def __init__(self, access: Access) -> None:
        """Take what the store reads and writes with."""
        self._access = access

    def put(self, test: JudgeTest) -> None:
        """Keep a test in the place of an older one; returns when it is safe.

        Raises:
            StoreError: it cannot be written.
        """
        self._access.write(_PUT, [lambda: astuple(test)])

    def get(self, endpoint: str, model: str, template: str) -> JudgeTest | None:
        """The last test; None where there was none."""
        rows = self._access.ask(_GET, (endpoint, model, template))
        if not rows:
            return None
        values = dict(zip(_COLUMNS, rows[0], strict=True))
        return JudgeTest(**{**values, "passed": bool(values["passed"])})
