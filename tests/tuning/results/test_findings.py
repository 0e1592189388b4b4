"""What is said of simulated curves, and that noise alone says nothing."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable

import pytest

from generator.tuning.results.curves import Results, Step
from generator.tuning.results.findings import best_step, find

Curve = Callable[[float], float]
LENGTHS = (20, 60, 300, 2_000)


def falling(t: float) -> float:
    return 1.5 * math.exp(-4 * t) + 0.5


def over_fitting(t: float) -> float:
    return 1 + 2.4 * (t - 0.4) ** 2


def flat(t: float) -> float:
    return 1.0


def simulate(count: int, train: Curve, valid: Curve | None = None, *, noise: float = 0.0, seed: int = 0, every: int = 1) -> Results:  # fmt: skip
    """A job of so many steps; curves run from 0 to 1."""
    chance = random.Random(seed)
    steps = []
    for number in range(count):
        at = number / count
        values = {"train_loss": max(0.0, train(at) + chance.gauss(0, noise))}
        if valid and (number + 1) % every == 0:
            values["valid_loss"] = max(0.0, valid(at) + chance.gauss(0, noise))
        steps.append(Step(step=number + 1, values=values, others={}))  # type: ignore[arg-type]
    return Results(steps=steps)


def of_values(**curves: list[float]) -> Results:
    count = len(next(iter(curves.values())))
    return Results(
        steps=[
            Step(
                step=10 * (n + 1),
                values={name: curve[n] for name, curve in curves.items()},
                others={},
            )  # type: ignore[misc]
            for n in range(count)
        ]
    )


def codes(results: Results) -> set[str]:
    return {one.code for one in find(results)}


def told(results: Results, code: str) -> str:
    return next(one.message for one in find(results) if one.code == code)


@pytest.mark.parametrize("count", LENGTHS)
@pytest.mark.parametrize("noise", [0.02, 0.1, 0.3])
def test_noise_alone_is_no_over_fitting(count, noise):
    seeds = 100 if count < 1_000 else 10
    found: Counter[str] = Counter()
    for seed in range(seeds):
        found.update(codes(simulate(count, falling, flat, noise=noise, seed=seed)))
    assert found["over_fitting"] <= 0.02 * seeds + 1
    assert found["rising"] == 0
    assert found["plateau"] <= 0.02 * seeds + 1


@pytest.mark.parametrize("count", LENGTHS)
@pytest.mark.parametrize("noise", [0.0, 0.02, 0.1])
def test_over_fitting_is_found_near_the_step_where_it_begins(count, noise):
    for seed in range(10):
        results = simulate(count, falling, over_fitting, noise=noise, seed=seed)
        (found,) = [one for one in find(results) if one.code == "over_fitting"]
        assert found.step is not None
        assert 0.1 * count <= found.step <= 0.7 * count
        assert found.numbers["end"] > found.numbers["lowest"]


def test_the_words_tell_the_numbers_that_they_rest_on():
    message = told(simulate(300, falling, over_fitting), "over_fitting")
    assert message.startswith(
        "Over-fitting from step 121: validation loss rose from 1 there to 1.7"
    )
    assert "while training loss fell from" in message


@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_a_validation_loss_that_goes_on_falling_is_no_over_fitting(noise):
    for seed in range(20):
        assert "over_fitting" not in codes(simulate(200, falling, falling, noise=noise, seed=seed))


def test_a_few_validations_have_to_rise_one_after_the_other():
    train = [1.0, 0.8, 0.6, 0.5]
    assert "over_fitting" in codes(of_values(train_loss=train, valid_loss=[1.0, 0.8, 0.9, 1.1]))
    assert "over_fitting" not in codes(
        of_values(train_loss=train, valid_loss=[1.0, 0.8, 1.0, 0.79])
    )
    assert "over_fitting" not in codes(
        of_values(train_loss=train, valid_loss=[1.0, 0.8, 0.81, 0.82])
    )


def test_validation_that_is_missing_or_rare_is_told():
    assert "no_validation" in codes(simulate(100, falling))
    assert "no_validation" not in codes(simulate(100, falling, flat))
    assert "measured once" in told(simulate(100, falling, flat, every=100), "few_validations")
    assert "measured twice" in told(simulate(100, falling, flat, every=50), "few_validations")
    assert "few_validations" not in codes(simulate(100, falling, flat, every=30))


@pytest.mark.parametrize(("count", "is_said"), [(1, True), (19, True), (20, False), (500, False)])
def test_too_few_steps_are_told(count, is_said):
    assert ("too_few_steps" in codes(simulate(count, falling, falling))) is is_said


@pytest.mark.parametrize("noise", [0.0, 0.02, 0.1])
def test_the_course_of_the_training_loss_is_told(noise):
    for seed in range(10):
        assert "not_falling" in codes(simulate(300, flat, noise=noise, seed=seed))
        rising = simulate(300, lambda t: 1 + t, noise=noise, seed=seed)
        assert "rising" in codes(rising)
        good = codes(simulate(300, falling, falling, noise=noise, seed=seed))
        assert not good & {"not_falling", "rising", "plateau", "over_fitting"}


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_a_plateau_is_told_with_the_step_where_it_begins(noise):
    results = simulate(300, lambda t: 1.5 * math.exp(-14 * t) + 0.5, noise=noise)
    (found,) = [one for one in find(results) if one.code == "plateau"]
    assert found.step is not None
    assert 30 <= found.step <= 120
    assert "plateau" not in codes(simulate(300, lambda t: 2 - t, noise=noise))


def test_a_loss_that_is_not_a_number_is_an_error_with_its_first_step():
    broken = of_values(train_loss=[1.0, 0.9, math.nan, math.nan, 0.7])
    (found,) = [one for one in find(broken) if one.severity == "error"]
    assert found.step == 30
    assert "at 2 steps, first at step 30" in found.message
    assert "not_a_number" in codes(of_values(train_loss=[1.0], valid_loss=[math.inf]))


def test_what_is_known_by_heart_is_told():
    assert "by_heart" in codes(simulate(200, lambda t: 2 * math.exp(-30 * t)))
    assert "by_heart" in codes(of_values(train_accuracy=[0.5, 0.9, 1.0, 1.0]))
    assert "by_heart" not in codes(simulate(200, falling))


def test_the_best_step_is_that_of_the_smoothed_curve_and_not_of_a_lucky_batch():
    def lucky(t: float) -> float:
        return 0.1 if t == 0.9 else over_fitting(t)

    assert best_step(simulate(100, falling, lucky)) in range(36, 46)
    assert best_step(simulate(100, falling)) is None
    assert best_step(of_values(valid_loss=[1.0, 0.5, 0.7])) == 20


def test_a_classification_tells_its_best_figure():
    rows = [("1", "0.8"), ("2", "0.9"), ("3", "0.85")]
    steps = [Step(step=int(n), values={"train_loss": 0.5}, others={"classification/f1.0": f}) for n, f in rows]  # fmt: skip
    message = told(Results(steps=steps), "classification")
    assert message == "Classification is best at step 2: F1 0.9; at the end 0.85."


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_a_validation_loss_that_falls_to_the_end_is_told(noise):
    steep = [codes(simulate(300, falling, lambda t: 2 - t, noise=noise, seed=n)) for n in range(20)]
    assert sum("still_falling" in one for one in steep) >= 18
    for valid in (flat, over_fitting, lambda t: 1.5 * math.exp(-14 * t) + 0.5):
        calm = [codes(simulate(300, falling, valid, noise=noise, seed=n)) for n in range(20)]
        assert not any("still_falling" in one for one in calm)
    assert "still_falling" in codes(of_values(valid_loss=[1.0, 0.8, 0.7]))
    assert "still_falling" not in codes(of_values(valid_loss=[1.0, 0.8, 0.795]))


def test_no_curve_makes_it_fail():
    for values in ([], [0.0], [math.nan], [1e308, -1e308, 1e308], [0.0] * 50, [math.inf] * 9):
        results = Results(steps=[Step(step=n, values={"train_loss": v, "valid_loss": v}, others={}) for n, v in enumerate(values)])  # fmt: skip
        find(results)
