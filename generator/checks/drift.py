"""Refuses pairs, or sides of them, in another language than the passage."""

from __future__ import annotations

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.languages import common_words, count_scripts, count_votes
from generator.checks.texts import Text, read

WORDS = 5
"""Words that a text of a script with blanks has at least before its language can be told."""
LETTERS = 12
"""Letters of another script at least."""
VOTES = 2
"""Frequent words of another language at least, none being frequent in the passage's own."""
HOME_VOTES = 4
"""Frequent words of its language that a passage has at least, and a tenth of all: a list of names has fewer."""
RELATED = (
    frozenset({"da", "no", "sv"}),
    frozenset({"ru", "uk", "bg", "sr"}),
    frozenset({"cs", "pl"}),
    frozenset({"es", "pt", "it", "ro"}),
    frozenset({"de", "nl"}),
    frozenset({"hi", "mr"}),
    frozenset({"ar", "fa"}),
)
"""Languages with so many frequent words in common that more of them are needed."""
_TOGETHER = frozenset({"HAN", "KANA"})


def new() -> Check:
    """A check with the reason `language_drift`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    passage = read(candidate.passage)
    if passage.length < 2 * WORDS:
        return KEEP
    for side, text in (
        ("prompt", read(candidate.prompt)),
        ("completion", read(candidate.completion)),
    ):
        if "`" in text.raw or not _is_long(text):
            continue
        if (script := text.script) != passage.script and not {script, passage.script} <= _TOGETHER:
            if _is_foreign_script(text, passage):
                return _drifted(side, text.language or script.lower(), passage)
        elif script in {"LATIN", "CYRILLIC", "ARABIC", "DEVANAGARI"} and (
            language := _other_language(text, passage)
        ):
            return _drifted(side, language, passage)
    return KEEP


def _is_long(text: Text) -> bool:
    return len(text.bare_words) >= WORDS or text.is_unspaced


def _is_foreign_script(text: Text, passage: Text) -> bool:
    """Whether most letters are foreign, and are not names that the passage writes the same way."""
    own = count_scripts(text.lower)
    if own[text.script] < LETTERS or 3 * own[passage.script] > own[text.script]:
        return False
    return not text.vocabulary <= passage.vocabulary


def _other_language(text: Text, passage: Text) -> str:
    """The language that a text is in, where that is clearly not the passage's; else nothing."""
    home = passage.language
    if not home or passage.votes[home] < max(HOME_VOTES, len(passage.bare_words[:800]) // 10):
        return ""
    words = [
        word
        for word in text.bare_words
        if word not in passage.vocabulary or word in common_words(home)
    ]
    votes = count_votes(words)
    if not votes:
        return ""
    other, most = votes.most_common(1)[0]
    wanted = VOTES + 2 if any({home, other} <= group for group in RELATED) else VOTES
    if other == home or most < wanted or most < len(words) / 6:
        return ""
    return other if votes[home] == 0 or most > 2 * votes[home] else ""


def _drifted(side: str, language: str, passage: Text) -> Opinion:
    return Opinion(
        keep=False,
        reason=f"language_drift {side} in {language!r}, the passage in {passage.language or passage.script.lower()!r}",
    )
