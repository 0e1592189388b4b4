"""Templates that English Wikipedia has and most others copied."""

from __future__ import annotations

from generator.wikitext.templates.registry import show

show("{2|text}", "lang")
show("{2|text}", "langx")
show("{1}", "lang-*", "nowrap", "nobr", "small", "big", "abbr", "quote", "blockquote")
show("–", "ndash")
show("—", "mdash")
show(" – ", "snd", "spaced ndash")
