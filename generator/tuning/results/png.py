"""A drawing as PNG, with Pillow, which brings a font of its own: a bare machine has none."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import Any, Final

from generator.exporters.extras import load_extra
from generator.tuning.results.drawing import LIGHT, Curve, Dot, Drawing, Label

SCALE: Final = 2
"""Pixels for one unit."""
_FINER: Final = 2
"""Drawn so many times larger and made smaller again: Pillow's lines have no soft edges otherwise."""
_DASH: Final = 4.0
_FAINT: Final = 0.35
_ANCHORS: Final = {"start": "ls", "middle": "ms", "end": "rs"}


def png_file(drawing: Drawing) -> bytes:
    """The picture, light, twice as large as its units.

    Raises:
        Misconfigured: Pillow is not installed.
    """
    image = load_extra("PIL.Image", extra="plots", use="drawing PNG files with Pillow")
    large = image.new(
        "RGB",
        (drawing.width * SCALE * _FINER, drawing.height * SCALE * _FINER),
        LIGHT["paper"],
    )
    painter = _Painter(large)
    for part in drawing.parts:
        match part:
            case Curve():
                painter.curve(part)
            case Dot():
                painter.dot(part)
            case Label():
                painter.label(part)
    small = large.resize((drawing.width * SCALE, drawing.height * SCALE), image.Resampling.LANCZOS)
    out = io.BytesIO()
    # There are seven colours and what lies between them: a palette makes the file a third as large.
    small.quantize(128).save(out, "PNG", optimize=True)
    return out.getvalue()


class _Painter:
    """Puts parts down on an image."""

    def __init__(self, image: Any) -> None:
        self._unit = SCALE * _FINER
        self._draw = load_extra(
            "PIL.ImageDraw", extra="plots", use="drawing PNG files with Pillow"
        ).Draw(image)
        self._fonts = load_extra(
            "PIL.ImageFont", extra="plots", use="drawing PNG files with Pillow"
        )

    def curve(self, curve: Curve) -> None:
        places = [(at.x * self._unit, at.y * self._unit) for at in curve.places]
        colour = (
            _mixed(LIGHT[curve.role], LIGHT["paper"], _FAINT) if curve.faint else LIGHT[curve.role]
        )
        width = max(1, round(curve.width * self._unit))
        if not curve.dashed:
            self._draw.line(places, fill=colour, width=width, joint="curve")
            return
        for one in _dashes(places, _DASH * self._unit):
            self._draw.line(one, fill=colour, width=width)

    def dot(self, dot: Dot) -> None:
        x, y, size = dot.at.x * self._unit, dot.at.y * self._unit, dot.size * self._unit
        self._draw.ellipse((x - size, y - size, x + size, y + size), fill=LIGHT[dot.role])

    def label(self, label: Label) -> None:
        font = self._fonts.load_default(label.size * self._unit)
        place = (label.at.x * self._unit, label.at.y * self._unit)
        self._draw.text(
            place, label.text, fill=LIGHT[label.role], font=font, anchor=_ANCHORS[label.anchor]
        )


def _dashes(places: list[tuple[float, float]], length: float) -> list[list[tuple[float, float]]]:
    """Every other stretch of that length along a line; each line between two places begins anew."""
    found = []
    for (x, y), (to_x, to_y) in pairwise(places):
        whole = ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5 or 1.0
        at = 0.0
        while at < whole:
            begin, end = at / whole, min(at + length, whole) / whole
            found.append([
                (x + (to_x - x) * begin, y + (to_y - y) * begin),
                (x + (to_x - x) * end, y + (to_y - y) * end),
            ])  # fmt: skip
            at += 2 * length
    return found


def _mixed(colour: str, ground: str, share: float) -> tuple[int, ...]:
    """As much of a colour on a ground."""
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(ground[1:]), strict=True)
    return tuple(round(share * one + (1 - share) * other) for one, other in pairs)
