"""Batches of the fake chat server: every request in a file is answered by the same script."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl

from tests.fakes.answers import Answer, Asked, refuse
from tests.fakes.files import Files, StoredFile, Troubles, in_json, listed, place_of

LATER = {"expired": "batch_expired", "cancelled": "batch_cancelled"}


@dataclass(frozen=True, kw_only=True)
class Fate:
    """How a batch goes; the nth batch has the nth fate, later ones the plain one."""

    looks: int = 1
    """So often it is looked at before it is over."""
    ends: Literal["completed", "expired", "cancelled", "failed"] = "completed"
    share: float = 1.0
    """Of the requests that are made before it ends."""
    code: str = ""
    """Why it failed."""
    noise: bool = False
    """Puts lines into the output that cannot be read, belong to nobody, or come twice."""
    drops_output: bool = False
    """Has no output file, as if it had been lost."""


@dataclass(kw_only=True)
class BatchSettings(Troubles):
    """What the endpoint takes, and what goes wrong on the way."""

    is_there: bool = True
    """Without, every path of it is a 404."""
    fates: list[Fate] = field(default_factory=list)
    queue_tokens: int | None = None
    """More tokens of prompts at once fail a batch with `token_limit_exceeded`."""
    max_requests: int = 50_000
    max_bytes: int = 200_000_000


@dataclass(kw_only=True)
class _Batch:
    id: str
    input: StoredFile
    metadata: Any
    fate: Fate
    status: str = "validating"
    looks: int = 0
    output: str | None = None
    errors: str | None = None
    code: str = ""
    completed: int = 0
    failed: int = 0
    lines: list[dict[str, Any]] = field(default_factory=list)

    def describe(self) -> dict[str, Any]:
        problem = {"code": self.code, "message": f"The batch was refused: {self.code}"}
        return {
            "id": self.id, "object": "batch", "endpoint": "/v1/chat/completions",
            "errors": {"object": "list", "data": [problem]} if self.code else None,
            "input_file_id": self.input.id, "completion_window": "24h", "status": self.status,
            "output_file_id": self.output, "error_file_id": self.errors, "created_at": 1763683200,
            "request_counts": {
                "total": len(self.lines), "completed": self.completed, "failed": self.failed,
            },
            "metadata": self.metadata,
        }  # fmt: skip


class BatchDesk:
    """The batches of one server, and the way to its files."""

    def __init__(
        self,
        settings: BatchSettings,
        *,
        choose: Callable[[Asked], Answer],
        stats: Any,
        files: Files,
    ) -> None:
        """`choose` answers one request of a file; `stats` counts what was made and paid."""
        self.settings = settings
        self._choose = choose
        self._stats = stats
        self._files = files
        self._batches: dict[str, _Batch] = {}
        self._number = 0

    def knows(self, path: str) -> bool:
        """Whether a path is one of ours."""
        return self.settings.is_there and path.startswith(("/v1/files", "/v1/batches"))

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """The answer to a request, after what it asks for was done."""
        bare, _, query = path.partition("?")
        parts, asked = bare.split("/")[2:], dict(parse_qsl(query))
        return self.settings.around(
            place_of(method, path), lambda: self._do(method, parts, asked, headers, body)
        )

    def _do(
        self,
        method: str,
        parts: list[str],
        query: dict[str, str],
        headers: dict[str, str],
        body: bytes,
    ) -> Answer:
        match (method, *parts):
            case (_, "files", *rest):
                return self._files.do(method, rest, query, headers, body)
            case ("POST", "batches"):
                return self._create(json.loads(body))
            case ("GET", "batches"):
                newest_first = [batch.describe() for batch in self._batches.values()][::-1]
                return listed(newest_first, query)
            case ("GET", "batches", id) if id in self._batches:
                return in_json(self._look(self._batches[id]).describe())
            case ("POST", "batches", id, "cancel") if id in self._batches:
                return self._cancel(self._batches[id])
        return refuse(404, message=f"No such object: {'/'.join(parts)}")

    def _id(self, kind: str) -> str:
        self._number += 1
        return f"{kind}{self._number}"

    def _create(self, asked: dict[str, Any]) -> Answer:
        if asked.get("input_file_id") not in self._files.stored:
            return refuse(400, param="input_file_id", message="no such file")
        fates = self.settings.fates
        batch = _Batch(
            id=self._id("batch_"),
            input=self._files.stored[asked["input_file_id"]],
            metadata=asked.get("metadata"),
            fate=fates[self._stats.batches] if self._stats.batches < len(fates) else Fate(),
        )
        self._stats.batches += 1
        batch.code = batch.fate.code or self._validate(batch)
        self._batches[batch.id] = batch
        return in_json(batch.describe())

    def _validate(self, batch: _Batch) -> str:
        data = batch.input.data
        if len(data) > self.settings.max_bytes:
            return "file_too_large"
        try:
            batch.lines = [json.loads(line) for line in data.decode().splitlines()]
        except ValueError:
            return "invalid_json_line"
        if len(batch.lines) > self.settings.max_requests:
            return "too_many_tasks"
        if len({line["custom_id"] for line in batch.lines}) < len(batch.lines):
            return "duplicate_custom_id"
        if len({line["body"]["model"] for line in batch.lines}) > 1:
            return "mismatched_model"
        waiting = [b for b in self._batches.values() if b.status in ("validating", "in_progress")]
        tokens = sum(_tokens(one) for one in (batch, *waiting))
        most = self.settings.queue_tokens
        return "token_limit_exceeded" if most is not None and tokens > most else ""

    def _look(self, batch: _Batch) -> _Batch:
        if batch.status not in ("validating", "in_progress", "cancelling"):
            return batch
        batch.looks += 1
        if batch.code:
            batch.status = "failed"
        elif batch.status == "cancelling":
            self._end(batch, "cancelled", batch.fate.share)
        elif batch.looks >= batch.fate.looks:
            self._end(batch, batch.fate.ends, batch.fate.share)
        else:
            batch.status = "in_progress"
        return batch

    def _cancel(self, batch: _Batch) -> Answer:
        if batch.status not in ("validating", "in_progress"):
            return refuse(400, message=f"Cannot cancel a batch that is {batch.status}")
        batch.status = "cancelling"
        return in_json(batch.describe())

    def _end(self, batch: _Batch, how: str, share: float) -> None:
        """Make the requests that are made, and write the files, in another order."""
        made = round(len(batch.lines) * share)
        output: list[str] = []
        errors: list[str] = []
        for line in batch.lines[:made]:
            asked = Asked(body=line["body"])
            self._stats.batch_requests += 1
            answer = self._choose(asked)
            is_good = answer.status == 200 and answer.delivery in ("whole", "slow")
            status = answer.status if answer.delivery in ("whole", "slow") else 500
            body = _body(answer) if status != 500 else {"error": {"message": "it broke"}}
            response = {"status_code": status, "request_id": self._id("req_"), "body": body}
            (output if is_good else errors).append(
                json.dumps({"id": self._id("r"), "custom_id": line["custom_id"],
                            "response": response, "error": None}, ensure_ascii=False)
            )  # fmt: skip
        for line in batch.lines[made:]:
            error = {"code": LATER.get(how, "batch_expired"), "message": "not made in time"}
            errors.append(json.dumps({"id": self._id("r"), "custom_id": line["custom_id"],
                                      "response": None, "error": error}))  # fmt: skip
        batch.completed, batch.failed = len(output), len(errors)
        if batch.fate.noise and output:
            output = [output[0], "not JSON", '{"custom_id": "nobody"}', *output, output[0][:40]]
        if output and not batch.fate.drops_output:
            batch.output = self._keep(f"{batch.id}_output.jsonl", output[::-1])
        if errors:
            batch.errors = self._keep(f"{batch.id}_error.jsonl", errors[::-1])
        batch.status = how

    def _keep(self, name: str, lines: list[str]) -> str:
        data = ("\n".join(lines) + "\n").encode("utf-8", "replace")
        return self._files.keep(name, data, purpose="batch_output").id


def _tokens(batch: _Batch) -> int:
    return sum(len(Asked(body=line["body"]).prompt.encode()) // 4 for line in batch.lines)


def _body(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except ValueError:
        return answer.body.decode("utf-8", "replace")
