"""A small HTTP server that answers as a test tells it, for what no real wiki can be brought to say."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

SITEINFO = {
    "query": {
        "general": {
            "generator": "MediaWiki 1.44.0",
            "sitename": "Paper wiki",
            "lang": "de",
            "server": "//paper.example",
            "script": "/w/index.php",
        },
        "rightsinfo": {"text": "Paper licence", "url": "https://paper.example/licence"},
    }
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as the server saw it."""

    path: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Says:
    """What the server is to answer; a body that is not bytes is sent as JSON."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Script = Callable[[Asked], Says]


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where it listens, and what it was asked."""

    url: str
    asked: list[Asked]


def wiki_that(answer: Script) -> Script:
    """A wiki at /w/api.php that introduces itself; all else is up to the test."""

    def script(asked: Asked) -> Says:
        if asked.parameters.get("meta") == "siteinfo":
            found = asked.path == "/w/api.php"
            return Says(body=SITEINFO) if found else Says(status=404)
        return answer(asked)

    return script


@contextmanager
def serve(script: Script) -> Iterator[Server]:
    """Answer by a script on a free port of the loopback."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _answer(self, query: str) -> None:
            parameters = dict(parse_qsl(query, keep_blank_values=True))
            request = Asked(
                path=urlsplit(self.path).path, parameters=parameters, headers=dict(self.headers)
            )
            asked.append(request)
            says = script(request)
            body = says.body if isinstance(says.body, bytes) else json.dumps(says.body).encode()
            self.send_response(says.status)
            for name, value in {"Content-Length": str(len(body)), **says.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield Server(url=f"http://127.0.0.1:{server.server_address[1]}", asked=asked)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
