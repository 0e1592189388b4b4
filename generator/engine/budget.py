"""What a run may spend: the worst case of every attempt is set aside before it is sent.

What is set aside is settled with the usage that the reply tells. It is given back only where nothing
can have been billed: a 429, another refusal, a connection that never came about. An attempt whose
outcome is unknown (a timeout, a reset, a body that was cut, a 5xx from some gateway) may have been
billed, so its worst case stays set aside for the rest of the run, and so does that of a reply without
a count of tokens. Hence no run can spend more than its budget, whatever happens on the way.
"""

from __future__ import annotations

import asyncio
import math
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from generator.errors import (
    CallError,
    Misconfigured,
    ProviderRefuses,
    RateLimited,
    Refused,
    Stopped,
)
from generator.records import Call, Usage

TOKENS_OF_A_MESSAGE = 32
TOKENS_OF_A_TEMPLATE = 256
"""Added by a server around the messages: marks of roles, a date, a default system prompt. Chosen
generously; beside the bytes of a prompt they hardly count."""
NANO = 10**9
"""Money is counted in whole billionths, rounded up, so that a million calls add up exactly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What attempts cost, or may cost."""

    nano: int = 0
    """Billionths of the price list's currency."""
    tokens: int = 0
    """Of prompts and replies together."""
    calls: int = 0

    def __add__(self, other: Spending) -> Spending:
        return Spending(
            nano=self.nano + other.nano,
            tokens=self.tokens + other.tokens,
            calls=self.calls + other.calls,
        )

    def __sub__(self, other: Spending) -> Spending:
        return Spending(
            nano=self.nano - other.nano,
            tokens=self.tokens - other.tokens,
            calls=self.calls - other.calls,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The most that a run may spend; None for no bound."""

    money: float | None = None
    """In the currency of the price list."""
    tokens: int | None = None
    calls: int | None = None

    @property
    def is_set(self) -> bool:
        """Whether anything is bounded."""
        return self.counts_tokens or self.calls is not None

    @property
    def counts_tokens(self) -> bool:
        """Whether the length of a reply matters."""
        return self.money is not None or self.tokens is not None

    def allow(self, spending: Spending) -> bool:
        """Whether so much may be spent."""
        return (
            (self.money is None or spending.nano <= self.money * NANO)
            and (self.tokens is None or spending.tokens <= self.tokens)
            and (self.calls is None or spending.calls <= self.calls)
        )


@dataclass(slots=True)
class Reservation:
    """What is set aside for one attempt."""

    usage: Usage | None = None
    """To be filled in as soon as the reply tells."""


class Budget:
    """The ledger of one run: `spent` and `reserved` together never exceed the caps."""

    def __init__(self, caps: Caps, price: Callable[[Usage], float | None]) -> None:
        """`price` tells what tokens cost, None for unknown; asked only where money is bounded."""
        self.caps = caps
        self._price = price
        self._in_flight = 0
        self._settled = asyncio.Event()
        self.spent = Spending()
        """By replies."""
        self.reserved = Spending()
        """For attempts in flight, and for those whose outcome is unknown."""

    @asynccontextmanager
    async def reserve(self, call: Call) -> AsyncIterator[Reservation]:
        """Set the worst case of an attempt aside while it lasts; waits for others to settle if need be.

        Raises:
            Stopped: it does not fit, and no attempt is in flight that could give anything back.
            Misconfigured: there is no worst case, as the reply has no bound or tokens no price.
        """
        worst = self._worst(call)
        while not self.caps.allow(self.spent + self.reserved + worst):
            if not self._in_flight:
                raise Stopped(self._why())
            await self._settled.wait()
        self.reserved += worst
        self._in_flight += 1
        reservation = Reservation()
        try:
            yield reservation
        except BaseException as error:
            self._settle(worst, Spending() if is_free(error) else None)
            raise
        else:
            self._settle(worst, self._actual(reservation.usage))

    def hold(self, call: Call, *, share: float) -> Spending | None:
        """Set the worst case of a call in a batch aside, at a share of its price; None if it does not fit.

        Stays so until `settle`.
        """
        worst = _scaled(self._worst(call), share)
        if not self.caps.allow(self.spent + self.reserved + worst):
            return None
        self.reserved += worst
        return worst

    def cost(self, usage: Usage, *, share: float) -> Spending:
        """What a reply in a batch cost, in what is bounded."""
        return _scaled(self._cost(usage), share)

    def settle(self, held: Spending, spent: Spending) -> None:
        """Replace what was held by what was spent."""
        self.reserved -= held
        self.spent += spent

    def _settle(self, worst: Spending, actual: Spending | None) -> None:
        """`actual` is None where that is not known: then the worst case stays set aside."""
        if actual is not None:
            self.reserved -= worst
            self.spent += actual
        self._in_flight -= 1
        self._settled.set()
        self._settled = asyncio.Event()

    def _worst(self, call: Call) -> Spending:
        most = call.parameters.get("max_tokens")
        if not self.caps.counts_tokens:
            return Spending(calls=1)
        if not isinstance(most, int):
            raise Misconfigured(
                "a budget needs a bound on every reply: set max_tokens in the [model] table of the "
                "prompt file"
            )
        return self._cost(Usage(prompt_tokens=most_prompt_tokens(call), completion_tokens=most))

    def _actual(self, usage: Usage | None) -> Spending | None:
        if not self.caps.counts_tokens:
            return Spending(calls=1)
        # A count of nothing comes from servers that count one way only.
        is_told = usage is not None and not usage.is_estimate
        if usage is None or not is_told or not usage.prompt_tokens or not usage.completion_tokens:
            return None
        return self._cost(usage)

    def _cost(self, usage: Usage) -> Spending:
        amount = 0.0 if self.caps.money is None else self._price(usage)
        if amount is None:
            raise Misconfigured("the price of this model is not known; give a --token-budget")
        return Spending(
            nano=math.ceil(amount * NANO),
            tokens=usage.prompt_tokens + usage.completion_tokens,
            calls=1,
        )

    def _why(self) -> str:
        return f"the next call might not fit into the budget: {'; '.join(self._parts())}"

    def _parts(self) -> Iterator[str]:
        caps, spent, held = self.caps, self.spent, self.reserved
        if caps.money is not None:
            yield (
                f"{spent.nano / NANO:,.4f} of {caps.money:,g} spent, "
                f"{held.nano / NANO:,.4f} held for calls of unknown outcome"
            )
        if caps.tokens is not None:
            yield (
                f"{spent.tokens:,} of {caps.tokens:,} tokens spent, "
                f"{held.tokens:,} held for calls of unknown outcome"
            )
        if caps.calls is not None:
            yield f"{spent.calls + held.calls:,} of {caps.calls:,} calls made"


def _scaled(spending: Spending, share: float) -> Spending:
    return replace(spending, nano=math.ceil(spending.nano * share))


def most_prompt_tokens(call: Call) -> int:
    """A bound on the tokens of a prompt: no tokenizer makes more tokens of a text than it has bytes."""
    return TOKENS_OF_A_TEMPLATE + sum(
        TOKENS_OF_A_MESSAGE + len(message.content.encode("utf-8", "replace"))
        for message in call.messages
    )


def is_free(error: BaseException) -> bool:
    """Whether an attempt that ended so has certainly not been billed."""
    if isinstance(error, RateLimited | Refused | ProviderRefuses):
        return True
    if not isinstance(error, CallError):
        return False
    return error.reason == "dropped_parameter" or any(
        isinstance(cause, ConnectionRefusedError | socket.gaierror) for cause in _causes(error)
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            yield from (one for inner in cause.exceptions for one in _causes(inner))
        cause = cause.__cause__
