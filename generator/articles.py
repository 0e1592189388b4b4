"""From titles and files to planned calls: fetching, cleaning and cutting, one article at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from types import TracebackType
from typing import Self

from generator.config import BuildConfig
from generator.engine.ahead import Ahead
from generator.engine.events import Article as ArticleEvent
from generator.engine.events import Broken, Duplicate, Event, Listed, Missing, Note, Unselected
from generator.engine.plan import Asking, Planned, plan_calls, source_of
from generator.errors import LoremillError, Misconfigured, SourceError, StoreError
from generator.jobfile import STANDARD_INPUT
from generator.records import Article, Page, Passage
from generator.sources import Found
from generator.sources.listed import ListedTitles
from generator.sources.listing import CategoryPages, LinksOf, Listing, SearchHits
from generator.sources.mediawiki import MediaWiki
from generator.sources.patient import PatientWiki
from generator.sources.sites import site_for_language
from generator.sources.title_list import TitleList
from generator.sources.wikifile import read_file
from generator.splits import Group, Sections, group_of_page
from generator.store import Store
from generator.wikitext import clean
from generator.wikitext.headings import Headings
from generator.wikitext.passages import passages

PAGES_AHEAD = 100
"""Pages fetched before they are needed: two requests' worth, so that one is always on its way."""

PageKey = tuple[str, int, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """One article, ready to be asked about."""

    page: Page
    article: Article
    passages: tuple[Passage, ...]
    """Those to be asked about: the article's own, or what was selected of them."""

    @property
    def groups(self) -> set[Group]:
        """The sections that are asked about, as the splits know them."""
        return {group_of_page(self.page, passage.section) for passage in self.passages}


def prepare(page: Page, config: BuildConfig) -> Prepared:
    """Clean a page and cut it into passages. Pure: the same page and options give the same."""
    article = clean(
        page.wikitext, title=page.title, language=page.language, options=config.clean_options
    )
    cut = passages(
        article,
        max_words=config.max_words,
        min_words=config.min_words,
        back_matter=config.back_matter,
    )
    return Prepared(page=page, article=article, passages=tuple(config.selection.choose(cut)))


class Gathering:
    """The articles of a job, each page kept in the store before it is used; to be closed at the end.

    Pages are fetched in a thread of their own, a bounded distance ahead. What was found and what was
    not is told as it happens and remembered here. What goes wrong with one article is that article's
    alone, and where the source goes away, what was found until then is there to work with.
    """

    def __init__(
        self,
        config: BuildConfig,
        store: Store,
        *,
        observe: Callable[[Event], None],
        sleep: Callable[[float], None],
        remember: Callable[[Sequence[Planned]], None] = lambda planned: None,
        lists_first: int = 0,
        sample: int | None = None,
    ) -> None:
        """Look through the lists; nothing is fetched yet.

        Args:
            config: what to gather.
            store: where pages are kept.
            observe: is told what happens.
            sleep: waits between attempts at the wiki, and may raise to end the gathering.
            remember: is given the calls of each article before anybody else gets them.
            lists_first: so many titles are listed before the first is fetched, for whoever wants
                to know early how many there are.
            sample: about so many of the files and titles, taken evenly from all over the lists; what
                the wiki lists is taken from the beginning. None for all.

        Raises:
            Misconfigured: a file or a list is not there, or cannot be one.
        """
        self._config = config
        self._store = store
        self._observe = observe
        self._sleep = sleep
        self._remember = remember
        self._ahead: Ahead[Page | Missing] | None = None
        for file in config.files:
            _check_is_there(str(file))
        listed = None if config.titles_file is None else TitleList(config.titles_file)
        self._titles: Iterable[str] = chain(config.titles, listed or ())
        self._named = len(config.files) + len(config.titles) + (listed.titles if listed else 0)
        self._listings = ListedTitles(
            _listings(config), most=config.max_titles, notice=self._say_total
        )
        self._lists_first = lists_first
        self._every = max(1, -(-self._named // sample)) if sample else 1
        self._total_said: int | None = None
        self._headings = Headings(config.selection, back_matter=config.back_matter)
        self.found: dict[PageKey, Sections] = {}
        """Pages found so far, in order, and how many sections they are asked about."""
        self.missing: list[Missing] = []
        """Titles that cannot be had, with the reason."""
        self.duplicates = 0
        """Titles that led to an article that was there already."""
        self._unselected: set[PageKey] = set()
        self.gone: LoremillError | None = None
        """Why the source was given up before all was asked for."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the fetching; waits for the request that is on its way."""
        if self._ahead is not None:
            self._ahead.close()

    @property
    def listed(self) -> int:
        """Titles and files asked for: all that are known of, where the wiki has not listed all yet."""
        listed = self._listings.total
        unlisted = len(self._listings.problems)
        return self._named + (self._listings.count if listed is None else listed) + unlisted

    @property
    def unselected(self) -> int:
        """Articles of which no section was selected."""
        return len(self._unselected)

    @property
    def not_reached(self) -> int:
        """Titles and files that were not come to, as far as they are known of."""
        reached = len(self.found) + len(self.missing) + self.duplicates + self.unselected
        return max(0, self.listed - reached)

    def calls(self, asking: Asking) -> Iterator[list[Planned]]:
        """The calls of one article after the other.

        Raises:
            SourceError, Misconfigured: the source cannot be had, and nothing was found before; or
                there are articles, and no section of them is selected.
        """
        self._say_total()
        for page in self.pages():
            planned = self._take_in(page, asking)
            if planned:
                yield planned
        self._tell_of_patterns()

    def pages(self) -> Iterator[Page]:
        """The pages of the job as they are found, each kept before it is given."""
        self._ahead = Ahead(self._sources(), most=PAGES_AHEAD)
        try:
            for had in self._ahead:
                if isinstance(had, Missing):
                    self._miss(had)
                else:
                    yield had
        except StoreError:
            raise
        except (SourceError, Misconfigured) as error:
            if not self.found:
                raise
            self.gone = error
            self._observe(Note(text=f"{error}; going on with what was found before"))

    # Where pages come from: in a thread of its own ------------------------------------------------

    def _sources(self) -> Iterator[Page | Missing]:
        yield from self._read()
        if self._config.titles or self._config.titles_file or self._config.has_listings:
            yield from self._fetch()

    def _read(self) -> Iterator[Page | Missing]:
        config = self._config
        for file in config.files[:: self._every]:
            try:
                page = read_file(file, title=config.title, language=config.lang or "en")
            except (SourceError, Misconfigured) as error:
                yield Missing(asked=str(file), kind="unreadable", detail=str(error))
            else:
                self._store.put_page(page)
                yield page

    def _fetch(self) -> Iterator[Page | Missing]:
        wiki = PatientWiki(self._connect, notify=self._note, sleep=self._sleep)
        try:
            self._listings.list_all(wiki, most=self._lists_first)
            named = islice(self._titles, 0, None, self._every)
            for found in wiki.fetch(chain(named, self._listings.titles(wiki))):
                yield found.page or _missing(found)
            yield from map(_missing, self._listings.problems)
        finally:
            self._listings.close()
            wiki.close()

    def _connect(self) -> MediaWiki:
        config = self._config
        return MediaWiki(
            site_for_language(config.lang) if config.lang else config.site,
            contact=config.contact,
            cache=self._store,
            notify=self._note,
            sleep=self._sleep,
        )

    # What becomes of them -------------------------------------------------------------------------

    def _take_in(self, page: Page, asking: Asking) -> list[Planned]:
        """The calls of a page; none where it is there already or cannot be used."""
        title = page.asked or page.title
        if page.key in self.found or page.key in self._unselected:
            self.duplicates += 1
            self._observe(Duplicate(asked=title, title=page.title))
            return []
        if page.fragment:
            self._note(
                f"{title!r} points at the section {page.fragment!r} of {page.title!r}; "
                "the whole article is used"
            )
        try:
            prepared = prepare(page, self._config)
            self._headings.see(prepared.article)
            planned = list(plan_calls(prepared.passages, asking, source=source_of(page)))
        except LoremillError:
            raise
        except Exception as error:  # noqa: BLE001 - a night of articles must not end at one
            self._observe(Broken(asked=title, error=error))
            self._miss(Missing(asked=title, kind="broken", detail=_why_broken(page, error)))
            return []
        if not planned and _is_unselected(prepared, self._config):
            self._unselected.add(page.key)
            self._observe(Unselected(asked=title, title=page.title))
            return []
        if not planned:
            self._miss(Missing(asked=title, kind="no_text", detail=_why_no_text(prepared)))
            return []
        self._remember(planned)
        groups = prepared.groups
        self.found[page.key] = Sections(article=next(iter(groups)).article, groups=len(groups))
        self._observe(
            ArticleEvent(
                title=page.title,
                sections=len(prepared.article.sections),
                passages=len(prepared.passages),
                calls=len(planned),
            )
        )
        return planned

    def _miss(self, missing: Missing) -> None:
        self.missing.append(missing)
        self._observe(missing)

    def _note(self, text: str) -> None:
        self._observe(Note(text=text))

    def _tell_of_patterns(self) -> None:
        remarks = list(self._headings.remarks())
        if not self.found and self.unselected:
            why = "; ".join(remarks) or "--sections and --skip-sections leave nothing over"
            some = f"{self.unselected:,} article{'' if self.unselected == 1 else 's'}"
            raise Misconfigured(f"there is nothing to ask about in {some}: {why}")
        for remark in remarks:
            self._note(remark)

    def _say_total(self) -> None:
        total = 0 if self._listings.total is None else self.listed
        if total != self._total_said:
            self._total_said = total
            self._observe(Listed(titles=total))


def _listings(config: BuildConfig) -> list[Listing]:
    return [
        *(CategoryPages(name, depth=config.depth) for name in config.categories),
        *(LinksOf(title) for title in config.links_of),
        *(SearchHits(query) for query in config.searches),
    ]


def _missing(found: Found) -> Missing:
    return Missing(asked=found.asked, kind=found.kind, detail=found.detail)


def _is_unselected(prepared: Prepared, config: BuildConfig) -> bool:
    """Whether an article has text to ask about, of which nothing is wanted."""
    return bool(config.selection.patterns) and any(
        section.text and (config.back_matter or not section.is_back_matter)
        for section in prepared.article.sections
    )


def _check_is_there(file: str) -> None:
    """Find a mistyped path before anything is paid for."""
    if file == STANDARD_INPUT:
        return
    if os.path.isdir(file):  # noqa: PTH112 - takes what is no path at all
        raise Misconfigured(f"{file!r} is a folder: give its files, one --from for each")
    if not os.path.exists(file):  # noqa: PTH110
        raise Misconfigured(f"there is no file {file!r}: check the path given with --from")


def _why_broken(page: Page, error: Exception) -> str:
    return (
        f"{page.title!r} (revision {page.revision_id}) cannot be taken apart: "
        f"{type(error).__name__}. This is a bug, please report it with the title"
    )


def _why_no_text(prepared: Prepared) -> str:
    title, article = prepared.page.title, prepared.article
    if article.redirect:
        return f"{title!r} is only a redirect to {article.redirect!r}: ask for that"
    if not prepared.page.wikitext.strip():
        return f"{title!r} is empty"
    return f"{title!r} holds no prose to ask about; `loremill outline` shows what was left out"
