"""From titles and files to passages: fetching, cleaning and cutting, one article at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from generator.config import BuildConfig
from generator.engine.events import Article as ArticleEvent
from generator.engine.events import Event, Missing, Note
from generator.errors import SourceError
from generator.records import Article, Page, Passage
from generator.sources.mediawiki import MediaWiki
from generator.sources.sites import site_for_language
from generator.sources.wikifile import read_file
from generator.store import Store
from generator.wikitext import clean
from generator.wikitext.passages import passages

PageKey = tuple[str, int, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """One article, ready to be asked about."""

    page: Page
    article: Article
    passages: tuple[Passage, ...]


def prepare(page: Page, config: BuildConfig) -> Prepared:
    """Clean a page and cut it into passages. Pure: the same page and options give the same."""
    article = clean(page.wikitext, title=page.title, language=page.language)
    cut = passages(
        article,
        max_words=config.max_words,
        min_words=config.min_words,
        back_matter=config.back_matter,
    )
    return Prepared(page=page, article=article, passages=tuple(cut))


class Gathering:
    """Iterates over the articles of a job, keeping each page in the store before it is used.

    What was found and what was not is told as it happens and remembered here.
    """

    def __init__(
        self,
        config: BuildConfig,
        store: Store,
        *,
        observe: Callable[[Event], None],
        sleep: Callable[[float], None],
    ) -> None:
        """`sleep` waits between attempts at the wiki, and may raise to end the gathering."""
        self._config = config
        self._store = store
        self._observe = observe
        self._sleep = sleep
        self._seen: set[PageKey] = set()
        self.keys: list[PageKey] = []
        """Pages found so far, in order."""
        self.missing: list[Missing] = []
        """Titles that cannot be had, with the reason."""

    def __iter__(self) -> Iterator[Prepared]:
        for page in self.pages():
            prepared = self._take_in(page)
            if prepared is not None:
                yield prepared

    def pages(self) -> Iterator[Page]:
        """The pages of the job as they are found, each kept before it is given."""
        for file in self._config.files:
            try:
                page = read_file(file, title=self._config.title, language=self._config.lang or "en")
            except SourceError as error:
                self._miss(str(file), "unreadable", str(error))
                continue
            self._store.put_page(page)
            yield page
        if self._config.titles:
            yield from self._fetched()

    def _fetched(self) -> Iterator[Page]:
        config = self._config
        site = site_for_language(config.lang) if config.lang else config.site
        with MediaWiki(
            site,
            contact=config.contact,
            cache=self._store,
            notify=lambda text: self._observe(Note(text=text)),
            sleep=self._sleep,
        ) as wiki:
            for found in wiki.fetch(config.titles):
                if found.page is None:
                    self._miss(found.asked, found.kind, found.detail)
                else:
                    yield found.page

    def _take_in(self, page: Page) -> Prepared | None:
        if page.key in self._seen:
            self._observe(
                Note(text=f"{page.asked!r} leads to {page.title!r}, which is there already")
            )
            return None
        self._seen.add(page.key)
        if page.fragment:
            self._observe(
                Note(
                    text=f"{page.asked!r} points at the section {page.fragment!r} of "
                    f"{page.title!r}; the whole article is used"
                )
            )
        prepared = prepare(page, self._config)
        if not prepared.passages:
            self._miss(page.asked or page.title, "no_text", _why_no_text(prepared))
            return None
        self.keys.append(page.key)
        self._observe(
            ArticleEvent(
                title=page.title,
                sections=len(prepared.article.sections),
                passages=len(prepared.passages),
            )
        )
        return prepared

    def _miss(self, asked: str, kind: str, detail: str) -> None:
        missing = Missing(asked=asked, kind=kind, detail=detail)
        self.missing.append(missing)
        self._observe(missing)


def _why_no_text(prepared: Prepared) -> str:
    title, article = prepared.page.title, prepared.article
    if article.redirect:
        return f"{title!r} is only a redirect to {article.redirect!r}: ask for that"
    if not prepared.page.wikitext.strip():
        return f"{title!r} is empty"
    return f"{title!r} holds no prose to ask about; `loremill outline` shows what was left out"
