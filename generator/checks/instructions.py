"""Refuses pairs that show how they were asked for: the order, the thinking, the politeness, the JSON."""

from __future__ import annotations

import re

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.phrases import ANY, Phrases
from generator.checks.texts import read

_PAIR = (
    r"(?:question|q&a|prompt|quiz|trivia)[- ]?(?:and[- ]|/|–)?(?:answer|completion)?s?(?: pairs?)?"
)
ORDERS = Phrases({
    "en": rf"(?:generate|write|create|produce|make|give|formulate|come up with) (?:me )?(?:an?|one|two|three|four|five|six|ten|\d+|some|several|more) (?:\w+ ){{0,3}}{_PAIR}|(?:question|prompt)(?:-| and |/)(?:answer|completion) pairs?|as (?:valid )?json|in json(?: format)?|json lines|self-contained and|here (?:is|are|'s) (?:a|an|the|your|my|some|\d+|one|two|three|four|five|ten) (?:\w+ ){{0,2}}(?:questions?|answers?|pairs?|q&as?|prompts?|json|response)|here's (?:a|an|the|your) (?:\w+ ){{0,2}}(?:questions?|answers?|response)|\(?difficulty: ?\w+\)?|training (?:pairs?|example|data for a language model)|the user (?:asks?|wants|is asking)|let me think(?: about)?|i hope this helps|let me know if you|feel free to ask",
    "de": r"hier (?:ist|sind|kommt|kommen) (?:die|eine?|deine|ihre|\d+|fünf|drei|zehn) (?:\w+ ){0,2}(?:frage\w*|antwort\w*|paare?)|(?:erstelle|schreibe|generiere|formuliere) (?:eine?|\d+|drei|fünf|zehn|mir) (?:\w+ ){0,3}(?:frage\w*|paare?)|im json-format|frage-antwort-paare?n?",
    "fr": r"voici (?:la|une|les|votre|ma|\d+|cinq|trois|dix) (?:\w+ ){0,2}(?:réponses?|questions?|paires?)|(?:génère|générez|écris|écrivez|rédige|rédigez|crée|créez) (?:une|\d+|trois|cinq|dix|des) (?:\w+ ){0,3}(?:questions?|paires?)|au format json|paires? question-réponse",
    "es": r"aquí (?:tienes?|está|están|te dejo) (?:la|una|las|tu|\d+|cinco|tres|diez) (?:\w+ ){0,2}(?:respuestas?|preguntas?|pares?)|(?:genera|escribe|crea|redacta) (?:una|\d+|tres|cinco|diez) (?:\w+ ){0,3}(?:preguntas?|pares?)|en formato json|pares? de preguntas?",
    "it": r"ecco (?:la|una|le|\d+|cinque|tre) (?:\w+ ){0,2}(?:rispost\w|domand\w)|in formato json", "pt": r"aqui (?:está|estão) (?:a|uma|as|\d+) (?:\w+ ){0,2}(?:respostas?|perguntas?)|em formato json",
    "ru": r"вот (?:\w+ ){0,2}(?:ответ\w*|вопрос\w*|пар\w*)|(?:напиши|напишите|создай|создайте|составь|составьте) (?:\w+ ){0,3}вопрос\w*|в формате json", "tr": r"işte (?:\w+ ){0,3}(?:cevap|yanıt|soru)\w*|json (?:biçiminde|formatında)",
    "ja": r"以下(?:が|は|に)?.{0,6}(?:質問|回答|問題|ペア)|質問と回答のペア|json形式", "zh": r"以下是.{0,6}(?:问题|答案|问答)|问答对|json格式", "ar": r"إليك (?:\w+ ){0,2}(?:الإجابة|الأسئلة|الأجوبة|إجابة|أسئلة|سؤال)\w*",
})  # fmt: skip
POLITE = Phrases({
    "en": r"\A(?:sure|certainly|of course|absolutely|great question|good question|that is a great question|happy to help)(?:!|, here|\. here|, i)", "de": r"\A(?:gerne|natürlich|selbstverständlich|klar)(?:!|, hier|\. hier)", "fr": r"\A(?:bien sûr|certainement|avec plaisir|volontiers) ?(?:!|, voici|\. voici)",
    "es": r"\A¡?(?:claro|por supuesto|con gusto|desde luego)(?: que sí)?(?:!|, aquí|\. aquí)", "it": r"\A(?:certo|certamente|volentieri)(?:!|, ecco)", "pt": r"\A(?:claro|com certeza)(?:!|, aqui)", "nl": r"\A(?:natuurlijk|zeker|graag)(?:!|, hier)", "ru": r"\A(?:конечно|разумеется|с удовольствием)(?:!|, вот|\. вот)",
    "tr": r"\A(?:tabii|elbette|tabii ki)(?:!|, işte)", "ja": r"\A(?:はい、以下|もちろん(?:です)?[!！。])", "zh": r"\A(?:当然|好的)[!！,，]", "ar": r"\A(?:بالتأكيد|بالطبع)(?:!|،)", ANY: r"<think(?:ing)?>|</think(?:ing)?>|<reasoning>|</reasoning>|\[thinking\]",
})  # fmt: skip
_JSON = re.compile(r"\s*(?:json\s*)?[\[{]\s*[\[{]?\s*\"[\w ]{1,30}\"\s*:")
_ASKS_FOR_JSON = re.compile(
    r"\b(?:json|config\w*|syntax|object|payload|example|schema|code|snippet)\b", re.IGNORECASE
)


def new() -> Check:
    """A check with the reason `instruction_leak`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    passage = read(candidate.passage)
    for text in (read(candidate.prompt), read(candidate.completion)):
        found = POLITE.find(text.lower, text.language, passage.language) or ORDERS.find_in(
            text, passage
        )
        if found and found not in passage.lower:
            return Opinion(keep=False, reason=f"instruction_leak {found[:60]!r}")
    if _JSON.match(candidate.completion) and not _ASKS_FOR_JSON.search(candidate.prompt):
        return Opinion(keep=False, reason=f"instruction_leak {candidate.completion.strip()[:60]!r}")
    return KEEP
