from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from generator.errors import Misconfigured
from generator.telling import notify
from generator.telling.notify import CannotTell, check, tell

KEY = "sk-never-to-be-told"
ENVIRON = {"PATH": "/usr/bin:/bin", "OPENAI_API_KEY": KEY}
SUMMARY = {"exit_code": 1, "folder": "outputs/münze", "pairs": {"kept": 12}, "error": f"with {KEY}"}


class Hook:
    """An address that takes one POST and answers with a status."""

    def __init__(self, status=200, headers=None):
        self.bodies, self.headers = [], []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                hook.headers.append(dict(self.headers))
                hook.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook?token=secret"

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def test_an_address_gets_one_post_with_the_summary_and_no_key():
    with Hook() as hook:
        tell(hook.url, SUMMARY, environ=ENVIRON)
    assert len(hook.bodies) == 1
    assert hook.headers[0]["Content-Type"].startswith("application/json")
    told = json.loads(hook.bodies[0])
    assert told["folder"] == "outputs/münze"
    assert KEY not in hook.bodies[0].decode() + str(hook.headers)


@pytest.mark.parametrize("status", [404, 500])
def test_an_address_that_answers_badly_is_said_without_its_token(status):
    with Hook(status) as hook, pytest.raises(CannotTell, match=str(status)) as raised:
        tell(hook.url, SUMMARY, environ=ENVIRON)
    assert "secret" not in str(raised.value)


def test_a_redirect_is_not_followed():
    with Hook() as other:
        headers = {"Location": other.url}
        with Hook(307, headers) as hook, pytest.raises(CannotTell, match="307"):
            tell(hook.url, SUMMARY, environ=ENVIRON)
    assert not other.bodies


def test_nobody_at_an_address_is_said():
    with pytest.raises(CannotTell, match=r"127\.0\.0\.1"):
        tell("http://127.0.0.1:9/x?token=secret", SUMMARY, environ=ENVIRON)


def test_an_address_that_never_answers_is_left_in_time(monkeypatch):
    monkeypatch.setattr(notify, "URL_TIMEOUT_S", 0.3)
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as silent:
        url = f"http://127.0.0.1:{silent.server_address[1]}/"
        with pytest.raises(CannotTell, match=r"did not answer|cannot be reached|could not"):
            tell(url, SUMMARY, environ=ENVIRON)


def test_a_command_gets_the_summary_on_standard_input_and_in_variables(tmp_path):
    file = tmp_path / "told"
    tell(
        f'(cat; echo; echo "$LOREMILL_EXIT_CODE $LOREMILL_PAIRS $LOREMILL_FOLDER"; env) > {file}',
        SUMMARY,
        environ=ENVIRON,
    )
    text = file.read_text(encoding="utf-8")
    first, second, *_ = text.splitlines()
    assert json.loads(first)["exit_code"] == 1
    assert second == "1 12 outputs/münze"
    assert KEY not in text
    assert "OPENAI_API_KEY" not in text


@pytest.mark.parametrize(("command", "said"), [("exit 3", "3"), ("no-such-command-here", "127")])
def test_a_command_that_fails_is_said(command, said, capfd):
    with pytest.raises(CannotTell, match=said):
        tell(command, SUMMARY, environ=ENVIRON)


def test_a_command_that_reads_nothing_is_fine():
    tell("true", {**SUMMARY, "error": "x" * 1_000_000}, environ=ENVIRON)


def test_a_command_that_hangs_is_ended_with_all_that_it_started(monkeypatch, tmp_path):
    monkeypatch.setattr(notify, "COMMAND_TIMEOUT_S", 0.3)
    mark = tmp_path / "mark"
    with pytest.raises(CannotTell, match="more than"):
        tell(f"(sleep 1; touch {mark}) & sleep 60", SUMMARY, environ=ENVIRON)
    threading.Event().wait(1.2)
    assert not mark.exists()


@pytest.mark.parametrize(
    "target", ["", "  ", "ftp://host/x", "file:///etc/passwd", "http://", "HTTPS://"]
)
def test_what_is_neither_a_command_nor_an_address_is_refused(target):
    with pytest.raises(Misconfigured, match="--notify"):
        check(target)


@pytest.mark.parametrize(
    "target", ["https://host/x", "http://[::1]:80/", "mail -s done me", "./x.sh"]
)
def test_commands_and_addresses_are_taken(target):
    check(target)
