"""The page of a comparison: whole, and nothing foreign acts in it."""

from __future__ import annotations

from html.parser import HTMLParser

from generator.comparison.compared import compare_sides
from generator.comparison.page import render_comparison
from generator.comparison.sides import ComparedPair, SectionKey, SectionSide, Side

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>\"'></details></main></title></style>"
    "<!-- {{ 7*7 }} {% raw %} <svg/onload=alert(3)> javascript:alert(4) &lt; \x1b[31m \u202e \ud800"
)
OURS = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "h1", "h2", "h3", "p", "small",
    "bdi", "dl", "dt", "dd", "span", "br", "main", "div", "table", "thead", "tbody", "tr", "th", "td",
    "svg", "line", "circle", "details", "summary", "footer",
}  # fmt: skip


class Elements(HTMLParser):
    """Collects what a browser would make of a page."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.texts = set(), set(), []

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {(name, value) for name, value in attributes}

    def handle_data(self, data):
        self.texts.append(data)


def side(label: str, count: int = 4) -> Side:
    pairs = [
        ComparedPair(prompt=HOSTILE, completion=HOSTILE, kind=HOSTILE),
        ComparedPair(prompt="Wer?", completion="水車", kind="basic", rejected=HOSTILE),
    ]
    sections = {
        SectionKey(HOSTILE, (HOSTILE, str(number))): SectionSide(
            passages=[HOSTILE], calls=1, pairs=pairs[: 1 + (label != "a")], tokens=7, cost=0.5,
            defects={HOSTILE: 1}, language='en" onclick="alert(5)',
        )
        for number in range(count)
    }  # fmt: skip
    return Side(label=label + HOSTILE, detail=HOSTILE, sections=sections, notes=[HOSTILE])


def read(comparison, **options) -> tuple[str, Elements]:
    page = "".join(render_comparison(comparison, **options))
    elements = Elements()
    elements.feed(page)
    return page, elements


def test_hostile_texts_make_no_element_and_no_attribute():
    page, elements = read(compare_sides(side("a"), side("b")))
    assert elements.tags <= OURS
    assert not [name for name, _ in elements.attributes if name.startswith("on") or name == "src"]
    assert {value for name, value in elements.attributes if name == "href"} == {"#main"}
    assert "<script" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "49" not in "".join(elements.texts).split()
    assert page.encode("utf-8")


def test_every_text_is_there_to_be_read():
    _, elements = read(compare_sides(side("a"), side("b")))
    shown = "".join(elements.texts)
    assert "<script>alert(1)</script><img src=x onerror=alert(2)>" in shown
    assert "水車" in shown
    assert "accepted share" in shown
    assert "Holm" in shown


def test_a_page_of_very_many_sections_stays_readable_and_says_so():
    page, elements = read(compare_sides(side("a", 8), side("b", 8)), most=3)
    assert page.count('<details class="section"') == 3
    assert "5 more sections are counted above" in "".join(elements.texts)


def test_the_same_comparison_gives_the_same_bytes():
    pages = {"".join(render_comparison(compare_sides(side("a"), side("b")))) for _ in range(2)}
    assert len(pages) == 1
