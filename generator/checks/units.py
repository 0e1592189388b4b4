"""Units in many languages: what they measure, and how many of the smallest they are."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from generator.checks.folding import bare


class Unit(NamedTuple):
    """What a number counts."""

    dimension: str
    """`length`, `time`, …; for currencies `money:` and the code, as no rate is constant."""
    factor: float
    """How many of the dimension's base unit it is: metre, m², m³, gram, second, watt, joule, …"""


PERCENT = Unit("share", 0.01)
TENTHS = Unit("share", 0.1)
YEAR_S = 31_556_952.0
"""Seconds in a mean Gregorian year."""

# dimension, factor: symbols that are whole words | beginnings of words, then a few letters may follow.
_UNITS: tuple[tuple[str, float, str], ...] = (
    ("length", 1.0, "m м متر مترا امتار מטר מ מי मीटर メートル 米 미터 mt | metre meter metri metro metra metro metrow metres mètre метр متر"),
    ("length", 1000.0, "km км كم کیلومتر किमी キロメートル キロ 公里 千米 킬로미터 klm | kilomet quilomet kilometr chilomet километр кілометр كيلومتر כילומטר किलोमीटर"),
    ("length", 0.01, "cm см سم センチメートル センチ 厘米 센티미터 | centimet zentimet santimet santymet centymet sentimet сантиметр سنتيمتر"),
    ("length", 0.001, "mm мм ミリメートル ミリ 毫米 밀리미터 | millimet milimet миллиметр міліметр مليمتر"),
    ("length", 1e-6, "µm μm マイクロメートル 微米 | micromet mikromet микрометр"),
    ("length", 1e-9, "nm ナノメートル 纳米 | nanomet нанометр"),
    ("length", 0.3048, "ft foot feet fuss pied pieds pies piede piedi fot jalka stopy kaki фут фута футов قدم フィート 英尺 | voet"),
    ("length", 0.0254, "inch inches zoll pouce pouces pulgada pulgadas pollice pollici polegada polegadas дюйм дюйма дюймов インチ 英寸"),
    ("length", 0.9144, "yd yard yards yarda yardas iarda iarde ярд ярда ярдов ヤード 码"),
    ("length", 1609.344, "mi mile miles meile meilen milla millas miglio miglia milha milhas mijl миля мили миль ميل マイル 英里"),
    ("length", 1852.0, "nmi nautical_mile nautical_miles sea_mile sea_miles seemeile seemeilen mille_marin milles milles_marins mille_nautique milles_nautiques milla_nautica millas_nauticas milla_marina millas_marinas miglio_nautico miglia_nautiche milha_nautica milhas_nauticas морская_миля морские_мили морских_миль морской_мили deniz_mili 海里 | deniz_mil"),
    ("length", 9.4607e15, "ly light_year light_years lichtjahr lichtjahre lichtjahren annee-lumiere annees-lumiere ano_luz anos_luz anno_luce anni_luce световой_год световых_лет световых_года isik_yili 光年 광년"),
    ("area", 1.0, "m² m2 м² sqm 平方メートル 平米 平方米 | square_met quadratmet metres_carr metros_cuadrad metri_quadr metros_quadrad квадратных_метр metrekare"),
    ("area", 1e6, "km² km2 км² sq_km 平方キロメートル 平方公里 平方千米 كيلومتر_مربع كم_مربع | square_kilom quadratkilom kilometres_carr kilometros_cuadrad chilometri_quadr quilometros_quadrad квадратных_километр kilometrekare"),
    ("area", 1e4, "ha га ヘクタール 公顷 公頃 هكتار | hectare hektar hectarea ettar гектар"),
    ("area", 4046.8564, "acre acres ac acro acros acri акр акра акров エーカー 英亩 | acker"),
    ("area", 2_589_988.1, "sq_mi mi² square_mile square_miles quadratmeile quadratmeilen mille_carre milles_carres milla_cuadrada millas_cuadradas квадратных_миль 平方マイル 平方英里"),
    ("area", 0.09290304, "sq_ft ft² square_foot square_feet quadratfuss pies_cuadrados pieds_carres 平方フィート 平方英尺"),
    ("area", 1e-4, "cm² cm2 | square_centim quadratzentim"),
    ("volume", 1.0, "m³ m3 м³ 立方メートル 立方米 | cubic_met kubikmet metros_cubic metres_cube metri_cub кубических_метр metrekup"),
    ("volume", 1e9, "km³ | cubic_kilom kubikkilom"),
    ("volume", 0.001, "l л リットル 升 | litre liter litro litri litra литр litrow لتر"),
    ("volume", 0.1, "hl | hectolit hektolit ettolit гектолитр"),
    ("volume", 1e-6, "ml cm³ cc мл | millilit mililit миллилитр"),
    ("volume", 0.003785411784, "gallon gallons gal galon galones gallone gallonen галлонов"),
    ("mass", 1.0, "g г גרם غرام جرام グラム 克 그램 gr | gram gramm gramme gramo grammi грамм"),
    ("mass", 1000.0, "kg кг キログラム 公斤 千克 킬로그램 kilo kilos | kilogram kilogramm quilogram chilogramm килограмм кілограм كيلوغرام كيلوجرام"),
    ("mass", 0.001, "mg мг ミリグラム 毫克 | milligram miligram миллиграмм"),
    ("mass", 1e6, "t т トン 吨 噸 톤 tn ton tons | tonne tonnen tonelada tonnellat tonna тонн"),
    ("mass", 453.59237, "lb lbs ポンド 磅"),
    ("mass", 28.349523, "oz ounce ounces unze unzen onces onza onzas oncia унция унции унций オンス 盎司"),
    ("time", 1.0, "s sec secs sek с сек 秒 초 ثانية ثوان | second sekund segundo secondi секунд saniye"),
    ("time", 0.001, "ms мс ミリ秒 毫秒 | millisecond millisekund milisegund миллисекунд"),
    ("time", 60.0, "min mins мин 分 分間 分钟 分鐘 분 دقيقة دقائق | minute minut minuto minuten minuti минут dakika"),
    ("time", 3600.0, "h hr hrs ч 時間 小时 小時 시간 ساعة ساعات | hour stund heure hora ore uur uren timm timer час godzin"),
    ("time", 86400.0, "day days tag tage tagen jour jours dia dias giorno giorni dag dagen dagar dage dager gun gunluk день дня дней дни dzien dni dny 日間 日 天 일 يوم ايام يوما"),
    ("time", 604800.0, "week weeks woche wochen semaine semaines semana semanas settimana settimane weken veckor uge uger uker hafta неделя недели недель 週間 周 주 اسبوع اسابيع"),
    ("time", YEAR_S / 12, "month months monat monate monaten mois mes meses mese mesi maand maanden manad manader maned maneder ay месяц месяца месяцев ヶ月 か月 カ月 ケ月 个月 個月 개월 شهر اشهر شهرا"),
    ("time", YEAR_S, "year years yr yrs jahr jahre jahren jahrig jahrige ans annee annees ano anos anno anni jaar jaren ar aar vuotta vuoden roku lat lata let rokov yil yillik yasinda yasindaydi год года лет году рік роки років год年 年 年間 年后 年後 歳 才 岁 년 살 سنة سنوات عام اعوام عاما سنه year-old years-old"),
    ("time", 10 * YEAR_S, "decade decades jahrzehnt jahrzehnte jahrzehnten decennie decennies decada decadas decennio decenni decennium decennia arsikt on_yil десятилетие десятилетия десятилетий عقد عقود"),
    ("time", 100 * YEAR_S, "siecle_complet century centuries jahrhundert jahrhunderte jahrhunderten siecle siecles siglo siglos secolo secoli seculo seculos eeuw eeuwen sekel arhundrade arhundraden yuzyil yuzyilda век века веке веков столетие столетия 世紀 世纪 세기 قرن القرن قرون"),
    ("power", 1.0, "w вт ワット 瓦 | watt vatio ватт"),
    ("power", 1e3, "kw квт キロワット 千瓦 | kilowatt kilovatio киловатт"),
    ("power", 1e6, "mw мвт メガワット 兆瓦 | megawatt megavatio мегаватт"),
    ("power", 1e9, "gw гвт ギガワット 吉瓦 | gigawatt gigavatio гигаватт"),
    ("power", 1e12, "tw | terawatt"),
    ("power", 745.7, "hp horsepower 馬力 马力 | pferdestark chevaux cavall caballos"),
    ("energy", 1.0, "j | joule julio джоул"),
    ("energy", 3.6e6, "kwh квтч キロワット時 | kilowatt-hour kilowatt_hour kilowattstund"),
    ("energy", 3.6e9, "mwh мвтч メガワット時 | megawatt-hour megawatt_hour megawattstund"),
    ("energy", 3.6e12, "gwh гвтч ギガワット時 | gigawatt-hour gigawatt_hour gigawattstund"),
    ("energy", 3.6e15, "twh | terawatt-hour terawatt_hour terawattstund"),
    ("frequency", 1.0, "hz гц ヘルツ | hertz herci герц"),
    ("frequency", 1e3, "khz кгц キロヘルツ | kilohertz"),
    ("frequency", 1e6, "mhz мгц メガヘルツ | megahertz"),
    ("frequency", 1e9, "ghz ггц ギガヘルツ | gigahertz"),
    ("pressure", 1.0, "pa | pascal"),
    ("pressure", 100.0, "hpa mbar | hektopascal hectopascal millibar"),
    ("pressure", 1e5, "bar"),
    ("voltage", 1.0, "volt volts"),
    ("voltage", 1e3, "kv kilovolt kilovolts"),
    ("speed", 1 / 3.6, "km/h kph kmh км/ч"),
    ("speed", 0.44704, "mph"),
    ("speed", 1.0, "m/s м/с"),
    ("speed", 0.514444, "kn knot knots knoten nœuds noeuds nudos nodi узлов ノット"),
    ("data", 0.125, "bit bits бит ビット"),
    ("data", 1024.0, "kib"),
    ("data", 1024.0**2, "mib"),
    ("data", 1024.0**3, "gib"),
    ("data", 1024.0**4, "tib"),
    ("data", 1.0, "byte bytes octets バイト"),
    ("data", 1e3, "kb kilobyte kilobytes キロバイト"),
    ("data", 1e6, "mb megabyte megabytes メガバイト"),
    ("data", 1e9, "gb gigabyte gigabytes ギガバイト"),
    ("data", 1e12, "tb terabyte terabytes"),
    ("celsius", 1.0, "°c ℃ degrees_celsius degree_celsius grad_celsius degres_celsius grados_celsius gradi_celsius c°"),
    ("fahrenheit", 1.0, "°f ℉ degrees_fahrenheit grad_fahrenheit"),
    ("share", 0.01, "% percent per_cent percentage prozent pour_cent por_ciento por_cento per_cento procent procenta procent prosent prosenttia процент процента процентов yuzde パーセント 퍼센트 بالمئة بالمائة في_المئة"),
    ("share", 0.1, "割"),
    ("money:USD", 1.0, "$ us$ usd dollar dollars us-dollar us_dollar us_dollars canadian_dollar canadian_dollars australian_dollar australian_dollars american_dollar american_dollars dolar dolares dollari доллар доллара долларов ドル 美元 달러 دولار"),
    ("money:EUR", 1.0, "€ eur euro euros евро ユーロ 欧元 유로 يورو avro"),
    ("money:GBP", 1.0, "£ gbp sterling"),
    ("money:JPY", 1.0, "¥ jpy yen 円"),
    ("money:CNY", 1.0, "cny yuan 元 人民币"),
    ("money:KRW", 1.0, "won 원"),
    ("money:RUB", 1.0, "rub rubel ruble rubles roubles рубль рубля рублей ルーブル"),
    ("money:FRF", 1.0, "franc francs franken franco francos franchi франк франка франков フラン"),
    ("money:DEM", 1.0, "mark dm reichsmark deutschmark марок"),
    ("money:ESP", 1.0, "peseta pesetas peseten"),
    ("money:TRY", 1.0, "lira liras lirasi lire"),
    ("money:INR", 1.0, "₹ inr rupee rupees rupien रुपये"),
    ("money:DIN", 1.0, "dinar dinars دينار دنانير دينارا"),
    ("money:KR", 1.0, "kr kronor kroner kronen crowns koron"),
    ("money:pound", 1.0, "pounds_sterling"),
)  # fmt: skip

LONGEST_SIGN = 8
"""Characters that a unit of a script without blanks has at most."""
_ENDINGS = 5
"""Letters that may follow the beginning of a unit's name: `Quadratkilometer` + `n`."""
_SHORTEST = 4


@cache
def _symbols() -> dict[str, Unit]:
    return {
        _key(word): Unit(kind, factor)
        for kind, factor, words in _UNITS
        for word in words.split("|")[0].split()
    }


@cache
def _beginnings() -> dict[str, Unit]:
    return {
        _key(word): Unit(kind, factor)
        for kind, factor, words in _UNITS
        for word in "".join(words.split("|")[1:]).split()
    }


def _key(word: str) -> str:
    return word if word in ("m²", "m³") else bare(word.replace("_", " "))


# Left out are signs and words that as often are something else: `in`, `V`, `once`, `pound`.
def find_unit(words: str) -> Unit | None:
    """The unit that one word or two names, folded by `folding.bare`; None where it is none.

    Args:
        words: a word that follows a number, or two with a blank between.
    """
    symbols, beginnings = _symbols(), _beginnings()
    if (unit := symbols.get(words)) is not None:
        return unit
    for n in range(len(words), max(_SHORTEST, len(words) - _ENDINGS) - 1, -1):
        if (unit := beginnings.get(words[:n])) is not None:
            return unit
    return None


def find_sign(text: str) -> Unit | None:
    """The unit that a text without blanks between words begins with: `メートルです`."""
    symbols = _symbols()
    return next(
        (
            symbols[bare(text[:n])]
            for n in range(LONGEST_SIGN, 0, -1)
            if len(text) >= n and bare(text[:n]) in symbols
        ),
        None,
    )


_OVER = frozenset({"time", "volume", "area", "mass", "length"})


def per(unit: Unit | None, other: Unit | None) -> Unit | None:
    """What one unit is of another, as metres of seconds are a speed; None where that is no measure."""
    if unit is None or other is None or other.dimension not in _OVER or ":" in unit.dimension:
        return None
    if unit.dimension in {"time", "share", other.dimension}:
        return None
    is_speed = (unit.dimension, other.dimension) == ("length", "time")
    name = "speed" if is_speed else f"{unit.dimension}/{other.dimension}"
    return Unit(name, unit.factor / other.factor)


def divided(unit: Unit) -> tuple[str, ...]:
    """The dimensions of which a unit is the one by the other; none where it is no such unit."""
    if unit.dimension == "speed":
        return ("length", "time")
    return tuple(unit.dimension.split("/")) if "/" in unit.dimension else ()


def convert(value: float, unit: Unit, other: Unit) -> float | None:
    """The value in another unit, None where they do not measure the same."""
    if unit.dimension == other.dimension:
        return value * unit.factor / other.factor
    if (unit.dimension, other.dimension) == ("celsius", "fahrenheit"):
        return value * 9 / 5 + 32
    if (unit.dimension, other.dimension) == ("fahrenheit", "celsius"):
        return (value - 32) * 5 / 9
    return None
