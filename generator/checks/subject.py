"""Refuses prompts that do not name their subject: `When was it built?` says nothing on its own."""

from __future__ import annotations

import re

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.folding import bare
from generator.checks.individuals import find_individual
from generator.checks.languages import common_words
from generator.checks.phrases import Phrases
from generator.checks.questions import HOW_MANY, WHEN, WHERE, WHO, asks
from generator.checks.texts import Text, Word, read

# Who or what is meant by these must have been named before.
PRONOUNS = Phrases({
    "en": r"he|she|they|him|her|hers|his|them|their|theirs|it|its", "de": r"er|ihn|ihm|sie|ihr|ihre[rnms]?|sein(?:e[rnms]?)?", "fr": r"il|elle|ils|elles|lui|leur|leurs|\w+-t-(?:il|elle|ils|elles)|\w+-(?:il|elle|ils|elles)|sa|son|ses", "es": r"él|ella|ellos|ellas|lo(?! (?:que|más|menos|mismo|cual))|su|sus",
    "it": r"lui|lei|egli|ella|essi|esse|lo|suo|sua|suoi|sue|loro", "pt": r"ele|ela|eles|elas|seu|sua|seus|suas", "nl": r"hij|zij|ze|hem|haar|zijn|hun|het(?= \w+(?:d|t|en)\?)", "sv": r"han|hon|den|det|de|hans|hennes|dess|deras", "da": r"han|hun|den|det|de|hans|hendes|dens|deres", "no": r"han|hun|den|det|de|hans|hennes|dens|deres", "fi": r"hän|hänen|se|sen|heidän",
    "pl": r"on|ona|ono|oni|one|jego|jej|ich|go|ją|je", "cs": r"on|ona|ono|oni|jeho|její|jejich|ho|ji", "ru": r"он|она|оно|они|его|её|ее|их|ему|ей|им|ним|нём|нем|ней|них", "uk": r"він|вона|воно|вони|його|її|їх|йому|їй|ним|ньому", "tr": r"o|onu|onun|onlar|onların|ona|onda", "ar": r"هو|هي|هم|هن|له|لها|لهم|به|بها|فيه|فيها|منه|منها|عليه|عليها|\A(?:متى|أين|من|كيف|لماذا|كم) (?:تم )?\w{3,}(?:ها|هما|هم)(?=؟|\?)",
    "he": r"הוא|היא|הם|הן|אותו|אותה|שלו|שלה", "hi": r"वह|वे|उसने|उसका|उसकी|उसके|इसका|इसकी|इसके|उन्होंने|इसे|यह", "ja": r"\A(?:それ|これ|彼女?|彼ら|その人|あれ|そこ|ここ)(?:は|が|を|に|の|で|も)", "zh": r"\A(?:它|他|她|它们|他们|她们|其|这|那)(?:们)?(?:是|的|在|有|于|为|建|被|何|什|哪|长|多|由|位|叫)|(?:谁|何时|什么时候|为什么|哪年|如何|怎么)(?:\w{1,4})(?:它|他|她)(?:们)?", "ko": r"\A(?:그는|그녀는|그것은|이것은|그들은|그것이|그가|그녀가)",
})  # fmt: skip
# "this building", where nothing tells which.
POINTERS = Phrases({
    "en": r"(?:this|that|these|those) (?!(?:is|are|was|were|of|to|the|he|she|it|they|who|which|has|have|had|can|would|could|did|does|do|a|an)\b)\w+|the (?:former|latter)|said \w+", "de": r"(?:dies(?:e[rsmn]?|es)|jene[rsmn]?) [a-zäöüß]+", "fr": r"(?:ce|cet|cette|ces) (?!(?:qui|que|qu|sont|est|n|fut|soit|dont)\b)\w+", "es": r"(?:este|esta|estos|estas|ese|esa|esos|esas|aquel|aquella|dicho|dicha) (?!(?:es|fue|era|son)\b)\w+",
    "it": r"quest[oaie] (?!(?:è|era|fu|sono)\b)\w+|quell[oaie] \w+", "pt": r"(?:este|esta|esse|essa|estes|estas|aquele|aquela) (?!(?:é|foi|era|são)\b)\w+", "nl": r"(?:deze|dit|die|dat) (?!(?:is|was|het)\b)\w+", "sv": r"(?:denna|detta|dessa) \w+", "pl": r"(?:ten|ta|to|ci|te|tego|tej|tych|tym) \w+", "cs": r"(?:tento|tato|toto|tyto|tohoto|této) \w+", "ru": r"(?:этот|эта|эти|этого|этой|этих|этому|этом|эту|данный|данная|данного|данной) \w+", "uk": r"(?:цей|ця|ці|цього|цієї|цих|цьому) \w+",
    "tr": r"\A(?:bu|şu) \w+|(?:kim|ne zaman|nerede|neden|nasıl|hangi yıl) (?:bu|şu) \w+", "ar": r"(?:هذا|هذه|ذلك|تلك|هؤلاء) \w+", "ja": r"\A(?:この|その|あの|当該)\w", "zh": r"\A(?:这|那|该|此)(?:座|个|位|种|本|部|条|项|场|次|些|名|家|所|栋|幢|件|桥|塔|城|人|书)", "ko": r"\A(?:이|그|저) \w+", "hi": r"(?:इस|उस|इन|उन) \w+",
})  # fmt: skip
# What happened before or after something that is not named.
STEPS = Phrases({
    "en": r"\A(?:(?:in|on|at|by|for|of|from|to|with) )?(?:what|which|how many|how much) (?:\w+ ){1,2}(?:did|does|do|was|were|is|are|has|have|had) (?:he|she|they|it)|what (?:happened|happens|came|comes|occurred|follows|followed|did \w+ do) (?:\w+ )?(?:next|then|afterwards?|after that|after this|later|before that|before this)|(?:what|who|where) else|after (?:that|this)\?|the (?:next|previous|preceding|following) (?:step|stage|event|year|one|part|thing)(?= |\?)(?! (?:of|in|after) \w)", "de": r"\A(?:wie ?viele|welche[rsmn]?) \w+ (?:hat|hatte|besitzt|besaß|bekam|erhielt|gab|\w+te) (?:er|sie)(?= |\?)|was (?:geschah|passierte|kam|folgte) (?:\w+ )?(?:danach|dann|als nächstes|später|davor|zuvor|anschließend)|(?:was|wer|wo) (?:noch|sonst)|danach\?",
    "fr": r"\A(?:combien d(?:e |')\w+|quel(?:le)?s? \w+) (?!y )\w+-(?:t-)?(?:il|elle|ils|elles)|que (?:s'est-il passé|se passe-t-il|fit-il|fit-elle) (?:ensuite|après|après cela|avant|plus tard)|(?:qui|quoi|que) d'autre|ensuite \?", "es": r"qué (?:pasó|ocurrió|sucedió|hizo) (?:después|luego|a continuación|antes|más tarde)|(?:qué|quién) más", "it": r"(?:che )?cosa (?:è successo|accadde|successe) (?:dopo|poi|in seguito|prima)|(?:che|chi) altro", "pt": r"o que (?:aconteceu|ocorreu) (?:depois|em seguida|a seguir|antes)", "nl": r"wat gebeurde er (?:daarna|toen|vervolgens)|(?:wat|wie) nog meer", "sv": r"vad hände (?:sedan|därefter|efteråt)",
    "pl": r"co (?:się )?(?:stało|wydarzyło)(?: się)? (?:potem|następnie|później|dalej)", "ru": r"\A(?:сколько|как(?:ой|ую|ие|ое|ая|ого)) \w+ (?:\w+ )?(?:он|она|они|у него|у неё|у нее)|что (?:случилось|произошло|было|последовало) (?:потом|дальше|затем|после этого|позже|до этого)|(?:что|кто) ещё", "uk": r"що (?:сталося|відбулося) (?:потім|далі|після цього)", "tr": r"(?:daha )?sonra ne (?:oldu|oldu\w*)|bundan sonra|başka (?:ne|kim)", "ar": r"ماذا (?:حدث|حصل) (?:بعد ذلك|لاحقا|لاحقًا|ثم|قبل ذلك)", "ja": r"(?:その後|次に|それから|このあと)(?:何|どう)|他に(?:何|誰)|ほかに(?:何|誰)", "zh": r"(?:接下来|之后|然后|后来)(?:发生|怎)|还有(?:什么|谁)", "ko": r"(?:그 ?후|다음에) (?:무엇|어떻게)",
})  # fmt: skip
# "it" that stands for nothing: "How long did it take to …", "Is it true that …", "Wie viele gibt es".
EMPTY = Phrases({
    "en": r"(?:did|does|will|would) it (?:take|cost|require)(?= .{0,80}\bto\b)|(?:is|was) it (?:\w+ )?(?:possible|true|necessary|important|known|safe|legal|likely|customary|useful|common|allowed|hard|easy|difficult|to|that|who|for)|it (?:is|was) \w+ (?:that|to|who)|makes? it|made it|it (?:takes|took|takes)", "de": r"(?:gibt|gab|geht|ging|handelt|heißt|kam|dauert|dauerte|war|ist) es", "fr": r"(?:y a-t-il|y avait-il|est-il (?:possible|vrai|nécessaire)|s'agit-il|faut-il|fallait-il|fallut-il|faudra-t-il|pleut-il)", "nl": r"(?:is|was) het", "sv": r"(?:finns|fanns|är|var) det", "da": r"(?:er|var|findes) (?:det|der)", "no": r"(?:er|var|finnes) det",
})  # fmt: skip
NO_NAME_WORDS = 9
"""Words at most of a prompt about "the …" that must name somebody or something; longer ones say enough."""
INDIVIDUAL_WORDS = 14
"""Words at most of a prompt about one of a kind."""
INSTANCE_WORDS = 12
"""Words at most of a prompt that asks when, where or by whom something was done."""
_HAPPENED = re.compile(r"\b(?:did|was|were|had)\b")
_IS_UNIQUE = re.compile(
    r"\b(?:invent\w*|discover\w*|in (?:the world|space|history)|on (?:earth|the moon)|of all time|(?:the|a|an) (?:first|last|only|\w+est) (?:\w+ ){1,2}(?:to|in|on|ever|that|who))\b"
)
"""What tells a thing without a name: who invented the telephone, the first human in space."""
_THE = {"en": r"\b(?:the|its|their)\b"}
"""Languages in which "the" tells what is known already; elsewhere it goes with every noun."""
_CODE = re.compile(r"[`\d_=@#/\\]|[a-z][A-Z]")
_MEASURES = frozenset(
    "year date month day age long tall old many much jahr datum tag lange alt hoch annee date an ano fecha edad tiempo anno data год году дата yil tarih".split()
)
"""Words that a question for a time or an amount is made of."""
_PERSONS = frozenset("he she they him her hers his them their theirs".split())


def new() -> Check:
    """A check with the reason `ambiguous_subject`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    prompt, passage = read(candidate.prompt), read(candidate.passage)
    found = STEPS.find_in(prompt, passage) or _pointer(prompt, passage, candidate.title)
    if not found and _names_nothing(prompt, passage, candidate.title):
        found = prompt.folded[:60]
    return Opinion(keep=False, reason=f"ambiguous_subject {found!r}") if found else KEEP


def _pointer(prompt: Text, passage: Text, title: str) -> str:
    """A pronoun or "this …" before which nothing is named, else nothing."""
    own = prompt.own
    if EMPTY.find(own, prompt.language, passage.language):
        return ""
    for phrases in (PRONOUNS, POINTERS):
        found = phrases.find(own, prompt.language or passage.language)
        if not found:
            continue
        if phrases is POINTERS:
            is_open = not _names(prompt) or _is_empty(own[: own.find(found)], prompt, passage)
        else:
            before = (
                re.split(rf"(?<!\w){re.escape(found)}(?!\w)", own)[0]
                if not prompt.is_unspaced
                else own[: own.find(found)]
            )
            is_open = _is_empty(before, prompt, passage)
        if is_open and not _is_named_after(
            found, prompt, passage, title, is_pointer=phrases is POINTERS
        ):
            return found
    return ""


def _is_empty(before: str, prompt: Text, passage: Text) -> bool:
    """Whether nothing stands before that could be meant."""
    if prompt.is_unspaced:
        return len(before) <= 1 or not before.strip("¿¡ ")
    common = common_words(prompt.language or passage.language)
    return not any(
        word not in common and word not in _MEASURES and len(word) > 1
        for word in read(before).bare_words
    )


def _is_named_after(
    found: str, prompt: Text, passage: Text, title: str, *, is_pointer: bool
) -> bool:
    """Whether the subject is named behind the pronoun: `After she moved, what did Ada Miller do?`."""
    if prompt.is_unspaced:
        return False
    subject = _subject(passage, title)
    pointed = read(found).bare_words if is_pointer else ()
    if any(word in subject and word not in pointed for word in prompt.bare_words):
        return True
    # Of persons another name in the prompt is somebody else: "What did she leave to Bergen?".
    is_person = found.split()[0] in _PERSONS or prompt.language in {
        "ru",
        "de",
        "fr",
        "es",
        "tr",
        "it",
        "pt",
        "pl",
        "uk",
    }
    return not is_person and not is_pointer and bool(_names(prompt))


def _subject(passage: Text, title: str) -> frozenset[str]:
    """Words of the title; where none is known, what opens the passage: a noun, and the names behind it."""
    if title:
        return frozenset(
            word for word in read(title).bare_words if word not in common_words(passage.language)
        )
    if passage.script not in {"LATIN", "CYRILLIC", "GREEK"} or not passage.sentences:
        return frozenset()
    opening: list[str] = []
    for word in read(passage.sentences[0][:200]).words[:8]:
        own = bare(word.text)
        if own in common_words(passage.language):
            continue
        if opening and not word.text[0].isupper():
            break
        opening.append(own)
    return frozenset(opening)


def _names(prompt: Text) -> list[Word]:
    """Words with a capital that do not open the prompt, signs and code."""
    return [word for word in prompt.words[1:] if word.text[:1].isupper()]


def _names_nothing(prompt: Text, passage: Text, title: str) -> bool:
    """Whether a question of a passage about a named thing holds no name at all.

    Either it has one word beside the question words ("When was it built?" in any wording), or it asks
    for "the …" of something that only the passage's reader knows.
    """
    if (
        prompt.is_unspaced
        or prompt.script not in {"LATIN", "CYRILLIC", "GREEK"}
        or prompt.quotations
    ):
        return False
    if _CODE.search(prompt.folded) or _holds(prompt, _naming_words(passage, title)):
        return False
    individual = find_individual(prompt)
    if not _is_about_name(passage, title) or any(
        bare(word.text) not in individual for word in _names(prompt)
    ):
        return False
    if individual and len(prompt.words) <= INDIVIDUAL_WORDS:
        return True
    if _holds(prompt, _subject(passage, title)):
        return False
    if len([word for word in prompt.content if word not in _MEASURES]) <= 1:
        return _asks_for_instance(prompt)
    if prompt.language not in _THE or _names(prompt) or _IS_UNIQUE.search(prompt.own):
        return False
    is_meant = (
        len(prompt.words) <= NO_NAME_WORDS and re.search(_THE[prompt.language], prompt.own)
    ) or (
        len(prompt.words) <= INSTANCE_WORDS
        and _HAPPENED.search(prompt.own)
        and _asks_for_instance(prompt)
    )
    return bool(is_meant) and _is_common(prompt, passage)


def _holds(prompt: Text, words: frozenset[str]) -> bool:
    return any(word in words for word in prompt.bare_words)


def _asks_for_instance(prompt: Text) -> bool:
    """Whether it asks for a time, a person, a place or an amount, which only a certain thing has."""
    return any(asks(kind, prompt) for kind in (WHEN, WHO, WHERE, HOW_MANY))


def _is_about_name(passage: Text, title: str) -> bool:
    """Whether the subject is called by a name: its words have capitals wherever they stand."""
    subject = _subject(passage, title)
    return bool(subject - passage.small)


def _naming_words(passage: Text, title: str) -> frozenset[str]:
    """Words of the subject that name it: of the Vessin Canal not "canal", which the passage says alone."""
    subject = _subject(passage, title)
    return subject - passage.small or subject


def _is_common(prompt: Text, passage: Text) -> bool:
    """Whether most words that carry something are in the passage: the question leans on it."""
    return 2 * sum(passage.knows(word) for word in prompt.content) > len(prompt.content)
