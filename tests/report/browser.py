"""A headless Chromium on a pipe, told what to do by the DevTools protocol; nothing but the standard library."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--hide-scrollbars",
    "--remote-debugging-pipe",
)  # fmt: skip
PATIENCE_S = 60
SETTLE_S = 0.05
"""For what a page does after it has loaded; its own timers stand still where scripts are off."""


class Tab:
    """One page; remembers what it asked the network for and what it complained of."""

    def __init__(self, send: int, receive: int) -> None:
        self._send, self._receive = send, receive
        self._unread = b""
        self._last = 0
        self._session = ""
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._loaded = False
        target = self.do("Target.createTarget", url="about:blank")["targetId"]
        attached = self.do("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "Audits"):
            self.do(f"{domain}.enable")

    def do(self, method: str, **parameters: Any) -> Any:
        """Send a command and wait for its result."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._send, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def open(self, url: str) -> None:
        """Load a page from the beginning and wait until it has loaded."""
        # Otherwise another fragment of the same page would be a jump, which loads nothing.
        self._go("about:blank")
        self.requests.clear()
        self.complaints.clear()
        self._go(url)
        time.sleep(SETTLE_S)
        self.run("0")

    def _go(self, url: str) -> None:
        self._loaded = False
        self.do("Page.navigate", url=url)
        while not self._loaded:
            self._read()

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        result = self.do(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"])
        return result["result"].get("value")

    def look(self, *, width: int, height: int, dark: bool = False) -> None:
        """Choose the window and the colour scheme."""
        self.do(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.do("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self, path: Path) -> None:
        """Save what can be seen."""
        data = self.do("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(data))

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            piece = os.read(self._receive, 1 << 16)
            if not piece:
                raise RuntimeError("Chromium has gone away")
            self._unread += piece
        text, self._unread = self._unread.split(b"\0", 1)
        message: dict[str, Any] = json.loads(text)
        self._take_in(message.get("method", ""), message.get("params", {}))
        return message

    def _take_in(self, event: str, told: dict[str, Any]) -> None:
        if event == "Page.loadEventFired":
            self._loaded = True
        elif event == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(str(told["exceptionDetails"]))
        elif event == "Runtime.consoleAPICalled":
            self.complaints.append(str(told["args"]))
        elif event == "Log.entryAdded":
            self.complaints.append(told["entry"]["text"])
        elif event == "Audits.issueAdded" and "Policy" in told["issue"]["code"]:
            self.complaints.append(json.dumps(told["issue"]))
        elif event == "Page.javascriptDialogOpening":
            self.complaints.append(f"dialog: {told['message']}")
            self._loaded = True


@contextmanager
def chromium(profile: Path) -> Iterator[Tab]:
    """A browser with a new profile; it ends with the block, or when it does not answer for long."""
    assert CHROMIUM is not None
    to_browser, from_browser = os.pipe(), os.pipe()
    fds = (to_browser[0], from_browser[1])
    # Chromium wants the pipe as 3 and 4, which Python may have given to something else.
    command = f'exec "$0" "$@" 3<&{fds[0]} 4>&{fds[1]}'
    process = subprocess.Popen(
        ["bash", "-c", command, CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
        pass_fds=fds, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    for fd in fds:
        os.close(fd)
    alarm = threading.Timer(PATIENCE_S, process.kill)
    alarm.start()
    try:
        yield Tab(to_browser[1], from_browser[0])
    finally:
        # Without its pipe it goes by itself, and tidies up; else the alarm ends it.
        os.close(to_browser[1])
        os.close(from_browser[0])
        process.wait()
        alarm.cancel()
