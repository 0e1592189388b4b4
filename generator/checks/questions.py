"""What a prompt asks for, told by its question words in many languages."""

from __future__ import annotations

import re

from generator.checks.phrases import Phrases
from generator.checks.texts import Text

WHEN = Phrases({
    "en": r"when|(?:in|on|by|since) (?:what|which) (?:year|month|date|day|century|decade)|(?:what|which) (?:year|date)",
    "de": r"wann|(?:in|seit|ab) welche[mrn]? (?:jahr|monat|jahrhundert|jahrzehnt)|an welchem tag", "fr": r"quand|en quelle année|à quelle date|(?:au cours de|en|dans) quel(?:le)? (?:siècle|année|mois)",
    "es": r"cuándo|en qué (?:año|fecha|mes|siglo)|hasta qué año|desde qué año", "it": r"quando|in (?:che|quale) (?:anno|data|secolo)", "pt": r"quando|em (?:que|qual) (?:ano|data|século)",
    "nl": r"wanneer|in welk(?:e)? (?:jaar|eeuw)", "sv": r"när|vilket år", "da": r"hvornår", "no": r"når|hvilket år", "fi": r"milloin|minä vuonna", "pl": r"kiedy|w którym roku",
    "cs": r"kdy|ve kterém roce", "ru": r"когда|в каком (?:году|веке|месяце)", "uk": r"коли|в якому році|у якому році", "tr": r"ne zaman|hangi (?:yıl|yılda|tarihte|yüzyılda)|kaç yılında", "ro": r"când|în ce an",
    "hu": r"mikor|melyik évben", "id": r"kapan|tahun berapa", "vi": r"khi nào|năm nào", "ar": r"متى|في أي (?:عام|سنة|قرن)", "fa": r"کی|چه زمانی|چه سالی", "he": r"מתי|באיזו שנה", "hi": r"कब|किस वर्ष",
    "ja": r"いつ|何年に|何年です|何世紀", "zh": r"什么时候|何时|哪一?年|何年", "ko": r"언제|몇 년도", "el": r"πότε",
})  # fmt: skip
HOW_MANY = Phrases({
    "en": r"how (?:many|tall|high|long is|long was|wide|deep|heavy|far|large|big|old)|(?:what|which) (?:number|percentage) of", "de": r"wie viele?|wieviele?|wie (?:hoch|lang ist|breit|tief|schwer|weit|alt)", "fr": r"combien de|quel âge|quelle est la (?:hauteur|longueur|largeur|superficie|population)",
    "es": r"cuánt[oa]s|cuánto mide|cuánto pesa|qué edad", "it": r"quant[ie]|quanto (?:è alt|è lung|pesa|misura)\w*", "pt": r"quant[oa]s", "nl": r"hoeveel", "sv": r"hur (?:många|hög|lång|bred|djup|tung|gammal)",
    "da": r"hvor mange", "no": r"hvor mange", "fi": r"kuinka (?:monta|moni)|montako", "pl": r"ile|ilu", "cs": r"kolik", "ru": r"сколько", "uk": r"скільки", "tr": r"kaç(?! yılında)", "ro": r"câți|câte", "hu": r"hány",
    "id": r"berapa banyak", "vi": r"bao nhiêu", "ar": r"كم", "fa": r"چند", "he": r"כמה", "hi": r"कितन[ेी]", "ja": r"何(?:人|個|本|回|メートル|キロ|枚|冊|段|歳|階)|いくつ", "zh": r"多少(?!年)|几(?:个|人|名|座|次)", "ko": r"몇",
})  # fmt: skip
WHO = Phrases({
    "en": r"whom|who(?: (?:was|were|is|are|had|has|did|do|does|received|first))?", "de": r"wer|wem|wen", "fr": r"qui", "es": r"quién|quiénes", "it": r"chi", "pt": r"quem", "nl": r"wie", "sv": r"vem", "da": r"hvem", "no": r"hvem", "fi": r"kuka",
    "pl": r"kto", "cs": r"kdo", "ru": r"кто|кому|кем", "uk": r"хто", "tr": r"kim|kimin|kime", "ar": r"من", "ja": r"誰|だれ", "zh": r"谁", "ko": r"누가|누구", "hi": r"किसने", "he": r"מי", "el": r"ποιος|ποια",
})  # fmt: skip
WHERE = Phrases({
    "en": r"where", "de": r"wo|wohin|woher", "fr": r"où", "es": r"dónde", "it": r"dove", "pt": r"onde", "nl": r"waar", "sv": r"var|vart", "pl": r"gdzie", "cs": r"kde", "ru": r"где|куда|откуда", "uk": r"де", "tr": r"nerede|nereye|nereden",
    "ar": r"أين", "ja": r"どこ", "zh": r"哪里|在哪", "ko": r"어디", "hi": r"कहाँ", "he": r"איפה|היכן",
})  # fmt: skip
WHY = Phrases({
    "en": r"why", "de": r"warum|weshalb|wieso", "fr": r"pourquoi", "es": r"por qué", "it": r"perché", "pt": r"por que|por quê", "nl": r"waarom", "sv": r"varför", "pl": r"dlaczego", "cs": r"proč", "ru": r"почему|зачем", "uk": r"чому", "tr": r"neden|niçin",
    "ar": r"لماذا", "ja": r"なぜ|どうして", "zh": r"为什么|为何", "ko": r"왜", "hi": r"क्यों",
})  # fmt: skip
WHAT = Phrases({
    "en": r"what|which|whose|whom|how", "de": r"was|welche[rsmn]?|wie|wessen|womit|wodurch|wofür|worauf|woran|woraus|worüber|wonach", "fr": r"que|quoi|quel(?:le)?s?|comment|combien|qu'\w+|lequel|laquelle", "es": r"qué|cuál(?:es)?|cómo|cuánt[oa]s?",
    "it": r"che|cosa|quale|quali|qual|come|quanto", "pt": r"que|qual|quais|como|quanto", "nl": r"wat|welke?|hoe", "sv": r"vad|vilk(?:en|et|a)|hur", "da": r"hvad|hvilke[nt]?|hvordan", "no": r"hva|hvilke[nt]?|hvordan", "fi": r"mikä|mitä|miten|miksi|missä|mihin",
    "pl": r"co|jak|jaki\w*|któr\w+|czym|czy", "cs": r"co|jak|jak\w+|kter\w+", "ru": r"что|как|как(?:ой|ая|ие|ое|ова|ого|ую|им)|чем|чего|котор\w+", "uk": r"що|як|як(?:ий|а|і|е)|чим|чи", "tr": r"ne|nedir|nasıl|hangi|m[iıuü]|m[iıuü]dir|kimdir", "ro": r"ce|care|cum|cine|unde|de ce",
    "hu": r"mi|milyen|hogyan|ki|hol|miért|melyik", "id": r"apa|siapa|bagaimana|mengapa|di mana|berapa", "vi": r"gì|nào|ai|sao|thế nào|đâu", "ar": r"ما|ماذا|كيف|هل|أي", "fa": r"چه|چیست|کدام|چگونه|چرا|کجا|آیا", "he": r"מה|איזה|איזו|איך|האם|מדוע|כיצד", "hi": r"क्या|कौन|कैसे|किस",
    "ja": r"何|なに|どの|どう|どんな|どちら|いくら|ですか|ますか|でしょうか", "zh": r"什么|哪|怎|如何|吗|多长|多高|多大|是否", "ko": r"무엇|어떤|어느|어떻게|까|나요", "th": r"อะไร|ใคร|ที่ไหน|เมื่อไร|อย่างไร|ทำไม|กี่|ไหน", "el": r"τι|ποι[αοε]ς?|πώς|πού|γιατί|πόσ\w+",
})  # fmt: skip
YES_NO = Phrases({
    "en": r"\A(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must)", "de": r"\A(?:ist|sind|war|waren|hat|haben|hatte|kann|konnte|darf|dürfen|wird|werden|wurde|wurden|gibt|gab)", "fr": r"\Aest-ce|\A\w+-t-(?:il|elle)|\A(?:est|sont|a|ont|peut)",
    "es": r"\A¿?(?:es|son|fue|fueron|se|está|tiene|hay|puede|había)", "ru": r"ли", "tr": r"m[iıuü](?:dir|dır|ydi|ydı)?", "ja": r"(?:ました|ます|です|でした|ません)か", "zh": r"吗", "ar": r"\Aهل",
})  # fmt: skip
CHOICES = Phrases({
    "en": r"or|(?:which|whose)(?=.*(?:,|and|than|of (?:the|these|them))\b)|which (?:one|two|three)|compare|difference|between|among|of the two|versus|vs", "de": r"oder|welche[rsmn]?|vergleich\w*|unterschied\w*|zwischen", "fr": r"ou|lequel|laquelle|lesquels|quel(?:le)?s?|compare\w*|différence|entre", "es": r"o|u|cuál(?:es)?|qué|compara|diferencia|entre",
    "it": r"o|quale|quali|confronta|tra|fra", "pt": r"ou|qual|quais|compare|entre", "nl": r"of|welke?|vergelijk|tussen", "sv": r"eller|vilk\w+|mellan", "pl": r"czy|lub|któr\w+|między", "ru": r"или|как(?:ой|ая|ое|ие)|сравни\w*|между", "uk": r"або|чи|як(?:ий|а|е|і)|між", "tr": r"yoksa|veya|hangi\w*|arasında", "ar": r"أم|أو|أي|بين",
})  # fmt: skip
"""Questions that offer their answers, or ask for one of several."""
SUMS = Phrases({
    "en": r"total|combined|together|altogether|sum|difference|how much more|how many more|how many fewer|remain\w*|left|average|how many times|factor|share|percentage|proportion|fraction|per (?:day|week|month|year|hour)|every \d+|in (?:two|three|four|five|ten) \w+|not|other|still|longer|older|taller|larger|later|earlier|old|each|convert\w*|how long|a (?:day|year)|away",
    "de": r"insgesamt|zusammen|summe|unterschied|differenz|wie viele? mehr|übrig|verbl\w+|durchschnitt\w*|faktor|anteil|prozent|pro \w+|nicht|noch|länger|älter|höher|größer|später|früher|andere\w*|jeweils|wie lange",
    "fr": r"total|ensemble|somme|différence|combien de plus|rest\w+|moyenne|facteur|proportion|pourcentage|part|par (?:jour|an|mois)|autres?|pas|plus tard|plus tôt|combien de temps|plus (?:longs?|grande?s?|hauts?)",
    "es": r"total|conjunto|suma|diferencia|cuántos? más|cuántas? más|qued\w+|rest\w+|resist\w+|promedio|media|factor|proporción|porcentaje|por (?:día|año|mes)|otr[oa]s|no|después|antes|cuánto tiempo",
    "it": r"totale|insieme|somma|differenza|rest\w+|rimast\w+|media|percentuale|altr[ie]|non|dopo|prima", "pt": r"total|conjunto|soma|diferença|rest\w+|média|porcentagem|percentagem|outr[oa]s|não|depois|antes",
    "ru": r"всего|вместе|сумма|разниц\w+|остал\w+|средн\w+|во сколько раз|дол[яю]|процент\w*|сколько лет|через сколько|в день|в год|друг\w+|не|позже|раньше",
    "tr": r"toplam\w*|birlikte|fark\w*|kal\w+|ortalama|yüzde\w*|oran\w*|kaç kat\w*|diğer\w*|sonra|önce", "ar": r"مجموع|معا|الفرق|بقي|تبقى|متوسط|نسبة|إجمالي|بعد|قبل",
    "ja": r"合計|全部で|合わせて|差|残|平均|倍|割合|何年(?:間|後|前|かかり|あり)|どのくらい", "zh": r"一共|总共|合计|差|剩|平均|倍|比例|多少年|几年|之后|还",
})  # fmt: skip
"""Questions whose answers are reckoned: for a total, a difference, a share, a time between two."""
ABSTAINS = Phrases({
    "en": r"(?:is|are|was|were|has|have)(?: not|n't)(?: been)? (?:\w+ )?(?:known|recorded|named|stated|given|mentioned|specified|documented|said|described|available|certain|clear|identified)|unknown|unrecorded|no (?:\w+ )*(?:record|information|mention|description|name|account|evidence|indication)\b|there is no|don't (?:have|know)|do not (?:have|know)|cannot be (?:said|determined|known)|can't (?:say|tell)|nothing is (?:known|said|recorded)|(?:does|do) not (?:say|mention|state|specify|give|name)|(?:doesn't|don't) (?:say|mention|state|specify|give|name)|nobody knows|uncertain|not (?:known|recorded|stated|specified)|no sufficient context",
    "de": r"(?:ist|sind|war|waren|wurde|wird) (?:\w+ ){0,4}(?:nicht|un)\s?(?:bekannt|überliefert|angegeben|genannt|erwähnt)|nicht (?:bekannt|überliefert|genannt|angegeben|erwähnt)|unbekannt|keine (?:angaben?|informationen?)|weiß man nicht", "fr": r"(?:n'est|ne sont|n'a) pas (?:connue?s?|précisée?s?|indiquée?s?|mentionnée?s?|été)|inconnue?s?|on ignore|aucune? (?:information|mention|indication|nom)|ne (?:précise|dit|mentionne) pas",
    "es": r"no se (?:sabe|conoce|menciona|indica|especifica|conserva)|se desconoce|desconocid[oa]s?|no (?:consta|hay|figura|es conocid\w)", "it": r"non (?:è|si) (?:noto|nota|sa|conosce|specificato|indicato)|sconosciut\w|ignot\w", "pt": r"não (?:se sabe|é conhecid\w|há|consta)|desconhecid\w", "nl": r"(?:is )?niet bekend|onbekend",
    "sv": r"(?:är )?inte känt|okän[dt]\w*", "pl": r"nie(?:znan\w+| wiadomo| jest znan\w+| podano)", "ru": r"неизвестн\w+|не (?:известн\w+|указан\w*|сохранил\w+|упоминается|сообщается)|нет (?:данных|сведений|информации)", "uk": r"невідом\w+|не відом\w+|немає (?:даних|відомостей)",
    "tr": r"bilinm\w+|belirtilm\w+|bilgi (?:yok|bulunm)\w*|belli değil\w*", "ar": r"غير (?:معروف\w*|مذكور\w*|محدد\w*)|لا (?:يعرف|توجد|يوجد|يذكر)|مجهول", "ja": r"(?:知られて|分かって|わかって|記録されて|明らかになって|伝わって|残って)いま(?:せん|す?ない)|不明|(?:わかり|分かり)ません|記録(?:は|が)あり?ません", "zh": r"不详|未知|没有(?:记载|提到|说明|记录|资料)|不清楚|不得而知", "ko": r"알려져 있지 않\w*|알 수 없\w*",
})  # fmt: skip
"""An honest "nobody knows", which is wanted where the passage does not say."""

_MARKS = re.compile(r"[?？؟;՞።]\s*[\"'”’»)\]】」』]*\s*\Z|[?？؟]")


def asks(kind: Phrases, prompt: Text) -> bool:
    """Whether a prompt has a question word of a kind, quotations left out."""
    known = prompt.asked.get(kind)
    if known is None:
        known = prompt.asked[kind] = bool(kind.find(prompt.own, prompt.language))
    return known


def has_gap(prompt: Text) -> bool:
    """Whether a prompt has a blank to be filled: what stands around it is a statement of the passage."""
    return "___" in prompt.raw


def has_question_mark(prompt: Text) -> bool:
    """Whether there is a question mark of any script."""
    return bool(_MARKS.search(prompt.folded))


def abstains(completion: Text, passage: Text) -> bool:
    """Whether a completion says that something is not known."""
    return bool(ABSTAINS.find(completion.lower, completion.language, passage.language))
