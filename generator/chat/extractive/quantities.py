"""Numbers with what belongs to them: sign, currency, range, scale word and unit."""

from __future__ import annotations

import re

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
    "km/h km² km2 km³ km km. m/s m² m2 m³ m3 m cm² cm mm² mm µm nm ha dm hm kg/m³ kg mg µg g t lb lbs "
    "oz ft² ft mi² mi mph kn kW MW GW TW kWh MWh GWh TWh W kHz MHz GHz THz Hz kV mV V mA Ah mAh °C °F "
    "K hPa kPa MPa GPa Pa bar mbar kJ MJ GJ J eV keV MeV GeV dB KB MB GB TB kB Mbit/s Gbit/s kbit/s "
    "l L ml mL cl hl h min s ms px ly pc kpc Mpc AU u ° % ‰ ℃ ℉ ㎡ ㎢ ㎞ ㎏ ㎝ ㎜ "
    "км² км2 км³ км м² м2 м³ м см мм кг мг г га т кВт МВт ГВт кВт·ч МГц ГГц Гц В "
    "كم² كم2 كم م² کیلومتر کیلومترمربع كيلومتر متر मीटर किमी किलोमीटर "
    "acres acre hectares hectare Hektar miles mile feet foot inches inch yards yard pounds pound tons "
    "tonnes ton metres metre meters meter kilometres kilometre kilometers kilometer kilometers "
    "Kilometer Kilometern Meter Metern Zentimeter Millimeter Quadratkilometer Quadratkilometern "
    "Quadratmeter Kilogramm Gramm Tonnen Liter Kilowatt Megawatt Grad Celsius degrees kilograms "
    "kilogrammes grams litres liters knots mètres kilomètres hectares tonnes metros kilómetros "
    "quilómetros quilômetros hectáreas toneladas metri chilometri ettari tonnellate kilometrów metrów "
    "km kilometer meter hektar ton километров километра метров метра метр гектаров тонн кілометрів метрів "
    "درصد प्रतिशत كيلومترا كيلومترًا مترا مترًا بالمئة بالمائة کیلومتر "
    "percent Prozent procent percento prosent процентов процента відсотків відсотка "
    "yüzde kilometre metre dollars dollar euros euro Euro US-Dollar Dollar Mark Pfund рублей гривень "
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

QUANTITY = re.compile(
    rf"(?P<before>{_CURRENCY})?{_SIGN}?(?P<digits>{_DIGITS})"
    rf"(?P<range>[ \u00a0]?[–—~〜～-][ \u00a0]?{_DIGITS})?"
    rf"(?P<scale>{_SCALE}(?:[ \u00a0](?:de|di|d’))?(?={_UNIT})|{_SCALE})?(?P<unit>{_UNIT}(?:\s?/\s?{_UNIT})?)?"
)
