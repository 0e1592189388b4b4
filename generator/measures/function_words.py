"""Function words by language: what holds a sentence together and says nothing of its subject."""

from __future__ import annotations

FUNCTION_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the and are was were has have had been being but not for from with without into onto "
        "over under about after before between during through that this these those there their "
        "them they she her his him its our your you who whom whose which what when where why how "
        "than then also such some any all both each other more most many much can could may might "
        "will would shall should must did does done only very because while until upon did",
        "de": "der die das den dem des ein eine einen einem einer eines und oder aber nicht auch als "
        "wie bei bis durch für gegen ohne nach von vom vor aus auf mit über unter zwischen zum zur "
        "sich sie ihr ihre ihrer ihren ihm ihn sein seine seiner seinen war waren wird wurde wurden "
        "worden ist sind hat hatte hatten haben werden kann konnte dass daß diese dieser dieses wer "
        "was wann warum welche welcher welches noch nur sehr man dann wenn weil",
        "fr": "les des une aux dans par pour sur avec sans sous entre vers chez mais donc car est sont "
        "était étaient été être ont avait avaient ses son leur leurs cette ces cet qui que quoi dont "
        "quel quelle quels quelles quand comment pourquoi plus moins très aussi même tout tous toute "
        "toutes elle elles ils nous vous lui pas puis ainsi alors après avant",
        "es": "los las una unos unas del con por para sin sobre entre hasta desde pero que quien quién "
        "cual cuál cuales cuando cuándo como cómo donde dónde qué este esta estos estas ese esa esos "
        "esas fue fueron era eran ser son está están han había habían sus más muy también todo todos "
        "toda todas ella ellos ellas les tras durante porque",
        "it": "gli del dello della dei degli delle dal dalla dai dalle nel nello nella nei nelle sul "
        "sulla con per tra fra una uno che chi cui cosa quale quali quando come dove perché questo "
        "questa questi queste era erano è sono stato stata stati state fu furono aveva avevano ha "
        "hanno suo sua suoi sue più molto anche non dopo prima",
        "pt": "uma uns umas dos das nos nas pelo pela pelos pelas com por para sem sobre entre até "
        "desde mas que quem qual quais quando como onde porque este esta estes estas esse essa foi "
        "foram era eram ser são está estão tem tinha tinham seu sua seus suas mais muito também "
        "todo todos toda todas ela eles elas não após",
        "nl": "het een van voor met door naar bij uit aan over onder tussen tot maar niet ook als dan "
        "dat dit deze die wie wat waar wanneer waarom welke hoe zijn was waren werd werden worden "
        "wordt heeft had hadden hebben kan kon hun haar hem zij meer zeer nog alleen tijdens",
        "ru": "это этот эта эти для при без под над или что как где когда кто чей который которая "
        "которое которые был была было были его она они оно также после перед между через более",
        "ar": "التي الذي الذين هذا هذه ذلك تلك إلى على عن من في مع بعد قبل بين كان كانت كما أنه أنها "
        "هو هي هم ما ماذا متى أين كيف لماذا كم أي",
    }.items()
}
"""Words of three letters or more; shorter ones are left out anyway. A language that is not here does
without, and its shares of coverage are a little higher for it: compare within one language only."""
