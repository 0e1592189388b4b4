"""Refuses answers that are far too short for what was asked, or far too long."""

from __future__ import annotations

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.phrases import Phrases
from generator.checks.questions import HOW_MANY, WHEN, WHERE, WHO, abstains
from generator.checks.texts import read

LONG_TASKS = Phrases({
    "en": r"\A(?:please )?(?:explain|describe|discuss|elaborate|summari[sz]e|outline|recount|trace|narrate)|in (?:\w+ ){0,2}detail|detailed (?:\w+ )?(?:account|answer|analysis|description|explanation|summary|overview|report)|at length", "de": r"\A(?:bitte )?(?:erkläre?|erklären sie|beschreibe?|beschreiben sie|erläutere?|erläutern sie|schildere|fasse|erörtere)|ausführlich\w*|im detail|detailliert\w*",
    "fr": r"\A(?:explique[zr]?|décri(?:s|vez|re)|détaille[zr]?|développe[zr]?|résume[zr]?|racontez?)|en détail", "es": r"\A(?:explica|explique|describe|describa|detalla|resume|desarrolla|relata)|en detalle|detalladamente", "it": r"\A(?:spiega|descrivi|illustra|riassumi)|in dettaglio|dettagliatamente", "pt": r"\A(?:explique|descreva|detalhe|resuma)|em detalhes?|detalhadamente",
    "nl": r"\A(?:beschrijf|leg uit|verklaar|vat)|uitgebreid|in detail", "sv": r"\A(?:beskriv|förklara|sammanfatta|redogör)|utförligt|i detalj", "pl": r"\A(?:opisz|wyjaśnij|streść)|szczegółowo", "ru": r"\A(?:опиши(?:те)?|объясни(?:те)?|расскажи(?:те)?|изложи(?:те)?)|подробно", "uk": r"\A(?:опиши|опишіть|поясни|поясніть)|детально",
    "tr": r"(?:açıkla|anlat|özetle|betimle)(?:yın|yınız|ın|ınız|yin|yiniz)?|ayrıntılı\w*", "ar": r"\A(?:اشرح|صف|لخص|وضح)|بالتفصيل", "ja": r"詳しく|(?:説明|述べ|記述|要約)(?:して|て)ください|説明せよ", "zh": r"详细|(?:请)?(?:解释|描述|说明|概述|简述)", "ko": r"설명|자세히",
})  # fmt: skip
BRIEFLY = Phrases({
    "en": r"in (?:a|one|two) (?:\w+ )?(?:words?|phrases?)|briefly", "de": r"kurz|in einem wort|in einem satz", "fr": r"brièvement|en un mot|en une phrase", "es": r"brevemente|en una palabra|en una frase", "ru": r"кратко|одним словом", "ja": r"簡潔に|一言で|一文で",
})  # fmt: skip
FEWEST = 8
"""Words that an explanation or a description has at least."""
MOST = 120
"""Words that the answer to a question for a name, a number, a place or a time has at most."""
MOST_AT_ALL = 800
"""Words that any answer has at most."""


def new() -> Check:
    """A check with the reasons `too_short` and `too_long`, and as score the length in words."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    prompt, completion, passage = (
        read(text) for text in (candidate.prompt, candidate.completion, candidate.passage)
    )
    words = completion.length
    if words < FEWEST and "`" not in completion.raw:
        if (
            (found := LONG_TASKS.find_in(prompt, passage))
            and not BRIEFLY.find_in(prompt, passage)
            and not abstains(completion, passage)
        ):
            return Opinion(
                keep=False, reason=f"too_short {words} words for {found!r}", score=float(words)
            )
    if words > MOST_AT_ALL:
        return Opinion(keep=False, reason=f"too_long {words} words", score=float(words))
    if (
        words > MOST
        and _asks_for_little(prompt.lower, prompt.language or passage.language)
        and not LONG_TASKS.find_in(prompt, passage)
    ):
        return Opinion(
            keep=False, reason=f"too_long {words} words for a short question", score=float(words)
        )
    return KEEP


ONE_THING = Phrases({
    "en": r"(?:what|which) (?:\w+ )?(?:file|key|year|month|date|day|name|city|county|country|person|river|material|unit|value|colou?r|number|company|language|island|region|town|street|title|font|type|kind)", "de": r"welche[rsmn]? (?:jahr|monat|datum|stadt|land|name|datei|fluss|person|material|farbe|zahl)",
    "fr": r"quel(?:le)? (?:est le nom|année|ville|pays|date|fichier|couleur|mois)", "es": r"(?:qué|cuál es el) (?:año|ciudad|país|nombre|fecha|archivo|color|mes)", "ru": r"как(?:ой|ая|ое) (?:год|город|страна|имя|цвет|месяц|файл)", "ja": r"どの(?:年|市|町|国|人)|何という", "tr": r"hangi (?:yıl|şehir|ülke|ay|dosya)",
})  # fmt: skip
"""Questions for one thing, beside those for a time, a number, a person or a place."""


def _asks_for_little(prompt: str, language: str) -> bool:
    head = prompt[:40]
    return any(kind.find(head, language) for kind in (WHEN, WHO, WHERE, HOW_MANY, ONE_THING))
