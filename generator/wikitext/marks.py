"""Characters that stand for something inside a text while it is being cleaned.

They are Unicode noncharacters: no text may carry them, and any that does loses them at the door.
"""

from __future__ import annotations

import re

HOLE = "\ufdd0"
"""Something inline was left out here; blanks and parentheses that touch it are repaired."""
BREAK = "\ufdd1"
"""A line break that is shown, as from `<br>`."""
STASH_OPEN, STASH_CLOSE = "\ufdd2", "\ufdd3"
"""Around the number of a text that is kept aside: nowiki, code, formulas."""
POEM_OPEN, POEM_CLOSE = "\ufdd4", "\ufdd5"
"""Between them every line end is a line break."""
SWALLOW = "\ufdd6"
"""Something was left out that takes the white space before it along: a category."""

ANY = re.compile("[\ufdd0-\ufdef]")
STASHED = re.compile(f"{STASH_OPEN}([0-9]+){STASH_CLOSE}")
