"""An article's sections as rows, each with the passages that begin in it: the text beside the pairs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from generator.exporters.info import PageRecord
from generator.records import Article, Json, Passage


def outline_rows(
    page: PageRecord, article: Article, passages: Sequence[Passage]
) -> Iterator[dict[str, Json]]:
    """A row for every section, in the order of the article, also for those that were not asked about.

    A section that was joined to another has no passage of its own; the other's names it in `joined`.
    """
    begun: defaultdict[tuple[tuple[str, ...], int], list[Json]] = defaultdict(list)
    for passage in passages:
        begun[passage.section, passage.occurrence].append(_passage(passage))
    seen: Counter[tuple[str, ...]] = Counter()
    for section in article.sections:
        seen[section.path] += 1
        yield {
            "article": page.title,
            "site": page.site,
            "page_id": page.page_id,
            "revision_id": page.revision_id,
            "language": page.language,
            "section": list(section.path),
            "words": section.words,
            "is_back_matter": section.is_back_matter,
            "passages": begun[section.path, seen[section.path]],
        }


def _passage(passage: Passage) -> dict[str, Json]:
    return {
        "id": passage.id,
        "part": passage.part,
        "parts": passage.parts,
        "joined": [list(path) for path in passage.joined],
        "text": passage.text,
    }
