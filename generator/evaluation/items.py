"""Which questions of a dataset are asked, row by row: chosen by digest, so that a second run asks the same. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from generator.digests import fraction
from generator.evaluation.manner import Place
from generator.evaluation.records import FACT_ROWS, ROWS, SPLIT_ROWS, Item
from generator.heldout import CONTROL, RECALL, TRAIN
from generator.records import Pair, Passage, count_words

LIMIT: Final = 200
"""Items of a row, at most: with 200, a share of 50 % is known within 7 points."""
LONGEST: Final = 60
"""Words of an answer that is asked for. Longer ones are told in so many ways that counting words says
little; `basic` pairs have no more."""
ABSTAIN: Final = "abstain"


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The questions of an evaluation."""

    items: Sequence[Item]
    left_out: Counter[str] = field(default_factory=Counter)
    """Pairs that cannot be asked, by reason: `long_answer`, `asked_twice`."""
    available: Mapping[str, int] = field(default_factory=dict)
    """Pairs that a row could have had."""

    @property
    def rows(self) -> list[str]:
        """Rows with an item, in their order."""
        own = {item.row for item in self.items}
        return [row for row in ROWS if row in own]


def choose_items(
    pairs: Iterable[Pair],
    passages: Mapping[str, Passage],
    *,
    limit: int = LIMIT,
    seed: int = 0,
    general: Sequence[Item] = (),
) -> Chosen:
    """The items of all rows.

    Args:
        pairs: of the dataset, with their splits.
        passages: its outline, by id.
        limit: items of a row at most; half as many unanswerable ones, and as many answerable beside.
        seed: another one chooses other items.
        general: questions of the row `general`, already items.
    """
    left_out: Counter[str] = Counter()
    usable = list(_usable(pairs, left_out))
    has_facts = any(pair.split in (RECALL, CONTROL) for pair in usable)
    rows = _fact_rows(usable) if has_facts else _split_rows(usable)
    by_section = _by_section(passages.values())
    items: list[Item] = []
    available: dict[str, int] = {}

    def take(row: str, found: Sequence[Pair], most: int) -> None:
        available[row] = len(found)
        items.extend(_item(row, pair, passages, by_section) for pair in found[:most])

    order = _order(seed)
    held = {fact for pair in rows.get("held_out", ()) for fact in pair.facts}
    for row in FACT_ROWS if has_facts else SPLIT_ROWS:
        own = rows.get(row, [])
        # The same facts in both wordings, so that the gap between them is one of wording alone.
        ranked = sorted(own, key=lambda pair: (row == "seen" and held.isdisjoint(pair.facts), order(pair)))  # fmt: skip
        take(row, ranked, limit)
    half = max(1, limit // 2) if limit else 0
    unknown = sorted(
        (pair for pair in usable if pair.kind == ABSTAIN),
        key=lambda pair: (pair.split == TRAIN, order(pair)),
    )
    take("unanswerable", unknown, half)
    matched = _match(unknown[:half], [one for own in rows.values() for one in own], order)
    take("answerable", matched, half)
    chosen_general = sorted(general, key=lambda item: fraction("evaluate", seed, item.id))[:limit]
    available["general"] = len(general)
    items.extend(chosen_general)
    return Chosen(items=items, left_out=left_out, available=available)


# Inside -----------------------------------------------------------------------------------------


def _order(seed: int) -> Callable[[Pair], float]:
    return lambda pair: fraction("evaluate", seed, pair.id)


def _usable(pairs: Iterable[Pair], left_out: Counter[str]) -> Iterator[Pair]:
    seen: set[tuple[str, str]] = set()
    for pair in pairs:
        if count_words(pair.completion) > LONGEST:
            left_out["long_answer"] += 1
        elif (pair.split, pair.prompt) in seen:
            left_out["asked_twice"] += 1
        else:
            seen.add((pair.split, pair.prompt))
            yield pair


def _fact_rows(pairs: Sequence[Pair]) -> dict[str, list[Pair]]:
    rows: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair.kind != ABSTAIN:
            rows[_fact_row(pair)].append(pair)
    return rows


def _fact_row(pair: Pair) -> str:
    if pair.split == CONTROL:
        return "control"
    if pair.split == RECALL:
        return "held_out"
    return pair.kind if pair.kind in ("reverse", "link") else "seen"


def _split_rows(pairs: Sequence[Pair]) -> dict[str, list[Pair]]:
    rows: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair.kind != ABSTAIN and pair.split in SPLIT_ROWS:
            rows[pair.split].append(pair)
    return rows


def _match(
    unknown: Sequence[Pair], known: Iterable[Pair], order: Callable[[Pair], float]
) -> list[Pair]:
    """An answerable question for each unanswerable one, of the same section where there is one left."""
    by_section: defaultdict[tuple[object, ...], list[Pair]] = defaultdict(list)
    by_split: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in sorted(known, key=order):
        by_section[pair.split == TRAIN, pair.article, pair.section].append(pair)
        by_split[pair.split].append(pair)
    taken: dict[str, Pair] = {}
    for pair in unknown:
        same = by_section[pair.split == TRAIN, pair.article, pair.section]
        for candidate in (*same, *by_split[pair.split]):
            if candidate.id not in taken:
                taken[candidate.id] = candidate
                break
    return [*taken.values()]


def _by_section(passages: Iterable[Passage]) -> dict[tuple[str, tuple[str, ...]], Passage]:
    found: dict[tuple[str, tuple[str, ...]], Passage] = {}
    for one in passages:
        found.setdefault((one.article, one.section), one)
    return found


def _item(
    row: str,
    pair: Pair,
    passages: Mapping[str, Passage],
    by_section: Mapping[tuple[str, tuple[str, ...]], Passage],
) -> Item:
    own = passages.get(pair.passage)
    other = by_section.get((pair.article, pair.other_section)) if pair.other_section else None
    return Item(
        id=pair.id,
        row=row,
        prompt=pair.prompt,
        answers=(pair.completion,),
        language=pair.language,
        place=Place(article=pair.article, section=pair.section),
        passages=tuple(one for one in (own, other) if one is not None),
        split=pair.split,
        kind=pair.kind,
    )
