"""Refuses answers of another kind than the question: a "when" without a time, a "who" with a date alone."""

from __future__ import annotations

import re

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.folding import bare
from generator.checks.languages import common_words
from generator.checks.months import month_of
from generator.checks.numbers_in import numbers_of
from generator.checks.phrases import Phrases
from generator.checks.questions import (
    CHOICES,
    HOW_MANY,
    WHEN,
    WHERE,
    WHO,
    WHY,
    abstains,
    asks,
    has_gap,
)
from generator.checks.texts import STEM, Text, read

TIMES = Phrases({
    "en": r"(?:before|after|during|while|when|whenever|since|until|till|once|as soon as|under|between|reign|revolution|dynasty|beginning|start|end|eve|at (?:the|his|her|its|their|dawn|noon|night|midnight|dusk|sunset|sunrise|easter|christmas)|every|each|never|always|annually|daily|weekly|monthly|yearly|spring|summer|autumn|fall|winter|night|morning|evening|afternoon|noon|midnight|day|week|month|year|decade|century|period|era|age|times?|first|later|earlier|ago|\w+day|upon|on|today|soon|immediately|only|if|following|prior|antiquity|\w+ war|birth|death|childhood|easter|christmas|in the (?:early|late|middle|mid|wake|aftermath|days|course|\w+[iae]c|\w+[oe]ne|\w+ian|\w+ous))s?",
    "de": r"(?:vor|nach|während|als|wenn|seit|seitdem|bis|sobald|nachdem|bevor|immer|nie|niemals|jährlich|täglich|frühling|frühjahr|sommer|herbst|winter|nachts?|morgens?|abends?|mittags?|tag(?:e|es)?|woche|monat|jahr(?:e|es|en)?|jahrhunderts?|zeit|ostern|weihnachten|pfingsten|\w+tags?|jede[nrs]?|zum|bei|im|am|gegen|später)",
    "fr": r"(?:avant|après|pendant|durant|lors|quand|lorsque?|depuis|jusqu\w*|dès|chaque|tous les|toujours|jamais|printemps|été|automne|hiver|nuit|matin|soir|midi|minuit|jours?|semaines?|mois|années?|ans?|siècles?|époque|temps|noël|pâques|au|à|en)", "es": r"(?:antes|después|durante|cuando|desde|hasta|cada|siempre|nunca|todos los|primavera|verano|otoño|invierno|noche|mañana|tarde|mediodía|medianoche|días?|semanas?|mes(?:es)?|años?|siglos?|época|tiempo|navidad|tras|al|en|a)",
    "it": r"(?:prima|dopo|durante|quando|dal?|fino|ogni|sempre|mai|primavera|estate|autunno|inverno|notte|mattin\w|sera|giorn\w|settiman\w|mes[ei]|ann[oi]|secol[oi]|epoca|nel|al|in)", "pt": r"(?:antes|depois|durante|quando|desde|até|cada|sempre|nunca|primavera|verão|outono|inverno|noite|manhã|tarde|dias?|semanas?|m[eê]s(?:es)?|anos?|séculos?|época|após|em|no|na)",
    "ru": r"(?:до|после|во время|когда|с|со|пока|каждый|каждую|ежегодно|всегда|никогда|весн\w+|лет\w+|осен\w+|зим\w+|ноч\w+|утр\w+|вечер\w*|дн\w+|день|недел\w+|месяц\w*|год\w*|век\w*|время|период|в|при|к)", "tr": r"(?:önce|sonra|sırasında|\w+(?:ken|ınca|ince|unca|ünce|dığında|diğinde|duğunda|düğünde)|her|beri|kadar|daima|asla|ilkbahar\w*|yaz\w*|sonbahar\w*|kış\w*|gece\w*|sabah\w*|akşam\w*|gün\w*|hafta\w*|ay\w*|yıl\w*|yüzyıl\w*|dönem\w*|zaman\w*)",
    "ja": r"前|後|間|とき|時|際|ごろ|頃|毎|年|月|日|週|朝|昼|夜|夕|春|夏|秋|冬|世紀|時代|まで|から", "zh": r"前|后|時|时|期间|年|月|日|天|周|早|晚|夜|春|夏|秋|冬|世纪|时代|每|直到", "ar": r"(?:قبل|بعد|أثناء|خلال|عندما|منذ|حتى|كل|عام|سنة|شهر|يوم|قرن|ربيع|صيف|خريف|شتاء|ليل|صباح|مساء|عصر|زمن|في)\w*",
})  # fmt: skip
AMOUNTS = Phrases({
    "en": r"no|none|nobody|several|many|few|fewer|some|most|all|both|various|numerous|dozens?|hundreds|thousands|millions|an?|half|twice|once|as (?:many|tall|long|wide|old|far|large|big|high|deep|heavy) as|the (?:same|height|length|size|width|depth)|free|nothing|unlimited|infinite|very|quite|too|only|single|taller|longer|larger|smaller|shorter|\w+fold|more|less", "de": r"kein\w*|nichts|kostenlos\w*|gratis|frei\w*|unbegrenzt|mehrere|viele|wenige|einige|alle|beide|dutzende|hunderte|tausende|ein\w*|halb\w*|so \w+ wie|sehr|mehr|weniger", "fr": r"aucune?|rien|gratuit\w*|plusieurs|beaucoup|peu|quelques|tou[ts]\w*|des (?:dizaines|centaines|milliers)|une?|moitié|aussi|très|plus|moins",
    "es": r"ningun\w*|ningún|nada|gratis|gratuit\w*|varios|varias|muchos|muchas|pocos|pocas|algun\w*|todos|todas|decenas|cientos|miles|un[oa]?|mitad|tan|muy|más|menos", "ru": r"ни одн\w+|нет|бесплатн\w*|ничего|несколько|много|мало|все|десятки|сотни|тысячи|один|одна|половин\w+|больше|меньше", "tr": r"hiç\w*|ücretsiz\w*|bedava|birkaç|birçok|çok|az|tüm|hepsi|onlarca|yüzlerce|binlerce|bir|yarı\w*|daha", "ja": r"なし|ない|無料|いくつ|数|多|少|全|半|同じ|一", "zh": r"没有|免费|几|数|多|少|全|半|一", "ar": r"لا|مجان\w*|عدة|كثير\w*|قليل\w*|بعض|كل|جميع|عشرات|مئات|آلاف|واحد\w*|نصف",
})  # fmt: skip
_IN = re.compile(r"(?:^|\s)(?:in|since|im jahr|seit|en|depuis|desde|в|с) \Z")
"""What makes a single year behind it a time, and no amount."""
_RATE = re.compile(
    r"[\w)%] (?:an?|per|each|every|pro|par|al|por|im) (?:year|month|week|day|hour|decade|jahr|tag|monat|woche|an|jour|mois|año|día|mes)\b"
)
"""`£60 a year` tells an amount, and no time."""
LONGEST = 25
"""Words at most of an answer that is believed to miss the question; a longer one may hold it in words unknown here."""


def new() -> Check:
    """A check with the reason `qa_mismatch`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    prompt, completion, passage = (
        read(text) for text in (candidate.prompt, candidate.completion, candidate.passage)
    )
    if (
        completion.length > LONGEST
        or "`" in completion.raw
        or has_gap(prompt)
        or not (prompt.language or passage.language)
        or abstains(completion, passage)
    ):
        return KEEP
    head = Text(_first_question(prompt))
    language = passage.language or prompt.language
    if head.language not in {prompt.language, ""}:
        return KEEP
    asked = prompt.language or passage.language
    if (
        asks_in(WHEN, head, prompt, asked)
        and asked in TIMES_KNOWN
        and not _has_time(completion, language)
    ):
        return _mismatch("when", completion)
    if (
        asks_in(HOW_MANY, head, prompt, asked)
        and asked in AMOUNTS_KNOWN
        and not _has_amount(completion, language)
    ):
        return _mismatch("how many", completion)
    if (
        any(asks_in(kind, head, prompt, asked) for kind in (WHO, WHERE, WHY))
        and not asks(CHOICES, prompt)
        and _is_only_time(completion, prompt, language)
    ):
        return _mismatch("who, where or why", completion)
    if _WHEN_AND_WHERE.match(prompt.lower) and _is_only_time(completion, prompt, language):
        return _mismatch("when and where", completion)
    if _WHO_DID.match(prompt.lower) and _tells_when_it_was_done(completion):
        return _mismatch("who", completion)
    return KEEP


TIMES_KNOWN = frozenset("en de fr es it pt ru tr ja zh ar".split())
AMOUNTS_KNOWN = frozenset("en de fr es ru tr ja zh ar".split())
HEAD = 45
"""Characters in which a prompt says what it asks."""


def _first_question(prompt: Text) -> str:
    return (
        prompt.own
        if prompt.is_unspaced
        else prompt.own[:HEAD].rsplit(" ", 1)[0]
        if len(prompt.own) > HEAD
        else prompt.own
    )


def asks_in(kind: Phrases, head: Text, prompt: Text, language: str) -> bool:
    """Whether the question word of a kind opens the prompt, or stands where its language has it."""
    found = kind.find(head.lower, language)
    if not found:
        return False
    if prompt.is_unspaced or language in {"tr", "ko", "hi"}:
        return True
    return head.lower.lstrip("¿¡\"'«„“ ").startswith(found) or head.lower.find(found) <= 4


def _has_time(completion: Text, language: str) -> bool:
    numbers = numbers_of(completion.raw, language).all
    if any(
        (one.unit is None and one.noun == "")
        or one.is_year
        or one.day_of
        or (one.unit is not None and one.unit.dimension == "time")
        for one in numbers
    ):
        return True
    if any(month_of(word) for word in completion.bare_words):
        return True
    return bool(TIMES.find(_RATE.sub(" ", completion.lower), language))


def _has_amount(completion: Text, language: str) -> bool:
    numbers = numbers_of(completion.raw, language).all
    is_year = len(numbers) == 1 and _IN.search(completion.lower[: numbers[0].start]) is not None
    if numbers and not (is_year and numbers[0].is_year):
        return True
    return bool(AMOUNTS.find(completion.lower, language))


def _is_only_time(completion: Text, prompt: Text, language: str) -> bool:
    """Whether the answer has nothing but a year or a date that the question has not."""
    numbers = numbers_of(completion.raw, language).all
    if not any(one.is_year or one.day_of for one in numbers):
        return False
    common = common_words(language)
    return all(
        word.isdigit()
        or month_of(word)
        or word in common
        or word in _ABOUT_TIME
        or (len(word) >= STEM and prompt.has_beginning(word[:STEM]))
        for word in completion.content
    )


def _tells_when_it_was_done(completion: Text) -> bool:
    """Whether an answer to "who did it" has a year and neither a name nor who it was done by."""
    return _DONE_IN.match(completion.lower) is not None and not any(
        word.text[0].isupper() and not month_of(bare(word.text)) for word in completion.words[1:]
    )


_WHEN_AND_WHERE = re.compile(
    r"¿?(?:when and where|where and when|wann und wo|wo und wann|quand et où|où et quand|cuándo y dónde|dónde y cuándo)\b"
)
_WHO_DID = re.compile(r"who \w+ed\b")
_DONE_IN = re.compile(r"(?:it|they) (?:was|were) \w+ed (?:in|on) [^,;]*\d{4}\b(?!.*\bby\b)")
_ABOUT_TIME = frozenset(
    "since until from year years jahr jahre seit bis depuis annee an desde hasta ano anno году год года с до yilinda yili yil".split()
)


def _mismatch(asked: str, completion: Text) -> Opinion:
    return Opinion(keep=False, reason=f"qa_mismatch asks {asked}: {completion.folded[:60]!r}")
