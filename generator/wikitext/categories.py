"""Names of categories, with and without what languages put before them."""

from __future__ import annotations

from generator.wikitext.names import names


def without_prefix(name: str) -> str:
    """`Lights` for `Category:Lights`, `Kategorie:Lights`, `:تصنيف:Lights` and `Lights`."""
    bare = name.strip().lstrip(":")
    prefix, colon, rest = bare.partition(":")
    is_prefix = " ".join(prefix.replace("_", " ").split()).casefold() in names().category
    return rest.strip() if colon and is_prefix else bare.strip()
