"""What calls cost under a configuration, and what a run may spend."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from generator.chat.prices import Price, PriceOverrides, price
from generator.config import BuildConfig
from generator.engine.budget import Budget, Caps
from generator.engine.deadline import Deadline, read_deadline
from generator.errors import Misconfigured
from generator.prompts import Template
from generator.records import Reply, Usage


def price_of(config: BuildConfig) -> Callable[[Reply], Price | None]:
    """What a reply cost under a configuration; None for unknown."""
    overrides = PriceOverrides(input=config.price_in, output=config.price_out)

    def of(reply: Reply) -> Price | None:
        return price(
            config.model,
            reply.usage,
            batch=reply.batch,
            overrides=overrides,
            base_url=config.base_url,
        )

    return of


def budget_of(
    config: BuildConfig, templates: Iterable[Template], *, also: Iterable[BuildConfig] = ()
) -> Budget:
    """What one run may spend.

    Args:
        config: the job, with its bounds.
        templates: the prompt files that it uses.
        also: jobs with other models that spend from the same budget; the dearest price counts.

    Raises:
        Misconfigured: money is bounded and the price is not known, or tokens are and a prompt file
            sets no bound on its replies.
    """
    caps = Caps(money=config.budget, tokens=config.token_budget, calls=config.max_calls)
    jobs = (config, *also)
    prices = [price_of(job) for job in jobs]

    def amount(usage: Usage) -> float | None:
        found = [costs(Reply(call="", body="", usage=usage)) for costs in prices]
        known = [one.amount for one in found if one is not None]
        return max(known) if len(known) == len(found) else None

    if caps.money is not None and amount(Usage(prompt_tokens=1, completion_tokens=1)) is None:
        names = " and ".join(repr(job.model) for job in jobs)
        raise Misconfigured(
            f"the price of {names} at {config.endpoint} is not known, so --budget cannot be "
            "kept: give --price-in and --price-out, or a --token-budget instead"
        )
    if caps.counts_tokens:
        _check_bounds(templates)
    return Budget(caps, amount)


def deadline_of(config: BuildConfig, *, now: datetime) -> Deadline | None:
    """When a run has to be over; None for never.

    Raises:
        Misconfigured: it has passed, or is no time.
    """
    return None if config.until is None else Deadline(read_deadline(config.until, now=now))


def _check_bounds(templates: Iterable[Template]) -> None:
    for template in templates:
        if not isinstance(template.parameters.get("max_tokens"), int):
            raise Misconfigured(
                f"prompt file {template.path or template.name!r} sets no max_tokens, so a reply may "
                "cost anything: set it in its [model] table, or use --max-calls instead of a budget"
            )
