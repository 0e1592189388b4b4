"""A drawing as a list of plain parts, which `svg.py` and `png.py` put down in the same places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Role = Literal["ink", "soft", "line", "train", "valid", "bad", "paper"]
"""What a part stands for; its colour depends on where it is shown."""
Anchor = Literal["start", "middle", "end"]

LIGHT: Mapping[Role, str] = {
    "ink": "#23221f", "soft": "#6a675f", "line": "#e4e0d7", "train": "#23606e", "valid": "#b3541e",
    "bad": "#a63d32", "paper": "#fbfaf7",
}  # fmt: skip
DARK: Mapping[Role, str] = {
    "ink": "#e4e2dc", "soft": "#a09d95", "line": "#34363a", "train": "#7fbfcd", "valid": "#e59a5f",
    "bad": "#e88d82", "paper": "#17181a",
}  # fmt: skip
"""As in `report/page.css`; `valid` is clearer beside `train` than its `warn` is."""


class At(NamedTuple):
    """A place: to the right and down, from the top left corner."""

    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A line through some places."""

    places: Sequence[At]
    role: Role
    width: float = 1.0
    faint: bool = False
    """Drawn so that a clear curve over it is seen."""
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A measurement that is shown by itself."""

    at: At
    role: Role
    tip: str
    """What it says where pictures can be pointed at."""
    size: float = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A word beside an axis or a curve. ASCII alone: the font of `png.py` has no more."""

    at: At
    text: str
    role: Role = "soft"
    anchor: Anchor = "start"
    size: float = 12.0


Part = Curve | Dot | Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A picture."""

    name: str
    """Of its file, without an ending."""
    title: str
    about: str
    """What it shows, in a sentence, for those who do not see it."""
    width: int
    height: int
    parts: Sequence[Part]
