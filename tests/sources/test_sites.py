from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import LoremillError, Misconfigured
from generator.sources.sites import (
    base_of,
    is_loopback,
    is_wikimedia,
    read_site,
    site_for_language,
    user_agent,
)


@pytest.mark.parametrize("code", ["de", "ja", "simple", "zh-min-nan", "be-tarask", " AR "])
def test_a_language_has_a_wikipedia(code: str):
    assert site_for_language(code) == f"https://{code.strip().lower()}.wikipedia.org"


@pytest.mark.parametrize(
    ("code", "meant"), [("jp", "ja"), ("German", "de"), ("en-US.UTF-8", "en"), ("de_AT", "de")]
)
def test_a_code_of_something_else_is_corrected(code: str, meant: str):
    with pytest.raises(Misconfigured, match=f"did you mean '{meant}'"):
        site_for_language(code)


@pytest.mark.parametrize("code", ["", "x", "de/../evil", "a.b", "日本", "evil.example/", "e n"])
def test_what_is_no_language_is_refused(code: str):
    with pytest.raises(Misconfigured, match="is not a language code"):
        site_for_language(code)


@pytest.mark.parametrize(
    ("site", "first"),
    [
        ("https://en.wikipedia.org", "https://en.wikipedia.org/w/api.php"),
        ("http://en.wikipedia.org/", "https://en.wikipedia.org/w/api.php"),
        ("en.m.wikipedia.org", "https://en.wikipedia.org/w/api.php"),
        ("https://de.wikipedia.org/wiki/Berlin#Lage", "https://de.wikipedia.org/w/api.php"),
        ("https://de.wikipedia.org/w/index.php?oldid=5", "https://de.wikipedia.org/w/api.php"),
        ("wiki.example:8443", "https://wiki.example:8443/w/api.php"),
        ("http://wiki.example/lore", "http://wiki.example/lore/api.php"),
        ("127.0.0.1:8765", "http://127.0.0.1:8765/w/api.php"),
        ("localhost", "http://localhost/w/api.php"),
        ("[::1]:80", "http://[::1]:80/w/api.php"),
        ("HTTPS://Wiki.Example/w/api.php", "https://wiki.example/w/api.php"),
    ],
)
def test_addresses_are_read_in_every_usual_form(site: str, first: str):
    assert read_site(site).apis[0] == first


@pytest.mark.parametrize(
    "site",
    ["", "   ", "ftp://wiki.example", "file:///etc/passwd", "https://", "https://a b", "http://[x",
     "https://wiki.example:port", "https://wiki.example:99999", "https://..", "javascript:alert(1)"],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_an_example(site: str):
    with pytest.raises(Misconfigured, match=r"--site https://en\.wikipedia\.org"):
        read_site(site)


@pytest.mark.parametrize("site", ["https://ada:s3cret@wiki.example", "ada:s3cret@wiki.example"])
def test_a_password_in_an_address_is_refused_and_not_repeated(site: str):
    with pytest.raises(Misconfigured, match="user name or a password") as caught:
        read_site(site)
    assert "s3cret" not in str(caught.value)
    assert "ada" not in str(caught.value)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_a_clear_error(text: str):
    try:
        apis = read_site(text).apis
    except LoremillError:
        return
    assert apis
    assert all(api.startswith(("http://", "https://")) for api in apis)
    assert all("@" not in api.split("/")[2] for api in apis)


@pytest.mark.parametrize(
    ("api", "base"),
    [
        ("https://en.wikipedia.org/w/api.php", "https://en.wikipedia.org"),
        ("https://wiki.example/api.php", "https://wiki.example"),
        ("https://wiki.example/lore/api.php", "https://wiki.example/lore"),
    ],
)
def test_wikis_on_one_host_have_addresses_of_their_own(api: str, base: str):
    assert base_of(api) == base


def test_wikimedia_is_known_by_its_domains_alone():
    assert is_wikimedia("https://de.wikipedia.org")
    assert is_wikimedia("https://wikidata.org/w/api.php")
    assert not is_wikimedia("https://wikipedia.org.evil.example")
    assert not is_wikimedia("https://notwikipedia.org")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8:80", "::1", "[::1]:80", "localhost:5"])
def test_the_machine_itself_is_known(host: str):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["128.0.0.1", "localhost.example", "127.0.0.1.example", ""])
def test_others_are_not_taken_for_the_machine_itself(host: str):
    assert not is_loopback(host)


@pytest.mark.parametrize(
    "contact", ["ada@lights.example", "https://lights.example/bot", "User+tag@a-b.museum"]
)
def test_a_contact_stands_in_the_user_agent(contact: str):
    assert user_agent("1.2.3", f" {contact} ").startswith(
        f"loremill/1.2.3 ({contact}) python-requests/"
    )


def test_without_a_contact_the_user_agent_claims_none():
    assert "(" not in user_agent("1.2.3", " ")


@pytest.mark.parametrize(
    "contact",
    ["ada", "ada@lights", "a@b.c\r\nX-Evil: 1", "a@b.c) (x", "ädä@lights.example", "a b@c.d",
     "ftp://lights.example", "a@" + "b" * 300 + ".c", "<ada@lights.example>"],
)  # fmt: skip
def test_what_nobody_can_be_reached_by_is_refused(contact: str):
    with pytest.raises(Misconfigured, match="--contact"):
        user_agent("1.2.3", contact)


@given(st.text(max_size=40))
def test_a_user_agent_is_always_fit_for_a_header(text: str):
    try:
        agent = user_agent("1.2.3", text)
    except Misconfigured:
        return
    assert agent.isascii()
    assert agent.isprintable()
