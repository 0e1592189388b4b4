"""Files of the fake chat server, and what goes wrong on the way to it; batches and tuning jobs share them."""

from __future__ import annotations

import email.parser
import email.policy
import json
import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.answers import Answer, refuse

PAGE = 20
"""Items per page of a list where the client does not say."""
CREATED_AT = 1763683200

_ID = re.compile(r"/(?:file-|ftjob-|batch_)\w+")


@dataclass(kw_only=True)
class Troubles:
    """What goes wrong with requests, by place: `POST /v1/files`, `GET /v1/fine_tuning/jobs/ID/events`."""

    loses: Counter[str] = field(default_factory=Counter)
    """Place -> how many answers to it are lost after the deed was done."""
    delays: dict[str, float] = field(default_factory=dict)
    """Place -> seconds between the deed and the answer."""
    fails: Counter[str] = field(default_factory=Counter)
    """Place -> how many of them are answered with 500, and not done."""
    busy: Counter[str] = field(default_factory=Counter)
    """Place -> how many of them are answered with 429, and not done."""
    retry_after: str = "1"
    """Seconds that those 429 ask for."""

    def delay_s(self, method: str, path: str) -> float:
        """Seconds until the answer to a request is sent."""
        return self.delays.get(place_of(method, path), 0.0)

    def around(self, place: str, do: Callable[[], Answer]) -> Answer:
        """The answer to a request, and the deed, unless something goes wrong."""
        if _takes_one(self.fails, place):
            return refuse(500, message="something broke")
        if _takes_one(self.busy, place):
            wait = {"retry-after": self.retry_after}
            return refuse(429, code="rate_limit_exceeded", message="too many", headers=wait)
        done = do()
        return Answer(delivery="reset") if _takes_one(self.loses, place) else done


@dataclass(kw_only=True)
class StoredFile:
    """One file."""

    id: str
    name: str
    purpose: str
    data: bytes
    looks_left: int = 0
    """So often it is looked at before it has been processed."""
    error: str = ""
    """Why it cannot be used, once it has been processed."""

    @property
    def status(self) -> str:
        """How far it is."""
        if self.looks_left > 0:
            return "pending"
        return "error" if self.error else "processed"

    def describe(self) -> dict[str, Any]:
        """The file as the interface tells of it."""
        return {
            "id": self.id, "object": "file", "bytes": len(self.data), "created_at": CREATED_AT,
            "filename": self.name, "purpose": self.purpose, "status": self.status,
            "status_details": self.error or None,
        }  # fmt: skip


class Files:
    """The files of one server."""

    def __init__(self, stats: Any) -> None:
        """`stats` counts uploads."""
        self.stored: dict[str, StoredFile] = {}
        self.new_for_tuning: Callable[[], tuple[int, str]] = lambda: (0, "")
        """Looks at a new file until it has been processed, and why it cannot be used then, if so."""
        self._stats = stats
        self._number = 0

    def do(
        self,
        method: str,
        parts: list[str],
        query: dict[str, str],
        head: dict[str, str],
        body: bytes,
    ) -> Answer:
        """The answer to a request below `/v1/files`, after what it asks for was done."""
        match (method, *parts):
            case ("POST",):
                return self._upload(head, body)
            case ("GET",):
                return listed([file.describe() for file in self.stored.values()], query)
            case ("GET", id, "content") if id in self.stored:
                data = self.stored[id].data
                return Answer(body=data, content_type="application/octet-stream")
            case ("GET", id) if id in self.stored:
                self.stored[id].looks_left -= 1
                return in_json(self.stored[id].describe())
            case ("DELETE", id) if id in self.stored:
                del self.stored[id]
                return in_json({"id": id, "object": "file", "deleted": True})
        return refuse(404, message=f"No such File object: {'/'.join(parts)}")

    def keep(self, name: str, data: bytes, *, purpose: str) -> StoredFile:
        """A file of the server's own, or one that was sent."""
        self._number += 1
        file = StoredFile(id=f"file-{self._number}", name=name, purpose=purpose, data=data)
        self.stored[file.id] = file
        return file

    def _upload(self, head: dict[str, str], body: bytes) -> Answer:
        parts = _multipart(head, body)
        if "file" not in parts:
            return refuse(400, param="file", message="'file' is a required property")
        name, data = parts["file"]
        file = self.keep(name, data, purpose=parts.get("purpose", ("", b""))[1].decode())
        if file.purpose == "fine-tune":
            file.looks_left, file.error = self.new_for_tuning()
        self._stats.files += 1
        return in_json(file.describe())


def place_of(method: str, path: str) -> str:
    """A request's place: method and path without the query, ids as `ID`."""
    return f"{method} {_ID.sub('/ID', path.partition('?')[0])}"


def in_json(value: object) -> Answer:
    """A good answer."""
    return Answer(body=json.dumps(value).encode())


def listed(
    items: Collection[dict[str, Any]], query: dict[str, str], *, most: int | None = None
) -> Answer:
    """A page of items, behind the one that `after` names; `most` of them, whatever is asked for."""
    ids = [item["id"] for item in items]
    start = ids.index(query["after"]) + 1 if query.get("after") in ids else 0
    size = min(int(query.get("limit", PAGE)), most or len(ids) + 1)
    page = list(items)[start : start + size]
    return in_json({"object": "list", "data": page, "has_more": start + size < len(ids)})


def _takes_one(counts: Counter[str], place: str) -> bool:
    is_left = counts[place] > 0
    counts[place] -= is_left
    return is_left


def _multipart(headers: dict[str, str], body: bytes) -> dict[str, tuple[str, bytes]]:
    """Name of a part -> its file name and content."""
    kind = headers.get("content-type", "")
    whole = f"Content-Type: {kind}\r\n\r\n".encode() + body
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(whole)
    found = {}
    for part in message.iter_parts():
        name = re.search(r'name="([^"]*)"', str(part["content-disposition"]))
        if name:
            found[name[1]] = (part.get_filename() or "", part.get_payload(decode=True) or b"")
    return found
