"""A Hugging Face Hub on loopback that takes what is pushed to it."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(kw_only=True)
class Hub:
    """What the hub was sent."""

    url: str = ""
    status: int = 200
    """What every request is answered with."""
    tokens: set[str] = field(default_factory=set)
    made: list[dict[str, Any]] = field(default_factory=list)
    """Requests to make a repository."""
    paths: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    """Of the commits."""

    def answer(self, path: str, body: bytes) -> dict[str, Any]:
        """What the hub says to a request."""
        self.paths.append(path)
        if path == "/api/repos/create":
            self.made.append(json.loads(body))
            return {"url": f"{self.url}/datasets/ada/mills"}
        if path == "/api/validate-yaml":
            return {"errors": [], "warnings": []}
        if "/preupload/" in path:
            asked = json.loads(body)["files"]
            return {
                "files": [
                    {"path": one["path"], "uploadMode": "regular", "shouldIgnore": False}
                    for one in asked
                ]
            }
        if "/commit/" in path:
            for line in map(json.loads, body.splitlines()):
                if line["key"] == "file":
                    content = line["value"]["content"]
                    self.files[line["value"]["path"]] = base64.b64decode(content)
            return {"commitUrl": f"{self.url}/datasets/ada/mills/commit/1", "commitOid": "1"}
        return {"sha": "0" * 40, "id": "ada/mills", "siblings": []}


@contextmanager
def serve_hub() -> Iterator[Hub]:
    """The hub, while the block lasts."""
    hub = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            hub.tokens.add(self.headers.get("authorization", ""))
            told = hub.answer(self.path.partition("?")[0], body) if hub.status == 200 else {}
            data = json.dumps(told).encode()
            self.send_response(hub.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
