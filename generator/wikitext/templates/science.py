"""Templates for chemistry, physics and mathematics."""

from __future__ import annotations

from generator.wikitext.templates.registry import Use, pack, template


@template("chem", "chem2")
def show_formula(use: Use) -> str | None:
    """`{{chem|H|2|O}}`: symbols and numbers one after the other."""
    return "".join(use.positional) or None


@template("nuclide", "nuclide2", "simplenuclide", "simplenuclide2")
def show_nuclide(use: Use) -> str | None:
    """`{{nuclide|einsteinium|254}}`"""
    return "-".join(part for part in use.positional[:2] if part) or None


@template("su", "sub sup", "subsup", "sub-sup")
def show_index_pair(use: Use) -> str | None:
    """`{{su|p=2|b=n}}`"""
    return use.get("b", "2") + use.get("p", "3") or None


pack("", {
    "&#124;{1}&#124;": "abs, mabs",
    "⟨{1}⟩": "bra-ket, angle brackets",
    "⟨{1}&#124;": "bra",
    "&#124;{1}⟩": "ket",
    "{1}": "intmath, vec, vector, mathcal, mathbb, overarc, au",
    "&#123;{1}&#125;": "mset",
    "π": "pi",
})  # fmt: skip
