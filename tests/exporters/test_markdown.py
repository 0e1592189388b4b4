"""Foreign words in Markdown and YAML never act as markup."""

from __future__ import annotations

import html

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from generator.exporters.markdown import LONGEST, inline, link, yaml_text

RENDER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
ANY = st.text(st.characters(exclude_categories=())) | st.text("[]()<>`*_~!|\\$&#-=\n\r\t :/w.a1")
HOSTILE = [
    "](javascript:alert(1))",
    "[x](https://evil.test)",
    "![x](https://evil.test/pixel.png)",
    "<script>alert(1)</script>",
    "<https://evil.test>",
    "&lt;b&gt; &amp; &#60;",
    "`code` ``more``",
    "*a* _b_ **c** ~~d~~",
    "---\nlicense: mit\n---",
    "a\n\n# Heading\n\n- list",
    "a | b |\n|---|---|",
    "\\](x)",
    "$x$ $$y$$",
]


def kinds(markdown: str) -> set[str]:
    (_, content, _) = RENDER.parse(markdown)
    return {token.type for token in content.children}


@given(ANY)
def test_a_foreign_text_is_words_and_nothing_else(text):
    assert kinds(f"x {inline(text)} x") <= {"text", "text_special"}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_shown_as_they_are(text):
    shown = html.unescape(RENDER.render(f"x {inline(text)} x"))
    assert shown == f"<p>x {' '.join(text.split())} x</p>\n"


@given(ANY, st.sampled_from(["https://wiki.test/w/index.php?oldid=1", "javascript:alert(1)"]) | ANY)
def test_a_link_is_one_link_at_most_and_never_a_script(text, url):
    (_, content, _) = RENDER.parse(f"x {link(text, url)} x")
    links = [token.attrs["href"] for token in content.children if token.type == "link_open"]
    assert len(links) <= 1
    assert all(str(href).lower().startswith(("http://", "https://")) for href in links)
    assert not {token.type for token in content.children} & {"html_inline", "image", "code_inline"}


def test_addresses_keep_their_meaning():
    url = "https://de.wiki.test/wiki/Mühle_(Bach)?a=%20b&c=[d]"
    assert link("Mühle", url) == (
        "[Mühle](https://de.wiki.test/wiki/M%C3%BChle_%28Bach%29?a=%20b&c=%5Bd%5D)"
    )


def test_a_broken_address_is_no_link():
    assert link("Mill", "https://[::1/x") == "Mill"


def test_bare_addresses_do_not_become_links():
    assert "://" not in inline("https://evil.test")
    assert "www." not in inline("www.evil.test WWW.evil.test").lower()


def test_marks_that_turn_the_direction_are_left_out_but_letters_stay():
    assert inline("طاحونة \u202egnp.exe\u2066") == "طاحونة gnp.exe"


def test_a_long_text_is_cut():
    assert len(inline("水" * 5000)) == LONGEST


@given(ANY)
def test_a_foreign_text_is_one_yaml_text(text):
    assert isinstance(yaml.safe_load(f"a: {yaml_text(text)}\nb: 1\n")["a"], str)


@pytest.mark.parametrize("text", ["yes", "1.0", "a: b", "- x", '"', "\\n", "水車", "🦀", "# no"])
def test_yaml_gives_the_text_back(text):
    assert yaml.safe_load(f"a: {yaml_text(text)}") == {"a": text}
