"""Any endpoint that speaks OpenAI's completions as a chat model, through the openai client."""

from __future__ import annotations

import asyncio
import difflib
import re
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from generator.chat import Completion, RateHeaders
from generator.chat.complaints import Complaint, Meaning, meaning, read_complaint, retry_after_s
from generator.chat.size import TooLarge
from generator.chat.tokens import estimate_tokens
from generator.chat.transport import (
    Connection,
    Transport,
    causes,
    connect,
    is_timeout,
    wants_aiohttp,
)
from generator.chat.wire import (
    LIMIT_NAMES,
    OWN,
    Dialect,
    encode,
    first_choice,
    list_models,
    load,
    read_answer,
    request_fields,
)
from generator.errors import (
    LoremillError,
    Misconfigured,
    ProviderRefuses,
    RateLimited,
    Refused,
    Transient,
)
from generator.records import Call, Usage

if TYPE_CHECKING:
    import httpx2
    import openai

T = TypeVar("T")

OPENAI = "https://api.openai.com/v1"
KEY_VARIABLE = "OPENAI_API_KEY"
NO_KEY = "none"
"""Sent as the key where there is none: local servers take anything, and the client wants something."""

OPTIONAL = frozenset(
    {
        "frequency_penalty",
        "logit_bias",
        "logprobs",
        "max_tokens",
        "metadata",
        "min_p",
        "presence_penalty",
        "reasoning_effort",
        "repetition_penalty",
        "response_format",
        "seed",
        "service_tier",
        "stop",
        "store",
        "temperature",
        "top_k",
        "top_logprobs",
        "top_p",
        "user",
        "verbosity",
    }
)
"""Parameters that a call can do without: left out from then on where the endpoint rejects them."""

LIST_MODELS_S = 20.0
NEAREST_MODELS = 3
EXCERPT_CHARS = 300
"""Of what an endpoint says, in messages."""
NO_RATES = RateHeaders()
SECRET_CHARS = 8
"""Shorter keys are made up for servers that ask for none (`x`, `ollama`), and are words elsewhere."""

_KEY = re.compile(r"[!-~]+")
_LOOKS_LIKE_A_KEY = re.compile(r"\bsk-[\w*.-]{4,}")


class OpenAIChat:
    """One endpoint with one model, through one client that lives as long as the object."""

    def __init__(
        self,
        model: str,
        *,
        api_key: str | None,
        base_url: str | None = None,
        timeout_s: float = 600.0,
        max_connections: int = 1000,
        transport: Transport = "auto",
        drop_parameters: Collection[str] = (),
        on_left_out: Callable[[str], None] = lambda parameter: None,
    ) -> None:
        """Look at the settings; nothing is loaded or connected before the first call.

        Args:
            model: what messages name; what is asked for is the model of the call.
            api_key: from `OPENAI_API_KEY`; None is fine with a `base_url` that asks for none.
            base_url: None is OpenAI's own.
            timeout_s: for one attempt as a whole, however slowly the reply drips.
            max_connections: the most calls in flight; the client's own default.
            transport: `auto` is aiohttp where it is installed, which takes less CPU the more calls
                are in flight.
            drop_parameters: never sent; by their name in `Call.parameters`.
            on_left_out: is told the name of each parameter that the endpoint turns out not to take.

        Raises:
            Misconfigured: a key, URL or transport that cannot be used.
        """
        self._model = model
        self._base_url = (base_url or OPENAI).strip()
        self._endpoint = endpoint_label(self._base_url)
        self._key = _checked_key(api_key, is_needed=base_url is None)
        # Whole, since the client parses a path, the base URL and both together each time.
        start = "" if "?" in self._base_url else self._base_url.rstrip("/")
        self._url = f"{start}/chat/completions"
        self._plain_url = f"{start}/completions"
        self._secret = self._key if self._key and len(self._key) >= SECRET_CHARS else ""
        self._timeout_s = timeout_s
        self._max_connections = max_connections
        self._with_aiohttp = wants_aiohttp(transport)
        self._is_openai = urlsplit(self._base_url).hostname == urlsplit(OPENAI).hostname
        self._left_out = set(drop_parameters)
        self._on_left_out = on_left_out
        self._limit_names = list(LIMIT_NAMES if self._is_openai else LIMIT_NAMES[::-1])
        self._listing = asyncio.Lock()
        self._models: list[str] | None = None

    @property
    def endpoint(self) -> str:
        """Scheme, host, port and path: what messages name, and what the store keeps."""
        return self._endpoint

    @property
    def left_out(self) -> frozenset[str]:
        """Parameters that are not sent: told to be, or rejected by the endpoint."""
        return frozenset(self._left_out)

    async def complete(self, call: Call) -> Completion:
        """Ask once; see `ChatModel.complete`.

        A rejected parameter that is in `OPTIONAL` is left out from then on: the attempt ends as
        Transient with the reason `dropped_parameter`, and the next one goes without it. A limit on
        the reply is tried under its other name first.
        """
        fields = self.fields(call)
        response = await self._post(fields)
        return await self._read(response, call, fields)

    async def aclose(self) -> None:
        """Close the connections. The object cannot be used again."""
        if "_connection" in self.__dict__:
            await self._connection.client.close()

    # Asking ---------------------------------------------------------------------------------------

    @cached_property
    def _connection(self) -> Connection:
        return connect(
            api_key=self._key or NO_KEY,
            base_url=self._base_url,
            timeout_s=self._timeout_s,
            max_connections=self._max_connections,
            with_aiohttp=self._with_aiohttp,
        )

    def _dialect(self) -> Dialect:
        return Dialect(
            limit_name=self._limit_names[0] if self._limit_names else None,
            is_openai=self._is_openai,
            left_out=self._left_out,
        )

    async def _post(self, fields: Mapping[str, Any]) -> httpx2.Response:
        """Send a request as it is.

        Not by `chat.completions.create`, which walks through the request and builds a model of the
        reply.
        """
        connection = self._connection

        async def post(client: openai.AsyncOpenAI) -> httpx2.Response:
            async with asyncio.timeout(self._timeout_s):
                return await client.post(
                    self._plain_url if "prompt" in fields else self._url,
                    cast_to=connection.response,
                    content=encode(fields),
                    options=connection.options,
                )

        return await self.attempt(post, fields)

    async def attempt(
        self,
        send: Callable[[openai.AsyncOpenAI], Awaitable[T]],
        fields: Mapping[str, Any] = MappingProxyType({}),
        *,
        absent: Callable[[str], LoremillError] | None = None,
    ) -> T:
        """Do anything with the client, once; what goes wrong is told as `complete` tells it.

        Args:
            send: is given the client.
            fields: what is asked for, where parameters of it may be complained about.
            absent: makes the error for a 404 and the like, from what the endpoint says.
        """
        connection = self._connection
        try:
            return await send(connection.client)
        except connection.refused as exc:
            body = exc.response.content.decode("utf-8", "replace")
            complaint = read_complaint(exc.response.status_code, _loaded(body))
            if absent is not None and meaning(complaint) is Meaning.PLACE:
                error = absent(f"{self._endpoint} ({self._said(complaint)})")
            else:
                error = await self.explain(complaint, exc.response.headers, body, fields)
            raise error from self._presentable(exc)
        except connection.lost as exc:
            raise self._explain_lost(exc) from self._presentable(exc)

    def fields(self, call: Call) -> dict[str, Any]:
        """The JSON object that asks for a call, as this endpoint wants it.

        Raises:
            Refused: the call sets what belongs to us.
        """
        if own := OWN & call.parameters.keys():
            raise Refused(f"parameter {min(own)!r} cannot be set", reason="bad_parameter")
        return request_fields(call, self._dialect())

    # Reading --------------------------------------------------------------------------------------

    async def _read(
        self, response: httpx2.Response, call: Call, fields: Mapping[str, Any]
    ) -> Completion:
        try:
            body = response.content.decode("utf-8-sig")
            data = load(body)
        except ValueError as exc:
            raise self._unreadable(response) from self._presentable(exc)
        answer = read_answer(data)
        if answer is None:
            raise await self.explain_missing(data, response.headers, body, fields)
        return Completion(
            body=body,
            text=answer.text,
            finish_reason=answer.finish_reason,
            usage=answer.usage or _estimated_usage(call, answer.text),
            served_by=answer.served_by,
            rates=_rates(response.headers),
        )

    def _unreadable(self, response: httpx2.Response) -> Transient:
        body = self._hide(response.content.decode("utf-8", "replace"))
        is_html = "html" in response.headers.get("content-type", "") or body.lstrip()[:1] == "<"
        if is_html:
            return Transient(
                f"{self._endpoint} answers with a web page: {self._advice_on_url()}",
                reason="not_a_completion",
                body=body,
            )
        return Transient(
            f"{self._endpoint} sent a reply that is not whole JSON ({len(body)} characters)",
            reason="bad_body",
            body=body,
        )

    async def explain_missing(
        self, data: object, headers: Mapping[str, str], body: str, fields: Mapping[str, Any]
    ) -> LoremillError:
        """Why a 200 holds no message: an error that was passed on, or not our kind of endpoint."""
        for place in (data, first_choice(data)):
            complaint = read_complaint(200, place)
            if complaint.status >= 400:
                return await self.explain(complaint, headers, body, fields)
        message = read_complaint(200, data).message
        said = f" ({self._shown(message)})" if message else ""
        return Transient(
            f"{self._endpoint} answers without choices{said}: {self._advice_on_url()}",
            reason="not_a_completion",
            body=self._hide(body),
        )

    # Explaining -----------------------------------------------------------------------------------

    async def explain(
        self,
        complaint: Complaint,
        headers: Mapping[str, str],
        body: str,
        fields: Mapping[str, Any],
    ) -> LoremillError:
        """The error that tells the caller what to do next."""
        wait_s = retry_after_s(headers, now=time.time())
        meant = meaning(complaint, has_retry_after=wait_s is not None)
        said = self._said(complaint)
        match meant:
            case Meaning.RATE:
                return RateLimited(
                    f"{self._endpoint} asks for a slower pace: {said}", retry_after_s=wait_s
                )
            case Meaning.KEY:
                return ProviderRefuses(self._about_key(complaint))
            case Meaning.QUOTA:
                return ProviderRefuses(
                    f"{self._endpoint} has no quota left for this key ({said}): see the provider's "
                    "billing page, then run the same command to go on"
                )
            case Meaning.MODEL | Meaning.PLACE:
                return ProviderRefuses(await self._about_place(complaint, meant, fields))
            case Meaning.PARAMETER:
                return self._about_parameter(complaint, body, fields)
        kind = Transient if meant in (Meaning.TIMEOUT, Meaning.SERVER) else Refused
        return kind(f"{self._endpoint}: {said}", reason=meant.value, body=self._hide(body))

    def _explain_lost(self, exc: Exception) -> Transient | Refused:
        chain = list(causes(exc))
        for one in chain:
            if isinstance(one, TooLarge):
                return Refused(f"{self._endpoint} sends {one}", reason="too_large")
        if is_timeout(exc):
            return Transient(
                f"{self._endpoint} gave no whole reply within {self._timeout_s:g} s",
                reason="timeout",
            )
        if any(isinstance(one, self._connection.undecodable) for one in chain):
            return Transient(
                f"{self._endpoint} sent a reply that cannot be decompressed", reason="bad_body"
            )
        texts = [self._shown(str(one)) for one in chain if str(one)]
        return Transient(
            f"no connection to {self._endpoint}: {texts[-1] if texts else type(exc).__name__}",
            reason="connection",
        )

    def _about_key(self, complaint: Complaint) -> str:
        if self._key is None:
            return f"{self._endpoint} asks for a key ({complaint.status}): set {KEY_VARIABLE}"
        # What comes with a 401 often quotes the key in part.
        said = complaint.status if complaint.status == 401 else self._said(complaint)
        return (
            f"{self._endpoint} refuses the key ({said}): check that {KEY_VARIABLE} is whole, valid, "
            "and meant for this --base-url"
        )

    async def _about_place(
        self, complaint: Complaint, meant: Meaning, fields: Mapping[str, Any]
    ) -> str:
        models = await self._list_models()
        if meant is Meaning.PLACE and (not models or self._model in models):
            if "prompt" in fields:
                return (
                    f"{self._endpoint} has no plain completions ({complaint.status}), which the "
                    f"dataset's format asks for: {self._advice_on_url()}, or ask it as a chat"
                )
            return (
                f"{self._endpoint} has no chat completions ({complaint.status}): "
                f"{self._advice_on_url()}"
            )
        if self._model in models:
            return f"{self._endpoint} lists model {self._model!r}, but: {self._said(complaint)}"
        near = difflib.get_close_matches(self._model, models, n=NEAREST_MODELS, cutoff=0.4)
        hint = f"; nearest: {', '.join(map(repr, near))}" if near else ""
        return f"{self._endpoint} has no model {self._model!r} for this key{hint}"

    def _about_parameter(
        self, complaint: Complaint, body: str, fields: Mapping[str, Any]
    ) -> LoremillError:
        # `response_format.json_schema` and `messages[0]` name a part of one.
        wire_name = re.split(r"[.\[]", complaint.parameter, maxsplit=1)[0]
        name = "max_tokens" if wire_name in LIMIT_NAMES else wire_name
        if complaint.is_unknown_parameter and wire_name in fields and name in OPTIONAL:
            self._leave_out(name, wire_name)
            return Transient(
                f"{self._endpoint} does not take {wire_name!r}; asking without it",
                reason="dropped_parameter",
                body=self._hide(body),
            )
        return Refused(
            f"{self._endpoint} rejects the parameter {self._shown(complaint.parameter)!r} "
            f"({self._said(complaint)})",
            reason="bad_parameter",
            body=self._hide(body),
        )

    def _leave_out(self, name: str, wire_name: str) -> None:
        """Many calls in flight may be told the same; only the first changes anything."""
        if wire_name in self._limit_names:
            self._limit_names.remove(wire_name)
        is_left_out = name != "max_tokens" or not self._limit_names
        if is_left_out and name not in self._left_out:
            self._left_out.add(name)
            self._on_left_out(name)

    async def _list_models(self) -> list[str]:
        """Names of the models at the endpoint, asked for once; none where it does not say."""
        connection = self._connection
        async with self._listing:
            if self._models is None:
                try:
                    response = await connection.client.get(
                        "/models", cast_to=connection.response, options={"timeout": LIST_MODELS_S}
                    )
                    self._models = list_models(response.content.decode("utf-8", "replace"))
                except (connection.refused, *connection.lost):
                    self._models = []
        return self._models

    # Saying ---------------------------------------------------------------------------------------

    def _said(self, complaint: Complaint) -> str:
        words = " ".join([str(complaint.status), *sorted(complaint.words)])
        return self._shown(f"{words}: {complaint.message}" if complaint.message else words)

    def _shown(self, text: str) -> str:
        """Foreign text as one line of printable characters, without anything like a key."""
        line = " ".join(self._hide(text[: 10 * EXCERPT_CHARS]).split())
        line = "".join(c for c in _LOOKS_LIKE_A_KEY.sub("[key]", line) if c.isprintable())
        return line if len(line) <= EXCERPT_CHARS else f"{line[: EXCERPT_CHARS - 1]}…"

    def _hide(self, text: str) -> str:
        return text.replace(self._secret, "[key]") if self._secret else text

    def _presentable(self, exc: Exception) -> Exception | None:
        """An error as the cause of ours, unless it would show the key: some servers echo it."""
        shows_it = self._secret and any(self._secret in f"{one} {one!r}" for one in causes(exc))
        return None if shows_it else exc

    def _advice_on_url(self) -> str:
        ends_right = self._endpoint.endswith("/v1")
        return "check --base-url" + ("" if ends_right else f", perhaps {self._endpoint}/v1")


def endpoint_label(base_url: str) -> str:
    """Scheme, host, port and path of a URL: what messages name.

    Raises:
        Misconfigured: not a URL that can be called, or one with a password in it.
    """
    try:
        parts = urlsplit(base_url)
        port = f":{parts.port}" if parts.port else ""
        (parts.hostname or "").encode("idna")
    except ValueError as exc:
        raise Misconfigured(f"--base-url cannot be read as a URL: {exc}") from exc
    if parts.username or parts.password:
        raise Misconfigured(
            f"--base-url must not hold a user name or password: put the key into {KEY_VARIABLE}"
        )
    is_plain = base_url.isprintable() and " " not in base_url
    if parts.scheme not in ("http", "https") or not parts.hostname or not is_plain:
        raise Misconfigured(f"--base-url {base_url!r} is not like https://example.org/v1")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}"


def _checked_key(api_key: str | None, *, is_needed: bool) -> str | None:
    """The key without blanks around it, which come with copying.

    Raises:
        Misconfigured: there is none and one is needed, or it cannot be sent in a header.
    """
    key = (api_key or "").strip()
    if not key and is_needed:
        raise Misconfigured(
            f"no key for {endpoint_label(OPENAI)}: set {KEY_VARIABLE}, or give --base-url"
        )
    if key and not _KEY.fullmatch(key):
        raise Misconfigured(
            f"{KEY_VARIABLE} holds a blank or a character outside of ASCII, so it is not a key"
        )
    return key or None


def _loaded(body: str) -> object:
    """The JSON value of an error's body; None where it is none, which says nothing."""
    try:
        return load(body)
    except ValueError:
        return None


def _estimated_usage(call: Call, text: str) -> Usage:
    return Usage(
        prompt_tokens=sum(estimate_tokens(message.content) for message in call.messages),
        completion_tokens=estimate_tokens(text),
        is_estimate=True,
    )


def _rates(headers: httpx2.Headers) -> RateHeaders:
    # Once through them: each look-up of a name would go through all.
    said = {
        name.lower(): value for name, value in headers.raw if name[:12].lower() == b"x-ratelimit-"
    }
    if not said:
        return NO_RATES
    return RateHeaders(
        limit_requests=_count(said.get(b"x-ratelimit-limit-requests")) or None,
        limit_tokens=_count(said.get(b"x-ratelimit-limit-tokens")) or None,
        remaining_requests=_count(said.get(b"x-ratelimit-remaining-requests")),
        remaining_tokens=_count(said.get(b"x-ratelimit-remaining-tokens")),
    )


def _count(text: bytes | None) -> int | None:
    """A header's number; None for none, and for `-1`, which some servers send for "no limit"."""
    return int(text) if text and text.isdigit() and len(text) < 16 else None
