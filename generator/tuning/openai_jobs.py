"""Jobs at any endpoint that keeps OpenAI's interface: OpenAI itself, Azure, Nebius, Crusoe and others.

Through the connection, the key and the wording of `OpenAIChat`. What is asked for is asked once; a
`create` whose answer is lost is looked for by `find`, never just repeated.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

from generator.chat.foreign import get, string
from generator.chat.openai_chat import OpenAIChat
from generator.chat.openai_objects import (
    PAGE,
    Absent,
    Answer,
    OpenAIObjects,
    Send,
    SendPage,
    gone,
    id_of,
    name_of,
)
from generator.config import KEY_VARIABLE
from generator.errors import LoremillError, Misconfigured, ProviderRefuses, Refused, Transient
from generator.tuning.backend import TOKEN
from generator.tuning.check.providers import find_provider
from generator.tuning.records import Checkpoint, TuningEvent, TuningJob, TuningSpec

if TYPE_CHECKING:
    import openai

T = TypeVar("T")

LONGEST_SUFFIX: Final = 64
"""Characters: OpenAI's reference of the interface, 2026-11; Azure's pages say the same."""
NUMBERS: Final = ("n_epochs", "batch_size", "learning_rate_multiplier")
AUTO: Final = "auto"
MOST_METADATA, LONGEST_KEY, LONGEST_VALUE = 16, 64, 512
"""As the openai client documents the interface; one of the 16 is ours."""
SEARCHED_PAGES: Final = 10
"""Among which a job is looked for whose answer was lost a moment, or a night, ago."""
SKEW: Final = timedelta(minutes=5)
"""By which clocks here and there may differ."""
PROCESSING: Final = frozenset({"pending", "running"})
"""Statuses of a file that is not ready for a job; Azure has both, OpenAI neither."""
PROCESSING_PAUSE_S, PROCESSING_S = 2.0, 600.0
"""Between two looks at such a file, and how long it may take."""
CLOSED: Final = "training_not_available"
"""Code that OpenAI's 403 has for organisations that may not start jobs any more."""
WAYS_LEFT: Final = (
    "OpenAI lets no new organisation tune since 2026-05-07, since 2026-07-02 only those that use tuned "
    "models, and nobody from 2027-01-06. What is left: "
    "another provider with the same interface (--base-url of Azure, Nebius, Crusoe, …), --backend local "
    "on a machine of your own, or --backend export, which writes files and configuration for Axolotl or "
    "LLaMA-Factory"
)
BOM: Final = b"\xef\xbb\xbf"


class OpenAIJobs:
    """Jobs at one endpoint. Not to be used inside a running event loop."""

    name = "openai"

    def __init__(
        self,
        *,
        workspace: Path,
        base_url: str | None = None,
        provider: str = "",
        environ: Mapping[str, str] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Look at key and URL; nothing is loaded or connected yet.

        Args:
            workspace: not used: what is known of jobs is kept by whoever asks.
            base_url: None is OpenAI's own.
            provider: whose rules hold there; by the URL where empty, which a gateway hides.
            environ: where `OPENAI_API_KEY` is; `os.environ` where not given.
            sleep: between two looks at a file that is being processed.

        Raises:
            Misconfigured: a key or URL that cannot be used.
        """
        key = (os.environ if environ is None else environ).get(KEY_VARIABLE)
        self._chat = OpenAIChat("", api_key=key, base_url=base_url)
        self._provider = find_provider(provider, base_url=base_url)
        self._objects = OpenAIObjects(self._chat)
        self._runner = asyncio.Runner()
        self._sleep = sleep
        self.endpoint = self._chat.endpoint

    def check(self, spec: TuningSpec) -> None:
        """Look at what no provider takes.

        Raises:
            Misconfigured: a suffix that is too long, or has a dot at Azure; a setting that is no number;
                metadata that are too many or too long.
        """
        if len(spec.suffix) > LONGEST_SUFFIX:
            raise Misconfigured(
                f"a suffix has up to {LONGEST_SUFFIX} characters, this one {len(spec.suffix)}"
            )
        if self._provider.name == "azure" and "." in spec.suffix:
            raise Misconfigured(f"Azure takes no dot in a suffix: {spec.suffix!r}")
        for name in NUMBERS:
            if not _is_setting(spec.hyperparameters.get(name, AUTO)):
                raise Misconfigured(
                    f"{name} is a number above 0, or {AUTO!r}: not {spec.hyperparameters[name]!r}"
                )
        if len(spec.metadata) >= MOST_METADATA:
            raise Misconfigured(f"a job keeps up to {MOST_METADATA - 1} metadata of yours")
        for key, text in spec.metadata.items():
            if len(key) > LONGEST_KEY or len(text) > LONGEST_VALUE:
                raise Misconfigured(
                    f"metadata {key[:LONGEST_KEY]!r}: names have up to {LONGEST_KEY} characters, values "
                    f"{LONGEST_VALUE}"
                )

    def warnings(self, spec: TuningSpec) -> Sequence[str]:
        """That the model is to be switched off, where the endpoint tells a date."""

        try:
            told = self._one(
                lambda client: client.models.with_raw_response.retrieve(spec.model),
                absent=gone(f"model {spec.model!r}"),
            )
        except (LoremillError, ValueError):
            return ()  # Not every endpoint lists its models, and a job tells what is wrong with them.
        day = _day(told.get("shutdown_date"))
        if day is None:
            return ()
        return (
            f"{spec.model} is switched off on {day.isoformat()}, and so are models tuned from it",
        )

    # Files ----------------------------------------------------------------------------------------

    def upload(self, path: Path, *, marked: bool | None = None) -> str:
        """Send a file, with a byte order mark where the provider asks for one; waits until it is ready.

        Raises:
            Misconfigured: the provider cannot use it.
        """
        has_mark = self._provider.wants_mark if marked is None else marked

        async def send(client: openai.AsyncOpenAI) -> Answer:
            with _opened(path, marked=has_mark) as file:
                return await client.files.with_raw_response.create(
                    file=(path.name, file, "application/jsonl"), purpose="fine-tune"
                )

        told = self._one(send, absent=_no_files)
        waited_s = 0.0
        while told.get("status") in PROCESSING and waited_s < PROCESSING_S:
            self._sleep(PROCESSING_PAUSE_S)
            waited_s += PROCESSING_PAUSE_S
            told = self._file(id_of(told))
        if told.get("status") == "error":
            raise Misconfigured(
                f"{self.endpoint} cannot use {path}: {string(told.get('status_details')) or 'it says no more'}"
            )
        return id_of(told)

    def read_file(self, id: str) -> tuple[str, bytes]:
        """Name and content of a file as it comes, Base64 or not."""

        async def send(client: openai.AsyncOpenAI) -> bytes:
            return (await client.files.content(id)).content

        content = self._run(self._chat.attempt(send, absent=gone(f"file {id}")))
        try:
            name = string(self._file(id).get("filename"))
        except Misconfigured:
            name = ""
        return Path(name.replace("\\", "/")).name or f"{id}.csv", content

    def _file(self, id: str) -> Mapping[str, Any]:
        return self._one(
            lambda client: client.files.with_raw_response.retrieve(id), absent=gone(f"file {id}")
        )

    # Jobs -----------------------------------------------------------------------------------------

    def create(self, spec: TuningSpec, *, training: str, validation: str | None) -> TuningJob:
        """Start a job; see `Backend`. Metadata are left out where the endpoint does not take them.

        Raises:
            ProviderRefuses: it lets nobody, or not this key, tune: the message names the ways left.
            Transient: no answer came; it may run or not.
        """
        fields = self._fields(spec, training=training, validation=validation)
        while True:
            own = {name: fields[name] for name in fields if name not in self._chat.left_out}

            def send(client: openai.AsyncOpenAI, own: Mapping[str, Any] = own) -> Awaitable[Answer]:
                return client.fine_tuning.jobs.with_raw_response.create(
                    model=spec.model, training_file=training, extra_body=dict(own)
                )

            try:
                return _job(self._one(send, own, absent=_no_jobs))
            except Transient as error:
                # What is refused for a field has started nothing.
                if error.reason != "dropped_parameter":
                    raise

    def find(self, token: str, *, training: str, since: str) -> TuningJob | None:
        """The job that carries a token; where jobs carry none, one over the file that was made since."""
        listed = self._jobs(most=SEARCHED_PAGES)
        earliest = _iso((datetime.fromisoformat(since) - SKEW).timestamp()) if since else ""
        for one in listed:
            if get(one.get("metadata"), TOKEN) == token:
                return _job(one)
        for one in listed:
            is_ours = bool(training) and one.get("training_file") == training
            if is_ours and not one.get("metadata") and _iso(one.get("created_at")) >= earliest:
                return _job(one)
        return None

    def job(self, id: str) -> TuningJob:
        """A job as it is now."""
        return _job(
            self._one(
                lambda client: client.fine_tuning.jobs.with_raw_response.retrieve(id),
                absent=gone(f"job {id}"),
            )
        )

    def jobs(self, *, limit: int = 20) -> Sequence[TuningJob]:
        """The newest jobs, newest first."""
        found = [_job(one) for one in self._jobs(limit=min(limit, PAGE), most=-(-limit // PAGE))]
        return sorted(found, key=lambda job: job.created_at, reverse=True)[:limit]

    def cancel(self, id: str) -> TuningJob:
        """End a job that runs."""
        return _job(
            self._one(
                lambda client: client.fine_tuning.jobs.with_raw_response.cancel(id),
                absent=gone(f"job {id}"),
            )
        )

    def events(self, id: str, *, after: str = "") -> Iterator[TuningEvent]:
        """The story of a job, oldest first. The endpoint tells it from its end, page by page."""
        newest_first = self._list(
            lambda client, page: client.fine_tuning.jobs.with_raw_response.list_events(id, **page),
            absent=gone(f"job {id}"),
            until=after,
        )
        return iter([_event(one) for one in reversed(newest_first)])

    def checkpoints(self, id: str) -> Sequence[Checkpoint]:
        """Models of a job on its way, by step."""
        found = self._list(
            lambda client, page: client.fine_tuning.jobs.checkpoints.with_raw_response.list(
                id, **page
            ),
            absent=gone(f"job {id}"),
        )
        return sorted((_checkpoint(one) for one in found), key=lambda one: one.step)

    def close(self) -> None:
        """Let go of connections; jobs run on."""
        self._runner.run(self._chat.aclose())
        self._runner.close()

    # Inside ---------------------------------------------------------------------------------------

    def _fields(self, spec: TuningSpec, *, training: str, validation: str | None) -> dict[str, Any]:
        """The request. Only OpenAI and Azure know `method`; the others have what came before it."""
        fields: dict[str, Any] = {"model": spec.model, "training_file": training}
        own = dict(spec.hyperparameters)
        if spec.method != "supervised" or self._provider.name in ("openai", "azure"):
            settings = {"hyperparameters": own} if own else {}
            fields["method"] = {"type": spec.method, spec.method: settings}
        elif own:
            fields["hyperparameters"] = own
        given = {
            "validation_file": validation, "suffix": spec.suffix or None, "seed": spec.seed,
            "metadata": dict(spec.metadata) or None,
            "integrations": [dict(one) for one in spec.integrations] or None,
        }  # fmt: skip
        return {
            **fields,
            **{name: value for name, value in given.items() if value is not None},
            **spec.extra,
        }

    def _jobs(self, *, limit: int = PAGE, most: int) -> list[Mapping[str, Any]]:
        return self._list(
            lambda client, page: client.fine_tuning.jobs.with_raw_response.list(**page),
            absent=_no_jobs,
            limit=limit,
            most=most,
        )

    def _one(
        self, send: Send, fields: Mapping[str, Any] = MappingProxyType({}), *, absent: Absent
    ) -> Mapping[str, Any]:
        return self._run(
            self._objects.one(
                lambda client: _if_open(send(client), self.endpoint), fields, absent=absent
            )
        )

    def _list(
        self,
        send: SendPage,
        *,
        absent: Absent,
        limit: int = PAGE,
        most: int | None = None,
        until: str = "",
    ) -> list[Mapping[str, Any]]:
        """The items of a list, up to the one named `until`."""

        async def take() -> list[Mapping[str, Any]]:
            found: list[Mapping[str, Any]] = []
            items = self._objects.each(
                lambda client, page: _if_open(send(client, page), self.endpoint),
                absent=absent,
                limit=limit,
                most=most,
            )
            async for one in items:
                if until and name_of(one) == until:
                    break
                found.append(one)
            return found

        return self._run(take())

    def _run(self, asking: Coroutine[Any, Any, T]) -> T:
        try:
            return self._runner.run(asking)
        except Refused as error:
            raise Misconfigured(str(error)) from error


async def _if_open(asking: Awaitable[Answer], endpoint: str) -> Answer:
    """The answer, unless the provider starts no jobs any more."""
    import openai

    try:
        return await asking
    except openai.PermissionDeniedError as exc:
        if exc.code != CLOSED:
            raise
        raise ProviderRefuses(
            f"{endpoint} lets this key start no tuning job ({CLOSED}). {WAYS_LEFT}"
        ) from None


# Reading --------------------------------------------------------------------------------------------


def _job(told: Mapping[str, Any]) -> TuningJob:
    error = string(get(told.get("error"), "message"))
    method = told.get("method")
    settings = get(get(method, string(get(method, "type"))), "hyperparameters")
    tokens = told.get("trained_tokens")
    files = told.get("result_files")
    return TuningJob(
        id=id_of(told),
        status=string(told.get("status")) or "unknown",
        model=string(told.get("model")),
        tuned_model=string(told.get("fine_tuned_model")),
        created_at=_iso(told.get("created_at")),
        finished_at=_iso(told.get("finished_at")),
        estimated_finish=_iso(told.get("estimated_finish")),
        trained_tokens=tokens if isinstance(tokens, int) else None,
        error=error,
        hyperparameters=_object_of(settings) or _object_of(told.get("hyperparameters")),
        # Plain ids; the files themselves in the interface that came before this one.
        result_files=[
            one if isinstance(one, str) else string(get(one, "id"))
            for one in (files if isinstance(files, list) else [])
        ],
        raw=told,
    )


def _event(told: Mapping[str, Any]) -> TuningEvent:
    return TuningEvent(
        id=name_of(told),
        created_at=_iso(told.get("created_at")),
        message=string(told.get("message")),
        level=string(told.get("level")) or "info",
        type=string(told.get("type")) or "message",
        data=_object_of(told.get("data")),
    )


def _checkpoint(told: Mapping[str, Any]) -> Checkpoint:
    metrics = _object_of(told.get("metrics"))
    step = told.get("step_number", metrics.get("step"))
    return Checkpoint(
        id=string(told.get("id")),
        step=int(step) if isinstance(step, (int, float)) else 0,
        tuned_model=string(told.get("fine_tuned_model_checkpoint")),
        metrics={
            name: float(value)
            for name, value in metrics.items()
            if isinstance(value, (int, float)) and not isinstance(value, bool)
        },
        created_at=_iso(told.get("created_at")),
    )


def _opened(path: Path, *, marked: bool) -> IO[bytes]:
    """A training file as it is sent: with a byte order mark before it, where it has none and needs one."""
    file = path.open("rb")
    if not marked or file.read(len(BOM)) == BOM:
        file.seek(0)
        return file
    file.seek(0)
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - closed by whoever sends it
    with file:
        copy.write(BOM)
        shutil.copyfileobj(file, copy)
    copy.seek(0)
    return copy


def _no_jobs(said: str) -> ProviderRefuses:
    return ProviderRefuses(
        f"{said} has no tuning jobs: check --base-url; most servers have none, and --backend local "
        "needs none"
    )


def _no_files(said: str) -> ProviderRefuses:
    return ProviderRefuses(f"{said} takes no files: check --base-url; most servers tune no models")


def _iso(seconds: object) -> str:
    """ISO 8601 of seconds since the epoch; empty where there are none."""
    if not isinstance(seconds, (int, float)) or isinstance(seconds, bool):
        return ""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return ""


def _day(told: object) -> date | None:
    """A day, told as seconds since the epoch or as text."""
    text = _iso(told) or (told if isinstance(told, str) else "")
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _is_setting(value: object) -> bool:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value > 0
    return value == AUTO


def _object_of(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
