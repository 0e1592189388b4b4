"""What a prompt file says, once it can be used."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from generator.digests import digest
from generator.records import Json

VARIABLES: dict[str, str] = {
    "title": "title of the article",
    "section": "path of the section: Synopsis > Act 1",
    "passage": "text of the section, or of the part of it that this call is about",
    "part": "number of this part of a section that was cut, 1 for a whole one",
    "parts": "how many parts the section was cut into, 1 for a whole one",
    "pairs": "how many pairs to ask for",
    "kind": "the kind that the header names",
    "language": "language code of the article",
    "words": "length of the passage in words",
    "facts": "facts listed before, a line each: f1: …; empty for a step that is given none",
    "questions": "pairs to be worded anew, an object a line; empty for other steps",
    "other_section": "path of the second section, for a step about two; else empty",
    "other_passage": "text of the second section",
}
REQUIRED = ("title", "section", "passage", "pairs")
"""Without these a model cannot know what to write about, or how much."""
INSTEAD = {"passage": "questions"}
"""Required variable -> the one that makes up for it: pairs to be worded anew hold what is needed."""


@dataclass(frozen=True, kw_only=True)
class Template:
    """One prompt file, checked."""

    name: str
    """File name without its ending."""
    kind: str
    pairs: int | Literal["auto"] = "auto"
    words_per_pair: int = 25
    min_pairs: int = 1
    max_pairs: int = 25
    parameters: Mapping[str, Json] = field(default_factory=dict)
    """Model settings, in the words of `Call.parameters`."""
    variables: Mapping[str, str | int | float] = field(default_factory=dict)
    system: str
    user: str
    path: str = ""
    """Where the file lies; not part of what it is."""

    @cached_property
    def digest(self) -> str:
        """Identity: everything in the file that can change a reply, and nothing else."""
        return digest([
            self.kind, self.pairs, self.words_per_pair, self.min_pairs, self.max_pairs,
            dict(self.parameters), dict(self.variables), self.system, self.user,
        ])  # fmt: skip

    @property
    def label(self) -> str:
        """`name@digest`, as rows and reports carry it."""
        return f"{self.name}@{self.digest}"

    def count_pairs(self, words: int) -> int:
        """How many pairs to ask for about a passage of so many words."""
        if self.pairs != "auto":
            return self.pairs
        return max(self.min_pairs, min(self.max_pairs, math.ceil(words / self.words_per_pair)))
