"""Fetching from servers that do what no real wiki can be brought to do."""

from __future__ import annotations

import hashlib
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from generator.errors import Misconfigured, SourceUnavailable
from generator.sources import Found
from generator.sources.mediawiki import MediaWiki
from tests.sources.server import Asked, Says, Script, Server, serve, wiki_that


def values(asked: Asked, name: str) -> list[str]:
    return [one for one in asked.parameters.get(name, "").split("\x1f") if one]


def stub(title: str, number: int, text: str = "") -> dict[str, Any]:
    return {
        "pageid": number, "title": title, "lastrevid": number, "contentmodel": "wikitext",
        "pagelanguage": "de", "length": len(text.encode()),
    }  # fmt: skip


def full(title: str, number: int, text: str, **slot: Any) -> dict[str, Any]:
    data = text.encode()
    main = {
        "content": text, "size": len(data), "sha1": hashlib.sha1(data, usedforsecurity=False).hexdigest(),
        "contentmodel": "wikitext", **slot,
    }  # fmt: skip
    revision = {"revid": number, "timestamp": "2025-05-05T05:05:05Z", "slots": {"main": main}}
    return {"pageid": number, "title": title, "revisions": [revision]}


def paper(asked: Asked) -> Says:
    """A wiki where each title `N` is page N with the text `Text N`."""
    if asked.parameters.get("action") == "raw":
        return Says(body=f"Text {asked.parameters['oldid']}".encode())
    if titles := values(asked, "titles"):
        return Says(body={"query": {"pages": [stub(one, int(one)) for one in titles]}})
    pages = [full(one, int(one), f"Text {one}") for one in values(asked, "revids")]
    return Says(body={"query": {"pages": pages}})


def fetch(script: Script, *titles: str) -> list[Found]:
    with serve(script) as server:
        return fetch_from(server, *titles)


def fetch_from(server: Server, *titles: str) -> list[Found]:
    with MediaWiki(server.url, sleep=lambda s: None, timeout_s=5) as source:
        return list(source.fetch(titles))


def texts(found: list[Found]) -> list[str]:
    return [one.page.wikitext if one.page else one.kind for one in found]


# Batches and pieces ---------------------------------------------------------------------------------


def test_a_batch_that_is_too_large_is_made_smaller():
    def script(asked: Asked) -> Says:
        many = values(asked, "titles") or values(asked, "revids")
        if len(many) > 7:
            error = {"code": "toomanyvalues", "text": "Too many", "data": {"limit": 7}}
            return Says(body={"errors": [error]})
        return paper(asked)

    titles = [str(n) for n in range(1, 101)]
    with serve(wiki_that(script)) as server:
        assert texts(fetch_from(server, *titles)) == [f"Text {n}" for n in titles]
        refused = [one for one in server.asked if len(values(one, "titles")) > 7]
    assert len(refused) == 1


@pytest.mark.parametrize("limit", [None, 0, -3, "many", 10**9])
def test_a_limit_that_says_nothing_halves_the_batch(limit: Any):
    def script(asked: Asked) -> Says:
        if max(len(values(asked, "titles")), len(values(asked, "revids"))) > 3:
            return Says(body={"error": {"code": "toomanyvalues", "info": "", "limit": limit}})
        return paper(asked)

    assert texts(fetch(wiki_that(script), "1", "2", "3", "4", "5")) == [
        "Text 1", "Text 2", "Text 3", "Text 4", "Text 5",
    ]  # fmt: skip


def test_texts_that_would_not_fit_in_one_answer_are_asked_for_apart():
    def script(asked: Asked) -> Says:
        if titles := values(asked, "titles"):
            pages = [{**stub(one, int(one)), "length": 3_000_000} for one in titles]
            return Says(body={"query": {"pages": pages}})
        return paper(asked)

    with serve(wiki_that(script)) as server:
        fetch_from(server, "1", "2", "3")
        assert [len(values(one, "revids")) for one in server.asked] == [0, 0, 1, 1, 1]


def test_pieces_of_an_answer_are_put_together_whatever_comes_first():
    def script(asked: Asked) -> Says:
        if not values(asked, "revids"):
            return paper(asked)
        one, two = full("1", 1, "Text 1"), full("2", 2, "Text 2")
        empty = {"pageid": 1, "title": "1", "revisions": []}
        bare = {"pageid": 2, "title": "2"}
        if asked.parameters.get("rvcontinue") == "1|2":
            return Says(body={"query": {"pages": [empty, two]}, "batchcomplete": True})
        if asked.parameters.get("rvcontinue"):
            pages = [one, bare]
            return Says(body={"query": {"pages": pages}, "continue": {"rvcontinue": "1|2"}})
        return Says(body={"query": {"pages": [empty, bare]}, "continue": {"rvcontinue": "1|1"}})

    assert texts(fetch(wiki_that(script), "1", "2")) == ["Text 1", "Text 2"]


def test_a_wiki_that_repeats_its_cursor_is_left_and_the_text_comes_by_another_door():
    def script(asked: Asked) -> Says:
        content = "content" in asked.parameters.get("rvprop", "").split("|")
        if values(asked, "revids") and content:
            stuck = {"pageid": 1, "title": "1", "revisions": []}
            return Says(body={"query": {"pages": [stuck]}, "continue": {"rvcontinue": "1|1"}})
        return paper(asked)

    with serve(wiki_that(script)) as server:
        assert texts(fetch_from(server, "1")) == ["Text 1"]
        assert len(server.asked) < 8


def test_a_wiki_that_refuses_its_own_cursor_is_left_and_the_text_comes_by_another_door():
    def script(asked: Asked) -> Says:
        if "rvcontinue" in asked.parameters:
            return Says(body={"errors": [{"code": "badcontinue", "text": "Stale"}]})
        if values(asked, "revids") and "content" in asked.parameters["rvprop"].split("|"):
            pages = [full("1", 1, "Text 1"), {"pageid": 2, "title": "2"}]
            return Says(body={"query": {"pages": pages}, "continue": {"rvcontinue": "2|2"}})
        return paper(asked)

    assert texts(fetch(wiki_that(script), "1", "2")) == ["Text 1", "Text 2"]


def test_a_cursor_cannot_change_what_is_asked():
    def script(asked: Asked) -> Says:
        if values(asked, "titles") and not asked.parameters.get("rvcontinue"):
            more = {"rvcontinue": "x", "action": "edit", "titles": "Other", "continue": "||"}
            return Says(body={**paper(asked).body, "continue": more})
        return paper(asked)

    with serve(wiki_that(script)) as server:
        assert texts(fetch_from(server, "1")) == ["Text 1"]
        assert {one.parameters["action"] for one in server.asked} == {"query"}


# Texts that are not what they should be -------------------------------------------------------------


@pytest.mark.parametrize(
    "slot", [{"sha1": "0" * 40}, {"size": 5}, {"content": "Text \ud800"}, {"content": None}]
)
def test_a_text_that_arrives_damaged_is_fetched_again_otherwise(slot: dict[str, Any]):
    def script(asked: Asked) -> Says:
        if values(asked, "revids") and "content" in asked.parameters["rvprop"].split("|"):
            return Says(body={"query": {"pages": [full("1", 1, "Text 1", **slot)]}})
        return paper(asked)

    assert texts(fetch(wiki_that(script), "1")) == ["Text 1"]


def test_a_text_that_stays_damaged_is_reported_and_not_used():
    def script(asked: Asked) -> Says:
        if values(asked, "revids"):
            return Says(body={"query": {"pages": [full("1", 1, "Text 1", sha1="0" * 40)]}})
        return paper(asked)

    [found] = fetch(wiki_that(script), "1")
    assert (found.kind, found.page) == ("unfetched", None)
    assert "did not arrive whole" in found.detail


def test_a_wiki_that_forgets_a_title_leaves_it_unfetched():
    [found] = fetch(wiki_that(lambda asked: Says(body={"batchcomplete": True})), "Lost")
    assert found.kind == "unfetched"


def test_what_a_wiki_says_about_itself_is_not_trusted():
    def script(asked: Asked) -> Says:
        if asked.parameters.get("meta") == "siteinfo":
            general = {
                "generator": "MediaWiki 1.44", "lang": "../de", "server": "http://[x",
                "script": "javascript:alert(1)",
            }  # fmt: skip
            rights = {"url": "javascript:alert(1)", "text": None}
            return Says(body={"query": {"general": general, "rightsinfo": rights}})
        return paper(asked)

    [found] = fetch(script, "1")
    assert found.page is not None
    assert found.page.language == "de"
    assert found.page.license_url == ""
    assert found.page.url.startswith("http://127.0.0.1")
    assert found.page.history_url.startswith("http://127.0.0.1")


# Waiting --------------------------------------------------------------------------------------------


def _busy_once(header: str) -> Script:
    told: list[bool] = []

    def script(asked: Asked) -> Says:
        if not told:
            told.append(True)
            return Says(status=429, headers={"Retry-After": header})
        return paper(asked)

    return wiki_that(script)


@pytest.mark.parametrize(
    ("header", "waits"),
    [
        ("12", 12),
        ("1.5", 1.5),
        ("a date", 100),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("soon", 1),
        ("-5", 1),
        ("", 1),
    ],
)
def test_a_wait_is_as_long_as_the_wiki_asks(header: str, waits: float):
    if header == "a date":
        header = format_datetime(datetime.now(UTC) + timedelta(seconds=waits), usegmt=True)
    slept: list[float] = []
    with (
        serve(_busy_once(header)) as server,
        MediaWiki(server.url, sleep=slept.append, jitter=lambda: 1.0) as source,
    ):
        assert texts(list(source.fetch(["1"]))) == ["Text 1"]
    assert sum(slept) == pytest.approx(waits, abs=20 if waits == 100 else 0.1)


def test_a_wiki_that_asks_for_an_hour_is_left_alone():
    with pytest.raises(SourceUnavailable, match="asks to wait 3600 seconds"):
        fetch(_busy_once("3600"), "1")


def test_waits_between_attempts_grow_and_are_spread():
    slept: list[float] = []
    with (
        serve(wiki_that(lambda asked: Says(status=502))) as server,
        MediaWiki(server.url, sleep=slept.append, jitter=lambda: 0.0) as source,
        pytest.raises(SourceUnavailable),
    ):
        list(source.fetch(["1"]))
    assert slept == pytest.approx([0.5, 1, 2, 4, 8], abs=0.1)


# Answers that make no sense -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000],
    ids=["empty", "html", "list", "null", "binary", "deep list", "deep object"],
)
def test_an_answer_that_is_no_json_object_is_asked_for_again_and_then_told(body: bytes):
    with pytest.raises(SourceUnavailable, match="6 times in a row"):
        fetch(wiki_that(lambda asked: Says(body=body)), "1")


@pytest.mark.parametrize(
    "query",
    [{"pages": {"1": {}}}, {"pages": [{"title": 5}]}, {"redirects": [{"from": "x"}]}, []],
)
def test_json_of_another_shape_ends_in_a_clear_error(query: Any):
    with pytest.raises(SourceUnavailable, match=r"does not answer as MediaWikis do \(at query"):
        fetch(wiki_that(lambda asked: Says(body={"query": query})), "1")


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"code": "badvalue", "info": "No <b>such</b> value"}},
        {"errors": [{"code": "badvalue", "text": "No such value", "module": "main"}]},
    ],
    ids=["old shape", "plain text"],
)
def test_errors_are_read_in_both_shapes(body: Any):
    with pytest.raises(SourceUnavailable, match="answers badvalue: 'No such value'"):
        fetch(wiki_that(lambda asked: Says(body=body)), "1")


@pytest.mark.parametrize("error", [{"error": "x"}, {"errors": []}, {"errors": "x"}])
def test_what_only_looks_like_an_error_is_none(error: Any):
    [found] = fetch(wiki_that(lambda asked: Says(body=error)), "1")
    assert found.kind == "unfetched"


def test_what_a_proxy_says_is_repeated_without_markup_or_control_characters():
    page = b"<style>p{}</style><h1>No\x1b[31m</h1><p>entry &amp; no way" + b" out" * 1000
    with pytest.raises(SourceUnavailable) as caught:
        fetch(wiki_that(lambda asked: Says(status=403, body=page)), "1")
    message = str(caught.value)
    assert "No [31m entry & no way out" in message
    assert len(message) < 700


def test_an_answer_without_end_is_not_read_to_it():
    says = Says(body=b" " * (65 * 2**20))
    with pytest.raises(SourceUnavailable, match="more than 64 MiB"):
        fetch(wiki_that(lambda asked: says), "1")


# Finding the wiki -----------------------------------------------------------------------------------


def _introduces_itself_at(*paths: str) -> Script:
    def script(asked: Asked) -> Says:
        if asked.path not in paths:
            return Says(status=404, body=b"<h1>Not found</h1>")
        return wiki_that(paper)(Asked(**{**vars(asked), "path": "/w/api.php"}))

    return script


@pytest.mark.parametrize(
    ("address", "api", "site"),
    [
        ("", "/api.php", ""),
        ("", "/wiki/api.php", "/wiki"),
        ("/lore", "/lore/api.php", "/lore"),
        ("/lore/", "/lore/w/api.php", "/lore"),
        ("/deep/er/api.php", "/deep/er/api.php", "/deep/er"),
    ],
)
def test_the_api_is_found_where_others_keep_it(address: str, api: str, site: str):
    with serve(_introduces_itself_at(api)) as server, MediaWiki(server.url + address) as source:
        assert source.info.api == server.url + api
        assert source.info.site == server.url + site
        assert texts(list(source.fetch(["1"]))) == ["Text 1"]


def test_a_wiki_that_has_moved_is_followed_when_it_is_first_asked():
    def script(asked: Asked) -> Says:
        if asked.path == "/w/api.php":
            return Says(status=301, headers={"Location": "/new/api.php?action=query"})
        return _introduces_itself_at("/new/api.php")(asked)

    with serve(script) as server, MediaWiki(server.url) as source:
        assert source.info.site == f"{server.url}/new"


@pytest.mark.parametrize(
    "location",
    ["/w/api.php", "ftp://x/api.php", "//a:b@127.0.0.1/api.php", "http://[/api.php", "/login"],
)
def test_a_redirect_that_leads_to_no_api_is_not_followed(location: str):
    def script(asked: Asked) -> Says:
        return Says(status=302, headers={"Location": location})

    with pytest.raises((Misconfigured, SourceUnavailable), match=r"no MediaWiki|breaks the rules"):
        fetch(script, "1")


def test_a_wiki_that_moves_later_says_where_it_is():
    script = wiki_that(lambda asked: Says(status=301, headers={"Location": "https://new.example/"}))
    with pytest.raises(SourceUnavailable, match=r"moved to 'https://new\.example/'"):
        fetch(script, "1")


@pytest.mark.parametrize(
    "body", [b"<html>Hello", {"query": {"general": {"generator": "Other 1.0"}}}, {"ok": True}]
)
def test_a_server_that_is_no_wiki_is_told_as_such(body: Any):
    with pytest.raises(Misconfigured, match="no MediaWiki answers"):
        fetch(lambda asked: Says(body=body), "1")


def test_a_host_that_does_not_answer_is_told_after_one_more_try():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    slept: list[float] = []
    with (
        MediaWiki(f"http://127.0.0.1:{port}", sleep=slept.append) as source,
        pytest.raises(SourceUnavailable, match=r"cannot be reached \(Connection refused\): check"),
    ):
        list(source.fetch(["1"]))
    assert len(slept) == 1


def test_a_password_file_is_not_sent_to_wikis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ada password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    with serve(wiki_that(paper)) as server:
        fetch_from(server, "1")
        assert all("Authorization" not in one.headers for one in server.asked)


# Who asks -------------------------------------------------------------------------------------------


def test_more_than_two_titles_of_wikipedia_need_a_contact_before_anything_is_sent():
    with (
        MediaWiki("https://en.wikipedia.org") as source,
        pytest.raises(Misconfigured, match=r"--contact or LOREMILL_CONTACT"),
    ):
        list(source.fetch(["One", "Two", "Three"]))


def test_titles_that_cannot_be_and_titles_given_twice_need_no_contact():
    with MediaWiki("https://en.wikipedia.org") as source:
        found = list(source.fetch(["", "A|B", "[x]", "", "{y}"]))
    assert {one.kind for one in found} == {"empty_title", "invalid"}
