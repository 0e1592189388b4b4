"""Numbers in words, for the languages whose words are known here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from generator.checks.folding import bare


class Spelled(NamedTuple):
    """A number in words, in a row of words."""

    value: float
    first: int
    """Index of its first word."""
    end: int
    """Index behind its last word."""
    has_whole: bool
    """Whether it is more than a fraction alone: `half a century` is not."""


# 0 to 19, then 20, 30 … 90. Further forms of a word stand behind a slash.
_BASES = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen|twenty thirty forty fifty sixty seventy eighty ninety",
    "de": "null ein/eins/eine/einen/einem/einer zwei/zweier/beide drei/dreier vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn|zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig",
    "fr": "zero un/une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf|vingt/vingts trente quarante cinquante soixante septante huitante/octante nonante",
    "es": "cero uno/un/una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve|veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "it": "zero uno/un/una due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove|venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
    "pt": "zero um/uma dois/duas tres quatro cinco seis sete oito nove dez onze doze treze quatorze/catorze quinze dezesseis/dezasseis dezessete/dezassete dezoito dezenove/dezanove|vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
    "nl": "nul een/één twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien|twintig dertig veertig vijftig zestig zeventig tachtig negentig",
    "sv": "noll en/ett tva tre fyra fem sex sju atta nio tio elva tolv tretton fjorton femton sexton sjutton arton nitton|tjugo trettio fyrtio femtio sextio sjuttio attio nittio",
    "da": "nul en/et to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten|tyve tredive fyrre halvtreds tres halvfjerds firs halvfems",
    "no": "null en/ett to tre fire fem seks sju/syv atte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten|tjue tretti forti femti seksti sytti atti nitti",
    "pl": "zero jeden/jedna/jedno dwa/dwie/dwoch/dwaj trzy/trzech cztery/czterech piec/pieciu szesc/szesciu siedem/siedmiu osiem/osmiu dziewiec/dziewieciu dziesiec/dziesieciu jedenascie dwanascie trzynascie czternascie pietnascie szesnascie siedemnascie osiemnascie dziewietnascie|dwadziescia trzydziesci czterdziesci piecdziesiat szescdziesiat siedemdziesiat osiemdziesiat dziewiecdziesiat",
    "cs": "nula jeden/jedna/jedno dva/dve/dvou tri/trech ctyri/ctyrech pet/peti sest/sesti sedm/sedmi osm/osmi devet/deviti deset/deseti jedenact dvanact trinact ctrnact patnact sestnact sedmnact osmnact devatenact|dvacet tricet ctyricet padesat sedesat sedmdesat osmdesat devadesat",
    "tr": "sifir bir iki uc dort bes alti yedi sekiz dokuz on ·11 ·12 ·13 ·14 ·15 ·16 ·17 ·18 ·19|yirmi otuz kirk elli altmis yetmis seksen doksan",
    "ru": "ноль один/одна/одно/одного/одной/одном два/две/двух/двумя/двое три/трех/тремя/трое четыре/четырех/четверо пять/пяти/пятеро шесть/шести семь/семи восемь/восьми девять/девяти десять/десяти одиннадцать/одиннадцати двенадцать/двенадцати тринадцать/тринадцати четырнадцать/четырнадцати пятнадцать/пятнадцати шестнадцать/шестнадцати семнадцать/семнадцати восемнадцать/восемнадцати девятнадцать/девятнадцати|двадцать/двадцати тридцать/тридцати сорок/сорока пятьдесят/пятидесяти шестьдесят/шестидесяти семьдесят/семидесяти восемьдесят/восьмидесяти девяносто/девяноста",
    "uk": "нуль один/одна/одне/одного два/дві/двох три/трьох чотири/чотирьох п'ять/п'яти шість/шести сім/семи вісім/восьми дев'ять/дев'яти десять/десяти одинадцять дванадцять тринадцять чотирнадцять п'ятнадцять шістнадцять сімнадцять вісімнадцять дев'ятнадцять|двадцять тридцять сорок п'ятдесят шістдесят сімдесят вісімдесят дев'яносто",
    "ar": "صفر واحد/واحدة اثنان/اثنين/اثنتان/اثنتين ثلاثة/ثلاث أربعة/أربع خمسة/خمس ستة/ست سبعة/سبع ثمانية/ثمان/ثماني تسعة/تسع عشرة/عشر ·11 ·12 ·13 ·14 ·15 ·16 ·17 ·18 ·19|عشرون/عشرين ثلاثون/ثلاثين أربعون/أربعين خمسون/خمسين ستون/ستين سبعون/سبعين ثمانون/ثمانين تسعون/تسعين",
    "ja": "", "zh": "",
}  # fmt: skip

# Words that multiply what stands before them, or count as one of it.
_SCALES = {
    "en": {100: "hundred", 1e3: "thousand", 1e6: "million", 1e9: "billion", 1e12: "trillion", 12: "dozen"},
    "de": {100: "hundert", 1e3: "tausend", 1e6: "million millionen mio", 1e9: "milliarde milliarden mrd", 1e12: "billion billionen", 12: "dutzend"},
    "fr": {100: "cent cents", 1e3: "mille", 1e6: "million millions", 1e9: "milliard milliards", 12: "douzaine douzaines"},
    "es": {100: "cien ciento", 200: "doscientos doscientas", 300: "trescientos trescientas", 400: "cuatrocientos cuatrocientas", 500: "quinientos quinientas", 600: "seiscientos seiscientas", 700: "setecientos", 800: "ochocientos", 900: "novecientos", 1e3: "mil", 1e6: "millon millones", 12: "docena docenas"},
    "it": {100: "cento", 1e3: "mille mila", 1e6: "milione milioni", 1e9: "miliardo miliardi", 12: "dozzina dozzine"},
    "pt": {100: "cem cento", 200: "duzentos duzentas", 300: "trezentos trezentas", 400: "quatrocentos", 500: "quinhentos", 1e3: "mil", 1e6: "milhao milhoes", 1e9: "bilhao bilhoes", 12: "duzia duzias"},
    "nl": {100: "honderd", 1e3: "duizend", 1e6: "miljoen", 1e9: "miljard", 12: "dozijn"},
    "sv": {100: "hundra", 1e3: "tusen", 1e6: "miljon miljoner", 1e9: "miljard miljarder", 12: "dussin"},
    "da": {100: "hundrede", 1e3: "tusind tusinde", 1e6: "million millioner", 1e9: "milliard milliarder", 12: "dusin"},
    "no": {100: "hundre", 1e3: "tusen", 1e6: "million millioner", 1e9: "milliard milliarder", 12: "dusin"},
    "pl": {100: "sto stu", 200: "dwiescie", 300: "trzysta", 400: "czterysta", 1e3: "tysiac tysiace tysiecy tys", 1e6: "milion miliony milionow mln", 1e9: "miliard miliardy miliardow mld"},
    "cs": {100: "sto", 200: "dveste", 1e3: "tisic tisice", 1e6: "milion miliony milionu", 1e9: "miliarda miliardy miliard"},
    "tr": {100: "yuz", 1e3: "bin", 1e6: "milyon", 1e9: "milyar", 12: "duzine"},
    "ru": {100: "сто ста", 200: "двести двухсот", 300: "триста трехсот", 400: "четыреста", 500: "пятьсот", 600: "шестьсот", 700: "семьсот", 800: "восемьсот", 900: "девятьсот", 1e3: "тысяча тысячи тысяч тыс", 1e6: "миллион миллиона миллионов млн", 1e9: "миллиард миллиарда миллиардов млрд", 12: "дюжина дюжины дюжин"},
    "uk": {100: "сто", 200: "двісті", 300: "триста", 1e3: "тисяча тисячі тисяч тис", 1e6: "мільйон мільйона мільйони мільйонів млн", 1e9: "мільярд мільярда мільярди мільярдів млрд"},
    "ar": {100: "مئة مائة", 200: "مئتان مئتين مائتان", 1e3: "ألف آلاف", 1e6: "مليون ملايين", 1e9: "مليار مليارات"},
    "fa": {100: "صد", 1e3: "هزار", 1e6: "میلیون", 1e9: "میلیارد"},
    "hi": {1e3: "हज़ार हजार", 1e5: "लाख", 1e7: "करोड़"},
    "vi": {1e3: "nghin ngan", 1e6: "trieu", 1e9: "ty ti"},
    "id": {1e3: "ribu", 1e6: "juta", 1e9: "miliar"},
    "ko": {1e4: "만", 1e8: "억"},
}  # fmt: skip

# Parts of one and other words for amounts; they multiply a whole before them (`three quarters`).
_PARTS = {
    "en": {0.5: "half halves", 1 / 3: "third thirds", 0.25: "quarter quarters", 0.2: "fifth fifths", 0.1: "tenth tenths", 2.0: "couple pair twice double doubled both", 3.0: "triple thrice tripled"},
    "de": {0.5: "halb halbe halben halbes halber halfte", 1 / 3: "drittel", 0.25: "viertel", 0.2: "funftel", 0.1: "zehntel", 2.0: "paar doppelt doppelte verdoppelt", 3.0: "dreifach"},
    "fr": {0.5: "demi demie moitie", 1 / 3: "tiers", 0.25: "quart quarts", 0.2: "cinquieme", 10.0: "dizaine", 15.0: "quinzaine", 20.0: "vingtaine", 30.0: "trentaine", 40.0: "quarantaine", 50.0: "cinquantaine", 100.0: "centaine", 2.0: "double"},
    "es": {0.5: "medio media mitad", 1 / 3: "tercio tercios", 0.25: "cuarto cuartos", 0.2: "quinto quinta", 20.0: "veintena", 10.0: "decena", 100.0: "centenar", 2.0: "doble"},
    "it": {0.5: "mezzo mezza meta", 1 / 3: "terzo terzi", 0.25: "quarto quarti", 10.0: "decina", 20.0: "ventina", 100.0: "centinaio", 2.0: "doppio"},
    "pt": {0.5: "meio meia metade", 1 / 3: "terco tercos", 0.25: "quarto quartos", 10.0: "dezena", 2.0: "dobro"},
    "nl": {0.5: "half halve helft", 1 / 3: "derde", 0.25: "kwart", 2.0: "paar dubbel"},
    "sv": {0.5: "halv halva hälften halften", 1 / 3: "tredjedel", 0.25: "fjardedel", 2.0: "par dubbla"},
    "pl": {0.5: "pol polowa polowy", 1.5: "poltora", 1 / 3: "trzecia", 0.25: "cwierc"},
    "tr": {0.5: "yarim yari yarisi yarisini yarisina yarisinin yarisindan bucuk", 0.25: "ceyrek dortte", 1 / 3: "ucte", 0.2: "beste", 0.1: "onda"},
    "ru": {0.5: "половина половины половину половиной пол полтора полвека", 1 / 3: "треть трети", 0.25: "четверть четверти", 1.5: "полтора полутора"},
    "ar": {0.5: "نصف", 1 / 3: "ثلث", 0.25: "ربع"},
}  # fmt: skip

_AND = {
    "en": "and",
    "de": "und",
    "fr": "et",
    "es": "y",
    "it": "e",
    "pt": "e",
    "nl": "en",
    "ar": "و",
    "sv": "och",
    "ru": "с",
    "uk": "з",
    "pl": "i",
}
_A = {
    "en": "a an of the",
    "de": "ein eine einem einen",
    "fr": "un une de",
    "es": "un una de",
    "it": "un una di",
    "pt": "um uma de",
}

LOOKED_AT = 20_000
"""Words of a text that are looked at."""


class _Table(NamedTuple):
    ones: Mapping[str, int]
    """Every number below 100 that is one word, hyphens included."""
    scales: Mapping[str, float]
    parts: Mapping[str, float]
    link: str
    articles: frozenset[str]
    firsts: frozenset[str]
    """The words that a number can begin with."""


@cache
def _table(language: str) -> _Table:
    ones = dict(_below_hundred(language))
    scales, parts = _by_word(_SCALES.get(language, {})), _by_word(_PARTS.get(language, {}))
    return _Table(
        ones=MappingProxyType(ones),
        scales=scales,
        parts=parts,
        firsts=frozenset({*ones, *(one.split("-")[0] for one in ones), *scales, *parts}),
        link=bare(_AND.get(language, "")),
        articles=frozenset(map(bare, _A.get(language, "").split())),
    )


def _by_word(table: Mapping[float, str] | Mapping[int | float, str]) -> Mapping[str, float]:
    return {bare(word): float(value) for value, words in table.items() for word in words.split()}


def _below_hundred(language: str) -> Iterator[tuple[str, int]]:
    base = _BASES.get(language, "")
    if not base:
        return
    small, tens = ([bare(one).split("/") for one in half.split()] for half in base.split("|"))
    for value, forms in enumerate(small):
        yield from ((form, value) for form in forms)
    for place, forms in enumerate(tens, 2):
        for form in forms:
            yield form, 10 * place
            for one, of in enumerate(small[1:10], 1):
                yield from (
                    (joined, 10 * place + one)
                    for unit in of
                    for joined in _join(language, form, unit)
                )
    if language == "fr":
        yield from _french(small)


def _join(language: str, ten: str, one: str) -> Iterator[str]:
    """How a language writes tens and ones in one word."""
    if language == "de":
        yield f"{one}und{ten}"
    elif language == "nl":
        yield f"{one}en{ten}"
    elif language in {"da", "no"}:
        yield f"{one}og{ten}"
        yield f"{ten}{one}"
    elif language == "sv":
        yield f"{ten}{one}"
    elif language == "es" and ten == "veinte":
        yield f"veinti{one}"
    elif language == "it":
        yield f"{ten}{one}"
        yield f"{ten[:-1]}{one}"


def _french(small: Sequence[Sequence[str]]) -> Iterator[tuple[str, int]]:
    for value in range(1, 20):
        for form in small[value]:
            yield f"soixante-{form}", 60 + value
            yield f"quatre-vingt-{form}", 80 + value
    yield "quatre-vingt", 80
    yield "quatre-vingts", 80


_LONGEST_PHRASE = 3
"""Words at most of a number below 100 that is written apart: `treinta y cinco`, `soixante et onze`."""


def find_spelled(words: Sequence[str], language: str) -> Iterator[Spelled]:
    """The numbers in a row of bare words of a language, in order, each as long as it goes.

    Words with a hyphen inside come apart into several, as `texts.WORD` cuts them.
    """
    table = _table(language)
    if not table.ones and not table.scales:
        return
    at, words = 0, words[:LOOKED_AT]
    while at < len(words):
        found = _read(words, at, table) if words[at] in table.firsts else None
        if found is None:
            at += 1
        else:
            yield found
            at = found.end


def _read(words: Sequence[str], at: int, table: _Table) -> Spelled | None:
    total, current, start = 0.0, 0.0, at
    has_whole = is_open = False
    while at < len(words):
        word = words[at]
        below, used = _small(words, at, table)
        if used and not (is_open and current % 100):
            current += below
            at, has_whole, is_open = at + used, True, True
        elif word in table.scales and (scale := table.scales[word]):
            if scale < 1000 and scale != 12 and scale % 100 == 0:
                current = current * scale if scale == 100 and 0 < current < 100 else current + scale
            else:
                total, current = total + (current or 1) * scale, 0.0
            at, has_whole, is_open = at + 1, True, True
        elif is_open and word == table.link and _goes_on(words, at + 1, table):
            at += 1
            if words[at] in table.articles:
                at += 1
        elif word in table.parts:
            value = total + current
            part = table.parts[word]
            # "zwei und ein halb" is a sum, and "ein Viertel", whose article is a number too, is none.
            is_linked = words[at - 1] in table.articles and at - 2 > start
            is_sum = is_open and table.link in (words[at - 1], words[at - 2] if is_linked else "")
            value = value + part if is_sum else (value or 1) * part
            return Spelled(value, start, at + 1, has_whole)
        else:
            break
    return Spelled(total + current, start, at, has_whole) if at > start else None


def _goes_on(words: Sequence[str], at: int, table: _Table) -> bool:
    """Whether a number goes on behind an "and": `a hundred and five`, `two and a half`."""
    if at < len(words) and words[at] in table.articles:
        return at + 1 < len(words) and words[at + 1] in table.parts
    is_amount = at < len(words) and words[at] in table.parts
    return is_amount or (bool(_small(words, at, table)[1]) and _is_tail(words, at, table))


def _is_tail(words: Sequence[str], at: int, table: _Table) -> bool:
    """Whether what stands before the "and" is a round number: "two and three" are two numbers."""
    before = words[at - 2] if at > 1 else ""
    return before in table.scales or table.ones.get(before, 0) >= 20


def _small(words: Sequence[str], at: int, table: _Table) -> tuple[int, int]:
    """A number below 100 at a place, and how many words it takes (0: there is none)."""
    for n in range(_LONGEST_PHRASE, 1, -1):
        joined = "-".join(words[at : at + n])
        if at + n <= len(words) and joined in table.ones:
            return table.ones[joined], n
    if at >= len(words) or words[at] not in table.ones:
        return 0, 0
    value = table.ones[words[at]]
    for step in (1, 2) if table.link and list(words[at + 1 : at + 2]) == [table.link] else (1,):
        one = table.ones.get(words[at + step], 0) if at + step < len(words) else 0
        if value >= 20 and value % 10 == 0 and 0 < one < 10:
            return value + one, step + 1
        if value in (60, 80) and 10 <= one < 20:  # soixante et onze
            return value + one, step + 1
    if value == 10 and at + 1 < len(words) and 0 < (one := table.ones.get(words[at + 1], 0)) < 10:
        return 10 + one, 2  # on iki
    return value, 1


_KANJI = {one: value for value, one in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "两": 2,
    "兩": 2,
    "壱": 1,
    "弐": 2,
    "参": 3,
}
_KANJI_TENS = {"十": 10, "百": 100, "千": 1000}
_KANJI_SCALES = {"万": 10_000, "萬": 10_000, "億": 100_000_000, "亿": 100_000_000, "兆": 10**12}
KANJI = "".join((*_KANJI, *_KANJI_TENS, *_KANJI_SCALES))
"""Characters that numbers are written with in Chinese and Japanese."""


def read_kanji(text: str) -> int:
    """The number that a run of such characters is: 二十四, 三万五千, 一九二三."""
    if len(text) > 1 and all(one in _KANJI for one in text):
        return int("".join(str(_KANJI[one]) for one in text))
    total = section = digit = 0
    for one in text:
        if one in _KANJI:
            digit = _KANJI[one]
        elif one in _KANJI_TENS:
            section, digit = section + (digit or 1) * _KANJI_TENS[one], 0
        else:
            total, section, digit = total + (section + digit or 1) * _KANJI_SCALES[one], 0, 0
    return total + section + digit


@cache
def all_scales() -> Mapping[str, float]:
    """Words of all languages that multiply the digits before them: `21 million`, `15 bin`."""
    found: dict[str, float] = {}
    for table in _SCALES.values():
        for value, words in table.items():
            if value >= 1000:
                found.update({bare(word): float(value) for word in words.split()})
    return MappingProxyType(found)
