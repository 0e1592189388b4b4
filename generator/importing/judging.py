"""What is said of an imported pair: the checks of every dataset, those that need no passage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from generator.checks import Checker, refusal
from generator.exporters import ExportOptions, load_exporter
from generator.exporters.jsonl import is_unicode
from generator.importing.groups import Groups, prompt_key
from generator.importing.spool import Spool
from generator.records import Pair, Verdict

IMPORT: Final = "import"
"""The check that speaks where a row cannot be a pair."""
EXACT: Final = "duplicate"
NEAR: Final = "near_duplicate"
ABOUT_BARE_QUESTIONS: Final = frozenset({"trivial", "lengths", "references"})
"""Checks that take it that the text is not in the prompt: of one that is, an answer may be a word, and
"the following text" is there to be read."""


class Judge:
    """Judges the pairs of one dataset, one by one, in their order."""

    def __init__(
        self, checks: Sequence[str], *, format: str, options: ExportOptions, spool: Spool, groups: Groups
    ) -> None:  # fmt: skip
        """Load the checks.

        Raises:
            Misconfigured: a check or a format that is not there.
        """
        alone = [name for name in checks if name not in (EXACT, NEAR)]
        self._plain = Checker(alone)
        self._with_text = Checker(name for name in alone if name not in ABOUT_BARE_QUESTIONS)
        # By itself, since it remembers what it has seen.
        self._exact = Checker(name for name in checks if name == EXACT)
        self._compares = NEAR in checks
        self._format, self._options = format, options
        self._exporter = load_exporter(format)
        self._spool, self._groups = spool, groups

    def judge(
        self, pair: Pair, problem: str = "", *, has_text: bool = False
    ) -> tuple[Verdict, ...]:
        """The opinions on a pair.

        Args:
            pair: the pair.
            problem: what kept it from being one, if anything.
            has_text: whether the prompt brings a text that it asks about, as Alpaca's `input` is.
        """
        if problem or not is_unicode(pair.prompt + pair.completion):
            reason = problem or "not_unicode"
            return (Verdict(pair=pair.id, check=IMPORT, keep=False, reason=reason),)
        verdicts = (self._with_text if has_text else self._plain).judge(pair)
        if refusal(verdicts) is None:
            verdicts = (*verdicts, *self._exact.judge(pair))
        if refusal(verdicts) is None and self._compares:
            verdicts = (*verdicts, *self._compare(pair))
        if refusal(verdicts) is None and (found := self._exporter.conflict(pair, self._options)):
            check = f"format:{self._format}"
            verdicts = (*verdicts, Verdict(pair=pair.id, check=check, keep=False, reason=found))
        return verdicts

    def _compare(self, pair: Pair) -> tuple[Verdict, ...]:
        """What the check for near duplicates says of a pair and the first that asks in the same words.

        It is shown these two alone: of a million pairs in one file it would remember every word.
        """
        first = self._groups.first(prompt_key(pair.prompt))
        if first is None:
            return ()
        checker = Checker([NEAR])
        # Under one name, since pairs of two files are one dataset.
        checker.judge(replace(self._spool.get(first).pair, article=IMPORT))
        return checker.judge(replace(pair, article=IMPORT))
