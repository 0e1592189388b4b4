from __future__ import annotations

import pytest

from generator.measures.polarity import polarity_of


@pytest.mark.parametrize(
    ("answer", "language", "said"),
    [
        ("Yes, since 1871.", "en", "yes"),
        ("No.", "en", "no"),
        ("yes", "en", "yes"),
        ("No one knows who built it.", "en", ""),
        ("Yesterday's news, in short.", "en", ""),
        ("Not before 1902.", "en", ""),
        ("Nein, erst 1902.", "de", "no"),
        ("Ja – seit 1871.", "de-at", "yes"),
        ("Jahrhunderte später.", "de", ""),
        ("نعم، منذ عام 1871.", "ar", "yes"),
        ("لا، بل في عام 1902.", "ar", "no"),
        ("はい、1871年からです。", "ja", "yes"),
        ("いいえ。", "ja", "no"),
        ("はいえんから。", "ja", ""),
        ("是的，自1871年起。", "zh", "yes"),
        ("Evet, 1871'den beri.", "tr", "yes"),
        ("Sí, desde 1871.", "es", "yes"),
        ("Yes, since 1871.", "de", ""),
        ("Yes, since 1871.", "tlh", ""),
        ("", "en", ""),
    ],
)
def test_an_answer_is_by_yes_or_no_where_it_begins_with_that_word_by_itself(answer, language, said):
    assert polarity_of(answer, language) == said
