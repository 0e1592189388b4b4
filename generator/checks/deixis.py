"""Refuses prompts whose time depends on when they are read: last year, currently, the newest."""

from __future__ import annotations

import re

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.languages import CAPITAL_NOUNS
from generator.checks.phrases import Phrases
from generator.checks.questions import has_gap
from generator.checks.texts import Text, read

TIMES = Phrases({
    "en": r"(?<!the )(?<!s )(?<!his )(?<!her )(?<!its )(?<!their )(?<!first and )(?<!one )(?:last|this|next) (?:year|month|week|decade|century|summer|winter|season)(?! (?:of|before|after|in which))|yesterday|tomorrow|(?<!usa )today(?!'s)|nowadays|currently|at present|at the moment|right now|these days|(?<!more )(?<!most )(?<!least )recently|in recent (?:years|months|times|decades)|newest|(?<!at )(?:the|its|their) (?:most recent|latest)(?! (?:possible|date|time|common))|(?:is|are|will) (?:\w+ ){0,6}soon(?! after)|(?:in|over) the (?:last|past) (?:few |\w+ )?(?:years?|months?|decades?)(?! (?:of|before|after))|as of (?:now|today)|so far this year|until now|up to now|(?:is|are) now \w+ing|(?<!million )(?<!billion )(?<!thousand )(?<!hundred )(?<!\d[., ]\d\d\d )years? ago",
    "de": r"(?<!seinem )(?<!ihrem )(?<!das )(?:letzte[sn]?|vergangene[sn]?|diese[sn]?|nächste[sn]?) (?:jahr|monat|woche|jahrzehnt)(?! (?:des|der|vor|von|seine[rs]|ihre[rs]))|(?:im|in den) (?:letzten|vergangenen) (?:jahre?n?|monaten?|\w+ jahren)(?! (?:des|der|vor|von|seine[rs]|ihre[rs]))|gestern|heute|heutzutage|derzeit|momentan|gegenwärtig|zurzeit|zur zeit(?! (?:der|des))|kürzlich|neulich|vor kurzem|aktuell|neueste[srnm]?|demnächst|bald(?! (?:nach|darauf|danach))|vor (?!million|tausend|hundert)\w+ jahren", "fr": r"l'(?:année|an) (?:dernière?|passée?|prochaine?)|(?:le mois|la semaine) (?:dernière?|prochaine?)|cette année|hier|demain|aujourd'hui|actuellement|de nos jours|récemment|en ce moment|dernièrement|bientôt|ces dernières années|il y a \w+ ans|le plus récent|la plus récente",
    "es": r"el (?:año|mes|siglo) (?:pasado|próximo)|la semana (?:pasada|próxima)|este (?:año|mes)|ayer|mañana por|hoy(?: en día)?|actualmente|recientemente|últimamente|en la actualidad|(?<!tan )pronto|hace \w+ años|más reciente|en los últimos (?:años|meses)", "it": r"l'anno (?:scorso|prossimo)|quest'anno|ieri|oggi|attualmente|recentemente|al momento|di recente|più recente|negli ultimi anni|oggigiorno", "pt": r"(?:no|o) ano passado|este ano|ontem|hoje(?: em dia)?|atualmente|recentemente|no momento|mais recente|nos últimos anos", "nl": r"(?:vorig|dit|volgend) jaar|gisteren|vandaag|tegenwoordig|momenteel|onlangs|nieuwste|recent", "sv": r"förra året|i år|igår|idag|i dag|för närvarande|nyligen|nuförtiden", "pl": r"w (?:zeszłym|ubiegłym|tym|przyszłym) roku|wczoraj|dzisiaj|dziś|obecnie|niedawno|ostatnio|najnowsz\w+", "cs": r"(?:loni|letos|včera|dnes|v současnosti|nedávno|nejnovější)",
    "ru": r"в (?:прошлом|этом|следующем|нынешнем) (?:году|месяце|веке)|вчера|завтра|сегодня|сейчас|в настоящее время|недавно|на данный момент|в последнее время|в последние годы|скоро|новейш\w+|ныне|\w+ лет назад", "uk": r"(?:минулого|цього|наступного) року|вчора|сьогодні|зараз|нині|нещодавно|останнім часом", "tr": r"(?:geçen|geçtiğimiz|bu|gelecek|önümüzdeki) (?:yıl|ay|hafta|sene)|dün|bugün|günümüzde|şu anda|şu an|halen|hâlen|yakın zamanda|son zamanlarda|son yıllarda|en yeni|en son|yakında",
    "ar": r"العام (?:الماضي|الحالي|المقبل|القادم)|السنة (?:الماضية|الحالية)|هذا العام|أمس|(?<!ذلك )(?<!هذا )(?<!في )اليوم(?! ال)|حاليا|حاليًا|مؤخرا|مؤخرًا|في الوقت (?:الحالي|الراهن)|الآن|الأحدث", "fa": r"سال گذشته|امسال|امروز|اکنون|اخیرا|در حال حاضر", "he": r"בשנה שעברה|השנה|היום|כיום|כעת|לאחרונה", "hi": r"पिछले (?:साल|वर्ष)|इस (?:साल|वर्ष)|आज(?:कल)?|वर्तमान में|हाल ही में",
    "ja": r"昨年|去年|今年|来年|先月|今月|昨日|今日|現在|最近|最新|このところ|近年|もうすぐ|まもなく", "zh": r"去年|今年|明年|昨天|今天|目前|现在|如今|最近|最新|近年|近期", "ko": r"작년|올해|내년|어제|오늘|현재|최근|최신|요즘", "id": r"tahun (?:lalu|ini|depan)|kemarin|hari ini|saat ini|sekarang|baru-baru ini|terbaru", "vi": r"năm (?:ngoái|nay|sau)|hôm (?:qua|nay)|hiện nay|hiện tại|gần đây|mới nhất",
})  # fmt: skip
NEW_TIMES = Phrases({
    "en": r"(?:last|next) (?:year|month|week)(?! (?:of|before|after))|yesterday|tomorrow|recently|newest", "de": r"(?:letztes|nächstes) jahr|letzte woche|gestern|kürzlich|neulich|neueste[srnm]?", "fr": r"l'année dernière|récemment", "es": r"el año pasado|recientemente", "ru": r"в прошлом году|вчера|недавно", "tr": r"geçen yıl|dün|yakın zamanda", "ja": r"昨年|去年|昨日|最近", "zh": r"去年|昨天|最近",
})  # fmt: skip
"""Of these a completion tells nothing unless the passage has them: "today" may be its present tense."""
OPENING = 60
"""Characters of a passage in which its subject is named, where no title is known."""
_BRACKETS = re.compile(r"\s*\([^)]*\)\s*\Z")
_PUNCTUATION = ".,:;?!'()"
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")


def new() -> Check:
    """A check with the reason `temporal_ambiguity`; where only the completion has such a word, a mark."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    passage, prompt, completion = (
        read(text) for text in (candidate.passage, candidate.prompt, candidate.completion)
    )
    found = TIMES.find_in(prompt, passage)
    if found:
        own = _without_names(prompt, passage, candidate.title)
        found = TIMES.find(own, prompt.language, passage.language)
    is_name = found in (read(candidate.title).lower or passage.lower[:OPENING])
    if found and not is_name and not _YEAR.search(prompt.folded) and not has_gap(prompt):
        return Opinion(keep=False, reason=f"temporal_ambiguity {found!r} in the prompt")
    own = completion.own
    while (
        new := NEW_TIMES.find(own, completion.language, passage.language)
    ) in passage.lower and new:
        own = own.replace(new, " ")
    if new and not _YEAR.search(completion.folded):
        return Opinion(keep=False, reason=f"temporal_ambiguity {new!r} in the completion")
    found = TIMES.find_in(completion, passage)
    return Opinion(keep=True, reason=f"temporal_ambiguity {found!r}") if found else KEEP


def _without_names(prompt: Text, passage: Text, title: str) -> str:
    """The own words of a prompt without the subject's name, and without names that the passage has: `Radio Today`."""
    own = prompt.own
    if title:
        own = own.replace(read(title).lower, " ").replace(read(_BRACKETS.sub("", title)).lower, " ")
    if passage.language in CAPITAL_NOUNS:
        return own
    names = {
        word.text.casefold()
        for word in prompt.words[1:]
        if word.text[0].isupper() and word.text in passage.spellings
    }
    return " ".join(
        "" if one.strip(_PUNCTUATION).removesuffix("'s") in names else one for one in own.split(" ")
    )
