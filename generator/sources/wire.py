"""Talking to one wiki over HTTP, politely: one request at a time, paced, patient, and not for ever."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urlencode

import requests

from generator.errors import Misconfigured, SourceUnavailable
from generator.sources.reading import Again, HttpAnswer
from generator.sources.sites import is_loopback

RETRIES = 5
"""Further attempts at one request."""
FIRST_RETRIES = 1
"""The same for a wiki that has not answered yet: the address or the network may be wrong."""
RETRY_BUDGET = 40
"""Further attempts in all, so that a wiki that fails now and then ends a run, and not a night."""
BACKOFF_S = 1.0
"""First wait where the wiki names none; doubles with every attempt."""
LONGEST_BACKOFF_S = 60.0
LONGEST_WAIT_S = 300.0
"""A wiki that asks for more than this is left alone."""
MAX_BODY_BYTES = 64 * 2**20
"""MediaWiki ends an answer at 8 MiB; JSON may write a character in six bytes or more."""
MAX_TRANSFER_S = 300.0
"""For one body that trickles in."""
LONGEST_URL = 7000
"""Bytes of an address that every server and proxy on the way takes; beyond that we POST."""

ATTEND_S = 0.5
"""How often a run that waits for an answer sees whether it is to end: a wiki may hang."""

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_Parameters = Mapping[str, str]
_Reader = Callable[[HttpAnswer, datetime], _T]


class Pace:
    """When a host may be asked next. One for each host, whoever asks."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.free_at = 0.0
        """`time.monotonic` seconds."""


_PACES: dict[str, Pace] = {}


class Wire:
    """A connection to a wiki that asks again where that may help."""

    def __init__(
        self,
        host: str,
        *,
        agent: str,
        timeout_s: float,
        min_interval_s: float,
        notify: Callable[[str], None],
        sleep: Callable[[float], object],
        jitter: Callable[[], float],
    ) -> None:
        self._host = host
        self._timeout_s = timeout_s
        self._min_interval_s = min_interval_s
        self._notify = notify
        self._sleep = sleep
        self._jitter = jitter
        self._pace = _PACES.setdefault(host, Pace())
        self._budget = RETRY_BUDGET
        self._has_answered = False
        self._session = requests.Session()
        self._session.headers["User-Agent"] = agent
        # A proxy does not lead to the machine itself.
        self._session.trust_env = not is_loopback(host)
        # Keeps requests from sending what a .netrc file holds for the host.
        self._session.auth = lambda request: request

    def close(self) -> None:
        """Let go of connections."""
        self._session.close()

    def ask(self, url: str, parameters: _Parameters, read: _Reader[_T]) -> _T:
        """Ask until `read` can use the answer; what `read` raises but `Again` passes.

        Raises:
            SourceUnavailable: the wiki cannot be reached, or still stumbles after all retries.
        """
        attempt = 1
        while True:
            try:
                return read(self._send(url, parameters), datetime.now(UTC))
            except Again as again:
                self._wait(again, attempt)
                attempt += 1

    def _wait(self, again: Again, attempt: int) -> None:
        """Make the next request to the host wait, or give up."""
        wait_s = again.wait_s
        if wait_s is None:
            backoff_s = min(LONGEST_BACKOFF_S, BACKOFF_S * 2 ** (attempt - 1))
            wait_s = backoff_s * (0.5 + self._jitter() / 2)
        if wait_s > LONGEST_WAIT_S:
            raise SourceUnavailable(
                f"{self._host} {again} and asks to wait {wait_s:.0f} seconds: try again then"
            ) from again
        if attempt > (RETRIES if self._has_answered else FIRST_RETRIES):
            raise SourceUnavailable(f"{self._host} {again}{self._advise(attempt)}") from again
        if self._budget == 0:
            raise SourceUnavailable(
                f"{self._host} {again}, and has failed {RETRY_BUDGET} times in this run:"
                " try again later, what was fetched is kept"
            ) from again
        self._budget -= 1
        self._notify(f"{self._host} {again}: asking again in {wait_s:.0f} s")
        self._pace.free_at = max(self._pace.free_at, time.monotonic() + wait_s)

    def _advise(self, attempts: int) -> str:
        if self._has_answered:
            return f", {attempts} times in a row: try again later"
        return ": check the network, the proxy settings and the address given with --site"

    def _send(self, url: str, parameters: _Parameters) -> HttpAnswer:
        with self._pace.lock:
            wait_s = self._pace.free_at - time.monotonic()
            if wait_s > 0:
                self._sleep(wait_s)
            self._pace.free_at = time.monotonic() + self._min_interval_s
            try:
                return self._attended(lambda: self._exchange(url, parameters))
            except (requests.RequestException, ValueError) as exc:
                raise self._translate(exc) from exc

    def _attended(self, exchange: Callable[[], HttpAnswer]) -> HttpAnswer:
        """The answer to a request; `sleep` may end the waiting for it, and it is on its own then."""
        answer: Future[HttpAnswer] = Future()

        def work() -> None:
            try:
                answer.set_result(exchange())
            except BaseException as exc:  # noqa: BLE001 - raised again by `result`
                answer.set_exception(exc)

        threading.Thread(target=work, name="wiki-request", daemon=True).start()
        while not wait([answer], timeout=ATTEND_S).done:
            self._sleep(ATTEND_S / 100)
        return answer.result()

    def _exchange(self, url: str, parameters: _Parameters) -> HttpAnswer:
        long = len(url) + len(urlencode(parameters)) >= LONGEST_URL
        with self._session.request(
            "POST" if long else "GET",
            url,
            params=None if long else parameters,
            data=parameters if long else None,
            timeout=self._timeout_s,
            allow_redirects=False,
            stream=True,
        ) as response:
            self._has_answered = True
            body = self._read_body(response)
            return HttpAnswer(
                url=url, status=response.status_code, headers=response.headers, body=body
            )

    def _read_body(self, response: requests.Response) -> bytes:
        """The whole body, unless it is larger or slower than any wiki's."""
        body = bytearray()
        until = time.monotonic() + MAX_TRANSFER_S
        for chunk in response.iter_content(2**16):
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise SourceUnavailable(
                    f"{self._host} sends more than {MAX_BODY_BYTES // 2**20} MiB in one answer:"
                    " this is not how a wiki answers, check --site"
                )
            if time.monotonic() > until:
                raise Again("sends too slowly")
        return bytes(body)

    def _translate(self, exc: requests.RequestException | ValueError) -> Exception:
        """What a failed exchange means; the network's own words are kept where they are short."""
        if isinstance(exc, requests.exceptions.SSLError):
            return SourceUnavailable(
                f"the certificate of {self._host} is not accepted ({_cause(exc)}): check --site,"
                " or REQUESTS_CA_BUNDLE where a proxy has its own certificates"
            )
        if isinstance(exc, requests.Timeout):
            return Again(f"does not answer within {self._timeout_s:g} s")
        if isinstance(exc, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
            return Misconfigured(f"{self._host} cannot be asked ({_cause(exc)}): check --site")
        if not isinstance(exc, requests.RequestException):
            # A header that requests itself cannot read.
            return SourceUnavailable(f"{self._host} breaks the rules of HTTP: {_cause(exc)}")
        if self._has_answered:
            return Again(f"broke off ({_cause(exc)})")
        return Again(f"cannot be reached ({_cause(exc)})")


def _cause(exc: BaseException) -> str:
    """The reason at the bottom of a chain of errors, in a few words."""
    while (below := exc.__cause__ or exc.__context__) is not None:
        exc = below
    text = getattr(exc, "strerror", None) or str(exc) or type(exc).__name__
    return " ".join(str(text).split())[:150]
