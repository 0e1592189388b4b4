"""Figures of classes against those of scikit-learn, worked out beforehand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.evaluation.classes import (
    OTHER,
    Told,
    auroc,
    average_precision,
    f_beta,
    figures_of,
    find_classes,
    odds_of,
    read_class,
    weighted_f1,
)


def told(true: str, said: str) -> list[Told]:
    return [Told(true=one, told=other) for one, other in zip(true, said, strict=True)]


def test_weighted_f1_is_that_of_scikit_learn():
    assert weighted_f1(told("012012", "021001")) == pytest.approx(0.26666666)
    assert weighted_f1(told("aab", "aab")) == 1
    assert weighted_f1([]) == 0


def test_f_beta_weighs_recall():
    found = told("yyyynn", "yynnyn")  # precision 2/3, recall 1/2
    assert f_beta(found, "y") == pytest.approx(0.571428, abs=1e-6)
    assert f_beta(found, "y", 2) == pytest.approx(0.526315, abs=1e-6)
    assert f_beta(found, "y", 0.5) == pytest.approx(0.625)
    assert f_beta(told("nn", "nn"), "y") == 0


def test_the_curves_are_those_of_scikit_learn():
    scores = [(False, 0.1), (False, 0.4), (True, 0.35), (True, 0.8)]
    assert auroc(scores) == 0.75
    assert average_precision(scores) == pytest.approx(0.8333333)
    tied = [(True, 1.0), (False, 1.0), (True, 0.0), (False, 0.0)]
    assert auroc(tied) == 0.5
    assert average_precision(tied) == 0.5
    assert auroc([(True, 0.5)]) is None
    assert average_precision([(False, 0.5)]) is None


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.25, 0.5, 1.0])), max_size=30))
def test_auroc_is_the_share_of_pairs_that_are_in_order(scores):
    pairs = [
        1.0 if high > low else 0.5 if high == low else 0.0
        for is_one, high in scores if is_one
        for is_other, low in scores if not is_other
    ]  # fmt: skip
    found = auroc(scores)
    assert found is None if not pairs else found == pytest.approx(sum(pairs) / len(pairs))


@pytest.mark.parametrize(
    ("answer", "label"),
    [
        ("Hockey.", "hockey"), ("It is about baseball!", "baseball"), ("Field hockey", "field hockey"),
        ("hockey or baseball", OTHER), ("football", OTHER), ("", OTHER), ("hockeyish", OTHER),
        ("hockey hockey", "hockey"),
    ],
)  # fmt: skip
def test_a_class_is_told_by_its_name_alone_in_the_answer(answer, label):
    assert read_class(answer, ["baseball", "hockey", "field hockey"]) == label


def test_classes_of_scripts_without_blanks_are_told_too():
    assert read_class("いいえ。", ["はい", "いいえ"]) == "いいえ"
    assert read_class("نعم.", ["نعم", "لا"]) == "نعم"


def test_a_first_token_stands_for_the_only_class_that_begins_like_it():
    odds = {"Yes": 0.6, " no": 0.2, "n": 0.1, "": 0.05, "maybe": 0.05}
    assert odds_of("yes", ["yes", "no"], odds) == pytest.approx(0.6 / 0.9)
    assert odds_of("ham", ["ham", "hat"], {"ha": 0.9, "hat": 0.1}) == 0
    assert odds_of("yes", ["yes", "no"], {"perhaps": 1.0}) is None


def test_answers_are_classes_where_they_are_few_and_short_and_come_again():
    assert find_classes(["yes"] * 6 + ["no"] * 5) == ("yes", "no")
    assert find_classes(["yes"] * 6) == ()
    assert find_classes([f"answer {n}" for n in range(20)]) == ()
    assert find_classes(["one " * 9] * 10 + ["no"] * 10) == ()
    assert find_classes(["Yes"] * 10 + ["yes."] * 10) == ()


def test_two_classes_have_a_confusion_and_curves():
    found = figures_of(
        [
            Told(true="yes", told="yes", score=0.9), Told(true="yes", told="no", score=0.4),
            Told(true="no", told="no", score=0.1), Told(true="no", told=OTHER, score=0.3),
        ],
        positive="yes", beta=2, from_odds=True,
    )  # fmt: skip
    assert found.confusion == {"no": {OTHER: 1, "no": 1}, "yes": {"no": 1, "yes": 1}}
    assert found.binary is not None
    assert (found.binary.precision, found.binary.recall, found.binary.auroc) == (1, 0.5, 1)
    assert found.as_dict()["accuracy"] == 0.5
