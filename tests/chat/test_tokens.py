from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.chat.tokens import Calibration, estimate_tokens

ENGLISH = "The harbour was rebuilt in 1907, after a fire that had lasted three days. "
GERMAN = "Der Hafen wurde 1907 nach einem dreitägigen Brand wiederaufgebaut. "
JAPANESE = "港は三日間続いた火災の後、1907年に再建された。"
ARABIC = "أعيد بناء الميناء عام 1907 بعد حريق استمر ثلاثة أيام. "


@pytest.mark.parametrize(
    ("text", "o200k"),
    [(ENGLISH * 20, 361), (GERMAN * 20, 341), (JAPANESE * 20, 420), (ARABIC * 20, 361)],
    ids=["English", "German", "Japanese", "Arabic"],
)
def test_an_estimate_is_near_what_a_tokenizer_counts(text, o200k):
    assert estimate_tokens(text) == pytest.approx(o200k, rel=0.15)


def test_nothing_is_no_token():
    assert estimate_tokens("") == 0


@given(st.text(), st.text())
def test_more_text_is_never_fewer_tokens(text, more):
    assert estimate_tokens(text + more) >= estimate_tokens(text)


def test_a_megabyte_is_estimated():
    assert estimate_tokens("東京 Tokyo, " * 100_000) > 100_000


def test_a_calibration_learns_the_ratio_within_twenty_answers():
    calibration = Calibration()
    assert calibration.correct(100) == 100
    for _ in range(20):
        calibration.learn(estimated=100, counted=140)
    assert calibration.correct(100) == pytest.approx(140)
    for _ in range(60):
        calibration.learn(estimated=100, counted=70)
    assert calibration.ratio == pytest.approx(0.7, rel=0.06)


def test_an_answer_without_a_count_teaches_nothing():
    calibration = Calibration()
    calibration.learn(estimated=100, counted=0)
    calibration.learn(estimated=0, counted=100)
    assert calibration.ratio == 1
