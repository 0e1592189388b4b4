from __future__ import annotations

import subprocess
import sys

import pytest

from generator.chat.prices import Price, PriceOverrides, is_deprecated, price
from generator.records import Usage

USAGE = Usage(prompt_tokens=1000, completion_tokens=200)
MILLION = Usage(prompt_tokens=1_000_000, completion_tokens=1_000_000)


def test_a_listed_model_has_a_price():
    # $0.40 and $1.60 per million tokens, from the list of 2026-11
    assert price("gpt-4.1-mini", USAGE).amount == pytest.approx(0.00040 + 0.00032)


def test_cached_tokens_cost_less():
    cached = Usage(prompt_tokens=1000, completion_tokens=200, cached_tokens=900)
    assert price("gpt-6-luna", cached).amount < price("gpt-6-luna", USAGE).amount


def test_more_cached_tokens_than_there_are_do_not_matter():
    odd = Usage(prompt_tokens=10, cached_tokens=100)
    assert price("gpt-6-luna", odd).amount > 0


def test_a_batch_costs_half():
    whole, batch = price("gpt-6-luna", USAGE), price("gpt-6-luna", USAGE, batch=True)
    assert batch.amount == pytest.approx(whole.amount / 2)


@pytest.mark.parametrize("model", ["ft:gpt-4.1-mini:me", "no-such-model", "", "模型"])
def test_a_model_that_is_not_listed_has_no_known_price(model):
    assert price(model, USAGE) is None


def test_an_endpoint_that_is_not_listed_has_no_known_prices():
    assert price("gpt-6-luna", USAGE, base_url="http://127.0.0.1:8000/v1") is None


def test_the_same_model_has_the_price_of_the_endpoint_that_serves_it():
    assert price("mistral-small-latest", USAGE) is None
    assert price("mistral-small-latest", USAGE, base_url="https://api.mistral.ai/v1") is not None


def test_own_prices_stand_above_the_list_and_fill_its_gaps():
    own = PriceOverrides(input=2, output=3)
    assert price("gpt-6-luna", MILLION, overrides=own) == Price(amount=5.0)
    assert price("no-such-model", MILLION, overrides=own) == Price(amount=5.0)
    assert price("no-such-model", MILLION, overrides=PriceOverrides(input=2)) is None


def test_one_own_price_leaves_the_other_to_the_list():
    listed = price("gpt-6-luna", Usage(completion_tokens=200)).amount
    mixed = price("gpt-6-luna", USAGE, overrides=PriceOverrides(input=0)).amount
    assert mixed == pytest.approx(listed)


def test_the_built_in_model_is_free_and_needs_no_list():
    code = (
        "import sys; from generator.chat.prices import price; from generator.records import Usage; "
        "print(price('extractive', Usage(prompt_tokens=5)).amount, 'genai_prices' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0.0", "False"]


def test_a_model_that_its_provider_gives_up_is_known():
    assert is_deprecated("magistral-medium", base_url="https://api.mistral.ai/v1")
    assert not is_deprecated("gpt-4.1")
    assert not is_deprecated("a-model-of-ones-own", base_url="http://localhost:11434/v1")
