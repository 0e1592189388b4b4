"""Every error raised on purpose, named for what the caller should do next.

    LoremillError                 exit
    ├── Misconfigured             2   change an option, a file or a setting, then run again
    │   ├── BadTemplate           2   mend the prompt file that is named
    │   └── StoreError            2   mend or move the workspace file that is named
    ├── SourceError               5   an article cannot be had
    │   ├── PageNotFound          5   ask for another title
    │   └── SourceUnavailable     5   wait, or look at the network
    ├── ProviderRefuses           4   mend the key, the quota or the model name
    ├── CallError                 1   one call did not give a reply
    │   ├── RateLimited           1   wait, then ask again
    │   ├── Transient             1   ask again
    │   └── Refused               1   record and go on: this request will not be answered
    └── Stopped                   3   run the same command again to go on

Exit code 0 means that everything planned was done; see `ExitCode`.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the command line returns, and what a script may rely on."""

    OK = 0
    INCOMPLETE = 1
    """Finished, but some sections failed or are partial; the manifest names them."""
    USAGE = 2
    STOPPED = 3
    """Stopped by an interrupt, a budget or a deadline; the same command goes on from there."""
    PROVIDER = 4
    SOURCE = 5


class LoremillError(Exception):
    """Base of all errors raised on purpose. `str(error)` is fit to be shown to a user."""

    exit_code: ExitCode = ExitCode.INCOMPLETE


class Misconfigured(LoremillError):
    """An option, a file or a setting is wrong; nothing was called."""

    exit_code = ExitCode.USAGE


class BadTemplate(Misconfigured):
    """A prompt file cannot be used as it is."""


class StoreError(Misconfigured):
    """The workspace file cannot be read or written."""


class SourceError(LoremillError):
    """An article cannot be had."""

    exit_code = ExitCode.SOURCE


class PageNotFound(SourceError):
    """The source answered, and there is no article by this title."""


class SourceUnavailable(SourceError):
    """The source did not answer, or not in a way that can be used."""


class ProviderRefuses(LoremillError):
    """The endpoint refuses every call: wrong key, no quota, no such model, no such endpoint."""

    exit_code = ExitCode.PROVIDER


class CallError(LoremillError):
    """One call did not give a reply."""

    reason: str = "failed"

    def __init__(self, message: str, *, reason: str | None = None, body: str | None = None) -> None:
        super().__init__(message)
        if reason is not None:
            self.reason = reason
        self.body = body
        """What came back, raw, where anything did: it may have been paid for."""


class RateLimited(CallError):
    """The endpoint asks for a slower pace."""

    reason = "rate_limited"

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        """Seconds to wait as the endpoint says, None where it does not."""


class Transient(CallError):
    """Asking again may help: a timeout, a reset, a 5xx, an unreadable body."""

    reason = "transient"


class Refused(CallError):
    """This request will not be answered, others may be."""

    reason = "refused"


class Stopped(LoremillError):
    """A run ended early on purpose; what was paid for is stored."""

    exit_code = ExitCode.STOPPED
