"""Articles of our own for tests of whole commands."""

from __future__ import annotations

from pathlib import Path

LIGHTHOUSE = """{{Infobox lighthouse|name=Tarn Point}}
'''Tarn Point Light''' is a lighthouse on the island of [[Ostrey]].<ref>A guide.</ref> It was first
lit on 3 May 1871 and stands 31 metres tall. The engineer Ada Thornley designed it after two ships
were lost on the reef in 1866.

== History ==
Work began in June 1868 under the foreman Pavel Dorn, who brought forty masons from the mainland.
Storms carried away the first landing stage in 1869, and the tower was finished a year late, in
1871. The lamp burned colza oil until 1902, when it was changed to paraffin.

=== Electrification ===
An electric lamp of 1,000 watts was installed in 1934. The keepers stayed until 1988, when the light
was made automatic and the last keeper, Ruth Abel, left for the mainland after 26 years of service.

=== Storm of 1953 ===
On 31 January 1953 waves broke over the lantern at a height of 40 metres. The storm destroyed the
boathouse, cracked nine panes and cut the island off for eleven days, but nobody was hurt.

== Structure ==
The tower is built of grey granite from the quarry at Hallan, and has 164 steps. Its walls are
2.4 metres thick at the base and 0.6 metres at the top. The lantern is a first-order Fresnel lens
that shows two white flashes every 15 seconds and can be seen from 19 nautical miles away.

== Today ==
Since 2005 the keepers' houses have been a hostel with 22 beds. About 9,000 visitors climb the tower
each summer, and the island council pays for its upkeep from the entrance fee of four pounds.

== References ==
{{reflist}}
"""

MUENZE = """'''Der Taler von Grünau''' ist eine Silbermünze, die von 1744 bis 1801 geprägt wurde. Sie wiegt
28,06 Gramm und misst 41 Millimeter.

== Prägung ==
Die Münze wurde in der Münzstätte Grünau geschlagen, die der Münzmeister Johann Übelacker leitete.
Im Jahr 1760 verließen 120.000 Stück die Werkstatt. Nach dem Brand vom 3. November 1772 ruhte die
Arbeit zwei Jahre lang.
"""


def write(folder: Path, name: str = "Tarn Point Light", text: str = LIGHTHOUSE) -> Path:
    """An article as a file that is called like its title."""
    path = folder / f"{name}.wiki"
    path.write_text(text, encoding="utf-8")
    return path
