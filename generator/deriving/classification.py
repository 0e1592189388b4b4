"""Rows that ask which article or class a text belongs to: as many of each class in every split."""

from __future__ import annotations

import re
from array import array
from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final, NamedTuple

from generator.deriving.options import DeriveOptions
from generator.deriving.reading import TRAIN, Datasets
from generator.deriving.records import LeftOut, Material, Row
from generator.deriving.wordings import Wordings, fill
from generator.digests import digest, fraction
from generator.errors import Misconfigured
from generator.marks import Marks
from generator.measures.words import content_words, fold, words
from generator.records import Pair
from generator.wikitext.sentences import sentences

LISTED: Final = 20
"""Classes at most that a question lists."""
FEWEST_WORDS: Final = 6
"""Words of a sentence at least, characters of scripts without blanks being one each."""
_LETTERS = re.compile(r"[^\W_]+")


class _Text(NamedTuple):
    text: str
    label: str
    split: str
    pair: Pair
    """What it comes from; its prompt and completion are not looked at."""


@dataclass(kw_only=True)
class Classifier:
    """Makes the rows: reads the datasets three times, so that memory holds no text."""

    options: DeriveOptions
    wordings: Wordings
    datasets: Datasets
    ambiguous: int = 0
    """Texts that stand in two classes or two splits."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Classes with too few texts to train on -> their number."""
    without: dict[str, list[str]] = field(default_factory=dict)
    """Split -> classes that have no text in it."""
    unknown: list[str] = field(default_factory=list)
    """Titles of the mapping that no dataset has."""

    def rows(self) -> Iterator[Row | LeftOut]:
        """The rows, article by article.

        Raises:
            Misconfigured: fewer than two classes have texts enough.
        """
        self._look_for_unknown()
        self._look_for_ambiguous()
        limits = self._limits(self._ranks())
        chosen = sorted({label for label, _ in limits})
        masks = self._masks() if self.options.mask_titles else {}
        counts: Counter[str] = Counter()
        for text in self._texts():
            limit = limits.get((text.label, text.split))
            if limit is None:
                counts["class_left_out" if text.label in self.left_out else "not_sampled"] += 1
            elif self._rank(text) > limit:
                counts["not_sampled"] += 1
            elif not (shown := self._masked(text, masks)):
                counts["nothing_but_titles"] += 1
            else:
                yield self._row(text, shown, chosen)
        if self.ambiguous:
            counts["in_two_classes_or_splits"] = self.ambiguous
        yield from (LeftOut(reason=reason, count=count) for reason, count in sorted(counts.items()))

    def label(self, material: Material) -> str:
        """The class of an article; empty where the mapping has none."""
        if self.options.classes:
            return self.options.classes.get(material.title, "")
        return material.title.strip()

    # Passes

    def _look_for_unknown(self) -> None:
        if self.options.classes:
            self.unknown = sorted(self.options.classes.keys() - set(self.datasets.titles()))

    def _look_for_ambiguous(self) -> None:
        """Number every text, and remember whether all its places agree."""
        self._marks = Marks()
        self._place_of = array("L")
        numbers: dict[tuple[str, str], int] = {}
        self._doubtful: set[int] = set()
        for text in self._all_texts():
            place = numbers.setdefault((text.label, text.split), len(numbers))
            if self._marks.add(_mark(text.text)):
                self._place_of.append(place)
            elif (number := self._marks.find(_mark(text.text))) is not None:
                if self._place_of[number] != place:
                    self._doubtful.add(number)
        self.ambiguous = len(self._doubtful)

    def _texts(self) -> Iterator[_Text]:
        """Every text once, without those that stand in two classes or splits."""
        seen = bytearray(len(self._marks))
        for text in self._all_texts():
            number = self._marks.find(_mark(text.text))
            if number is None or seen[number] or number in self._doubtful:
                continue
            seen[number] = 1
            yield text

    def _ranks(self) -> dict[tuple[str, str], array[float]]:
        """The smallest ranks of each class and split, in order."""
        found: defaultdict[tuple[str, str], array[float]] = defaultdict(lambda: array("d"))
        for text in self._texts():
            ranks = found[text.label, text.split]
            insort(ranks, self._rank(text))
            if len(ranks) > max(self.options.per_class, self.options.fewest):
                ranks.pop()
        return found

    def _limits(
        self, ranks: Mapping[tuple[str, str], array[float]]
    ) -> dict[tuple[str, str], float]:
        """The greatest rank that is taken, of each class and split: so many as the smallest class has."""
        labels = {label for label, _ in ranks}
        trained = {label: len(ranks.get((label, TRAIN), ())) for label in sorted(labels)}
        self.left_out = {
            label: count for label, count in trained.items() if count < self.options.fewest
        }
        chosen = sorted(labels - self.left_out.keys())
        if len(chosen) < 2:
            raise Misconfigured(self._too_few(chosen))
        limits = {}
        for split in sorted({split for _, split in ranks}):
            sizes = {label: len(ranks.get((label, split), ())) for label in chosen}
            having = {label: size for label, size in sizes.items() if size}
            if lacking := [label for label in chosen if label not in having]:
                self.without[split] = lacking
            for label in having:
                count = min(self.options.per_class, *having.values(), sizes[label])
                limits[label, split] = ranks[label, split][count - 1]
        return limits

    def _too_few(self, chosen: list[str]) -> str:
        found = f"only {chosen[0]!r}" if chosen else "none"
        fewer = ", ".join(f"{label!r} has {count}" for label, count in [*self.left_out.items()][:5])
        because = f" ({fewer} to train on, fewer than {self.options.fewest})" if fewer else ""
        return (
            f"classification needs at least two classes, and there is {found}{because}: name datasets "
            "of more articles, or give a title in --classes another class"
        )

    # Texts

    def _all_texts(self) -> Iterator[_Text]:
        for material in self.datasets.materials():
            label = self.label(material)
            if not label:
                continue
            for text in self._of_pairs(material) if self.options.texts == "pairs" else self._of_passages(material):  # fmt: skip
                if text.text.strip():
                    yield text._replace(label=label)

    def _of_pairs(self, material: Material) -> Iterator[_Text]:
        for pair in material.pairs:
            yield _Text(f"{pair.prompt}\n{pair.completion}", "", pair.split, pair)

    def _of_passages(self, material: Material) -> Iterator[_Text]:
        for context in material.contexts:
            origin = Pair(
                id="", prompt="", completion="", kind="", article=context.article,
                section=context.section, language=context.language, site=context.site,
                page_id=context.page_id, revision_id=context.revision_id, url="", template="",
                model="", call="", position=0, passage=context.id, split=context.split,
            )  # fmt: skip
            if self.options.texts == "passages":
                yield _Text(context.text, "", context.split, origin)
                continue
            for place, sentence in enumerate(sentences(context.text)):
                if len(words(sentence)) >= FEWEST_WORDS:
                    yield _Text(sentence, "", context.split, replace(origin, position=place))

    def _rank(self, text: _Text) -> float:
        return fraction("class", self.options.seed, text.label, fold(text.text))

    # Rows

    def _masks(self) -> dict[str, re.Pattern[str]]:
        """What hides the words of a class and of its titles."""
        titles: defaultdict[str, set[str]] = defaultdict(set)
        for material in self.datasets.materials():
            if label := self.label(material):
                titles[label].update((label, material.title))
        return {label: _mask_of(names) for label, names in titles.items()}

    def _masked(self, text: _Text, masks: Mapping[str, re.Pattern[str]]) -> str:
        """The text without the words of its titles; empty where nothing is left."""
        if text.label not in masks:
            return text.text.strip()
        mask = self.wordings.of(text.pair.language).mask
        shown = masks[text.label].sub(mask, text.text).strip()
        return shown if words(shown.replace(mask, " ")) else ""

    def _row(self, text: _Text, shown: str, classes: list[str]) -> Row:
        phrases = self.wordings.of(text.pair.language)
        prompt = (
            fill(phrases.classification, text=shown, classes=", ".join(classes))
            if len(classes) <= LISTED
            else fill(phrases.open_classification, text=shown)
        )
        origin = text.pair
        pair = Pair(
            id=digest(["classification", text.label, prompt]), prompt=prompt, completion=text.label,
            kind="classification", article=origin.article, section=origin.section,
            language=origin.language, site=origin.site, page_id=origin.page_id,
            revision_id=origin.revision_id, url=origin.url,
            template=f"classification@{self.wordings.digest}", model=origin.model, call=origin.call,
            position=origin.position, passage=origin.passage, split=text.split, of=origin.id,
        )  # fmt: skip
        return Row(pair=pair, extra={"text": self.options.texts, "is_masked": shown != text.text.strip()}, label=text.label)  # fmt: skip


def _mark(text: str) -> bytes:
    return sha256(fold(text).encode("utf-8", "surrogatepass")).digest()[:16]


def _mask_of(names: set[str]) -> re.Pattern[str]:
    """Finds whole titles, and the words in them that carry something."""
    parts = {name.strip() for name in names}
    for name in names:
        said = content_words(name, "en")
        parts.update(word for word in _LETTERS.findall(name) if fold(word) in said)
    longest = sorted(filter(None, parts), key=lambda one: (-len(one), one))
    return re.compile("|".join(map(_pattern, longest)), re.IGNORECASE)


def _pattern(part: str) -> str:
    # Where no blanks are written, a word has no edges.
    own = re.escape(part)
    return own if len(words(part)) > len(part.split()) else rf"(?<!\w){own}(?:['’]s)?(?!\w)"
