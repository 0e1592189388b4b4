"""Numbers with what belongs to them: sign, currency, range, scale word and unit; and years by their context."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.chat.extractive.scripts import is_glued
from generator.chat.extractive.term import Kind, Term
from generator.chat.extractive.wordings import SENTENCE_START, Wordings

_DIGITS = r"\d+(?:(?:[.,٫٬'’]\d+)|(?:[ \u00a0\u202f\u2009]\d{3}(?!\d)))*"

_SCALES = (
    "million millions billion billions trillion thousand Million Millionen Milliarde Milliarden "
    "Billionen Mio. Mrd. Tausend milliard milliards millón millones milione milioni miliardo "
    "miliardi milhão milhões bilhão bilhões mil miljoen miljard miljon miljoner miljard miljarder "
    "millioner milliarder tysięcy tys. mln mld milion miliony milionów miliard miliardy miliardów "
    "milyon milyar bin миллион миллиона миллионов миллиард миллиарда миллиардов тысяч тысячи тысяча "
    "млн млрд тыс. тис. мільйон мільйона мільйони мільйонів мільярд мільярда мільярдів тисяч тисячі "
    "مليون مليار ألف ملايين آلاف میلیون میلیارد هزار מיליון מיליארד אלף लाख करोड़ हज़ार हजार "
    "triệu tỷ tỉ nghìn ngàn juta miliar ribu lakh crore"
).split()

# Units, longest first where one begins another. "in" is a unit only where no year or place follows.
_UNITS = (
    "km/h km² km2 km³ km m/s m² m2 m³ m3 m cm² cm mm² mm µm nm ha dm hm kg/m³ kg mg µg g t lb lbs "
    "oz ft² ft mi² mi mph kn kW MW GW TW kWh MWh GWh TWh W kHz MHz GHz THz Hz kV mV V mA Ah mAh °C °F "
    "K hPa kPa MPa GPa Pa bar mbar kJ MJ GJ J eV keV MeV GeV dB KB MB GB TB kB Mbit/s Gbit/s kbit/s "
    "l L ml mL cl hl h min s ms px ly pc kpc Mpc AU ° % ‰ ℃ ℉ ㎡ ㎢ ㎞ ㎏ ㎝ ㎜ "
    "км² км2 км³ км м² м2 м³ м см мм кг мг г га т кВт МВт ГВт кВт·ч МГц ГГц Гц В "
    "كم² كم2 كم م² کیلومتر کیلومترمربع كيلومتر متر मीटर किमी किलोमीटर "
    "acres acre hectares hectare Hektar miles mile feet foot inches inch yards yard pounds pound tons "
    "tonnes ton metres metre meters meter kilometres kilometre kilometers kilometer "
    "Kilometer Kilometern Meter Metern Zentimeter Millimeter Quadratkilometer Quadratkilometern "
    "Quadratmeter Kilogramm Gramm Tonnen Liter Kilowatt Megawatt Grad degrees kilograms "
    "kilogrammes grams litres liters knots mètres kilomètres metros kilómetros "
    "quilómetros quilômetros hectáreas toneladas metri chilometri ettari tonnellate kilometrów metrów "
    "hektar километров километра метров метра метр гектаров тонн кілометрів метрів "
    "درصد प्रतिशत كيلومترا كيلومترًا مترا مترًا بالمئة بالمائة کیلومتر "
    "percent Prozent procent percento prosent процентов процента відсотків відсотка "
    "dollars dollar euros euro Euro US-Dollar Dollar Mark Pfund рублей гривень "
    "€ $ £ ¥ 円 元 원 ₽ ₴ ₹ ₺"
).split()
_PHRASES = (
    r"square (?:kilomet(?:re|er)|met(?:re|er)|mile|foot|feet)s?|cubic met(?:re|er)s?|sq\.? ?(?:mi|ft|km)|"
    r"per ?cent|pour cent|por ciento|por cento|per cento|per mille|light[- ]years?|US dollars|"
    r"metros cuadrados|kilómetros cuadrados|quilômetros quadrados|kilomètres carrés|mètres carrés|"
    r"chilometri quadrati|Grad Celsius|degrees (?:Celsius|Fahrenheit)|квадратных километров|"
    r"(?:кв|куб)\. ?(?:км|м)|кв\.км|كيلومتر مربع|کیلومتر مربع|वर्ग किलोमीटर|वर्ग किमी|"
    r"平方公里|平方千米|平方キロメートル|平方メートル|キロメートル|メートル|ヘクタール|キログラム|パーセント|"
    r"公里|千米|公顷|公頃|公斤|美元|欧元|ドル|ユーロ|킬로미터|제곱킬로미터|미터|달러|유로|퍼센트|"
    r"in(?=\s*[),.;(]|\s(?:long|wide|tall|high|deep|thick|in diameter)\b)"
)


def _any(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))


# A unit in letters ends where its word ends; Han, Kana and Hangul go on without a blank.
_END = r"(?![^\W\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af])"
_SCALE = rf"(?:[ \u00a0\u202f]?(?:{_any(_SCALES)}){_END}|[万亿億兆萬만억조](?:\d[\d,]*[万亿億兆萬만억조]?)*)"
_UNIT = rf"(?:[ \u00a0\u202f]?(?:{_PHRASES}|{_any(_UNITS)}){_END})"
_CURRENCY = r"(?:(?:US|A|C|HK|NT|R|S)?[$€£¥₹₽₩₺₴฿]|Rs\.?|EUR|USD|GBP|CHF|DM|kr\.?)[ \u00a0]?"
_SIGN = r"(?:(?<![\w)])[−+±\-](?=\d))"

_QUANTITY = re.compile(
    rf"(?P<before>{_CURRENCY})?{_SIGN}?(?P<digits>{_DIGITS})"
    rf"(?P<range>[ \u00a0]?[–—~〜～-][ \u00a0]?{_DIGITS})?"
    rf"(?P<scale>{_SCALE}(?:[ \u00a0](?:de|di|d’))?(?={_UNIT})|{_SCALE})?(?P<unit>{_UNIT}(?:\s?/\s?{_UNIT})?)?"
)

# Words before a number that make it a label: "No. 5", "§ 5", "Kapitel 5".
_LABEL = re.compile(
    r"(?:\b(?:no|nr|nos|num|art|vol|bd|chap|chapter|page|pages|pp?|act|scene|line|type|class|part|"
    r"number|figure|table|section|article|grade|level|season|episode|volume|channel|route|"
    r"версия|глава|том|статья|статті)\.?|[第제№§#]|\bn[°º])\s?$",
    re.IGNORECASE,
)
_WORD_AFTER = re.compile(r"[ \u00a0]([\w\u0900-\u097f]+)")
_WORD_BEFORE = re.compile(r"([^\W\d_][\w.'’-]*)[ \u00a0]$")


def find_quantities(sentence: str, wordings: Wordings) -> Iterator[Term]:
    """Numbers that stand for themselves, not as part of a name, a label, a time or an ordinal."""
    for match in _QUANTITY.finditer(sentence):
        if _is_cut(sentence, match.start(), match.end()) or _is_label(sentence, match.start()):
            continue
        kind, worth = _weigh(match, sentence, wordings)
        if worth:
            yield Term(start=match.start(), end=match.end(), kind=kind, worth=worth)


def _is_cut(sentence: str, start: int, end: int) -> bool:
    """Whether a stretch is only a part of something: `19` of `19th`, `COVID-19`, `10:15`, `19.`."""
    before, after = sentence[:start], sentence[end:]
    if before and (before[-1].isalnum() or before[-1] == "_") and not is_glued(before[-1]):
        return True
    # A Hebrew prefix is joined to a number by a hyphen.
    if re.search(r"[-–—/:.,'’#^_\\]$", before) and not re.search(r"[\u05d0-\u05ea][-־]$", before):
        return True
    if after and (after[0].isalnum() or after[0] == "_") and not is_glued(after[0]):
        return True
    if re.match(
        r"[月日時时分秒월일]|[年년](?=[代대])|[-–—/:'’.,٫٬^][^\W_]|[/*^_=]|[-–](?:\s(?:und|and|bis)\b)",
        after,
    ):
        return True
    # A point in mid-sentence makes an ordinal: "im 19. Jahrhundert".
    return bool(re.match(r"\.\s?\S", after)) and not re.match(r"\.[\"”»’)\]]*$", after)


def _is_label(sentence: str, start: int) -> bool:
    before = sentence[:start]
    if _LABEL.search(before):
        return True
    word = _WORD_BEFORE.search(before)
    return word is not None and word[1][0].isupper() and not _is_year_like(sentence[start:])


def _is_year_like(text: str) -> bool:
    return bool(re.match(r"[12]\d{3}(?![\d.,]?\d)", text))


def _weigh(match: re.Match[str], sentence: str, wordings: Wordings) -> tuple[Kind, float]:
    digits, whole = match["digits"], match[0]
    if match["unit"] or match["scale"] or match["before"]:
        return "number", 5.0
    if match["range"]:
        return "term", 3.0
    if digits.count(".") > 1 and not re.fullmatch(r"\d{1,3}(?:\.\d{3})+", digits):
        return "number", 0.0  # a version, a section number
    if re.fullmatch(r"\d{4}", whole) and 1000 <= int(whole) <= 2100:
        word = _WORD_BEFORE.search(sentence[: match.start()])
        before = word[1].lower() if word else "" if match.start() else SENTENCE_START
        word = _WORD_AFTER.match(sentence, match.end())
        after = word[1].lower() if word else ""
        is_year = before in wordings.before_year or after in wordings.after_year
        return ("year", 5.0) if is_year else ("term", 3.0)
    if len(digits) < 3 and _is_day(match, sentence):
        return "number", 0.0
    if len(digits) == 1:
        return "number", 0.0 if int(digits) < 2 else 1.5
    return "number", 0.0 if re.match(r"0\d", digits) else 4.0


def _is_day(match: re.Match[str], sentence: str) -> bool:
    """Whether a year stands so near that a small number may be the day of a date."""
    before, after = sentence[: match.start()], sentence[match.end() :]
    return bool(
        re.search(r"\d{4}\W{0,2}(?:\s?\S+)?\s$", before) or re.match(r"\s\S+\s\d{4}", after)
    )
