"""Reading HTTP answers of a wiki: what is usable, what to ask again for, what ends the matter.

The API reports most errors as HTTP 200 with a code inside, in two shapes; what stands in front of a
wiki answers in HTML. So the status is judged first, then whether there is JSON, then its errors.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any

from pydantic import ValidationError

from generator.errors import SourceUnavailable
from generator.sources.answers import Answer

_log = logging.getLogger(__name__)

_BUSY = frozenset({408, 429, 500, 502, 503, 504, *range(520, 528)})
"""Asking again may help. 520 to 527 are what one large proxy says when it does not reach the wiki."""

_PASSING = frozenset({"maxlag", "ratelimited", "readonly"})
"""Error codes that pass; so do all that begin with `internal_api_error`."""

_EXCERPT_CHARS = 300


@dataclass(frozen=True, kw_only=True)
class HttpAnswer:
    """One answer as it came."""

    url: str
    status: int
    headers: Mapping[str, str]
    """Names are found in any case."""
    body: bytes


class Again(Exception):
    """The answer cannot be used, but the next one may."""

    def __init__(self, reason: str, *, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s
        """How long the wiki asks to wait, None where it does not say."""


class NotTheApi(Again):
    """The answer is not JSON, or not like anything that MediaWiki says."""


class Moved(Exception):
    """The wiki is elsewhere."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


class HttpRefusal(SourceUnavailable):
    """The wiki, or what stands in front of it, answers with a status that ends the matter."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


class ApiRefusal(SourceUnavailable):
    """The API says that this request is wrong or not allowed."""

    def __init__(self, message: str, *, code: str, limit: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.limit = limit
        """For `toomanyvalues`: how many it takes."""


def read_api(answer: HttpAnswer, now: datetime) -> Answer:
    """The data of an answer of the API.

    Raises:
        Again: the wiki is busy or stumbled.
        ApiRefusal, HttpRefusal: it will not answer this.
        Moved: it answers elsewhere.
    """
    _check_status(answer, now)
    try:
        data = json.loads(answer.body)
    except (ValueError, RecursionError) as exc:
        raise NotTheApi(f"sent no JSON: {excerpt(answer.body)!r}") from exc
    if not isinstance(data, dict):
        raise NotTheApi("sent JSON of an unknown shape")
    _check_errors(data, answer, now)
    _log_warnings(data)
    try:
        return Answer.model_validate(data)
    except ValidationError as exc:
        place = ".".join(str(step) for step in exc.errors()[0]["loc"])
        raise SourceUnavailable(
            f"{answer.url} does not answer as MediaWikis do (at {place}): check --site"
        ) from exc


def read_text(answer: HttpAnswer, now: datetime) -> str:
    """The body of an answer that is plain text; raises as `read_api` does."""
    _check_status(answer, now)
    try:
        return answer.body.decode()
    except UnicodeDecodeError as exc:
        raise Again("sent text that is not UTF-8") from exc


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a `Retry-After` header, which holds seconds or a date."""
    text = (value or "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text):
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds())


def excerpt(body: bytes) -> str:
    """The beginning of what a body says to people, without markup and control characters."""
    text = body[: 8 * _EXCERPT_CHARS].decode("utf-8", "replace")
    text = unescape(re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", text, flags=re.S | re.I))
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return words if len(words) <= _EXCERPT_CHARS else f"{words[:_EXCERPT_CHARS]}..."


def _check_status(answer: HttpAnswer, now: datetime) -> None:
    status = answer.status
    if status == 200:
        return
    if status in _BUSY:
        wait_s = retry_after_s(answer.headers.get("Retry-After"), now)
        raise Again(f"answers with HTTP {status}", wait_s=wait_s)
    location = answer.headers.get("Location")
    if status in {301, 302, 303, 307, 308} and location:
        raise Moved(location)
    said = excerpt(answer.body)
    raise HttpRefusal(
        f"{answer.url} answers with HTTP {status}" + (f": {said!r}" if said else ""), status=status
    )


def _check_errors(data: dict[str, Any], answer: HttpAnswer, now: datetime) -> None:
    error = _first_error(data)
    if error is None:
        return
    code = str(error.get("code", "unknown"))
    # `text` in the plain shape, `info` in the old one.
    said = excerpt(str(error.get("text") or error.get("info") or "").encode("utf-8", "replace"))
    _log.debug("%s answers %s, request %s", answer.url, code, answer.headers.get("X-Request-Id"))
    if code in _PASSING or code.startswith("internal_api_error"):
        wait_s = retry_after_s(answer.headers.get("Retry-After"), now)
        raise Again(f"answers {code}: {said!r}", wait_s=wait_s)
    raise ApiRefusal(f"{answer.url} answers {code}: {said!r}", code=code, limit=_limit(error))


def _first_error(data: dict[str, Any]) -> dict[str, Any] | None:
    old = data.get("error")
    if isinstance(old, dict):
        return old
    errors = data.get("errors")
    if isinstance(errors, list) and errors:
        return errors[0] if isinstance(errors[0], dict) else {}
    return None


def _limit(error: dict[str, Any]) -> int | None:
    more = error.get("data")
    limit = (more if isinstance(more, dict) else error).get("limit")
    return limit if isinstance(limit, int) and limit > 0 else None


def _log_warnings(data: dict[str, Any]) -> None:
    """Warnings mean that we asked in a way that is about to end; those of `main` are notices."""
    warnings = data.get("warnings")
    for one in warnings if isinstance(warnings, list) else []:
        if isinstance(one, dict) and one.get("module") != "main":
            _log.info("the API warns: %s: %s", one.get("code"), one.get("text"))
