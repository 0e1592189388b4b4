"""What calls cost: a price list that comes with a package, or the user's own prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.records import Usage

if TYPE_CHECKING:
    from genai_prices.types import PriceCalculation

BATCH_SHARE = 0.5
"""OpenAI and those who follow it charge half for a batch; the price list does not know batches."""
OPENAI = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """An amount of money."""

    amount: float
    currency: str = "USD"
    """Of the price list; for the user's own prices, whatever they were given in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceOverrides:
    """The user's own prices per million tokens; None leaves one to the price list."""

    input: float | None = None
    output: float | None = None


def price(
    model: str,
    usage: Usage,
    *,
    batch: bool = False,
    overrides: PriceOverrides | None = None,
    base_url: str | None = None,
) -> Price | None:
    """What a reply cost, or would cost; None where the price is not known, which is not nothing.

    Cached tokens have their own price, tokens spent on thinking that of output.

    Args:
        model: as it is asked for; `extractive` is free.
        usage: tokens of a call, or of several where no price depends on the length of the prompt.
        batch: True for calls through the Batch API.
        overrides: for `--price-in` and `--price-out`.
        base_url: of the endpoint; None is OpenAI's. One that the list does not know has no prices.
    """
    if model == "extractive":
        return Price(amount=0.0)
    own = overrides or PriceOverrides()
    needs_list = own.input is None or own.output is None
    listed = _list_price(model, usage, base_url or OPENAI) if needs_list else _Parts()
    per_input = _own_price(usage.prompt_tokens, own.input, listed.input)
    per_output = _own_price(usage.completion_tokens, own.output, listed.output)
    if per_input is None or per_output is None:
        return None
    return Price(amount=(per_input + per_output) * (BATCH_SHARE if batch else 1.0))


def is_deprecated(model: str, *, base_url: str | None = None) -> bool:
    """Whether the price list says that the provider wants to get rid of a model; False where unknown."""
    found = _look_up(model, Usage(), base_url or OPENAI)
    return found is not None and bool(found.model.deprecated)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    input: float | None = None
    output: float | None = None


def _own_price(tokens: int, own: float | None, listed: float | None) -> float | None:
    return listed if own is None else tokens * own / 1_000_000


def _list_price(model: str, usage: Usage, base_url: str) -> _Parts:
    found = _look_up(model, usage, base_url)
    if found is None:
        return _Parts()
    return _Parts(input=float(found.input_price), output=float(found.output_price))


def _look_up(model: str, usage: Usage, base_url: str) -> PriceCalculation | None:
    # Loading the list takes 0.3 s, and runs of the built-in model do without.
    import genai_prices

    counted = genai_prices.Usage(
        input_tokens=usage.prompt_tokens,
        cache_read_tokens=min(usage.cached_tokens, usage.prompt_tokens),
        output_tokens=usage.completion_tokens,
    )
    try:
        return genai_prices.calc_price(counted, model, provider_api_url=base_url)
    except LookupError:
        return None
