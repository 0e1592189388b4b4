"""Refuses pairs that obey or repeat orders which somebody hid in the passage for a model to follow."""

from __future__ import annotations

from functools import lru_cache

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.languages import common_words
from generator.checks.phrases import Phrases
from generator.checks.texts import read

COMMANDS = Phrases({
    "en": r"(?:ignore|disregard|forget) (?:all |any |the |your |these |of |my |every )+(?:instructions|prompts|rules)|(?:ai|llms?|language models?|chatbots?|assistants?)(?: systems?| models?| agents?| assistants?)? (?:reading|processing|summari[sz]ing|parsing|that read|who read) this|(?:ignore|disregard|forget|override) (?:all |any |the |your |these |of |my |every )*(?:previous|prior|above|preceding|earlier|other|existing) (?:\w+ )?(?:instructions?|prompts?|directions?|rules?|text|context|messages?)|(?:reveal|print|show|repeat|output) (?:your|the) (?:system )?prompt|(?:answer|respond to|reply to) (?:every|each|all|any) (?:\w+ )?(?:questions?|prompts?|requests?)(?: only)? (?:with|by)|you are now (?:an?|in|the)|(?:attention|note|message|instructions?)(?: to| for)(?: all| any| the| an)? (?:ai|llms?|language models?|assistants?|chatbots?)|(?:ai|language) models?(?: reading this)? (?:must|should|have to) (?:answer|reply|say|respond|write|include|output)|if you are an? (?:ai|language model|assistant)|do not (?:follow|obey) (?:the|your|any)|new instructions?:|system prompt:",
    "de": r"ignorier(?:e|en sie)? (?:alle |die |deine |ihre |sämtliche )*(?:vorherigen |vorigen |bisherigen |obigen |früheren )?(?:anweisungen|befehle|vorgaben)|(?:vergiss|missachte) (?:alle |die )*(?:vorherigen|bisherigen|obigen)|beantworte (?:jede|alle) fragen? mit|du bist (?:jetzt|nun) ein",
    "fr": r"ignore[zr]? (?:toutes )?(?:les |vos )?(?:instructions|consignes) (?:précédentes|antérieures|ci-dessus)|oublie[zr]? (?:toutes )?(?:les )?(?:instructions|consignes)|réponds?(?:ez)? à (?:chaque|toutes?) (?:les )?questions? par", "es": r"ignora (?:todas )?(?:las )?(?:instrucciones|indicaciones) (?:anteriores|previas)|olvida (?:todas )?(?:las )?instrucciones|responde a (?:cada|todas) (?:las )?preguntas? con",
    "it": r"ignora (?:tutte )?(?:le )?istruzioni (?:precedenti|sopra)", "pt": r"ignore (?:todas )?(?:as )?instruções (?:anteriores|prévias)", "ru": r"(?:игнорируй|игнорируйте|забудь|забудьте) (?:все )?(?:предыдущие|прежние|вышеуказанные) (?:инструкции|указания)|отвечай(?:те)? на (?:все|каждый) вопрос\w*", "tr": r"önceki (?:tüm )?talimatları (?:yok say|unut|görmezden gel)\w*",
    "ja": r"(?:これまで|以前|上記|前)の(?:すべての)?指示を?(?:無視|忘れ)|すべての質問に", "zh": r"(?:忽略|无视|忘记)(?:之前|以上|前面|所有)?的?(?:所有|全部)?(?:指令|指示|说明)", "ar": r"تجاهل (?:جميع |كل )?(?:التعليمات|الأوامر)(?: السابقة)?", "ko": r"이전(?:의)? (?:모든 )?(?:지시|명령)\w* 무시",
})  # fmt: skip


def new() -> Check:
    """A check with the reason `prompt_injection`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    passage = read(candidate.passage)
    planted = _planted(candidate.passage)
    for text in (read(candidate.prompt), read(candidate.completion)):
        found = COMMANDS.find_in(text, passage)
        # An article about such orders may speak of them.
        if found and (found not in passage.lower or planted):
            return Opinion(keep=False, reason=f"prompt_injection {found[:60]!r}")
        if taken := sorted(planted & text.vocabulary):
            return Opinion(keep=False, reason=f"prompt_injection {taken[0]!r}")
    return KEEP


@lru_cache(maxsize=64)
def _planted(passage: str) -> frozenset[str]:
    """Words that a passage has only where it gives orders to its reader, quotations left out."""
    whole = read(passage)
    if not COMMANDS.find(whole.own, whole.language):
        return frozenset()
    commands = [one for one in whole.sentences if COMMANDS.find(read(one).own, whole.language)]
    if not commands:
        return frozenset()
    rest = " ".join(one for one in whole.sentences if one not in commands)
    only = frozenset().union(*(read(one).vocabulary for one in commands)) - read(rest).vocabulary
    return frozenset(
        word for word in only - common_words(whole.language) - _OWN_WORDS if len(word) > 3
    )


_OWN_WORDS = frozenset(
    "answer answers question questions instruction instructions previous word words every respond reply always never text note reader following print reveal ignore disregard forget prompt system "
    "anweisungen frage fragen antwort antworten instrucciones respuesta pregunta preguntas instructions reponse ответ вопрос инструкции".split()
)
"""What orders are made of and good pairs may say as well."""
