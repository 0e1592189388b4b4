"""In a real browser: nothing foreign acts, nothing leaves, and the filters do what they say."""

from __future__ import annotations

from itertools import pairwise
from urllib.parse import quote

import pytest

from tests.report.browser import CHROMIUM, chromium
from tests.report.datasets import write_dataset

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")

HOSTILE = (
    "<script>pwned = 1</script>",
    "</script><script>pwned = 1</script>",
    "</style></title></textarea><script>pwned = 1</script>",
    "<img src=x onerror=pwned=1>",
    "<svg/onload=pwned=1>",
    '" onmouseover="pwned=1" autofocus onfocus="pwned=1',
    "' onpointerover='pwned=1",
    "<a href=\"javascript:pwned=1\">x</a>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "<link rel=stylesheet href=http://127.0.0.1:9/x.css><style>@import 'http://127.0.0.1:9/'</style>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'><base href=http://127.0.0.1:9/>",
    "<form action=http://127.0.0.1:9/><input name=q></form></details></main></body>",
    "<!-- --!> <![CDATA[ ]]> {{ 7*7 }} {% raw %} ${pwned=1} `pwned=1`",
    "\u202egnp.exe\u202c \u2066\u2067\u2068 \x00\x08\x1b]0;x\x07",
    "x\ufffd\ufffe\uffff Z̸̡̧͉̭̎͊a̵͓̓l̸g̶o̷ \u0600\u0601 ﷽",
)  # fmt: skip


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("chromium") / "profile") as tab:
        yield tab


@pytest.fixture(scope="module")
def mill(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports") / "mill"
    write_dataset(folder, rejects=lambda number: "" if number % 4 else "near_duplicate of 7")
    return (folder / "report.html").as_uri()


def shown(tab):
    return tab.run(
        "[...document.querySelectorAll('li[id]')].filter(one => one.checkVisibility()).length"
    )


def test_no_text_of_an_article_or_a_model_ever_acts(tab, tmp_path):
    def known(number):
        text = HOSTILE[number % len(HOSTILE)]
        return {"prompt": text, "completion": text * 2, "kind": text, "template": text}

    write_dataset(
        tmp_path / "mill",
        titles=HOSTILE,
        sections=[(), *((text, text) for text in HOSTILE[:4])],
        text="\n\n".join(HOSTILE),
        known=known,
        rejects=lambda number: HOSTILE[number % len(HOSTILE)] if number % 5 == 0 else "",
        language='en" onclick="pwned=1',
        url="javascript:pwned=1//",
        model=HOSTILE[0],
    )  # fmt: skip
    address = (tmp_path / "mill" / "report.html").as_uri()
    for fragment in (
        "",
        "#q=" + quote(HOSTILE[3]),
        "#kind=" + quote(HOSTILE[0]),
        "#p1",
        "#<img src=x>",
    ):
        tab.open(address + fragment)
        tab.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        tab.run(
            "document.querySelectorAll('li[id]').forEach((one) => one.dispatchEvent(new PointerEvent('pointerover', {bubbles: true})))"
        )
        assert tab.run("typeof pwned") == "undefined"
        assert tab.requests == [address.partition("#")[0]]
        assert tab.complaints == []
    assert tab.run("document.scripts.length") == 1
    assert (
        tab.run(
            "document.querySelectorAll('img, iframe, link, style ~ style, base, object').length"
        )
        == 0
    )
    attributes = tab.run(
        "[...document.querySelectorAll('*')].flatMap((one) => one.getAttributeNames())"
    )
    assert not [name for name in attributes if name.startswith("on") or name == "style"]
    assert tab.run("[...document.links].every((one) => !/^javascript/i.test(one.href))")


def test_the_policy_stops_what_would_act_all_the_same(tab, tmp_path):
    write_dataset(tmp_path / "mill")
    page = tmp_path / "mill" / "report.html"
    page.write_text(
        page.read_text("utf-8").replace(
            "</main>", "<script>pwned=1</script><img src=x.png></main>"
        ),
        encoding="utf-8",
    )
    tab.open(page.as_uri())
    assert tab.run("typeof pwned") == "undefined"
    assert tab.complaints != []


def test_a_word_of_a_million_letters_stays_inside_the_page(tab, tmp_path):
    word = "ab" * 500_000
    write_dataset(
        tmp_path / "mill", titles=(word[:999],), sections=((word[:999],),), text=word,
        known=lambda number: {"prompt": word, "completion": "水" * 1_000_000},
    )  # fmt: skip
    page = tmp_path / "mill" / "report.html"
    assert page.stat().st_size < 200_000
    tab.look(width=390, height=844)
    tab.open(page.as_uri())
    assert tab.run("document.documentElement.scrollWidth") <= 390
    assert "996,000 more characters" in page.read_text("utf-8")


def test_without_scripts_everything_is_there_to_read(tab, mill):
    tab.do("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.open(mill)
    finally:
        tab.do("Emulation.setScriptExecutionDisabled", value=False)
    assert shown(tab) == 9
    text = tab.run("document.body.textContent")
    for said in (
        "In what year was mill 0 built",
        "seven metres across",
        "near_duplicate",
        "$0.0123",
    ):
        assert said in text
    assert tab.run("document.querySelector('form').checkVisibility()") is False


@pytest.mark.parametrize(
    ("fragment", "count"),
    [
        ("", 9),
        ("#kind=detailed", 3),
        ("#split=test", 2),
        ("#check=rejected", 3),
        ("#check=kept", 6),
        ("#check=strict: near_duplicate", 3),
        ("#q=ADA mill 5", 1),
        ("#section=s2", 3),
        ("#kind=basic&check=kept&section=s3", 1),
        ("#q=no such words", 0),
        ("#kind=no such kind", 9),
    ],
)
def test_filters_in_the_address_show_what_fits(tab, mill, fragment, count):
    tab.open(mill + quote(fragment, safe="#=&"))
    assert shown(tab) == count
    assert tab.run("document.querySelector('output').textContent") == f"{count} of 9 pairs"
    assert tab.run("document.querySelector('.nothing').hidden") is (count > 0)


def test_what_is_chosen_stands_in_the_address(tab, mill):
    tab.open(mill)
    tab.run(
        "const s = document.querySelector('[name=split]'); s.value = 'test'; s.dispatchEvent(new Event('input', {bubbles: true}))"
    )
    assert shown(tab) == 2
    assert tab.run("location.hash") == "#split=test"
    tab.run("document.querySelector('button[type=reset]').click()")
    assert tab.run("new Promise((done) => setTimeout(() => done(location.hash), 20))") == "#pairs"
    assert shown(tab) == 9


def test_a_pair_that_is_pointed_at_shows_its_words_in_the_passage(tab, mill):
    tab.open(mill + "#p2")
    tab.run("document.querySelector('#p2 .m a').focus()")
    words = tab.run("[...CSS.highlights.get('pair')].map((range) => range.toString())")
    assert "was built in 1871 by Ada Miller" in words


def test_a_link_to_a_pair_opens_its_passage(tab, tmp_path):
    write_dataset(tmp_path / "mill", pairs=200)
    tab.open((tmp_path / "mill" / "report.html").as_uri() + "#p450")
    assert tab.run("document.querySelector('#p450').checkVisibility()")
    assert tab.run("document.querySelectorAll('details.block[open]').length") == 1


@pytest.mark.parametrize("width", [320, 390, 768, 1400])
def test_no_page_is_wider_than_its_window(tab, mill, width):
    tab.look(width=width, height=800)
    tab.open(mill)
    assert tab.run("document.documentElement.scrollWidth") <= width


def test_every_control_has_a_name_and_every_heading_its_level(tab, mill):
    tab.open(mill)
    assert tab.run(
        "[...document.querySelectorAll('input, select')].every((one) => one.labels.length)"
    )
    levels = tab.run(
        "[...document.querySelectorAll('h1, h2, h3, h4')].map((one) => +one.tagName[1])"
    )
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
