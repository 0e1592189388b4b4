"""What the cleaner keeps and what it leaves out where both make sense."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

Choice = Literal["keep", "drop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanOptions:
    """One choice per kind of text. The defaults give the prose as a reader of the page sees it."""

    tables: Choice = "drop"
    """Small tables as rows, `Column: value; Column: value`; large ones are left out either way."""
    max_table_cells: int = 200
    """What is a small table, in cells."""
    captions: Choice = "drop"
    """Captions of images and of galleries, each a paragraph."""
    conversions: Choice = "drop"
    """What a measure is in other units, `5 km (3.1 mi)`: computed here, not written by the authors."""
    math: Choice = "keep"
    """Formulas as their source: `x^2`."""
    footnotes: Choice = "drop"
    """Texts of footnotes, in parentheses where the number would stand; bare citations stay out."""
    list_markers: Choice = "drop"
    """`- ` before each item of a list, indented by depth; without, an item is just a line."""
    code: Choice = "keep"
    """Source code and preformatted text that the page marks as such."""
    urls: Choice = "keep"
    """Addresses that are written out in the text."""


DEFAULT = CleanOptions()

CHOICES: tuple[str, ...] = tuple(
    option.name for option in fields(CleanOptions) if option.default in ("keep", "drop")
)
"""Names of the options that are either kept or left out."""
