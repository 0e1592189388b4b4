"""A fake chat server: real HTTP on loopback, OpenAI-compatible, answering by a script.

In a test::

    with ChatServer(Rule(answer="rate_limited", retry_after="1", first=1)) as server:
        ...  # server.base_url
        assert server.stats.paid_twice == 0

On its own: `python -m tests.fakes.chat_server --port 0 --port-file F --script rules.json`, where the
script is a list of rules: `[{"answer": "reset", "probability": 0.05}]`. `GET /stats` counts. It tunes, too, as
a file says that `--tuning` names: `{"lives": [{"statuses": ["queued", "running"], "ends": "failed"}]}`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import socket
import struct
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from tests.fakes.answers import FAULTS, Answer, Asked, Settings, good, refuse
from tests.fakes.batches import BatchDesk, BatchSettings
from tests.fakes.characters import CHARACTERS
from tests.fakes.files import Files
from tests.fakes.tuning import TuningDesk, TuningSettings, read_settings

ANSWERS = {**FAULTS, **CHARACTERS}
MAX_HEAD_BYTES = 64 * 1024
KEPT_REQUESTS = 1000


@dataclass(frozen=True, kw_only=True)
class Rule(Settings):
    """Which requests get a certain answer; the first rule that fits decides, good replies are the rest.

    All conditions must hold; a rule without any fits every request.
    """

    answer: str
    """A name in `ANSWERS`."""
    probability: float = 1.0
    """Drawn from the server's seed, the prompt, and how often it was seen: the same in any order."""
    nth: Collection[int] = ()
    """Positions among all chat requests, from 1."""
    contains: str = ""
    """A piece of the prompt."""
    first: int | None = None
    """The first so many requests for each prompt."""
    model: str = ""
    """Requests for this model."""

    def __post_init__(self) -> None:
        if self.answer not in ANSWERS:
            raise ValueError(f"no answer {self.answer!r} (known: {', '.join(sorted(ANSWERS))})")


@dataclass(kw_only=True)
class Stats:
    """What the server has seen and sent."""

    requests: int = 0
    """Chat requests, refused ones included."""
    good: int = 0
    """Whole, usable replies that were sent to a client still there."""
    prompts_good: int = 0
    """Prompts that got at least one."""
    paid_twice: int = 0
    """Requests for a prompt that had been answered well before, and that were answered again."""
    abandoned: int = 0
    """Requests whose client was gone before the answer."""
    most_at_once: int = 0
    connections: int = 0
    files: int = 0
    """Uploaded."""
    batches: int = 0
    """Created, those that were turned away included."""
    batch_requests: int = 0
    """Requests made in batches; not among `requests`, but among `good` and `paid_twice`."""
    jobs: int = 0
    """Of tuning, started."""
    answers: Counter[str] = field(default_factory=Counter)
    """How often each answer was chosen; `good` among them."""
    per_prompt: Counter[str] = field(default_factory=Counter)
    """Requests by prompt (`Asked.key`)."""


class _Bucket:
    """Requests per minute, with some seconds' worth at once."""

    def __init__(self, per_minute: float, burst_s: float) -> None:
        self._per_s = per_minute / 60
        self._most = max(1.0, self._per_s * burst_s)
        self._level = self._most
        self._at = time.monotonic()

    def wait_s(self) -> float:
        """0 where a request may pass, and has been counted; else the seconds until it may."""
        now = time.monotonic()
        self._level = min(self._most, self._level + (now - self._at) * self._per_s)
        self._at = now
        if self._level >= 1:
            self._level -= 1
            return 0.0
        return (1 - self._level) / self._per_s

    @property
    def left(self) -> int:
        return int(self._level)


class ChatServer:
    """The server, running in a thread of its own between `with` and the end of the block."""

    def __init__(
        self,
        *rules: Rule,
        models: Sequence[str] | None = None,
        api_key: str | None = None,
        rejects: Collection[str] = (),
        latency_s: float = 0.0,
        rpm: float | None = None,
        burst_s: float = 1.0,
        max_prompt_chars: int | None = None,
        rate_headers: dict[str, str] | None = None,
        seed: int = 0,
        port: int = 0,
        batches: BatchSettings | None = None,
        tuning: TuningSettings | None = None,
        speak: Callable[[Asked], Answer] = good,
        is_plain_too: bool = True,
    ) -> None:
        """Set up; nothing listens yet.

        Args:
            rules: the script; see `Rule`.
            models: what `/v1/models` lists and is answered for; None: any model is.
            api_key: the only key that is accepted; None: any, or none.
            rejects: parameters that are answered with 400 `unsupported_parameter`.
            latency_s: seconds until an answer is sent.
            rpm: requests per minute, above which it answers 429 with `retry-after`.
            burst_s: seconds' worth of `rpm` that may come at once.
            max_prompt_chars: longer prompts are answered with 400 `context_length_exceeded`.
            rate_headers: sent with every answer, over those that `rpm` gives.
            seed: for the draws of rules with a probability.
            port: 0 for any free one.
            batches: how files and batches go.
            tuning: how tuning jobs go.
            speak: makes the good replies.
            is_plain_too: whether there are plain completions beside chats.
        """
        self.rules = rules
        self.models = models
        self.api_key = api_key
        self.rejects = rejects
        self.latency_s = latency_s
        self._rpm = rpm
        self._bucket = _Bucket(rpm, burst_s) if rpm else None
        self.max_prompt_chars = max_prompt_chars
        self.rate_headers = rate_headers or {}
        self.speak = speak
        self._places = {"/v1/chat/completions", *(["/v1/completions"] if is_plain_too else [])}
        self._seed = seed
        self._port = port
        self.stats = Stats()
        self.files = Files(self.stats)
        self.batches = BatchDesk(
            batches or BatchSettings(),
            choose=self._choose_in_batch,
            stats=self.stats,
            files=self.files,
        )
        self.tuning = TuningDesk(tuning or TuningSettings(), files=self.files, stats=self.stats)
        self.requests: deque[dict[str, Any]] = deque(maxlen=KEPT_REQUESTS)
        """Bodies of the last chat requests, in the order they came."""
        self.headers: deque[dict[str, str]] = deque(maxlen=KEPT_REQUESTS)
        """Their headers, names in lower case."""
        self._answered_well: set[str] = set()
        self._at_once = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._listening = threading.Event()
        self._failed: OSError | None = None
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """What goes into `--base-url`."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def port(self) -> int:
        """The port it listens on, once it does."""
        return self._port

    def __enter__(self) -> ChatServer:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._listening.wait()
        if self._failed is not None:
            raise self._failed
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop and self._stop and self._thread:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:
            self._failed = error
            self._listening.set()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        connections: set[asyncio.Task[None]] = set()

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            connections.add(task)
            self.stats.connections += 1
            try:
                await self._converse(reader, writer)
            except ConnectionError:
                pass  # the client is gone
            except asyncio.CancelledError:
                writer.transport.abort()  # the server stops
            finally:
                connections.discard(task)
                writer.close()

        server = await asyncio.start_server(
            handle, "127.0.0.1", self._port, limit=MAX_HEAD_BYTES, backlog=2048
        )
        self._port = server.sockets[0].getsockname()[1]
        self._listening.set()
        await self._stop.wait()
        server.close()
        if ending := list(connections):
            for task in ending:
                task.cancel()
            await asyncio.wait(ending)

    # Talking HTTP ---------------------------------------------------------------------------------

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := await _read_request(reader):
            method, path, headers, body = request
            if method == "POST" and path in self._places:
                keeps_open = await self._chat(headers, body, reader, writer)
            elif desk := next((d for d in (self.batches, self.tuning) if d.knows(path)), None):
                answer = self._refuse_key(headers) or desk.answer(method, path, headers, body)
                if await _leaves_within(reader, desk.settings.delay_s(method, path)):
                    return
                keeps_open = await self._send(answer, {}, reader, writer)
            else:
                keeps_open = await self._send(self._other(method, path), {}, reader, writer)
            if not keeps_open or headers.get("connection", "").lower() == "close":
                return

    def _other(self, method: str, path: str) -> Answer:
        if (method, path) == ("GET", "/v1/models"):
            names = self.models if self.models is not None else ["fake-model"]
            listed = [{"id": name, "object": "model", "owned_by": "fake"} for name in names]
            return Answer(body=json.dumps({"object": "list", "data": listed}).encode())
        if (method, path) == ("GET", "/stats"):
            return Answer(body=json.dumps(vars(self.stats)).encode())
        return Answer(status=404, body=b"404 page not found\n", content_type="text/plain")

    async def _chat(
        self,
        headers: dict[str, str],
        body: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bool:
        try:
            asked = Asked(body=json.loads(body))
        except ValueError:
            return await self._send(refuse(400, message="not JSON"), {}, reader, writer)
        self.requests.append(dict(asked.body))
        self.headers.append(headers)
        self.stats.requests += 1
        self.stats.per_prompt[asked.key] += 1
        self._at_once += 1
        self.stats.most_at_once = max(self.stats.most_at_once, self._at_once)
        try:
            answer = self._choose(asked, headers)
            if asked.key in self._answered_well and answer.status == 200:
                self.stats.paid_twice += 1
            if await _leaves_within(reader, self.latency_s):
                self.stats.abandoned += 1
                return False
            keeps_open = await self._send(answer, self._rates(), reader, writer)
        finally:
            self._at_once -= 1
        if answer.is_good:
            self._count_good(asked)
        return keeps_open

    def _count_good(self, asked: Asked) -> None:
        self.stats.good += 1
        self._answered_well.add(asked.key)
        self.stats.prompts_good = len(self._answered_well)

    def _choose_in_batch(self, asked: Asked) -> Answer:
        """The answer to a request in a batch, which is paid for when it is made."""
        self.stats.per_prompt[asked.key] += 1
        answer = self._choose(asked, {}, in_batch=True)
        if asked.key in self._answered_well and answer.status == 200:
            self.stats.paid_twice += 1
        if answer.is_good:
            self._count_good(asked)
        return answer

    async def _send(
        self,
        answer: Answer,
        more: dict[str, str],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bool:
        """Deliver an answer; True where the connection may be used again."""
        if answer.delivery == "reset":
            _reset(writer)
            return False
        if answer.delivery == "hang":
            await _leaves_within(reader, answer.seconds)
            return False
        headers = {"content-type": answer.content_type, **more, **answer.headers}
        headers["content-length"] = str(len(answer.body))
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 {answer.status} Fake\r\n{head}\r\n".encode())
        if answer.delivery == "cut":
            writer.write(answer.body[: len(answer.body) // 2])
            await writer.drain()
            return False
        if answer.delivery == "slow":
            await self._drip(answer, writer)
        else:
            writer.write(answer.body)
        await writer.drain()
        return True

    async def _drip(self, answer: Answer, writer: asyncio.StreamWriter) -> None:
        step = max(1, len(answer.body) // 10)
        for start in range(0, len(answer.body), step):
            writer.write(answer.body[start : start + step])
            await writer.drain()
            await asyncio.sleep(answer.seconds / 10)

    # Deciding -------------------------------------------------------------------------------------

    def _choose(self, asked: Asked, headers: dict[str, str], *, in_batch: bool = False) -> Answer:
        if refusal := self._refuse(asked, headers, in_batch=in_batch):
            self.stats.answers[f"status {refusal.status}"] += 1
            return refusal
        for rule in self.rules:
            if self._fits(rule, asked):
                self.stats.answers[rule.answer] += 1
                return ANSWERS[rule.answer](asked, rule)
        self.stats.answers["good"] += 1
        return self.speak(asked)

    def _fits(self, rule: Rule, asked: Asked) -> bool:
        seen = self.stats.per_prompt[asked.key]
        return (
            (not rule.nth or self.stats.requests in rule.nth)
            and (rule.first is None or seen <= rule.first)
            and (not rule.model or rule.model == asked.body.get("model"))
            and rule.contains in asked.prompt
            and (
                rule.probability >= 1
                or random.Random(f"{self._seed} {rule.answer} {asked.key} {seen}").random()
                < rule.probability
            )
        )

    def _refuse_key(self, headers: dict[str, str]) -> Answer | None:
        if self.api_key is not None and headers.get("authorization") != f"Bearer {self.api_key}":
            return refuse(401, code="invalid_api_key", message="Incorrect API key provided")
        return None

    def _refuse(self, asked: Asked, headers: dict[str, str], *, in_batch: bool) -> Answer | None:
        """What a server refuses by itself, whatever the script."""
        model = asked.body.get("model")
        if not in_batch and (refusal := self._refuse_key(headers)):
            return refusal
        if self.models is not None and model not in self.models:
            return refuse(
                404, code="model_not_found", message=f"The model {model!r} does not exist"
            )
        for name in self.rejects:
            if name in asked.body:
                return refuse(400, code="unsupported_parameter", param=name, message=f"no {name}")
        if self.max_prompt_chars is not None and len(asked.prompt) > self.max_prompt_chars:
            return refuse(400, code="context_length_exceeded", param="messages")
        if self._bucket and not in_batch and (wait_s := self._bucket.wait_s()):
            return refuse(
                429,
                code="rate_limit_exceeded",
                headers={"retry-after-ms": str(int(wait_s * 1000) + 1)},
            )
        return None

    def _rates(self) -> dict[str, str]:
        if self._bucket is None:
            return self.rate_headers
        return {
            "x-ratelimit-limit-requests": f"{self._rpm:.0f}",
            "x-ratelimit-remaining-requests": str(self._bucket.left),
            **self.rate_headers,
        }


async def _read_request(
    reader: asyncio.StreamReader,
) -> tuple[str, str, dict[str, str], bytes] | None:
    """Method, path, headers and body; None where the client has gone."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = {}
        for line in filter(None, lines):
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return method, path, headers, body


async def _leaves_within(reader: asyncio.StreamReader, seconds: float) -> bool:
    """Wait, but not longer than the client does; True where it has gone.

    A client that waits for an answer sends nothing, so anything to read is the end.
    """
    if seconds <= 0:
        return reader.at_eof()
    try:
        async with asyncio.timeout(seconds):
            return not await reader.read(1)
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close so that the client gets RST, not a polite end."""
    connection = writer.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def read_rules(text: str) -> list[Rule]:
    """The rules of a script in JSON."""
    known = {one.name for one in fields(Rule)}
    rules = []
    for given in json.loads(text):
        if unknown := given.keys() - known:
            raise ValueError(f"unknown in a rule: {', '.join(sorted(unknown))}")
        rules.append(Rule(**given))
    return rules


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description="A fake chat server on loopback")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--port-file", type=Path, help="where to write the port once it listens")
    parser.add_argument("--script", type=Path, help="a JSON list of rules")
    parser.add_argument("--tuning", type=Path, help="how tuning jobs go, in JSON")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds")
    parser.add_argument("--rpm", type=float)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    rules = read_rules(given.script.read_text(encoding="utf-8")) if given.script else []
    tuning = read_settings(given.tuning.read_text(encoding="utf-8")) if given.tuning else None
    server = ChatServer(
        *rules,
        latency_s=given.latency,
        rpm=given.rpm,
        seed=given.seed,
        port=given.port,
        tuning=tuning,
    )
    with contextlib.suppress(KeyboardInterrupt), server:
        if given.port_file:
            partial = given.port_file.with_suffix(".partial")
            partial.write_text(str(server.port), encoding="utf-8")
            partial.replace(given.port_file)
        threading.Event().wait()


if __name__ == "__main__":
    main()
