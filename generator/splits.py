"""Which section goes into training, validation or test: repeatable, and never both of two siblings.

All pairs of one section, whatever their kind or part, share a group, and a group lies in one split.
Within an article the groups are put into an order that depends on the seed and themselves alone,
and the article's number of them is shared out along that order. What one article gets depends on no
other, so adding an article moves nothing that was there (but see `assign_splits` on tiny datasets).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Literal, NamedTuple

from generator.digests import fraction
from generator.errors import Misconfigured
from generator.records import Page, Pair

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")


class Group(NamedTuple):
    """What must not be torn apart: one section of one article."""

    article: str
    """Identity of the article: equal for all its revisions."""
    section: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """The part of the groups that each split is to get. They sum to 1."""

    train: float = 0.8
    validation: float = 0.1
    test: float = 0.1

    def __post_init__(self) -> None:
        """Raises Misconfigured for shares that cannot be."""
        said = f"train {self.train}, validation {self.validation}, test {self.test}"
        shares = (self.train, self.validation, self.test)
        if not all(math.isfinite(share) and share >= 0 for share in shares):
            raise Misconfigured(f"split shares must be numbers from 0 to 1 ({said})")
        if not math.isclose(sum(shares), 1, abs_tol=1e-6):
            raise Misconfigured(f"split shares must sum to 1, not {sum(shares):g} ({said})")


DEFAULT_SHARES = Shares()


def group_of(pair: Pair) -> Group:
    """The group of a pair."""
    return _group(pair.site, pair.page_id, pair.article, pair.section)


def group_of_page(page: Page, section: tuple[str, ...]) -> Group:
    """The group of a section of a page, the same as that of the pairs made from it."""
    return _group(page.site, page.page_id, page.title, section)


def _group(site: str, page_id: int, title: str, section: tuple[str, ...]) -> Group:
    # Wikitext from disk has no page id.
    return Group(f"{site}#{page_id}" if page_id else f"{site}:{title}", section)


class Sections(NamedTuple):
    """How many groups an article has."""

    article: str
    """Identity of the article, as in `Group`."""
    groups: int


def share_out(
    groups: Iterable[Group], *, shares: Shares = DEFAULT_SHARES, seed: int = 0
) -> dict[Group, Split]:
    """The splits of one article's groups, where `are_filled` holds: the same that `assign_splits` gives."""
    own = sorted(set(groups))
    return dict(_share_out(own[0].article, own, shares, seed)) if own else {}


def are_filled(
    articles: Iterable[Sections], *, shares: Shares = DEFAULT_SHARES, seed: int = 0
) -> bool:
    """Whether every split whose share is not 0 gets a group, each article being shared out by itself.

    Takes each article once.
    """
    lacking = {split for split in SPLITS if asdict(shares)[split] > 0}
    for article, count in articles:
        to_validation, to_test = _cuts(article, count, shares, seed)
        sizes = (count - to_test, to_validation, to_test - to_validation)
        lacking -= {split for split, size in zip(SPLITS, sizes, strict=True) if size > 0}
        if not lacking:
            return True
    return not lacking


def assign_splits(
    groups: Iterable[Group], *, shares: Shares = DEFAULT_SHARES, seed: int = 0
) -> dict[Group, Split]:
    """The split of every group, in the order of the groups; holds all groups in memory.

    Each split of an article gets its share of the article's groups, rounded down or up by a dice
    that depends on the seed and the article, so that over many articles the shares are met.

    Where that leaves a split empty whose share is not 0, though there are as many groups as such
    splits, the group with the smallest `fraction` in the largest split moves there; with fewer
    groups than splits, only training is filled so. This looks at the whole dataset: it is the one
    case in which adding articles moves a group, and it ends once every split is filled without it.
    """
    splits: dict[Group, Split] = {}
    for article, own in groupby(sorted(set(groups)), key=lambda group: group.article):
        splits.update(_share_out(article, list(own), shares, seed))
    _fill_empty(splits, shares, seed)
    return dict(sorted(splits.items()))


def _share_out(
    article: str, groups: Sequence[Group], shares: Shares, seed: int
) -> Iterator[tuple[Group, Split]]:
    """One article's groups: first those for validation, then test, then training."""
    ordered = sorted(groups, key=lambda group: _rank(group, seed))
    to_validation, to_test = _cuts(article, len(groups), shares, seed)
    for place, group in enumerate(ordered):
        if place < to_validation:
            yield group, "validation"
        elif place < to_test:
            yield group, "test"
        else:
            yield group, "train"


class _Cuts(NamedTuple):
    """Places in the order of an article's groups where one split ends and another begins."""

    to_validation: int
    to_test: int


def _cuts(article: str, count: int, shares: Shares, seed: int) -> _Cuts:
    dice = fraction("split", seed, article)
    # One dice for all cuts: each count is its share rounded down or up, and they sum to the whole.
    return _Cuts(
        to_validation=_cut(count * shares.validation, dice),
        to_test=_cut(count * (shares.validation + shares.test), dice),
    )


def _cut(wanted: float, dice: float) -> int:
    # Rounded first: 10 x (0.1 + 0.2) must be 3, or a dice of 0 would make it 2.
    return math.floor(round(wanted, 6) + dice)


class _Rank(NamedTuple):
    fraction: float
    group: Group


def _rank(group: Group, seed: int) -> _Rank:
    return _Rank(fraction("group", seed, group.article, list(group.section)), group)


def _fill_empty(splits: dict[Group, Split], shares: Shares, seed: int) -> None:
    wanted = [split for split in SPLITS if asdict(shares)[split] > 0]
    if not splits:
        return
    for split in wanted if len(splits) >= len(wanted) else wanted[:1]:
        if split in splits.values():
            continue
        sizes = {one: list(splits.values()).count(one) for one in SPLITS}
        largest = max(SPLITS, key=lambda one: sizes[one])
        movable = (group for group, own in splits.items() if own == largest)
        splits[min(movable, key=lambda group: _rank(group, seed))] = split
