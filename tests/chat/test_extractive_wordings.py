"""The table of wordings: complete, fillable, and right with any title."""

from __future__ import annotations

import string

import pytest

from generator.chat.extractive.wordings import OTHER, find_wordings, list_languages

SLOTS = {
    "complete": {"topic", "statement"},
    "year": {"topic", "statement"},
    "date": {"topic", "statement"},
    "number": {"topic", "statement"},
    "name": {"topic", "statement"},
    "term": {"topic", "statement"},
    "describe": {"topic"},
    "brief": {"topic"},
    "overview": {"topic"},
    "list": {"topic"},
    "about_year": {"topic", "year"},
    "about_name": {"topic", "name"},
    "continue": {"topic", "beginning"},
}
OPTIONAL = {"term", "about_name"}
INTENDED = set("en de fr es it pt nl pl ru uk tr sv ja zh ko ar he fa hi vi id".split())


def test_the_languages_that_the_documentation_names_are_there() -> None:
    assert INTENDED <= set(list_languages())


@pytest.mark.parametrize("language", [*list_languages(), OTHER])
def test_every_wording_has_exactly_the_slots_that_are_filled(language: str) -> None:
    wordings = find_wordings(language)
    assert wordings.language == language
    for style, prompts in wordings.prompts.items():
        for prompt in prompts:
            slots = {name for _, name, _, _ in string.Formatter().parse(prompt) if name}
            assert slots == SLOTS[style], prompt


@pytest.mark.parametrize("language", list_languages())
def test_a_language_asks_in_every_style(language: str) -> None:
    wordings = find_wordings(language)
    assert set(SLOTS) - OPTIONAL <= set(wordings.prompts)
    for style, prompts in wordings.prompts.items():
        assert len(set(prompts)) == len(prompts) >= 1, style


@pytest.mark.parametrize("language", list_languages())
def test_no_wording_gives_a_passage_or_an_article_as_its_source(language: str) -> None:
    wordings = find_wordings(language)
    text = " ".join(one for prompts in wordings.prompts.values() for one in prompts).casefold()
    for word in ("passage", "according", "article", "artikel", "articolo", "laut ", "によると"):
        assert word not in text


def test_a_variant_asks_as_its_language_and_an_unknown_one_without_words() -> None:
    assert find_wordings("pt-br").language == "pt"
    assert find_wordings("zh-hans").language == "zh"
    assert find_wordings("simple").language == "en"
    assert find_wordings("sw").language == OTHER
    assert find_wordings("").language == OTHER


def test_questions_are_never_put_to_a_text_in_another_script() -> None:
    assert find_wordings("ar", "Ang lungsod ay nasa hilaga ng pulo.").language == OTHER
    assert find_wordings("ar", "تقع المدينة في الشمال.").language == "ar"
    assert find_wordings("ja", "東京都は日本の首都である。").language == "ja"
    assert find_wordings("ko", "").language == "ko"


def test_the_topic_names_title_and_section() -> None:
    assert find_wordings("en").name_topic("Berlin", ()) == "Berlin"
    assert find_wordings("en").name_topic("Berlin", ("History", "War")) == "Berlin, History, War"
    assert (
        find_wordings("ja").name_topic("東京", ("歴史", "近代")) == "「東京」の「歴史」の「近代」"
    )
