"""A drawing as SVG: by itself, in light and dark, or as part of a page that has the colours."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from generator.tuning.results.drawing import DARK, LIGHT, Curve, Dot, Drawing, Label, Part

_FONT = "system-ui, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', sans-serif"


def svg_file(drawing: Drawing) -> str:
    """A file of its own. Colours stand at each part, so that converters without styles find them."""
    dark = "".join(
        f".s-{role}{{stroke:{colour}}}.f-{role}{{fill:{colour}}}" for role, colour in DARK.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing.width} {drawing.height}" '
        f'width="{drawing.width}" height="{drawing.height}" font-family="{_FONT}" role="img">\n'
        f"<title>{escape(drawing.about)}</title>\n"
        f"<style>@media (prefers-color-scheme:dark){{{dark}}}</style>\n"
        f'<rect width="100%" height="100%" class="f-paper" fill="{LIGHT["paper"]}"/>\n'
        f"{_parts(drawing)}</svg>\n"
    )


def svg_inline(drawing: Drawing) -> str:
    """A part of a page whose style has the classes `s-ROLE` for lines, `f-ROLE` for shapes, `zSIZE` for text."""
    return (
        f'<svg class="curves" viewBox="0 0 {drawing.width} {drawing.height}" role="img" '
        f"aria-label={quoteattr(drawing.about)}>\n{_parts(drawing)}</svg>"
    )


def _parts(drawing: Drawing) -> str:
    return "".join(f"{_part(one)}\n" for one in drawing.parts)


def _part(part: Part) -> str:
    match part:
        case Curve():
            places = " ".join(f"{at.x:g},{at.y:g}" for at in part.places)
            faint = ' stroke-opacity="0.35"' if part.faint else ""
            dashed = ' stroke-dasharray="4 4"' if part.dashed else ""
            return (
                f'<polyline points="{places}" class="s-{part.role}" fill="none" stroke="{LIGHT[part.role]}" '
                f'stroke-width="{part.width:g}" stroke-linejoin="round"{faint}{dashed}/>'
            )
        case Dot():
            return (
                f'<circle cx="{part.at.x:g}" cy="{part.at.y:g}" r="{part.size:g}" class="f-{part.role}" '
                f'fill="{LIGHT[part.role]}"><title>{escape(part.tip)}</title></circle>'
            )
        case Label():
            return (
                f'<text x="{part.at.x:g}" y="{part.at.y:g}" class="f-{part.role} z{part.size:g}" '
                f'fill="{LIGHT[part.role]}" font-size="{part.size:g}" text-anchor="{part.anchor}">{escape(part.text)}</text>'
            )
