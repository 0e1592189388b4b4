"""From what a judge wrote about a pair to what counts of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from generator.checks import HasTexts
from generator.checks.questions import abstains
from generator.checks.texts import read
from generator.judging.agreement import agree
from generator.judging.objects import Record, objects_of, text_of, truth_of
from generator.judging.quotes import is_quoted

LONGEST_ABSTENTION = 24
"""Words at most of an answer that says no more than that something is not known."""
MOST_SHOWN = 100
"""Characters of a claim that a reason shows."""

Status = Literal["passed", "refused", "unjudged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What counts of a judge's opinion of one pair."""

    status: Status
    reason: str = ""
    """A word to count by, then what it refers to; empty for a pair that passed."""


PASSED = Conclusion(status="passed")

REASONS = {
    "not_answerable": "the passage does not hold what the question asks for",
    "not_stand_alone": "the question is not clear without the passage",
    "not_answered": "the answer is not to the question, or not to all of it",
    "unsupported_claim": "the answer says something that the passage does not bear out",
    "told_after_all": "the answer says that something is not known, and the passage tells it",
    "other_answer": "answered from the passage alone, the question has another answer",
}
"""Why a pair is refused -> what it means."""
UNJUDGED = {
    "not_asked": "the judge has not been asked yet",
    "call_failed": "the call to the judge failed",
    "no_verdict": "the judge's reply says nothing of the pair that can be read, or two things",
    "unseen_abstention": "the judge reads the answer as saying that nothing is known; code does not",
    "no_quote": "the judge quotes nothing that stands in the passage",
}
"""Why a pair has no verdict -> what it means."""


def unjudged(why: str) -> Conclusion:
    """No verdict, for a reason in `UNJUDGED`."""
    return Conclusion(status="unjudged", reason=why)


def refused(why: str, about: str = "") -> Conclusion:
    """A verdict against a pair, for a reason in `REASONS`."""
    shown = f" {about[:MOST_SHOWN]!r}" if about else ""
    return Conclusion(status="refused", reason=f"{why}{shown}")


def is_abstention(pair: HasTexts, passage: str) -> bool:
    """Whether an answer says no more than that something is not known."""
    completion = read(pair.completion)
    return completion.length <= LONGEST_ABSTENTION and abstains(completion, read(passage))


def conclude_judge(record: Record, pair: HasTexts, passage: str) -> Conclusion:
    """What counts of the judge's object about a pair.

    An answer passes only with claims that each have a quote, and code finds every one of them.
    """
    answerable = truth_of(record, "answerable")
    stands_alone = truth_of(record, "stands_alone")
    answers = truth_of(record, "answers_question")
    if answerable is None or stands_alone is None or answers is None:
        return unjudged("no_verdict")
    if not stands_alone:
        return refused("not_stand_alone")
    claims = objects_of(record, "claims")
    if is_abstention(pair, passage):
        return _conclude_abstention(claims, passage, is_told=answerable)
    if not answerable:
        if truth_of(record, "says_unknown"):
            return unjudged("unseen_abstention")
        return refused("not_answerable")
    if not answers:
        return refused("not_answered")
    for claim in claims:
        if truth_of(claim, "supported") is False or not _is_borne_out(claim, passage):
            return refused("unsupported_claim", text_of(claim, "claim"))
    return PASSED if claims else unjudged("no_quote")


def conclude_round_trip(record: Record, pair: HasTexts, passage: str) -> Conclusion:
    """What counts of a second answer to a pair's question, given from the passage alone."""
    told, answer = truth_of(record, "told"), text_of(record, "answer")
    if told is None or (told and not answer):
        return unjudged("no_verdict")
    says_nothing = is_abstention(pair, passage)
    if not told:
        return PASSED if says_nothing else refused("not_answerable")
    if not _is_borne_out(record, passage):
        return unjudged("no_quote")
    if says_nothing:
        return refused("told_after_all", answer)
    return PASSED if agree(pair, answer, passage) else refused("other_answer", answer)


def _conclude_abstention(claims: Sequence[Record], passage: str, *, is_told: bool) -> Conclusion:
    if not is_told:
        return PASSED
    quoted = [claim for claim in claims if _is_borne_out(claim, passage)]
    if not quoted:
        return unjudged("no_quote")
    return refused("told_after_all", text_of(quoted[0], "quote"))


def _is_borne_out(claim: Record, passage: str) -> bool:
    return is_quoted(text_of(claim, "quote"), passage)
