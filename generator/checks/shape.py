"""Refuses prompts that neither ask nor request anything: a bare name, a statement, a few signs."""

from __future__ import annotations

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.languages import common_words
from generator.checks.phrases import Phrases
from generator.checks.questions import (
    HOW_MANY,
    WHAT,
    WHEN,
    WHERE,
    WHO,
    WHY,
    YES_NO,
    has_question_mark,
)
from generator.checks.texts import Text, read

REQUESTS = Phrases({
    "en": r"(?:\A|[:.,] |please |and |could you |can you )(?:also )?(?:analy[sz]e|answer|argue|arrange|assess|break down|calculate|categori[sz]e|characteri[sz]e|cite|clarify|classify|comment|compare|complete|compute|consider|continue|contrast|convert|count|create|define|demonstrate|describe|detail|determine|differentiate|discuss|distinguish|elaborate|enumerate|estimate|evaluate|examine|explain|explore|expand|express|fill|find|finish|follow|give|highlight|identify|illustrate|imagine|in (?:a|one|two|three)|indicate|interpret|introduce|justify|let|list|locate|match|mention|name|note|offer|order|outline|paraphrase|point|present|provide|put|quote|rank|recall|recite|recount|relate|report|retell|rewrite|say|share|show|sketch|specify|state|suggest|summari[sz]e|tell|trace|translate|use|walk|what|work|write)",
    "de": r"(?:\A|[:.,] |bitte )(?:analysiere?|antworte|arbeite|begründe|belege|benenne|berechne|bericht\w*|beschreib\w*|bestimme|beurteile|bewerte|charakterisier\w*|definier\w*|diskutier\w*|ergänz\w*|erkläre?\w*|erläuter\w*|erörter\w*|ermittle|erzähl\w*|fass\w*|formulier\w*|füll\w*|führ\w*|geb\w*|gib|gliedere|interpretier\w*|liste|nenn\w*|ordne|schilder\w*|schreib\w*|setz\w*|skizzier\w*|sag\w*|stell\w*|unterscheide|vergleich\w*|vervollständig\w*|zähl\w*|zeig\w*|zitier\w*|übersetz\w*)",
    "fr": r"(?:\A|[:.,] )(?:analyse[zr]?|cite[zr]?|compare[zr]?|complète\w*|compléte[zr]|continue[zr]?|décri\w+|défini\w+|détaille[zr]?|développe[zr]?|dis|dites|donne[zr]?|énumère\w*|énumérez|explique[zr]?|expose[zr]?|fais|faites|identifie[zr]?|indique[zr]?|liste[zr]?|montre[zr]?|nomme[zr]?|parle[zr]?|présente[zr]?|précise[zr]?|raconte[zr]?|rappelle[zr]?|résume[zr]?|retrace[zr]?|rédige[zr]?|écri\w+|poursui\w+|trouve[zr]?)",
    "es": r"(?:\A|[:.,] )(?:analiza|cita|compara|completa|continúa|cuenta|cuéntame|da|dame|define|describe|desarrolla|detalla|di|dime|discute|enumera|escribe|explica|explique|expón|haz|identifica|ilustra|indica|justifica|lista|menciona|muestra|nombra|ofrece|presenta|relata|resume|señala|traza|calcula)",
    "it": r"(?:\A|[:.,] )(?:analizza|cita|completa|confronta|continua|definisci|descrivi|di'|dimmi|elenca|fai|fornisci|illustra|indica|mostra|nomina|parla|presenta|racconta|riassumi|scrivi|spiega)", "pt": r"(?:\A|[:.,] )(?:analise|cite|compare|complete|conte|continue|dê|defina|descreva|diga|enumere|escreva|explique|faça|identifique|indique|liste|mencione|mostre|nomeie|relate|resuma)",
    "nl": r"(?:\A|[:.,] )(?:beschrijf|leg|noem|geef|vertel|vergelijk|som|schrijf|vul|vat|maak|toon|verklaar)", "sv": r"(?:\A|[:.,] )(?:beskriv|förklara|nämn|ge|berätta|jämför|lista|skriv|fyll|sammanfatta|redogör|komplettera|fortsätt|ange)", "da": r"(?:\A|[:.,] )(?:beskriv|forklar|nævn|giv|fortæl|sammenlign|skriv|udfyld)", "no": r"(?:\A|[:.,] )(?:beskriv|forklar|nevn|gi|fortell|sammenlign|skriv|fyll)",
    "fi": r"(?:\A|[:.,] )(?:kuvaile|selitä|nimeä|kerro|vertaa|luettele|kirjoita|täydennä|mainitse|anna)", "pl": r"(?:\A|[:.,] )(?:opisz|wyjaśnij|wymień|podaj|opowiedz|porównaj|napisz|uzupełnij|streść|przedstaw|wskaż)", "cs": r"(?:\A|[:.,] )(?:popi[šs]\w*|vysvětli\w*|uveď\w*|vyjmenuj\w*|porovnej\w*|napi[šs]\w*|doplň\w*|shrň\w*)",
    "ru": r"(?:\A|[:.,] )(?:опиши\w*|объясни\w*|назови\w*|расскажи\w*|сравни\w*|перечисли\w*|напиши\w*|дополни\w*|приведи\w*|дай\w*|укажи\w*|изложи\w*|продолжи\w*|заполни\w*|кратко|поясни\w*|охарактеризуй\w*)", "uk": r"(?:\A|[:.,] )(?:опиши\w*|опишіть|поясни\w*|поясніть|назв\w*|розкаж\w*|порівня\w*|перелічи\w*|напиш\w*|доповн\w*|навед\w*|вкаж\w*|продовж\w*|дай\w*)",
    "tr": r"(?:anlat|açıkla|tanımla|listele|karşılaştır|özetle|yaz|söyle|belirt|tamamla|ver|say|örnek)\w*", "ar": r"(?:\A|[:.,،] )(?:اشرح|صف|اذكر|عدد|قارن|لخص|اكتب|أكمل|وضح|عرف|تحدث|حدد|أعط|أخبرني|بين|املأ)\w*",
    "ja": r"(?:して|て|で)ください|(?:説明|記述|比較|列挙|要約)(?:せよ|しなさい)|なさい|述べよ|挙げよ", "zh": r"请|描述|说明|解释|列出|比较|简述|介绍|概述|写出|填", "ko": r"(?:하|해)(?:시오|세요|라|주세요)|설명\w*", "hi": r"(?:बताइए|बताएँ|बताओ|समझाइए|वर्णन|लिखिए|कीजिए|करें|दीजिए|दें|दो|करो|भरिए)", "vi": r"\A(?:hãy|nêu|mô tả|giải thích|kể)", "id": r"\A(?:jelaskan|sebutkan|uraikan|bandingkan|tuliskan|ceritakan|lengkapi)",
})  # fmt: skip
SHORTEST, SHORTEST_UNSPACED = 8, 4
"""Characters that a prompt has at least."""
NAME_WORDS = 6
"""Up to so many words without question or request are a heading; more may be worded in a way unknown here."""
FEWEST_SAID = 3
"""Content words at least of a prompt that is taken for a statement."""
_KINDS = (WHAT, WHEN, WHO, WHERE, WHY, HOW_MANY, YES_NO)


def new() -> Check:
    """A check with the reason `broken_prompt`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    prompt = read(candidate.prompt)
    shortest = SHORTEST_UNSPACED if prompt.is_unspaced or prompt.script == "HANGUL" else SHORTEST
    if len(prompt.folded) < shortest or not prompt.words:
        return _broken(prompt)
    if has_question_mark(prompt) or "\n" in prompt.raw.strip() or "`" in prompt.raw:
        return KEEP
    passage = read(candidate.passage)
    language = prompt.language or passage.language
    if any(
        kind.find(prompt.lower, prompt.language, passage.language) for kind in (*_KINDS, REQUESTS)
    ):
        return KEEP
    if _is_taken(prompt, passage):
        return _broken(prompt)
    is_short = prompt.length <= NAME_WORDS and not prompt.folded.endswith((".", "!", ":", "。"))
    return _broken(prompt) if is_short and _is_heading(prompt, language) else KEEP


def _is_heading(prompt: Text, language: str) -> bool:
    """Whether nothing in it can be a verb that is known here: only names and words that link them."""
    if prompt.is_unspaced or prompt.script in {"ARABIC", "HEBREW", "HANGUL"}:
        return True
    return (
        bool(prompt.bare_words)
        and (bool(language) or prompt.length <= 4)
        and prompt.bare_words[0]
        not in common_words("")
        - {
            "the",
            "a",
            "der",
            "die",
            "das",
            "la",
            "le",
            "el",
            "les",
            "los",
            "las",
            "il",
            "o",
            "de",
            "het",
        }
    )


def _is_taken(prompt: Text, passage: Text) -> bool:
    """Whether it is a sentence of the passage, or one that says nothing but what the passage has words for."""
    if prompt.length > NAME_WORDS and prompt.folded.rstrip(".。! ") in passage.folded:
        return True
    is_sentence = prompt.folded.endswith(".") and len(prompt.content) >= FEWEST_SAID
    return is_sentence and all(passage.knows(word) for word in prompt.content)


def _broken(prompt: Text) -> Opinion:
    return Opinion(keep=False, reason=f"broken_prompt {prompt.folded[:60]!r}")
