"""The dataset card: front matter that parses, credits that are complete, and plain words."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from generator.exporters.card import CREDITED, is_openai, render_card
from generator.exporters.info import endpoint_label
from generator.exporters.licences import is_share_alike, licence_id
from generator.exporters.options import ExportOptions
from generator.exporters.tally import Tally


@pytest.fixture
def card(make_info, make_pair):
    def render(format: str = "chat", pairs: int = 10, **known: Any) -> str:
        tally = Tally()
        for number in range(pairs):
            tally.keep(make_pair(number))
        options = ExportOptions(system="Be kind.")
        return render_card(make_info(**known), tally, format=format, options=options)

    return render


def front_matter(card: str) -> dict[str, Any]:
    _, matter, _ = card.split("---\n", 2)
    return yaml.safe_load(matter)


def test_the_front_matter_tells_a_hub_what_it_needs(card):
    assert front_matter(card()) == {
        "pretty_name": "mills",
        "license": ["cc-by-sa-4.0"],
        "language": ["ar", "de", "en", "ja"],
        "task_categories": ["question-answering", "text-generation"],
        "size_categories": ["n<1K"],
        "annotations_creators": ["machine-generated"],
        "tags": ["loremill", "synthetic"],
        "configs": [
            {
                "config_name": "default",
                "data_files": [
                    {"split": split, "path": f"{split}.jsonl"}
                    for split in ("train", "validation", "test")
                ],
            },
            {"config_name": "tagged", "data_files": [{"split": "kept", "path": "pairs.jsonl"}]},
        ],
    }


def test_empty_splits_are_not_offered_to_a_loader(card):
    configs = front_matter(card(pairs=1))["configs"]
    assert [one["split"] for one in configs[0]["data_files"]] == ["train"]
    assert "configs" not in front_matter(card(pairs=0))


@pytest.mark.parametrize(
    ("code", "shown"),
    [("simple", "en"), ("als", "gsw"), ("zh-yue", "yue"), ("pt-br", "pt"), ("x: y", "und")],
)
def test_language_codes_of_wikis_become_those_of_hubs(card, make_page, code, shown):
    assert front_matter(card(pages=(make_page(language=code),)))["language"] == [shown]


def test_every_article_is_credited_with_title_revision_and_history(card):
    text = card()
    for number, title in enumerate(("Water mill", "Wassermühle", "水車", "طاحونة مائية")):
        assert f"[{title}](https://wiki.test/w/index.php?oldid={number + 100})" in text
        assert f"https://wiki.test/w/index.php?title={number}&action=history" in text
    assert "revision 100 of 2026-11-01T10:00:00Z, fetched 2026-11-20T08:00:00Z" in text


def test_a_large_dataset_credits_some_here_and_all_in_a_file(card, make_page):
    pages = tuple(make_page(number, title=f"Mill {number:05}") for number in range(10_000))
    text = card(pages=pages)
    assert text.count("action=history") == CREDITED
    assert "And 9,800 more: `articles.jsonl` has all 10,000" in text


def test_share_alike_changes_and_limits_are_told(card):
    text = card()
    for words in (
        "**Share alike:**",
        "Markup, references, files and templates without prose were removed",
        "wrote questions and answers from what was left",
        "does not replace retrieval",
        "Nobody who wrote the articles endorses",
    ):
        assert words in text


def test_pairs_of_the_built_in_writer_say_so_loudly(card):
    text = card(is_extractive=True, model="extractive", endpoint="")
    assert "**No language model wrote these pairs.**" in text
    assert "A language model wrote" not in text
    assert "OpenAI" not in text


@pytest.mark.parametrize(
    ("model", "endpoint", "expected"),
    [
        ("gpt-6-luna", "", True),
        ("ft:gpt-4.1-mini:acme", "https://gateway.test/v1", True),
        ("o3", "https://gateway.test/v1", True),
        ("my-deployment", "https://acme.openai.azure.com/openai/v1", True),
        ("anything", "https://api.openai.com/v1", True),
        ("gpt-oss-20b", "http://127.0.0.1:8000/v1", False),
        ("qwen3", "http://127.0.0.1:8000/v1", False),
        ("qwen3", "https://notopenai.com/v1", False),
        ("olmo", "https://openai.com.evil.test/v1", False),
    ],
)
def test_the_terms_of_openai_are_told_where_its_model_wrote(make_info, model, endpoint, expected):
    assert is_openai(make_info(model=model, endpoint=endpoint)) is expected


def test_an_unknown_cost_is_not_nothing(card):
    assert "- Cost: unknown" in card(cost_usd=None)
    assert "- Cost: 0.0000 US dollars" in card(cost_usd=0.0)


def test_the_completion_format_tells_its_separator_and_stop(card):
    assert r'separator "\\n\\n###\\n\\n"' in card("completion")
    assert 'stop sequence " END"' in card("completion")


def test_a_chat_with_a_system_prompt_says_so(card):
    assert "`messages`: a system message, the question" in card("chat")


HOSTILE = "](javascript:alert(1))<script>alert(1)</script>\n---\n# x\n`y` {{z}} \u202e\ud83d"


def test_hostile_words_anywhere_do_no_harm(card, make_page):
    page = make_page(
        title=HOSTILE, license=HOSTILE, license_url=HOSTILE, url="javascript:alert(1)",
        history_url=HOSTILE, timestamp=HOSTILE, fetched_at=HOSTILE, language=HOSTILE,
    )  # fmt: skip
    text = card(name=HOSTILE, model=HOSTILE, endpoint=HOSTILE, pages=(page,))
    text.encode()
    assert front_matter(text)["license"] == ["other"]
    body = text.split("---\n", 2)[2]
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    inner = [child for token in tokens for child in token.children or ()]
    assert not [one for one in (*tokens, *inner) if one.type.startswith("html")]
    assert not [one for one in inner if one.type == "link_open"]
    assert len([one for one in tokens if one.type == "heading_open"]) == 8


@pytest.mark.parametrize(
    ("name", "url", "expected"),
    [
        ("", "https://creativecommons.org/licenses/by-sa/4.0/deed.de", "cc-by-sa-4.0"),
        ("", "//creativecommons.org/licenses/by-sa/3.0/", "cc-by-sa-3.0"),
        ("", "https://creativecommons.org/licenses/by/4.0/", "cc-by-4.0"),
        ("Creative Commons Attribution-ShareAlike 4.0 License", "", "cc-by-sa-4.0"),
        ("CC BY-SA 4.0", "", "cc-by-sa-4.0"),
        ("", "https://creativecommons.org/publicdomain/zero/1.0/", "cc0-1.0"),
        ("GNU Free Documentation License 1.3", "", "gfdl"),
        ("House rules", "https://wiki.test/rules", "other"),
        ("", "", "unknown"),
    ],
)
def test_licences_are_known_by_address_or_name(make_page, name, url, expected):
    assert licence_id(make_page(license=name, license_url=url)) == expected


def test_share_alike_is_told_apart():
    assert [is_share_alike(one) for one in ("cc-by-sa-3.0", "gfdl", "cc-by-4.0", "unknown")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_source_without_a_licence_is_a_warning(card, make_page):
    text = card(pages=(make_page(license="", license_url="", url="", history_url="", page_id=0),))
    assert front_matter(text)["license"] == ["unknown"]
    assert "**At least one source states no licence.**" in text
    assert "Share alike" not in text


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("https://user:pass@host.test:8443/v1/?key=secret#x", "host.test:8443/v1"),
        ("http://127.0.0.1:8000/v1", "127.0.0.1:8000/v1"),
        ("api.openai.com/v1", "api.openai.com/v1"),
        ("user:pass@host.test/v1?api-key=secret", "host.test/v1"),
        ("https://host.test:port/v1", ""),
        ("", ""),
    ],
)
def test_an_endpoint_is_named_without_its_secrets(url, label):
    assert endpoint_label(url) == label
    assert endpoint_label(label) == label
