"""Templates that carry text: the registry, what is in it, and how to add to it.

from generator.wikitext.templates import show, template

show("{2}", "my wrapper")                       # shows its second argument
show("{1}[ ({2})]", "mein baustein", language="de")

@template("my sum")
def my_sum(use):
    return str(sum(int(text) for text in use.positional))
"""

from __future__ import annotations

from generator.wikitext.templates import (
    common,
    dates,
    languages,
    measures,
    pronunciation,
    science,
)
from generator.wikitext.templates.registry import Use, show, template

__all__ = [
    "Use",
    "common",
    "dates",
    "languages",
    "measures",
    "pronunciation",
    "science",
    "show",
    "template",
]
