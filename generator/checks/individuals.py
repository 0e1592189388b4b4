"""Finds `the bridge` and the like in a prompt: one of a kind that must have been named before."""

from __future__ import annotations

from generator.checks.phrases import Phrases
from generator.checks.texts import Text, read

_KINDS = {
    "en": "abbey|academy|aircraft|airport|album|architect|artist|author|band|battle|bishop|boat|book|bridge|brewery|building|canal|castle|cathedral|cave|chapel|church|city|club|college|company|composer|convent|dam|director|duke|engineer|expedition|factory|farm|ferry|festival|film|firm|fort|fortress|founder|gallery|garden|glacier|harbou?r|hospital|hotel|house|inventor|island|journal|lake|library|lighthouse|magazine|manuscript|mill|mine|monastery|monument|mosque|mountain|museum|newspaper|novel|observatory|opera|orchestra|organi[sz]ation|painter|palace|park|poem|poet|port|project|queen|railway|reactor|reservoir|river|satellite|school|scientist|ship|singer|stadium|station|statue|strike|team|telescope|temple|theatre|theater|tower|town|treaty|tunnel|university|valley|vessel|viaduct|village|volcano|windmill|writer",
    "de": "abtei|autorin?|bahn|bahnhof|bibliothek|brauerei|brücke|buch|burg|dorf|fabrik|festung|film|firma|flughafen|gebäude|hafen|insel|kapelle|kirche|kanal|kloster|künstler(?:in)?|leuchtturm|museum|mühle|orgel|palast|roman|schiff|schloss|schule|sternwarte|stadion|stadt|talsperre|tempel|theater|tunnel|turm|unternehmen|verein|vulkan|zeitung",
    "fr": "abbaye|autrice|barrage|bibliothèque|bâtiment|canal|cathédrale|chapelle|château|club|compositeur|entreprise|fabrique|festival|film|fleuve|fort|fromagerie|gare|lac|livre|moulin|musée|navire|observatoire|opéra|orchestre|palais|parc|phare|pont|port|roman|rivière|théâtre|tunnel|usine|ville|village|volcan|église|école|île",
    "es": "abadía|autora?|biblioteca|canal|castillo|catedral|ciudad|club|compositora?|edificio|empresa|escuela|fábrica|faro|festival|fortaleza|iglesia|isla|lago|libro|monasterio|molino|museo|novela|observatorio|orquesta|palacio|parque|película|presa|puente|puerto|pueblo|río|teatro|templo|torre|tren|túnel|universidad|volcán",
}  # fmt: skip
_ARTICLES = {"en": r"the ", "de": r"(?:der|die|das|dem|den|des) ", "fr": r"(?:le |la |du |au |l')", "es": r"(?:el|la|del|al) "}  # fmt: skip
_TELLS = {
    "en": r"(?:of|that|which|where|who|whose|whom|from|called|named|known|with|built|used|made|found|containing|near|at|between|on|in|over|under|across|through|for|to|designed|written|owned|located|situated|responsible)",
    "de": r"(?:der|die|das|des|von|vom|mit|in|im|am|an|bei|über|auf|namens|zwischen|aus|zu|zur|zum)",
    "fr": r"(?:de|du|des|qui|que|où|dont|en|à|au|sur|dans|entre|avec|nommée?|appelée?)",
    "es": r"(?:de|del|que|donde|en|con|entre|sobre|llamad[oa]|cuy[oa])",
}  # fmt: skip
"""What tells behind it which one is meant: `the bridge that …`. In times it tells nothing: `the bridge in 1902`."""
_INDIVIDUALS = Phrases({
    code: rf"{_ARTICLES[code]}(?:{kinds})(?!-\w)(?!,? (?:{_TELLS[code]}|d'\w+)\b)" for code, kinds in _KINDS.items()
})  # fmt: skip


def find_individual(prompt: Text) -> frozenset[str]:
    """The bare words of one of a kind where nothing behind it tells which; none where there is none."""
    found = _INDIVIDUALS.find(prompt.own, prompt.language)
    return frozenset(read(found).bare_words)
