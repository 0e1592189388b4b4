"""The openai client and what it stands on: how it is opened, and what its errors mean below HTTP."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.request import getproxies

from generator.chat.size import TooLarge, bound
from generator.errors import Misconfigured, ProviderRefuses

if TYPE_CHECKING:
    import httpx2
    import openai
    from openai._types import RequestOptions

Transport = Literal["auto", "httpx", "aiohttp"]

CONNECT_S = 30.0
"""For a connection. The client's own 5 s is short for a thousand at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """An open client, with the types of what it gives and raises."""

    client: openai.AsyncOpenAI
    options: RequestOptions
    """Of every call. What is said here the client need not copy from its defaults each time."""
    response: type[httpx2.Response]
    refused: type[openai.APIStatusError]
    """Raised for a response that is not a success."""
    lost: tuple[type[Exception], ...]
    """Raised where there is no whole response."""
    undecodable: type[Exception]
    """Cause of those whose body was compressed in a way that cannot be undone."""


def wants_aiohttp(transport: Transport) -> bool:
    """Whether to use aiohttp: where it is installed, unless told otherwise.

    Raises:
        Misconfigured: it is asked for and not there.
    """
    is_there = importlib.util.find_spec("aiohttp") is not None
    if transport == "aiohttp" and not is_there:
        raise Misconfigured("transport 'aiohttp' is not installed: pip install 'loremill[aiohttp]'")
    return is_there and transport != "httpx"


def connect(
    *, api_key: str, base_url: str, timeout_s: float, max_connections: int, with_aiohttp: bool
) -> Connection:
    """Open a client. Loading the packages takes most of a second, so not before it is needed.

    Raises:
        ProviderRefuses: the surroundings do not allow it: a proxy or certificates that are no such.
    """
    import httpx2
    import openai

    limits = httpx2.Limits(
        max_connections=max_connections, max_keepalive_connections=max_connections
    )
    timeout = httpx2.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s))
    new = _http_client(with_aiohttp=with_aiohttp)
    try:
        http_client = new(limits=limits, timeout=timeout)
        http_client.event_hooks = {"response": [bound]}
        client = openai.AsyncOpenAI(
            api_key=api_key,
            base_url=base_url,
            max_retries=0,
            timeout=timeout,
            http_client=http_client,
        )
    except (httpx2.InvalidURL, OSError, ImportError, ValueError) as exc:
        raise ProviderRefuses(
            f"no connection can be set up ({exc}): look at --base-url and at the variables "
            "HTTPS_PROXY, ALL_PROXY, NO_PROXY and SSL_CERT_FILE"
        ) from exc
    return Connection(
        client=client,
        options={
            "headers": {},
            "max_retries": 0,
            "timeout": timeout,
            "security": {"bearer_auth": True},
        },
        response=httpx2.Response,
        refused=openai.APIStatusError,
        lost=(
            openai.APIConnectionError,
            httpx2.RequestError,
            OSError,  # TimeoutError is one
            TooLarge,
            *(_aiohttp_errors() if with_aiohttp else ()),
        ),
        undecodable=httpx2.DecodingError,
    )


def _http_client(*, with_aiohttp: bool) -> Callable[..., httpx2.AsyncClient]:
    import openai

    if not with_aiohttp:
        return openai.DefaultAsyncHttpxClient
    if getproxies().keys() - {"no"}:
        return openai.DefaultAioHttpClient
    from generator.chat.short_way import ShortWay

    return ShortWay


def _aiohttp_errors() -> tuple[type[Exception], ...]:
    """Errors that the client passes on as they are, such as that for a header that is too long."""
    import aiohttp

    return (aiohttp.ClientError,)


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what it was raised from, outermost first."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__


def is_timeout(error: BaseException) -> bool:
    """True where time ran out. Not told by the outer class: over aiohttp, resets come as timeouts."""
    return any(isinstance(cause, TimeoutError) for cause in causes(error))
