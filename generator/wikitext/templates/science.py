"""Templates for chemistry, physics and mathematics."""

from __future__ import annotations

from generator.wikitext.templates.registry import Use, show, template


@template("chem", "chem2", "chemf", "ce", "formula", "chem/sandbox")
def show_formula(use: Use) -> str | None:
    """`{{chem|H|2|O}}`: symbols and numbers one after the other."""
    return "".join(use.positional) or None


@template(
    "nuclide", "nuclide2", "physics particle", "simplenuclide", "simplenuclide2", "element isotope"
)
def show_nuclide(use: Use) -> str | None:
    """`{{nuclide|einsteinium|254}}`"""
    return "-".join(part for part in use.positional[:2] if part) or None


@template("su", "sub sup", "subsup", "sub-sup")
def show_index_pair(use: Use) -> str | None:
    """`{{su|p=2|b=n}}`"""
    return use.get("b", "2") + use.get("p", "3") or None


show("|{1}|", "abs", "mabs")
show("⟨{1}⟩", "angbr", "bra-ket", "angle brackets")
show("⟨{1}|", "bra")
show("|{1}⟩", "ket")
show(
    "{1}",
    "intmath",
    "math2",
    "num_base",
    "overset text",
    "overarc",
    "oversetstack",
    "vec",
    "vector",
    "mathcal",
    "mathbb",
)
show(
    "{1}",
    "chembox text",
    "pagename text",
    "taxon italics",
    "taxonitalic",
    "species list text",
    "au",
    "extinct text",
)
show("†[{1}]", "extinct", "dagger", "†")
show("‡", "double-dagger", "double dagger", "ddagger", "‡")
show("{1}", "small math", "mset2")
show("&#123;{1}&#125;", "mset")
show(
    "{1}",
    "keyboard",
    "unichar text",
    "char",
    "literal",
    "nnbsp text",
    "code inline",
    "codes",
    "para text",
)
show("<{1}>", "tag text", "xtag")
