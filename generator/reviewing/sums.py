"""What mending and judging have come to in a dataset, in numbers for its manifest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.chat.prices import Price
from generator.checks import reason_word
from generator.judging import Inspected, Inspector
from generator.marks import Marks
from generator.records import Failure, Json, Pair, Reply
from generator.repairing import REWRITE, REWRITTEN
from generator.reviewing.looking import Looked, Looks


@dataclass(slots=True)
class _Judged:
    """Sums of one inspector."""

    statuses: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    """Why pairs were refused, or would have been."""
    unjudged: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = 0.0


class LookedSums:
    """Sums over the articles of a dataset."""

    def __init__(self, looks: Looks, price: Callable[[Reply], Price | None]) -> None:
        """`price` tells what a reply of the judge cost, None for unknown."""
        self._looks = looks
        self._price = price
        self._judged = {one.name: _Judged() for one in looks.inspectors}
        self._mended: Counter[str] = Counter()
        self._billed = Marks()

    def add(self, looked: Looked) -> None:
        """Count what came of one article."""
        for one in looked.mended:
            rewrites = one.mend.kind == REWRITE
            name = "rewrites" if rewrites else "top_ups"
            self._mended[f"{name}.calls"] += 1
            self._mended[f"{name}.asked"] += one.mend.planned.pairs
            self._mended[f"{name}.pairs"] += len(one.answer.pairs)
        for asked in looked.inspected:
            self._add(asked)

    def keep(self, pair: Pair) -> None:
        """Count a pair that is in the dataset."""
        if REWRITTEN in pair.repairs:
            self._mended["rewrites.kept"] += 1
        elif self._looks.top_up is not None and pair.template == self._looks.top_up.label:
            self._mended["top_ups.kept"] += 1

    def mending(self) -> dict[str, Json]:
        """For the manifest: calls, pairs asked for, written, and kept; empty where nothing is mended."""
        wanted = {"rewrites": self._looks.rewrite, "top_ups": self._looks.top_up}
        return {
            name: {
                part: self._mended[f"{name}.{part}"] for part in ("calls", "asked", "pairs", "kept")
            }
            for name, template in wanted.items()
            if template is not None
        }

    def judging(self) -> list[dict[str, Any]]:
        """For the manifest: what each inspector said, how often it said nothing, and what it cost."""
        return [self._told(one, self._judged[one.name]) for one in self._looks.inspectors]

    def _add(self, asked: Inspected) -> None:
        sums = self._judged[asked.inspector.name]
        for conclusion in asked.conclusions.values():
            is_doubt = conclusion.status == "refused" and not asked.inspector.trusted
            sums.statuses["doubted" if is_doubt else conclusion.status] += 1
            if conclusion.status == "refused":
                sums.reasons[reason_word(conclusion.reason)] += 1
            elif conclusion.status == "unjudged":
                sums.unjudged[conclusion.reason] += 1
        if not self._billed.add(bytes.fromhex(asked.planned.call.digest)):
            return
        if isinstance(asked.end, Reply):
            sums.calls["answered"] += 1
            sums.prompt_tokens += asked.end.usage.prompt_tokens
            sums.completion_tokens += asked.end.usage.completion_tokens
            price = self._price(asked.end)
            sums.cost = None if price is None or sums.cost is None else sums.cost + price.amount
        else:
            sums.calls["failed" if isinstance(asked.end, Failure) else "pending"] += 1

    def _told(self, inspector: Inspector, sums: _Judged) -> dict[str, Any]:
        total = sums.statuses.total()
        return {
            "name": inspector.name,
            "model": inspector.model,
            "template": inspector.template.label,
            "trusted": inspector.trusted,
            "pairs": {
                "looked_at": total,
                **{
                    name: sums.statuses[name]
                    for name in ("passed", "refused", "doubted", "unjudged")
                },
            },
            "judged_share": round(1 - sums.statuses["unjudged"] / total, 4) if total else None,
            "refused_by_reason": _counts(sums.reasons),
            "unjudged_by_reason": _counts(sums.unjudged),
            "calls": {name: sums.calls[name] for name in ("answered", "failed", "pending")},
            "usage": {
                "prompt_tokens": sums.prompt_tokens,
                "completion_tokens": sums.completion_tokens,
            },
            "cost_usd": None if sums.cost is None else round(sums.cost, 6),
        }


def _counts(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))
