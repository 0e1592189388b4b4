"""Rows that show a passage and a question: `context-qa` and `discriminator`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import NamedTuple

from generator.deriving.contexts import Choice, Chosen, Pool, Quota, choices
from generator.deriving.options import ANSWERABLE, DeriveOptions
from generator.deriving.records import Context, LeftOut, Material, Row
from generator.deriving.unanswerable import flatten
from generator.deriving.wordings import Wordings, fill
from generator.digests import digest
from generator.marks import Marks
from generator.records import Json


@dataclass(kw_only=True)
class _Ledger:
    """What was made in one split so far."""

    quota: Quota
    answerable: int = 0
    adversarial: int = 0


class _Text(NamedTuple):
    prompt: str
    completion: str


@dataclass(kw_only=True)
class Maker:
    """Makes rows of passages and questions, article by article."""

    kind: str
    options: DeriveOptions
    wordings: Wordings
    pool: Pool
    refused: Counter[str] = field(default_factory=Counter)
    """Contexts that may hold the answer, by their kind and why."""

    def __post_init__(self) -> None:
        shares = dict(self.options.shares)
        self._ledgers: defaultdict[str, _Ledger] = defaultdict(lambda: _Ledger(quota=Quota(shares)))
        self._questions = Marks()
        self._per_answerable = (1 - shares[ANSWERABLE]) / shares[ANSWERABLE]

    def rows(self, materials: Iterable[Material]) -> Iterator[Row | LeftOut]:
        """The rows, those of one question one after the other."""
        make = self._discriminated if self.kind == "discriminator" else self._answered
        for material in materials:
            left_out = Counter(material.left_out)
            for choice in choices(
                material, self.pool, seed=self.options.seed, left_out=left_out, refused=self.refused
            ):
                # Asked in two sections, it has two passages that answer it: one cannot be shown as wrong.
                if self._questions.add(_mark(choice.pair.prompt)):
                    yield from make(choice)
                else:
                    left_out["asked_before"] += 1
            yield from (LeftOut(reason=reason, count=count) for reason, count in sorted(left_out.items()))  # fmt: skip

    def _answered(self, choice: Choice) -> Iterator[Row]:
        """The question beside its own passage, then beside as many others as are due by now."""
        ledger = self._ledgers[choice.pair.split]
        yield self._row(choice, Chosen(ANSWERABLE, choice.own))
        ledger.answerable += 1
        while ledger.adversarial + 1 <= ledger.answerable * self._per_answerable + 1e-9:
            chosen = ledger.quota.take(choice)
            if chosen is None:
                return
            ledger.adversarial += 1
            yield self._row(choice, chosen)

    def _discriminated(self, choice: Choice) -> Iterator[Row | LeftOut]:
        """A yes and a no, or nothing: so each split and each kind has as many of one as of the other."""
        chosen = self._ledgers[choice.pair.split].quota.take(choice)
        if chosen is None:
            yield LeftOut(reason="no_context_without_the_answer")
            return
        yield self._row(choice, chosen, shown=choice.own)
        yield self._row(choice, chosen)

    def _row(self, choice: Choice, chosen: Chosen, shown: Context | None = None) -> Row:
        context = shown or chosen.context
        is_own = context is choice.own
        text = self._text(choice, context, is_own=is_own)
        pair = replace(
            choice.pair,
            id=digest([self.kind, choice.pair.id, context.id, text.prompt]),
            prompt=text.prompt,
            completion=text.completion,
            kind=self.kind,
            template=f"{self.kind}@{self.wordings.digest}",
            of=choice.pair.id,
            repairs=(),
        )
        return Row(pair=pair, extra=_extra(choice.own, context, chosen.kind), label=chosen.kind)

    def _text(self, choice: Choice, context: Context, *, is_own: bool) -> _Text:
        words = self.wordings.of(choice.pair.language)
        given = {"context": context.text, "question": choice.pair.prompt}
        if self.kind == "discriminator":
            return _Text(fill(words.discriminator, **given), words.yes if is_own else words.no)
        answer = choice.pair.completion if is_own else words.no_answer
        return _Text(fill(words.context_qa, **given), answer)


def _mark(question: str) -> bytes:
    return sha256(flatten(question).encode("utf-8", "surrogatepass")).digest()[:16]


def _extra(own: Context, context: Context, kind: str) -> dict[str, Json]:
    return {
        "dataset": own.dataset,
        "context": {
            "kind": kind,
            "is_own": context is own,
            "dataset": context.dataset,
            "passage": context.id,
            "article": context.article,
            "section": list(context.section),
            "site": context.site,
            "page_id": context.page_id,
            "revision_id": context.revision_id,
        },
    }
