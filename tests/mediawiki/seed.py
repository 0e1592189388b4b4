"""The pages of the test wiki: every shape that a reader of wikis has to survive, as an export file.

Run it to write the file: `python tests/mediawiki/seed.py seed.xml`. Ids and times are the same on
every import. What an export cannot say is done afterwards: see `DAMAGE` and `DELETED`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

DAY = "2025-03-0{}T06:30:00Z"

LIGHTHOUSE = """\
{{Infobox lighthouse
| name   = Cape Ferro Lighthouse
| height = {{convert|38|m|ft}}
}}
'''Cape Ferro Lighthouse''' is an invented [[lighthouse]] on an invented cape.<ref name="log">Keepers' log, p.&nbsp;3.</ref> It was lit in 1871.

== History ==
The tower was drawn by [[Ada Brandt|A. Brandt]].<!-- her plans are lost -->

=== Keepers ===
Four families kept the light until 1968.<ref name="log" />

==== The winter of 1902 ====
The keeper rowed ashore after eleven weeks.

== Lamp ==
{| class="wikitable"
! Year !! Fuel
|-
| 1871 || Rapeseed oil
|-
| 1911 || Paraffin
|}

=== Keepers ===
Here the word means the springs that hold the mantle.

== References ==
<references />

[[Category:Lights]]
"""

LEUCHTTURM = """\
Der '''Leuchtturm Grauhöft''' steht auf einer erfundenen Insel. Er ist 27&nbsp;Meter hoch.

== Geschichte ==
Er wurde 1893 gebaut. [[Datei:Grauhöft.jpg|mini|Der Turm]]

=== Wärter ===
Drei Wärterinnen teilten sich den Dienst.
"""

TODAI = """\
'''白浜灯台'''は架空の灯台である。1904年に点灯した。

== 歴史 ==
設計者は知られていない。
"""

MANARA = """\
'''منارة الرأس''' منارة متخيلة بُنيت سنة 1888.

== التاريخ ==
رُمّم البرج مرتين.
"""


class SeedPage(NamedTuple):
    title: str
    text: str
    namespace: int = 0
    model: str = "wikitext"
    format: str = "text/x-wiki"


REDIRECTS = {
    "Ferro Light": "Cape Ferro Lighthouse",
    "Keepers of Cape Ferro": "Cape Ferro Lighthouse#Keepers",
    "Old Ferro Light": "Ferro Light",
    "Oldest Ferro Light": "Old Ferro Light",
    "Ring A": "Ring B",
    "Ring B": "Ring A",
    "Mirror": "Mirror",
    "Leads nowhere": "Never written",
    "Leads abroad": "wikipedia:Lighthouse",
    "Leads to a list": "Special:RecentChanges",
}

ODD_TITLES = (
    "AC/DC",
    "One/Two/Three",
    "..hidden",
    "Salt & Pepper",
    '"Beacons"',
    "Sailor's knot",
    "C++",
    "90% done?",
    "Commas, semicolons; equals=",
    "Émile's été",
    "🗼",
    "燈塔 (小說)",
    "מגדלור",
    "L" * 255,
)

LONG_LINE = (
    "Entry {}: the light was trimmed at dusk and put out at dawn, and nothing else happened.\n"
)


def logbook(entries: int) -> str:
    """A long text, 88 to 91 bytes an entry."""
    return "".join(LONG_LINE.format(number) for number in range(entries)).rstrip()


LISTED = (
    SeedPage("Category:Sound signals", "[[Category:Signals]] [[Category:Loops]]", 14),
    # A circle: signals > sound signals > whistles > signals.
    SeedPage("Category:Whistles", "[[Category:Sound signals]]", 14),
    SeedPage("Category:Signals", "What warns at sea. [[Category:Whistles]]", 14),
    SeedPage("Category:Loops", "Only categories here.", 14),
    SeedPage("Category:Hollow", "Nothing is in here.", 14),
    SeedPage("Flag hoist", "Flags say it by day. [[Category:Signals]]"),
    SeedPage("Rocket", "Rockets say it by night. [[Category:Signals]]"),
    SeedPage("Talk:Rocket", "Red or white? [[Category:Signals]]", 1),
    SeedPage("Siren horn", "A horn moos. [[Category:Sound signals]] [[Category:Signals]]"),
    SeedPage("Gong", "A gong booms, like nothing else on a quay. [[Category:Sound signals]]"),
    SeedPage("Bosun's call", "A pipe of silver. [[Category:Whistles]]"),
    SeedPage("Template:Sounds", "[[Gong]] · [[Rocket]]", 10),
    SeedPage(
        "List of signals",
        "From [[rocket|rockets]] to [[Flag_hoist#By day]], with [[never written]] ones, [[File:A.png]], "
        "[[:Category:Signals]], [[User:Ada]] and the [[Bosun's call]].\n\n{{Sounds}}",
    ),
    SeedPage("Signals, a list", "#REDIRECT [[List of signals]]"),
    SeedPage("Lonely rock", "It links to [[nothing that exists]]."),
)
"""Categories, one of them in a circle, and links of all kinds."""

PAGES = (
    SeedPage("Cape Ferro Lighthouse", LIGHTHOUSE),
    SeedPage("Leuchtturm Grauhöft", LEUCHTTURM),
    SeedPage("白浜灯台", TODAI),
    SeedPage("منارة الرأس", MANARA),
    SeedPage("Fog bell", "A '''fog bell''' is rung in fog."),
    *(SeedPage(title, f"#REDIRECT [[{target}]]") for title, target in REDIRECTS.items()),
    SeedPage("Redirect with a colon", "#Redirect: [[Cape Ferro Lighthouse]]"),
    *(SeedPage(title, f"The page about {title}.") for title in ODD_TITLES),
    *(
        SeedPage(f"Buoy {n:03}", f"'''Buoy {n:03}''' is moored.\n\n== Paint ==\nRed.")
        for n in range(120)
    ),
    # For answers limited to 4 kB: four that fit two by two, and one that never fits.
    *(SeedPage(f"Tide table {n}", logbook(20)) for n in range(4)),
    SeedPage("Logbook", logbook(80)),
    SeedPage("Blank sheet", ""),
    SeedPage("Trailing blanks", "A line.   \n\n"),
    SeedPage("Sealed letter", "Nobody may read this."),
    SeedPage("Lost letter", "Nobody can read this."),
    SeedPage("Sunken letter", "Nobody will read this."),
    SeedPage("Category:Lights", "All lights.", 14),
    SeedPage("Talk:Fog bell", "== How loud? ==\nVery.", 1),
    SeedPage("MediaWiki:Common.css", "body { color: navy }", 8, "css", "text/css"),
    SeedPage("User:Ada/chart.json", '{"depth": 12}', 2, "json", "application/json"),
    *LISTED,
)

DAMAGE = """
UPDATE content SET content_address = 'tt:999999' WHERE content_id =
    (SELECT slot_content_id FROM slots WHERE slot_revision_id =
        (SELECT page_latest FROM page WHERE page_title = 'Lost_letter'))
"""
"""SQL for what has no maintenance script: a text that the database lost."""

DELETED = ("Sunken letter",)


def export_xml(pages: tuple[SeedPage, ...] = PAGES, day: int = 1) -> str:
    """The pages as a MediaWiki export; a later day makes a newer revision of the same page."""
    body = "".join(_page_xml(page, DAY.format(day)) for page in pages)
    return f'<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11">{body}</mediawiki>\n'


def _page_xml(page: SeedPage, timestamp: str) -> str:
    return (
        f"<page><title>{escape(page.title)}</title><ns>{page.namespace}</ns><id>1</id>"
        f"<revision><id>1</id><timestamp>{timestamp}</timestamp>"
        "<contributor><username>Ada</username><id>7</id></contributor>"
        f"<model>{page.model}</model><format>{page.format}</format>"
        f'<text xml:space="preserve">{escape(page.text)}</text></revision></page>\n'
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(export_xml(), encoding="utf-8")
