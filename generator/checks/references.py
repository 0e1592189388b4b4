"""Refuses pairs that speak of the passage they were written from, which no reader of them has."""

from __future__ import annotations

import re

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.phrases import Phrases
from generator.checks.texts import Text, read

_EN = r"(?:passage|text|article|section|excerpt|paragraph|document|documentation|context|source|information|description|extract|material|entry|page|account|snippet|reading)"
_EN_SOFT = r"(?:document|documentation|source|information|description|material|entry|page|account|reading|extract)"
_EN_TOLD = r"(?! (?:of|that|which|by|from|in|on|to|about|between|given by|provided by|supplied by|(?:gathered|collected|obtained|found|used|left|contained|held|written|made)) \w)"
"""What follows something that is told apart from the passage: `the information that sailors brought`."""
_EN_GIVEN = r"(?:given|provided|supplied|above|following|preceding|aforementioned|present)"
_EN_SAYS = r"(?:say|says|state|states|stated|mention|mentions|mentioned|describe|describes|described|explain|explains|tell|tells|indicate|indicates|indicated|give|gives|given|note|notes|noted|claim|claims|suggest|suggests|discuss|discusses|discussed|refer|refers|report|reports|provide|provides|provided|list|lists|listed)"
_DE = r"(?:text(?:e|es|s)?|abschnitts?|absatz(?:es)?|artikels?|passage|auszugs?|textauszugs?|textstelle|quelle|dokuments?|beschreibung)"
_FR = r"(?:texte|passage|article|extrait|paragraphe|document|section|contexte)"
_ES = r"(?:texto|pasaje|artículo|fragmento|párrafo|documento|extracto|sección|contexto|información)"
_IT = r"(?:testo|brano|passo|articolo|paragrafo|documento|estratto|sezione|contesto|passaggio)"
_PT = r"(?:texto|trecho|passagem|artigo|parágrafo|documento|excerto|seção|contexto)"
_NL = r"(?:tekst|passage|artikel|fragment|alinea|document|sectie|context)"
_RU = r"(?:текст\w*|отрыв\w+|стать\w+|фрагмент\w*|абзац\w*|документ\w*|раздел\w*|источник\w*|контекст\w*)"
_TR = r"(?:metin|metne|metinde|metni|metnin|parça|parçaya|parçada|pasaj\w*|makale\w*|yazı|yazıya|yazıda|paragraf\w*|bölüm|bölüme|bölümde)"
_AR = r"(?:النص|المقطع|المقال|المقالة|الفقرة|القسم|الوثيقة|السياق)"
_JA = r"(?:本文|文章|テキスト|記事|段落|文書|文中|資料|パッセージ|上記|抜粋)"
_ZH = r"(?:文章|本文|文中|短文|段落|上文|原文|文本|材料|篇章|课文)"

REFERENCES = Phrases({
    "en": rf"(?:according to|based on|as (?:\w+ )?(?:in|by)|per|from|using|in light of|going by) (?:the|this|that) (?:{_EN_GIVEN} )?{_EN}(?: (?:above|below|{_EN_GIVEN}))?(?! of (?:the|a|an) \w){_EN_TOLD}"
    rf"|(?:in|from|of|by|about|within|throughout) (?:this|the {_EN_GIVEN}) (?:\w+ )?{_EN}(?! of)|(?:the|this) {_EN} (?:\w+ly )?(?:above|below|provided|given|supplied|{_EN_SAYS})(?! by)|(?:topic|subject|theme|purpose|message|focus|tone|main idea) of (?:the|this) {_EN}(?! of)"
    rf"|(?:does|do|did|is|are|was|were|as) (?:the|this) {_EN} (?:\w+ly )?{_EN_SAYS}|(?:does|did) (?:the|this) (?:author|writer|narrator) \w+|the (?:author|writer) (?:{_EN_SAYS}|of (?:the|this) {_EN}|argues|believes|uses|thinks|implies|emphasi[sz]es|writes)|{_EN_SAYS} (?:in|by) (?:the|this) {_EN}(?! of)|as (?:mentioned|stated|described|noted|discussed|explained|shown|seen) (?:above|earlier|previously|before|below)|(?:mentioned|stated|described|noted|given|listed|named) (?:above|in the (?:{_EN_GIVEN} )?{_EN})(?! of)"
    rf"|the provided {_EN}|this (?:passage|excerpt|article|section|paragraph|text)(?! (?:of|is about))|the passage(?: (?:says|does|tells|gives|mentions|states|above|does not))",
    "de": rf"(?:laut|gemäß|nach|zufolge) (?:dem|des|diesem|der|dieser)? ?(?:obigen |vorliegenden |gegebenen |angegebenen )?{_DE}(?! (?:der|des|von))|laut (?:{_DE}|autor)|(?:im|in diesem|in dem|aus dem|in dieser|im obigen|im vorliegenden|im gegebenen|im folgenden) (?:obigen |vorliegenden |gegebenen |angegebenen )?{_DE}(?! (?:der|des|von|\d))|(?:der|dieser|die|diese) (?:obige |vorliegende )?{_DE} (?:sagt|besagt|erwähnt|beschreibt|nennt|erklärt|berichtet|gibt an)|(?:sagt|besagt|erwähnt|beschreibt|nennt|erklärt|berichtet) (?:der|dieser|die|diese) (?:{_DE}|autor(?:in)?)|wie (?:oben|im text) (?:erwähnt|beschrieben|genannt)|der autor (?:sagt|schreibt|meint|beschreibt|erwähnt)|dem {_DE} zufolge|auf grundlage (?:des|der) {_DE}|basierend auf (?:dem|der|den) {_DE}",
    "fr": rf"(?:selon|d'après|suivant|d’après|dans|de|à partir de|sur la base de) (?:le|la|l'|ce|cet|cette)[ ]?(?:présente? )?{_FR}(?! (?:de|du|des|d'))(?: ci-dessus| donné| fourni| précédent)?|(?:ce|cet|cette) {_FR}(?! (?:de|du|des|d'))|(?:le|la|l')[ ]?{_FR} (?:dit|mentionne|indique|précise|décrit|explique|parle|donne|cite|évoque)|(?:dit|mentionne|indique|précise|décrit|explique|évoque|cite) (?:le|la|l'|ce)[ ]?(?:{_FR}|auteur)|(?:selon |que dit |d'après )?l'auteur(?:e)? (?:dit|mentionne|indique|à propos|affirme|parle|écrit|explique|raconte)|selon l'auteure?|ci-dessus|(?:mentionnée?s?|indiquée?s?|citée?s?) dans (?:le|la|l'|ce)[ ]?{_FR}|l'{_FR} (?:dit|mentionne|indique|précise)",
    "es": rf"(?:según|de acuerdo con|conforme a|en base a|basándose en|a partir de|como (?:dice|indica|menciona)) (?:el|la|este|esta|dicho) {_ES}(?! (?:de|del))(?: (?:anterior|dado|proporcionad[oa]))?|(?:en|de|sobre) (?:este|esta|dicho) {_ES}|(?:el|la|este|esta) {_ES} (?:dice|menciona|indica|señala|describe|explica|afirma|habla|da|cuenta)|(?:dice|menciona|indica|señala|describe|explica|afirma) (?:el|la|este|esta) (?:{_ES}|autora?)|el autor (?:dice|menciona|afirma|señala|describe)|según el autor|(?:mencionad[oa]s?|indicad[oa]s?|citad[oa]s?) en (?:el|la|este|esta) {_ES}|se (?:menciona|indica|dice|describe) en (?:el|la|este|esta) {_ES}",
    "it": rf"(?:secondo|in base a|stando a|come (?:indicato|detto) (?:in|nel)) ?(?:il|la|l'|questo|questa|al|alla|nel|nello|nella)? ?{_IT}|(?:in|nel|nello|nella|di) (?:questo|questa) {_IT}|(?:il|la|l'|questo) {_IT} (?:dice|menziona|afferma|descrive|spiega|indica)|(?:dice|menziona|afferma|descrive|spiega) (?:il|la|l'|questo) (?:{_IT}|autore)|(?:nel|nella) {_IT}(?! (?:di|del|della))",
    "pt": rf"(?:segundo|de acordo com|conforme|com base em|com base n[oa]) (?:o|a|este|esta|esse)? ?{_PT}|(?:neste|nesta|no|na|deste|desta) {_PT}(?! (?:de|do|da))|(?:o|a|este|esta) {_PT} (?:diz|menciona|afirma|descreve|explica|indica)|(?:diz|menciona|afirma|descreve|explica) (?:o|a|este) (?:{_PT}|autor)",
    "nl": rf"(?:volgens|op basis van|in) (?:de|het|deze|dit) {_NL}(?! van)|(?:de|het|deze|dit) {_NL} (?:zegt|vermeldt|beschrijft|noemt)|(?:zegt|vermeldt|beschrijft) (?:de|het|deze|dit) (?:{_NL}|auteur)", "sv": r"(?:enligt|i) (?:texten|artikeln|stycket|avsnittet|passagen|denna text|den här texten)|(?:texten|artikeln|författaren) (?:säger|nämner|beskriver)", "da": r"(?:ifølge|i) (?:teksten|artiklen|afsnittet|passagen|denne tekst)|(?:teksten|artiklen|forfatteren) (?:siger|nævner)", "no": r"(?:ifølge|i) (?:teksten|artikkelen|avsnittet|denne teksten)|(?:teksten|artikkelen|forfatteren) (?:sier|nevner)", "fi": r"(?:tekstin|artikkelin|katkelman|kappaleen) (?:mukaan|perusteella)|tekstissä|artikkelissa|kirjoittaja (?:sanoo|mainitsee)",
    "pl": r"(?:według|zgodnie z|na podstawie|w) (?:tekst(?:u|em|cie)|tym tekście|artykuł(?:u|em)|tym artykule|fragment(?:u|em|cie)|powyższ\w+ tekś\w+)|(?:tekst|autor|artykuł) (?:mówi|wspomina|podaje|opisuje)|(?:mówi|wspomina|podaje) (?:tekst|autor|artykuł)", "cs": r"(?:podle|v|dle) (?:textu|článku|úryvku|tomto textu|tohoto textu|pasáže)|(?:text|autor|článek) (?:říká|uvádí|zmiňuje)|(?:říká|uvádí|zmiňuje) (?:text|autor|článek)",
    "ru": rf"(?:согласно|по|исходя из|в соответствии с|на основ(?:е|ании)) (?:данн\w+ |эт\w+ |приведённ\w+ |приведенн\w+ |представленн\w+ )?{_RU}|(?:в|из|о) (?:данн\w+|эт\w+|приведённ\w+|приведенн\w+|представленн\w+|вышеприведённ\w+|указанн\w+) {_RU}|в тексте(?! (?:песни|договора|закона|гимна|письма|надписи))|{_RU} (?:говорит|упоминает|сообщает|описывает|указывает)|автор (?:говорит|пишет|упоминает|утверждает|сообщает)|(?:говорит|пишет|упоминает|сообщает|утверждает) (?:автор|текст)\w*",
    "uk": r"(?:згідно з|за|відповідно до) (?:текст\w*|уривк\w*|статт\w+)|(?:у|в) (?:тексті|уривку|статті|цьому тексті|даному тексті)|автор (?:говорить|пише|згадує)", "tr": rf"{_TR} göre|(?:bu|yukarıdaki|verilen|şu) {_TR}|metinde(?:n|ki)?|parçada(?:ki)?|yazar(?:a göre|ın dediğine| (?:söyl|belirt|ifade)\w+)|yukarıda (?:belirtil|verilen|söz)\w*|metnin \w+ göre",
    "ro": r"(?:conform|potrivit|din|în) (?:textul\w*|pasaj\w*|articol\w*|fragment\w*|acest text)", "hu": r"(?:a|az) (?:szöveg|cikk|részlet|bekezdés|szakasz) (?:szerint|alapján)|a (?:szövegben|cikkben)|a szerző (?:szerint|azt)", "id": r"(?:menurut|berdasarkan|dalam) (?:teks|bacaan|artikel|bagian|paragraf|wacana)(?: (?:ini|di atas|tersebut))?", "vi": r"(?:theo|trong|dựa vào|dựa trên) (?:đoạn văn|bài viết|văn bản|đoạn trích|bài)|đoạn văn (?:trên|này)", "el": r"σύμφωνα με (?:το|την) (?:κείμενο|απόσπασμα|άρθρο)|στο (?:κείμενο|απόσπασμα)",
    "ar": rf"(?:وفقا|وفقًا|وفقاً|طبقا|طبقًا|طبقاً|استنادا|استنادًا|بناء|بناءً|تبعا) (?:ل|إلى |على )?(?:هذا |هذه )?(?:{_AR}|لل(?:نص|مقال|مقطع|فقرة|قسم|مقالة|سياق|وثيقة))|(?:بحسب|حسب|في|من|كما ورد في) (?:هذا |هذه )?{_AR}(?: أعلاه| السابق| المذكور| التالي)?|(?:يذكر|يقول|ذكر|يشير) (?:{_AR}|الكاتب|المؤلف)", "fa": r"(?:بر اساس|طبق|در|مطابق) (?:این )?(?:متن|مقاله|بخش|پاراگراف)", "he": r"(?:לפי|על פי|בהתאם ל|על-פי) ?(?:הטקסט|הקטע|המאמר|הפסקה)|בטקסט|בקטע", "hi": r"(?:पाठ|लेख|गद्यांश|अनुच्छेद|इस पाठ) (?:के अनुसार|में)|लेखक के अनुसार",
    "ja": rf"(?:この|その|上記の?|与えられた|提供された|以下の)?{_JA}(?:の内容)?(?:によ(?:ると|れば|り)|に(?:基づ|もとづ)|では|で(?:述べ|説明|言及|触れ)|に(?:書|述べ|記載|記さ|記述|ある))|(?:この|上記の?|与えられた)(?:文章|テキスト|記事|段落|文)(?!化)|筆者(?:は|によ)|著者(?:は(?:何|どの)|によ)", "zh": rf"(?:根据|依据|按照|依照|据)(?:这[篇段]|该|上述|所给|给定|提供的|以上)?{_ZH}|{_ZH}(?:中|里)?(?:提到|指出|说|认为|描述|介绍|写)|(?:这[篇段]|本[文段])(?:文章|文字|话|短文)|作者(?:认为|说|指出|提到)|上述(?:文|段|内容|信息)", "ko": r"(?:본문|지문|글|텍스트|기사|문단|위 글|이 글|제시문)(?:에 따르면|에 의하면|에서|의 내용)",
})  # fmt: skip


def new() -> Check:
    """A check with the reason `passage_reference`."""
    return _judge


_GIVEN = re.compile(rf"\b(?:this|{_EN_GIVEN}|above|below)\b")
_SOFT = re.compile(rf"\b{_EN_SOFT}\b")


def _is_subject(found: str, passage: Text) -> bool:
    """Whether it may speak of a document, a source or the like that the passage is about."""
    noun = _SOFT.search(found)
    return (
        noun is not None
        and not _GIVEN.search(found)
        and not passage.vocabulary.isdisjoint({noun[0], f"{noun[0]}s"})
    )


def _is_named(found: str, text: Text) -> bool:
    """Whether an author or writer is told by name: `did the writer Elizabeth Gilbert`."""
    match = _WRITER.search(found)
    return match is not None and f" {match[1].capitalize()}" in text.folded


_WRITER = re.compile(r"\b(?:author|writer|narrator) (\w+)$")


def _judge(candidate: Candidate) -> Opinion:
    passage = read(candidate.passage)
    for text in (read(candidate.prompt), read(candidate.completion)):
        found = REFERENCES.find_in(text, passage)
        # A text that the passage itself speaks of in these words is its subject.
        if (
            found
            and found not in passage.lower
            and not _is_subject(found, passage)
            and not _is_named(found, text)
        ):
            return Opinion(keep=False, reason=f"passage_reference {found[:60]!r}")
    return KEEP
