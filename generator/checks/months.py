"""Names of months, and which of them a number is the day of."""

from __future__ import annotations

import re
from functools import cache

from generator.checks.folding import bare

# One line a month: its names and their forms, folded; a name of five letters or more may be inflected.
_MONTHS = (
    "january jan januar janner januari janvier enero gennaio janeiro januar tammikuu января январь січня січень styczen stycznia leden ledna ocak ianuarie januari يناير كانون ιανουαριου जनवरी",
    "february feb februar feber februari fevrier febrero febbraio fevereiro helmikuu февраля февраль лютого лютий luty lutego unor unora subat februarie فبراير شباط φεβρουαριου फरवरी",
    "march mar marz mars marzo marco maart maaliskuu марта март березня березень marzec marca brezen brezna mart martie maret مارس آذار μαρτιου मार्च",
    "april apr avril abril aprile huhtikuu апреля апрель квітня квітень kwiecien kwietnia duben dubna nisan aprilie أبريل نيسان απριλιου अप्रैल",
    "may mai mayo maggio maio mei maj toukokuu мая май травня травень maja kveten kvetna mayis مايو أيار μαιου मई",
    "june jun juni juin junio giugno junho kesakuu июня июнь червня червень czerwiec czerwca cerven cervna haziran iunie يونيو حزيران ιουνιου जून",
    "july jul juli juillet julio luglio julho heinakuu июля июль липня липень lipiec lipca cervenec cervence temmuz iulie يوليو تموز ιουλιου जुलाई",
    "august aug aout agosto augustus augusti elokuu августа август серпня серпень sierpien sierpnia srpen srpna agustos agustus أغسطس آب αυγουστου अगस्त",
    "september sept sep septembre septiembre settembre setembro syyskuu сентября сентябрь вересня вересень wrzesien wrzesnia zari eylul septembrie سبتمبر أيلول σεπτεμβριου सितंबर",
    "october oct oktober okt octobre octubre ottobre outubro lokakuu октября октябрь жовтня жовтень pazdziernik pazdziernika rijen rijna ekim octombrie أكتوبر οκτωβριου अक्टूबर",
    "november nov novembre noviembre novembro marraskuu ноября ноябрь листопада листопад listopada listopad kasim noiembrie نوفمبر νοεμβριου नवंबर",
    "december dec dezember dez decembre diciembre dicembre dezembro joulukuu декабря декабрь грудня грудень grudzien grudnia prosinec prosince aralik decembrie desember ديسمبر δεκεμβριου दिसंबर",
)  # fmt: skip

_BEHIND = re.compile(r"\.?[ \u00a0](?:de |of |d'|di )?([^\W\d_]+)")
_BEFORE = re.compile(r"([^\W\d_]+)\.?[ \u00a0]\Z")
_LONGEST = 24


@cache
def _by_name() -> dict[str, int]:
    return {bare(name): month for month, names in enumerate(_MONTHS, 1) for name in names.split()}


def month_of(word: str) -> int:
    """1 to 12 for a bare word that names a month, else 0; endings such as Finnish ones may follow."""
    known = _by_name()
    if word in known:
        return known[word]
    return next((known[word[:n]] for n in range(len(word) - 1, 5, -1) if word[:n] in known), 0)


def find_month(text: str, start: int, end: int) -> int:
    """The month whose name stands beside a number in a text, 0 without."""
    behind = _BEHIND.match(text, end)
    if behind and (month := month_of(bare(behind[1]))):
        return month
    before = _BEFORE.search(text, max(0, start - _LONGEST), start)
    return month_of(bare(before[1])) if before else 0
