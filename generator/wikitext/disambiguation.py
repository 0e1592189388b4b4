"""Pages that list what a word may mean: told by the template that every wiki puts on them."""

from __future__ import annotations

from collections.abc import Iterable

# Names of the template on the larger Wikipedias, case-folded; English ones are used on many others.
_TEMPLATES = frozenset(
    """
    disambiguation|disambig|disam|dab|dabpage|disamb|hndis|human name disambiguation|geodis|place name disambiguation|
    disambiguation cleanup|school disambiguation|hospital disambiguation|mathdab|mathematics disambiguation|
    number disambiguation|numberdis|roaddis|road disambiguation|species latin name disambiguation|
    letter-number combination disambiguation|letter disambiguation|airport disambiguation|callsigndis|chinese title disambiguation|
    genus disambiguation|military unit disambiguation|music disambiguation|station disambiguation|portal disambiguation|
    begriffsklärung|begriffsklaerung|homonymie|homonyme|homographie|paronymie|patronymie|toponymie|internationalisation|
    desambiguación|desambiguacion|des|disambigua|disambigua2|desambiguação|desambig|desambiguació|desambiguações|homônimo|homónimos|
    doorverwijspagina|dp|dpintro|ujednoznacznienie|disambig-nazwa|неоднозначность|многозначность|disambig-ru|список однофамильцев|
    неоднозначність|багатозначність|неадназначнасць|мнагазначнасць|пояснителна страница|вишезначна одредница|вишезначна|višeznačna odrednica|
    razdvojba|razločitev|višeznačnost|rozcestník|rozlišovacia stránka|rozlišovacia|egyértelmű|egyért|egyértelműsítő lap|dezambiguizare|
    täsmennyssivu|täsmennys|förgrening|gren|grensida|peker|pekerside|flertydig|fleirtyding|aðgreining|täpsustus|nuorodinis|
    nozīmju atdalīšana|αποσαφήνιση|anlam ayrımı|dəqiqləşdirmə|apartigilo|discretiva|argipen|homónimos2|homónimos|disambig2|
    توضيح|صفحة توضيح|ابهام‌زدایی|ابهام زدایی|פירושונים|فہرست ضد ابہام|ضد ابہام|बहुविकल्पी|बहुविकल्पी शब्द|निःसंदिग्धीकरण|দ্ব্যর্থতা নিরসন|
    பக்கவழி நெறிப்படுத்தல்|అయోమయ నివృత్తి|വിവക്ഷകൾ|แก้ความกำกวม|định hướng|trang định hướng|disambigu|disambiguasi|nyahkekaburan|
    曖昧さ回避|aimai|人名の曖昧さ回避|地名の曖昧さ回避|同名の地名|消歧义|消歧義|disambig-cleanup|消歧义页|동음이의|동명이인|동음이의어|կոորդինացում|բազմիմաստություն|
    მრავალმნიშვნელოვანი|айрық|айырық|күп мәғәнәлелек|бөтөнлек|күп мәгънәле|samnefndur|amwysedd|gwahaniaethu|idirdhealú|soilleireachadh
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)


def is_disambiguation(removed: Iterable[str]) -> bool:
    """Whether what was left out of a page says that it is a disambiguation page."""
    return any(kind.removeprefix("template:") in _TEMPLATES for kind in removed)
