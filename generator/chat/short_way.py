"""An HTTP client for the openai client that sends whole bodies straight through aiohttp.

httpx2 parses the URL, sorts the headers, asks after cookies, passwords and redirections anew for every
request, though all calls of a run differ in their body alone: 0.47 ms of CPU a request with the openai
client's own aiohttp transport, 0.30 with this one (64 in flight). Everything but a body in bytes goes
the long way, which this extends.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import aiohttp
import httpx2
import openai
from multidict import CIMultiDict
from yarl import URL

from generator.chat.size import most_bytes, within

MOST_FORMS = 32
"""Forms kept; a run has one or two."""
_SHORT = ("content", "headers", "timeout")
"""What a request may have that goes the short way."""


class ShortWay(openai.DefaultAioHttpClient):
    """Gives the same responses, raises aiohttp's errors where the long way would translate them."""

    def __init__(self, *, limits: httpx2.Limits, timeout: httpx2.Timeout) -> None:
        """Not for use behind a proxy, which only the long way knows."""
        self._certificates = httpx2.create_ssl_context()
        super().__init__(limits=limits, timeout=timeout, verify=self._certificates)
        self._limits = limits
        self._timeout = timeout
        self._forms: dict[Hashable, _Form] = {}
        self._session: aiohttp.ClientSession | None = None

    def build_request(self, method: str, url: httpx2.URL | str, **given: Any) -> httpx2.Request:
        """See `httpx2.AsyncClient.build_request`."""
        body, headers = given.get("content"), given.get("headers")
        others = (value for name, value in given.items() if name not in _SHORT)
        if not isinstance(body, bytes) or not isinstance(headers, list) or any(others):
            return super().build_request(method, url, **given)
        key = (method, url, *headers)
        form = self._forms.get(key)
        if form is None:
            if len(self._forms) >= MOST_FORMS:
                self._forms.clear()
            form = self._forms[key] = _Form(super().build_request(method, url, **given))
        return _Filled(form, body)

    async def send(self, request: httpx2.Request, **how: Any) -> httpx2.Response:
        """See `httpx2.AsyncClient.send`. Redirections and streams are left to it."""
        if not isinstance(request, _Filled):
            return await super().send(request, **how)
        if how.get("stream"):
            return await super().send(request.whole(), **how)
        form = request.form
        async with self._open_session().request(
            form.method,
            form.wire_url,
            data=request.body,
            headers=form.wire_headers,
            allow_redirects=False,
        ) as response:
            pieces = response.content.iter_any()
            body = b"".join([one async for one in within(most_bytes(response.headers), pieces)])
        if 300 <= response.status < 400:
            return await super().send(request.whole(), **how)
        return httpx2.Response(
            response.status, headers=list(response.raw_headers), content=body, request=request
        )

    async def aclose(self) -> None:
        """Close the connections of both ways."""
        if self._session is not None:
            await self._session.close()
        await super().aclose()

    def _open_session(self) -> aiohttp.ClientSession:
        """Opened by the first request, as it belongs to the loop that runs then."""
        if self._session is None:
            connector = aiohttp.TCPConnector(
                limit=self._limits.max_connections or 0,
                keepalive_timeout=self._limits.keepalive_expiry,
                ssl=self._certificates,
            )
            # The whole attempt has its bound elsewhere; a timer for every read of it would cost more.
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=self._timeout.connect)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=timeout, auto_decompress=False
            )
        return self._session


class _Form:
    """What requests with different bodies have in common, taken from one that was built the long way."""

    def __init__(self, request: httpx2.Request) -> None:
        self.method = request.method
        self.url = request.url
        self.extensions = request.extensions
        # The rest belongs to a body, or is said by aiohttp.
        kept = [
            (name, value)
            for name, value in request.headers.multi_items()
            if name not in ("host", "content-length")
        ]
        self.headers = httpx2.Headers(kept)
        self.wire_headers = CIMultiDict(kept)
        self.wire_url = URL(str(request.url))


class _Filled(httpx2.Request):
    """A request made of a form and a body."""

    def __init__(self, form: _Form, body: bytes) -> None:
        super().__init__(
            form.method,
            form.url,
            headers=form.headers,
            stream=httpx2.ByteStream(body),
            extensions=form.extensions,
        )
        self.form = form
        self.body = body

    def whole(self) -> httpx2.Request:
        """The same request for the long way."""
        return httpx2.Request(
            self.method,
            self.url,
            headers=self.headers,
            content=self.body,
            extensions=self.extensions,
        )
