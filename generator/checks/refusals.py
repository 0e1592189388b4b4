"""Refuses completions that decline to answer; saying that something is not known is no refusal."""

from __future__ import annotations

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.phrases import Phrases
from generator.checks.texts import read

_HELP = r"(?:help|assist|comply|answer|respond|provide|fulfil+|process|generate|create|complete|access|browse|discuss|do that|continue)"
REFUSES = Phrases({
    "en": rf"\A(?:i'm|i am) (?:so |very |really )?sorry|\A(?:sorry|i apologi[sz]e)\b|as an? (?:ai|language model|large language model|artificial)\b.{{0,20}}|\A(?:unfortunately,? )?(?:i|we) (?:can't|cannot|can not|could not|couldn't|won't|am unable to|'m unable to|am not able to|are unable to|must decline to|do not feel able to) {_HELP}(?! (?:when|how many|how much|which|what exactly)\b)|\A(?:i'm|i am) (?:unable|not able|not allowed|afraid)|(?:i|we) (?:don't|do not) have (?:access|the ability)|\A(?:it is not|it's not) possible for me to|(?:violates|against) (?:my|our|the) (?:guidelines|policy|policies)",
    "de": r"\A(?:es )?tut mir (?:sehr )?leid|\A(?:leider )?(?:kann|darf) ich (?:\w+ ){0,4}(?:nicht|keine)|\Aich (?:kann|darf) (?:\w+ ){0,4}(?:nicht|keine)\b|\Aentschuldigung|als (?:ki|sprachmodell|künstliche)|ich habe keinen zugriff",
    "fr": r"\A(?:je suis )?(?:vraiment )?désolée?|\Aje ne peux pas|\A(?:malheureusement,? )?je ne (?:peux|suis pas (?:en mesure|capable))|en tant qu'(?:ia|intelligence|modèle)|je n'ai pas accès", "es": r"\Alo siento|\Alamento|\A(?:lamentablemente,? )?no puedo (?:ayudar|responder|proporcionar|cumplir|contestar)\w*|como (?:modelo de lenguaje|ia|inteligencia)|no tengo acceso",
    "it": r"\A(?:mi dispiace|spiacente)|\Anon posso (?:rispondere|aiutare|fornire)\w*|in quanto (?:ia|modello)|non ho accesso", "pt": r"\A(?:desculpe|sinto muito|lamento)|\Anão posso (?:ajudar|responder|fornecer)\w*|como (?:um )?modelo de linguagem|não tenho acesso",
    "nl": r"\A(?:het spijt me|sorry)|\A(?:helaas )?(?:ik )?kan ik? ?(?:\w+ ){0,3}niet (?:helpen|beantwoorden)|als (?:ai|taalmodel)", "sv": r"\A(?:tyvärr|jag beklagar|förlåt)|\Ajag kan (?:tyvärr )?inte|som (?:ai|språkmodell)", "da": r"\A(?:beklager|desværre)|\Ajeg kan (?:desværre )?ikke", "no": r"\A(?:beklager|dessverre)|\Ajeg kan (?:dessverre )?ikke", "fi": r"\A(?:valitettavasti|olen pahoillani)|\Aen voi",
    "pl": r"\A(?:przykro mi|przepraszam)|\A(?:niestety,? )?nie mogę (?:pomóc|odpowiedzieć|udzielić)\w*|jako (?:model|sztuczna)", "cs": r"\A(?:omlouvám se|bohužel)|\Anemohu", "ru": r"\A(?:извините|простите|прошу прощения|к сожалению, я)|\A(?:я )?не могу (?:ответить|помочь|предоставить|выполнить)\w*|как (?:языковая модель|ии|искусственный)|у меня нет доступа",
    "uk": r"\A(?:вибачте|перепрошую)|\A(?:я )?не можу (?:відповісти|допомогти)\w*|як мовна модель", "tr": r"\A(?:üzgünüm|maalesef|özür dilerim)|(?:yanıt|cevap) veremem|yardımcı olamam|\A(?:bir )?yapay zek[aâ] (?:dil )?modeli|erişimim yok", "ar": r"\A(?:عذر[اًا]*|آسف|أعتذر|للأسف)|\Aلا (?:أستطيع|يمكنني)|كنموذج لغوي|بصفتي نموذج", "he": r"\A(?:מצטער|סליחה)|איני יכול|אינני יכול", "hi": r"\A(?:क्षमा|माफ़|मुझे खेद)",
    "ja": r"申し訳(?:ありません|ございません)|お(?:答え|手伝い)(?:する)?(?:こと(?:は|が))?(?:でき(?:ません|かねます))|ai(?:言語モデル|アシスタント)として|回答できません|アクセスできません", "zh": r"\A(?:抱歉|对不起|對不起|很抱歉|很遗憾)|我?(?:无法|不能)(?:回答|提供|帮助)|作为(?:一个)?(?:ai|人工智能|语言模型)", "ko": r"죄송(?:합니다|하지만)|(?:답변|도움)(?:을|를)? (?:드릴|할) 수 없\w*", "vi": r"\A(?:xin lỗi|rất tiếc)", "id": r"\A(?:maaf|mohon maaf)",
})  # fmt: skip


def new() -> Check:
    """A check with the reason `refusal`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    completion = read(candidate.completion)
    found = REFUSES.find_in(completion, read(candidate.passage))
    return Opinion(keep=False, reason=f"refusal {found[:60]!r}") if found else KEEP
