"""Hyperparameters are read as typed, wrong ones are named, and "auto" becomes sensible numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.errors import Misconfigured
from generator.tuning.local.options import NAMES, Options, plan, read_options

DOCS = (Path(__file__).parents[3] / "docs" / "local.md").read_text(encoding="utf-8")


def test_values_may_be_typed_or_of_their_type():
    typed = read_options({"n_epochs": "3", "lora": "true", "learning_rate": "2e-4"})
    assert typed == read_options({"n_epochs": 3, "lora": True, "learning_rate": 0.0002})
    assert typed == Options(n_epochs=3, lora=True, learning_rate=2e-4)


def test_auto_is_what_is_not_there():
    given = {"n_epochs": "auto", "learning_rate": None, "device": "auto"}
    assert read_options(given) == read_options({}) == Options()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"n_epoch": 1}, "no hyperparameter 'n_epoch' for local jobs; did you mean 'n_epochs'?"),
        ({"n_epochs": 0}, "n_epochs=0: must be a whole number from 1 on, or auto"),
        ({"n_epochs": "2.5"}, "n_epochs=2.5"),
        ({"batch_size": True}, "batch_size=True"),
        ({"learning_rate": 0}, "above 0"),
        ({"learning_rate": "nan"}, "learning_rate=nan"),
        ({"warmup": 2}, "from 0 to 1"),
        ({"lora": "maybe"}, "lora=maybe: must be true or false"),
        ({"loss_on": "question"}, "must be one of answer, all"),
        ({"device": "tpu"}, "must be one of auto, cpu, cuda, mps"),
        ({"learning_rate": 1, "learning_rate_multiplier": 2}, "leave out one"),
    ],
)
def test_wrong_ones_are_named(given, said):
    with pytest.raises(Misconfigured) as caught:
        read_options(given)
    assert said in str(caught.value)


def planned(given: dict[str, object], *, parameters: int = 10**9, method: str = "supervised"):
    return plan(
        read_options(given), examples=1000, parameters=parameters, context=4096, method=method
    )


def test_the_rate_depends_on_size_method_and_adapter():
    assert planned({}).learning_rate == 2e-5
    assert planned({"lora": True}).learning_rate == 2e-4
    assert planned({}, parameters=10**6).learning_rate == 1e-3
    assert planned({}, method="dpo").learning_rate == 1e-6
    assert planned({"lora": True}, method="dpo").learning_rate == 1e-5
    assert planned({"learning_rate_multiplier": 2}).learning_rate == 4e-5
    assert planned({"learning_rate": 0.5}).learning_rate == 0.5


def test_a_step_of_a_large_model_goes_through_in_pieces():
    assert (planned({}).batch_size, planned({}).micro_batch, planned({}).pieces) == (8, 2, 4)
    assert planned({}, parameters=10**6).pieces == 1
    assert planned({"batch_size": 5, "micro_batch": 2}).pieces == 3


def test_a_batch_is_never_larger_than_the_data():
    assert plan(Options(batch_size=64), examples=3, parameters=1, context=9).batch_size == 3


def test_the_length_is_never_more_than_the_model_takes():
    assert plan(Options(max_length=9000), examples=3, parameters=1, context=512).max_length == 512


@pytest.mark.parametrize("name", NAMES)
def test_every_hyperparameter_is_documented(name):
    assert f"`{name}`" in DOCS
