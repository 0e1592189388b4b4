"""Checks: opinions about pairs, one small file each, behind one Protocol and one table.

A check never deletes. It says of every pair whether to keep it and why not; the first check that
refuses a pair decides, and all opinions are recorded. To add one, write a file with a factory and
add its line to `CHECKS`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final, Protocol

from generator.errors import Misconfigured
from generator.names import nearest
from generator.records import Verdict
from generator.registry import load


class HasTexts(Protocol):
    """Whatever has a prompt and a completion: a `Pair`, a `RawPair`, a row of one's own."""

    @property
    def prompt(self) -> str: ...
    @property
    def completion(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A pair as a check sees it."""

    id: str
    prompt: str
    completion: str
    passage: str
    """The text that the pair was written from; empty where unknown."""
    is_refused: bool
    """True where an earlier check refused the pair already, so that it will not be in the dataset."""
    title: str = ""
    """Title of the article; empty where unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a check says of one pair."""

    keep: bool
    reason: str = ""
    """A word to count by, then, where it helps, a blank and what it refers to; with `keep` it is a
    mark: something to know about a pair that stays."""
    score: float | None = None


KEEP = Opinion(keep=True)


class Check(Protocol):
    """Says of one pair after the other whether to keep it; may remember those it has seen."""

    def __call__(self, candidate: Candidate, /) -> Opinion: ...


CHECKS: dict[str, str] = {
    "empty": "generator.checks.empty:new",
    "echo": "generator.checks.echo:new",
    "encoding": "generator.checks.encoding:new",
    "markup": "generator.checks.markup:new",
    "placeholder": "generator.checks.placeholder:new",
    "numbering": "generator.checks.numbering:new",
    "roles": "generator.checks.roles:new",
    "instructions": "generator.checks.instructions:new",
    "injection": "generator.checks.injection:new",
    "refusals": "generator.checks.refusals:new",
    "shape": "generator.checks.shape:new",
    "truncation": "generator.checks.truncation:new",
    "repetition": "generator.checks.repetition:new",
    "lengths": "generator.checks.lengths:new",
    "trivial": "generator.checks.trivial:new",
    "copying": "generator.checks.copying:new",
    "references": "generator.checks.references:new",
    "time": "generator.checks.deixis:new",
    "opinions": "generator.checks.opinions:new",
    "language": "generator.checks.drift:new",
    "numbers": "generator.checks.numbers:new",
    "units": "generator.checks.measures:new",
    "names": "generator.checks.naming:new",
    "quotes": "generator.checks.quoting:new",
    "subject": "generator.checks.subject:new",
    "mismatch": "generator.checks.matching:new",
    "completeness": "generator.checks.completeness:new",
    "abstention": "generator.checks.abstention:new",
    "duplicate": "generator.checks.duplicate:new",
    "near_duplicate": "generator.checks.near_duplicate:new",
}
"""Name -> `module:attribute` of a factory, which is called once per dataset and gives a `Check`."""

COMPARING: Final = frozenset({"duplicate", "near_duplicate"})
"""Those of `CHECKS` that remember the pairs they have seen; the others look at one pair alone."""

DEFAULTS = "default"
"""The word for all of `DEFAULT`."""
DEFAULT: tuple[str, ...] = tuple(CHECKS)
"""What runs unless told otherwise. Checks that compare pairs come last: see `is_refused`."""


STRETCHES_ON_PURPOSE: tuple[str, ...] = ("copying",)
"""Left out of the defaults for a writer whose answers are stretches of the passage by design."""


def select_checks(wanted: Iterable[str], *, recites: bool = False) -> tuple[str, ...]:
    """Names of checks from what a user wrote: `default`, names, and `-NAME` for those to leave out.

    With nothing but names to leave out, they are left out of the defaults.

    Args:
        recites: whether the pairs come from a writer that copies by design; see
            `STRETCHES_ON_PURPOSE`.

    Raises:
        Misconfigured: a check that is not there, or one to leave out that would not run.
    """
    wanted = list(wanted)
    left_out = [name[1:] for name in wanted if name.startswith("-")]
    named = [name for name in wanted if not name.startswith("-")] or [DEFAULTS]
    usual = [name for name in DEFAULT if not (recites and name in STRETCHES_ON_PURPOSE)]
    chosen = dict.fromkeys(one for name in named for one in (usual if name == DEFAULTS else [name]))
    for name in chosen:
        load(name, CHECKS, what="check")
    for name in left_out:
        if name not in chosen and not (recites and name in DEFAULT):
            known = ", ".join(chosen)
            raise Misconfigured(
                f"no check {name!r} to leave out{nearest(name, chosen)} (run: {known})"
            )
    return tuple(name for name in chosen if name not in left_out)


REMEMBERED: Final = 20_000
"""Pairs, some 100 articles, of which `Opinions` remembers what was said: 6 MB."""


class Opinions:
    """What checks have said of single pairs, for those who look at the same pairs once more.

    A build checks its pairs to find what is to be mended, and again to write them: half a millisecond
    each time, of which this saves the second.
    """

    def __init__(self, *, most: int = REMEMBERED) -> None:
        """Nothing was said yet; the latest `most` pairs are remembered."""
        self._most = most
        self._said: OrderedDict[bytes, Mapping[str, Opinion]] = OrderedDict()

    def of(self, candidate: Candidate, checks: Mapping[str, Check]) -> Mapping[str, Opinion]:
        """What these checks, which look at one pair alone, say of it, but for a mere `KEEP`."""
        key = _key(candidate, checks)
        said = self._said.get(key)
        if said is None:
            opinions = ((name, check(candidate)) for name, check in checks.items())
            said = {name: opinion for name, opinion in opinions if opinion != KEEP}
            self._said[key] = said
            if len(self._said) > self._most:
                self._said.popitem(last=False)
        return said


def _key(candidate: Candidate, checks: Iterable[str]) -> bytes:
    """Of all that the opinions depend on."""
    texts = (candidate.prompt, candidate.completion, candidate.passage, candidate.title, *checks)
    lengths = " ".join(str(len(text)) for text in texts)
    text = "\0".join((lengths, *texts)).encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=16).digest()


class Checker:
    """A row of checks that judges the pairs of one dataset, one by one, in their order."""

    def __init__(
        self, checks: Iterable[str] = DEFAULT, *, opinions: Opinions | None = None
    ) -> None:
        """Load the checks by their names in `CHECKS` or as `module:attribute`.

        `opinions` remembers what is said of pairs, for other checkers.

        Raises:
            Misconfigured: a check that is not there.
        """
        self._checks: dict[str, Check] = {
            name: load(name, CHECKS, what="check")() for name in checks
        }
        self._opinions = opinions
        # Checks of others may remember pairs, too.
        self._alone = {
            name: check
            for name, check in self._checks.items()
            if opinions is not None and name in CHECKS and name not in COMPARING
        }
        self._seen = 0

    def judge(self, pair: HasTexts, passage: str = "") -> tuple[Verdict, ...]:
        """One verdict per check, in the order of the checks."""
        own = _id(pair, self._seen)
        self._seen += 1
        verdicts: list[Verdict] = []
        candidate = Candidate(
            id=own,
            prompt=pair.prompt,
            completion=pair.completion,
            passage=passage,
            is_refused=False,
            title=str(getattr(pair, "article", "") or getattr(pair, "title", "") or ""),
        )
        said = {} if self._opinions is None else self._opinions.of(candidate, self._alone)
        for name, check in self._checks.items():
            opinion = said.get(name, KEEP) if name in self._alone else check(candidate)
            if not opinion.keep and not candidate.is_refused:
                candidate = replace(candidate, is_refused=True)
            verdicts.append(
                Verdict(
                    pair=own,
                    check=name,
                    keep=opinion.keep,
                    reason=opinion.reason,
                    score=opinion.score,
                )
            )
        return tuple(verdicts)


def refusal(verdicts: Iterable[Verdict]) -> Verdict | None:
    """The verdict that decides: the first that refuses, None where the pair is kept."""
    return next((verdict for verdict in verdicts if not verdict.keep), None)


def reason_word(reason: str) -> str:
    """The word to count a reason by: `exact_duplicate` for `exact_duplicate of 4711`."""
    return reason.partition(" ")[0]


def check_pairs(
    pairs: Iterable[HasTexts],
    passages: Sequence[str] | Mapping[str, str],
    *,
    checks: Iterable[str] = DEFAULT,
) -> list[Verdict]:
    """What every check says of every pair: pair by pair, and for each in the order of the checks.

    Args:
        pairs: anything with `.prompt` and `.completion`, and `.id` where there is one; a pair
            without is known by its position, counted from 0.
        passages: the texts that the pairs were written from: one per pair in the same order, or
            by the id of the pair.
        checks: names in `CHECKS`, or `module:attribute` of one's own.

    Raises:
        Misconfigured: a check that is not there.
        ValueError: a pair without a passage.
    """
    pairs = list(pairs)
    checker = Checker(checks)
    return [
        verdict
        for pair, passage in zip(pairs, _texts(pairs, passages), strict=True)
        for verdict in checker.judge(pair, passage)
    ]


def _texts(pairs: Sequence[HasTexts], passages: Sequence[str] | Mapping[str, str]) -> Sequence[str]:
    if isinstance(passages, str):
        raise ValueError("passages: one text per pair is wanted, this is a single text")
    if isinstance(passages, Mapping):
        ids = [_id(pair, position) for position, pair in enumerate(pairs)]
        if missing := [one for one in ids if one not in passages]:
            raise ValueError(f"passages: none for the pair {missing[0]!r}")
        return [passages[one] for one in ids]
    if len(passages) != len(pairs):
        raise ValueError(f"passages: {len(passages)} for {len(pairs)} pairs")
    return passages


def _id(pair: HasTexts, position: int) -> str:
    return str(getattr(pair, "id", "") or position)
