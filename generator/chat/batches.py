"""What an endpoint with a Batch API can be asked: files of calls up, files of replies down."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from generator.errors import ProviderRefuses
from generator.records import Call, Usage

NO_ROOM = frozenset({"token_limit_exceeded", "enqueued_token_limit_exceeded"})
"""Codes that mean that too many tokens wait in the endpoint's queue for this model already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteBatch:
    """A batch as the endpoint tells of it."""

    id: str
    status: str
    """`validating`, `in_progress`, `finalizing`, `completed`, `failed`, `expired`, `cancelling`,
    `cancelled`; any other is taken for one that goes on."""
    name: str = ""
    """Our own id in its metadata; empty where it is not ours."""
    output_file: str = ""
    error_file: str = ""
    total: int = 0
    completed: int = 0
    failed: int = 0
    problem: str = ""
    """Why it failed as a whole, for people."""
    problem_code: str = ""

    @property
    def has_no_room(self) -> bool:
        """True where it was turned away because of what waits already: later, or less, may do."""
        return self.status == "failed" and self.problem_code in NO_ROOM


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A line of a file that holds a reply."""

    call: str
    """Digest of the call, as far as the line can be believed."""
    body: str
    """The response body; what `message_text` reads."""
    finish_reason: str
    usage: Usage
    """Where it is an estimate, it has no prompt tokens: the line does not hold the prompt."""
    served_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A line of a file that says why there is no reply."""

    call: str
    reason: str
    """A word to count by."""
    detail: str
    body: str
    may_help_again: bool
    """True where asking again may help."""
    refusal: ProviderRefuses | None = None
    """What it means where no call will be answered until something is mended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A line of a file that is neither."""

    excerpt: str = field(default="", repr=False)


Line = Answered | Unanswered | Unreadable


class BatchEndpoint(Protocol):
    """An endpoint that takes calls by the file. Each method is one attempt, but for paging.

    All raise as `ChatModel.complete` does; `Refused` with the reason `gone` where the file or batch
    that is named is not there.
    """

    def request_line(self, call: Call) -> bytes:
        """The line that asks for a call: the same fields as in a single request."""
        ...

    async def upload(self, path: Path) -> str:
        """Send a file, under its own name; returns the id that it got."""
        ...

    async def find_file(self, name: str) -> str:
        """The id of an uploaded file of this name; empty where there is none."""
        ...

    async def create(self, file: str, *, name: str) -> RemoteBatch:
        """Have an uploaded file worked on."""
        ...

    async def find(self, name: str) -> list[RemoteBatch]:
        """Batches that bear our id, newest first as the endpoint lists them."""
        ...

    async def look(self, id: str) -> RemoteBatch:
        """How far a batch has come."""
        ...

    async def cancel(self, id: str) -> RemoteBatch:
        """Have a batch ended; what it has done by then is kept, and paid for."""
        ...

    async def download(self, file: str, path: Path) -> None:
        """Fetch a file; `path` is there when all of it is."""
        ...

    async def read_line(self, line: bytes) -> Line:
        """What one line of a downloaded file says. Never raises."""
        ...
