"""The action API of one wiki: finding it, asking it in batches, following it to the end of an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from generator.errors import Misconfigured, SourceUnavailable
from generator.sources.answers import Answer, Merged, Query, merge
from generator.sources.reading import (
    ApiRefusal,
    HttpAnswer,
    HttpRefusal,
    Moved,
    NotTheApi,
    read_api,
    read_text,
)
from generator.sources.sites import SiteAddress, base_of, read_web_address
from generator.sources.wire import Wire

BATCH = 50
"""Titles or revisions a request takes (API:Query); 51 are an error, not a warning."""
MAX_CONTINUED = 500
"""Pieces of one query; a wiki that never ends is followed until here."""
MAX_MOVES = 3

_COMMON = {
    "action": "query", "format": "json", "formatversion": "2", "errorformat": "plaintext",
    "errorlang": "en", "curtimestamp": "1",
}  # fmt: skip
_LANGUAGE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,30}")


@dataclass(frozen=True, kw_only=True)
class SiteInfo:
    """What a wiki says about itself."""

    site: str
    """The address that stands for it in records."""
    api: str
    """Address of `api.php`, where it answered us."""
    name: str = ""
    language: str = "en"
    license: str = ""
    """As the wiki words it; empty where it says nothing."""
    license_url: str = ""
    script: str = ""
    """Address of `index.php` for links, as the wiki words it."""


class Api:
    """One wiki's API. Nothing is sent before the first question."""

    def __init__(
        self, address: SiteAddress, wire: Wire, *, maxlag: int | None, has_contact: bool
    ) -> None:
        self.host = address.host
        self.batch = BATCH
        """Titles or revisions that this wiki takes at once, as far as it has said."""
        self._apis = address.apis
        self._wire = wire
        self._common = _COMMON if maxlag is None else {**_COMMON, "maxlag": str(maxlag)}
        self._has_contact = has_contact
        self._info: SiteInfo | None = None

    @property
    def info(self) -> SiteInfo:
        """What the wiki says about itself; asked once."""
        if self._info is None:
            self._info = self._find_api()
        return self._info

    def ask(self, asking: Mapping[str, str]) -> Answer:
        """One answer to a query.

        Raises:
            SourceUnavailable: there will be none.
        """
        try:
            return self._wire.ask(self.info.api, {**self._common, **asking}, read_api)
        except Moved as moved:
            raise SourceUnavailable(
                f"{self.host} has moved to {moved.location!r}: give that with --site"
            ) from moved
        except HttpRefusal as refusal:
            raise self._add_advice(refusal) from refusal

    def _add_advice(self, refusal: HttpRefusal) -> HttpRefusal:
        if refusal.status != 403:
            return refusal
        advice = "wait, or ask its keepers"
        if not self._has_contact:
            advice = "say who you are with --contact or LOREMILL_CONTACT"
        return HttpRefusal(f"{refusal}: it does not serve this program; {advice}", status=403)

    def read_raw(self, revision: int) -> str | None:
        """The text of a revision by the wiki's other door; None where that is closed."""
        try:
            return self._wire.ask(
                join(self.info.api, "index.php"),
                {"action": "raw", "oldid": str(revision)},
                read_text,
            )
        except (SourceUnavailable, Moved):
            return None

    def ask_in_parts(self, name: str, values: Sequence[str], asking: Mapping[str, str]) -> Merged:
        """The answers about many titles or revisions, in as few requests as the wiki allows."""
        answers: list[Answer] = []
        start = 0
        while start < len(values):
            part = values[start : start + self.batch]
            try:
                # The separator that no title can hold, unlike the usual `|`.
                joined = "".join(f"\x1f{value}" for value in part)
                answers.extend(self._ask_on({**asking, name: joined}))
            except ApiRefusal as refusal:
                if refusal.code != "toomanyvalues" or len(part) == 1:
                    raise
                self.batch = min(refusal.limit or BATCH, len(part) // 2)
                continue
            start += len(part)
        return merge(answers)

    def _ask_on(self, asking: Mapping[str, str]) -> Iterator[Answer]:
        """All pieces of one query; ends where the wiki says so, or where it repeats itself."""
        cursor: dict[str, str] = {}
        seen: list[dict[str, str]] = []
        while cursor not in seen and len(seen) < MAX_CONTINUED:
            seen.append(cursor)
            try:
                answer = self.ask({**asking, **cursor})
            except ApiRefusal as refusal:
                if refusal.code != "badcontinue":
                    raise
                return  # what is left is fetched one by one
            yield answer
            # Nothing but cursors: a wiki has no say in what else we ask.
            cursor = {k: str(v) for k, v in answer.continue_.items() if k.endswith("continue")}
            if not cursor:
                return

    def _find_api(self) -> SiteInfo:
        """Look where APIs usually are for one that answers like a MediaWiki."""
        refusal: HttpRefusal | None = None
        for api in self._apis:
            try:
                return self._read_info(api)
            except HttpRefusal as exc:
                if exc.status == 403:
                    refusal = refusal or exc
            except _NoApi:
                continue
        if refusal is not None:
            raise refusal
        tried = ", ".join(self._apis)
        raise Misconfigured(
            f"no MediaWiki answers at {self.host} (tried {tried}):"
            " give the address of its api.php with --site"
        )

    def _read_info(self, api: str, moves: int = MAX_MOVES) -> SiteInfo:
        asking = {**self._common, "meta": "siteinfo", "siprop": "general|rightsinfo"}
        try:
            query = self._wire.ask(api, asking, _read_first).query
        except Moved as moved:
            return self._read_info(_follow(api, moved.location, moves), moves - 1)
        except HttpRefusal as refusal:
            raise self._add_advice(refusal) from refusal
        if query.general is None or not query.general.generator.startswith("MediaWiki"):
            raise _NoApi
        return _info_from(api, query)


class _NoApi(Exception):
    """What answers here is not a MediaWiki."""


def _read_first(answer: HttpAnswer, now: datetime) -> Answer:
    """As `read_api`, but what is no API at all is not asked again."""
    try:
        return read_api(answer, now)
    except NotTheApi as exc:
        raise _NoApi from exc


def _follow(api: str, location: str, moves: int) -> str:
    """The API's address after a redirect, if that still looks like one."""
    parts = read_web_address(join(api, location))
    if not moves or parts is None or "@" in parts.netloc or not parts.path.endswith("/api.php"):
        raise _NoApi
    if parts.scheme == "http" and api.startswith("https:"):
        raise _NoApi
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def join(base: str, address: str) -> str:
    """An address relative to another; empty where it cannot be read."""
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def _info_from(api: str, query: Query) -> SiteInfo:
    general = query.general
    assert general
    # Some wikis name their server without a scheme.
    script = join(join(api, general.server), general.script)
    if not general.script or not read_web_address(script):
        script = join(api, "index.php")
    link = query.rightsinfo.url and join(api, query.rightsinfo.url)
    return SiteInfo(
        site=base_of(api),
        api=api,
        name=general.sitename,
        language=language_or(general.lang, "en"),
        license=query.rightsinfo.text or "",
        license_url=link if link and read_web_address(link) else "",
        script=script,
    )


def language_or(code: str, default: str) -> str:
    """A language code as a wiki gives it, if it looks like one."""
    return code if _LANGUAGE.fullmatch(code) else default
