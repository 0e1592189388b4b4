from __future__ import annotations

import pytest

from generator.config import DEFAULT_MODEL, resolve
from generator.errors import Misconfigured


def config(**options):
    return resolve({"model": "extractive", **options}, {})


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"categories": ["Category:Operas by Handel"]}, "operas-by-handel"),
        ({"categories": ["Kategorie:Münze"]}, "münze"),
        ({"links_of": ["Serse"]}, "serse"),
        ({"searches": ["白浜 灯台"]}, "白浜-灯台"),
        ({"titles": ["A"], "categories": ["B", "C"]}, "a-and-2-more"),
        ({"categories": ["B"], "name": "mine"}, "mine"),
    ],
)
def test_a_dataset_is_called_after_where_its_articles_come_from(options, name):
    assert config(**options).dataset_name == name


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"titles": ["A"], "depth": 1}, "--depth .* --category"),
        ({"titles": ["A"], "max_titles": 5}, "--max-titles .* --category, --links-of or --search"),
        ({"searches": [" "]}, "--search is empty"),
        ({"categories": ["A"], "depth": -1}, "depth"),
        ({"categories": ["A"], "max_titles": 0}, "max_titles"),
        ({"sections": ["A/"]}, r"--sections: 'A/' has an empty heading"),
        ({"skip_sections": ["A\\"]}, "--skip-sections: .* backslash"),
        ({"shares": "1/2"}, "'1/2' is no split: give three shares"),
        ({"shares": "inf/1/1"}, "three shares"),
        ({"section": ["A"]}, "unknown option 'section'; did you mean 'sections'?"),
    ],
)
def test_what_cannot_be_is_an_error_that_says_what_can(options, message):
    with pytest.raises(Misconfigured, match=message):
        config(**options)


def test_a_split_may_be_given_in_percent():
    assert config(shares="50/25/25").shares == (0.5, 0.25, 0.25)


def test_a_list_of_a_wiki_is_not_written_by_the_built_in_model_unasked():
    with pytest.raises(Misconfigured, match="no model for a list of articles"):
        resolve({"categories": ["A"]}, {})
    assert resolve({"categories": ["A"]}, {"OPENAI_API_KEY": "k"}).model == DEFAULT_MODEL


def test_settings_tell_what_shapes_a_dataset_and_nothing_of_who_made_it(tmp_path):
    options = {
        "titles": ["A"], "files": [tmp_path / "b.wiki"], "contact": "me@home.example",
        "workspace": tmp_path, "base_url": "http://host.example/v1", "api_key": "secret-key",
        "rpm": 5, "budget": 1.0, "notify": None, "sections": ["B/**"],
    }  # fmt: skip
    settings = config(**options).settings
    assert settings["article"] == ["A"]
    assert settings["from"] == ["b.wiki"]
    assert settings["sections"] == ["B/**"]
    text = repr(settings)
    for private in ("home.example", str(tmp_path), "host.example", "secret-key", "rpm", "budget"):
        assert private not in text
