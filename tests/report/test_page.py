"""A page is one file in which nothing foreign can act."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.report.page import clipped, printable, render_page, web_link

TEMPLATE = '{% extends "page.html.j2" %}{% block main %}<p dir="auto">{{ text }}</p>{% endblock %}'


def page(tmp_path, text, script=None):
    (tmp_path / "one.html.j2").write_text(TEMPLATE, encoding="utf-8")
    if script is not None:
        (tmp_path / "one.js").write_text(script, encoding="utf-8")
    scripts = [] if script is None else ["one.js"]
    return "".join(
        render_page("one.html.j2", folder=tmp_path, title="One", scripts=scripts, text=text)
    )


def test_the_policy_names_the_digest_of_every_style_and_script(tmp_path):
    html = page(tmp_path, "", script="const ä = '水';\n")
    policy = re.search(r'Policy" content="([^"]*)"', html)[1].replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        text = re.search(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}';" in policy


def test_a_page_without_scripts_allows_none(tmp_path):
    assert "script-src &#39;none&#39;" in page(tmp_path, "")


def test_nothing_in_a_page_needs_a_network(tmp_path):
    assert not re.search(
        r"(?:src|href)=|url\(|@import", page(tmp_path, "").replace('href="#main"', "")
    )


@given(st.text())
def test_a_foreign_text_never_becomes_markup(tmp_path_factory, text):
    html = page(tmp_path_factory.mktemp("page"), text)
    shown = re.search(r'<p dir="auto">(.*?)</p>', html, re.DOTALL)[1]
    assert "<" not in shown
    assert ">" not in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b\x1b[31m", "a␀b␛[31m"),
        ("\u202eexe.cod", "⟨U+202E⟩exe.cod"),
        ("x\ud83d", "x\ufffd"),
        ("Mühle\n水車\tطاحونة 🦀", "Mühle\n水車\tطاحونة 🦀"),
    ],
)
def test_what_cannot_be_seen_is_shown(text, shown):
    assert printable(text) == shown


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//host/x", "https:", "http://["],
)
def test_only_addresses_of_the_web_become_links(url):
    assert web_link(url) == ""
    assert web_link("https://de.wikipedia.org/wiki/M%C3%BChle") != ""


def test_a_long_text_says_how_much_of_it_is_left_out():
    assert clipped("abcdef", 3) == "abc … (3 more characters)"
