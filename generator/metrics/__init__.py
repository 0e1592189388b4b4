"""What a dataset's pairs cover and how varied they are, summed up article by article. Pure.

`Measuring` counts while a dataset is put together, `PairSums` where there is no text beside the pairs; `judge` holds the figures against their goals. The
formulas are in `docs/measures.md`. There is no single figure for quality, and none is to be made.
"""

from __future__ import annotations

from generator.metrics.article import ArticleCounts
from generator.metrics.dataset import Measuring
from generator.metrics.goals import Judged, by_group, headline, judge
from generator.metrics.pairs import Looked, PairSums

__all__ = [
    "ArticleCounts", "Judged", "Looked", "Measuring", "PairSums", "by_group", "headline", "judge",
]  # fmt: skip
