"""Templates that carry text: the registry and what is in it."""

from __future__ import annotations

from generator.wikitext.templates import common
from generator.wikitext.templates.registry import Use, show, template

__all__ = ["Use", "common", "show", "template"]
