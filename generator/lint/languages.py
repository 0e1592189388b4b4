"""How languages refer to a source, and how they forbid to. To add a language, add its lines here.

Patterns are folded (see `text.fold`), so accents and capitals may be written or left out. They hold
for templates in any mixture of languages: English instructions often list phrases of another one.
"""

from __future__ import annotations

import re

from generator.lint.text import fold


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile(fold("|".join(alternatives)))


_EN = (
    "(?:passage|text|article|section|paragraph|excerpt|extract|document|context|snippet|chapter"
    "|content|source|material|page)s?"
)
_EN_WHICH = "(?:(?:given|provided|above|following|preceding|present|previous|supplied|source) )?"
_DE = (
    "(?:text(?:es|s)?|textabschnitt(?:es|s)?|abschnitt(?:es|s)?|passage|artikels?|absatz(?:es)?"
    "|auszug(?:s|es)?|dokument(?:es|s)?|kontext(?:es|s)?|quelle|textstelle|kapitels?)"
)
_DE_WHICH = "(?:(?:obig|vorliegend|gegeben|folgend|genannt|vorstehend|angegeben)e[nmrs]? )?"
_FR = "(?:passage|texte|article|section|extrait|document|paragraphe|contexte|source|chapitre)"
_ES = "(?:texto|pasaje|articulo|seccion|parrafo|fragmento|documento|contexto|extracto|fuente|capitulo)"
_PT = "(?:texto|trecho|passagem|artigo|secao|paragrafo|documento|contexto|excerto)"
_IT = "(?:testo|brano|passaggio|articolo|sezione|paragrafo|documento|contesto|estratto)"
_RU = "(?:текст|отрывк|отрывок|стать|раздел|абзац|документ|контекст|фрагмент)[а-я]*"
_JA = "(?:文章|本文|テキスト|記事|パッセージ|文書|段落|節|セクション|一節|文中|原文|抜粋)"
_JA_WHICH = "(?:この|上記の|前述の|与えられた|提供された|以下の|上の|当該)"
_ZH = "(?:文章|文本|短文|段落|原文|上文|文中|本文|材料|课文|資料|资料)"
_AR = "(?:نص|فقرة|مقالة|مقال|مقطع|قسم|وثيقة|سياق|مصدر|مستند)"

REFERENCES = _any(
    rf"\b(?:according to|based on|as (?:stated|mentioned|described|noted|given|explained|discussed"
    rf"|written|shown) in) (?:the|this|that|our|your)? ?{_EN_WHICH}{_EN}\b",
    rf"\b(?:in|from|by|of) (?:this|that) {_EN_WHICH}{_EN}\b",
    rf"\bin the {_EN_WHICH}(?:passage|text|excerpt|extract|paragraph|snippet)\b",
    rf"\b(?:in|from) the (?:given|provided|above|following|preceding|supplied) {_EN}\b",
    r"\bthe (?:passage|text|article|author|excerpt|document|section|paragraph|source) (?:says?|states?"
    r"|mentions?|describes?|explains?|notes?|tells|claims?|reports?)\b",
    rf"\b(?:mentioned|stated|described|discussed|named|found) in the {_EN_WHICH}{_EN}\b",
    rf"\b(?:laut|gemäß|nach|entsprechend) (?:(?:dem|diesem|des|dieses|der|dieser) )?{_DE_WHICH}{_DE}\b",
    rf"\b(?:dem|diesem) {_DE_WHICH}{_DE} (?:zufolge|nach)\b",
    rf"\b(?:im|in diesem|in dieser|aus diesem|in dem) {_DE_WHICH}{_DE}\b",
    r"\b(?:der|dieser|die) (?:text|artikel|autor|abschnitt|verfasser|passage) (?:sagt|nennt|erwähnt"
    r"|beschreibt|erklärt|besagt)\b",
    rf"\b(?:selon|d'après|suivant|d’après) (?:le |la |l'|ce |cet |cette )(?:\w+ )?{_FR}\b",
    rf"\bdans (?:le |la |l'|ce |cet |cette ){_FR}\b",
    r"\b(?:le |l'|ce |cet )(?:texte|auteur|article|passage|extrait) (?:dit|mentionne|indique|précise"
    r"|décrit|explique)\b",
    rf"\b(?:según|de acuerdo con|conforme a|conforme al) (?:el |la |lo |este |esta |dicho |al )?{_ES}\b",
    rf"\ben (?:el|la|este|esta|dicho) {_ES}\b",
    r"\b(?:el|este) (?:texto|autor|artículo|pasaje) (?:dice|menciona|indica|describe|explica)\b",
    rf"\b(?:segundo|de acordo com|conforme) (?:o|a|este|esta) {_PT}\b|\bn(?:o|a|este|esta) {_PT}\b",
    rf"\b(?:secondo|in base a|stando a) (?:il |la |lo |l'|questo |questa ){_IT}\b",
    rf"\b(?:nel |nella |nell'|in questo |in questa ){_IT}\b",
    rf"\b(?:согласно|в соответствии с|исходя из|судя по) (?:[а-я]+ )?{_RU}\b",
    rf"\bв (?:этом|данном|приведенном|приведённом|этой|данной) {_RU}\b",
    r"\b(?:metne|metine|makaleye|pasaja|paragrafa|yazıya) göre\b",
    r"\b(?:bu|yukarıdaki) (?:metinde|makalede|pasajda|paragrafta|yazıda)\b",
    rf"{_JA_WHICH}?{_JA}(?:によると|によれば|に基づ|で述べ|に書かれ|に記載|の中で|に示され)",
    rf"{_JA_WHICH}{_JA}(?:では|で|において|から)",
    rf"(?:根据|按照|依据|據|据)(?:本|该|这|此|上述|以上|给定|所给)?(?:段|篇)?的?{_ZH}",
    rf"{_ZH}(?:提到|指出|所述|认为)|在?(?:这|本|该)(?:段|篇)?{_ZH}(?:中|里)",
    rf"\b(?:و?وفقا|طبقا|استنادا|بناء|تبعا)\s+(?:ل|إلى\s+|على\s+)(?:هذا\s+|هذه\s+|ما ورد في\s+)?"
    rf"(?:ال|ل)?{_AR}\b",
    rf"\b(?:ب?حسب|وفق)\s+(?:هذا\s+|هذه\s+)?(?:ال)?{_AR}\b",
    rf"\bفي\s+(?:هذا\s+|هذه\s+)?ال{_AR}\b",
    rf"\b(?:ي|ت)(?:ذكر|قول|وضح|شير)\s+(?:هذا\s+|هذه\s+)?ال(?:{_AR}|كاتب|مؤلف)",
)
"""Phrases that say where a text was written from; a pair with one teaches nothing without it."""

BARE_REFERENCES = _any(
    rf"\b(?:this|the (?:above|given|provided)) {_EN}\b",
    rf"\b(?:dieser|dieses|diese|der obige) {_DE}\b",
    rf"\b(?:ce|cet|cette) {_FR}\b",
    rf"\b(?:este|esta) {_ES}\b",
    rf"{_JA_WHICH}{_JA}",
    rf"\b(?:هذا|هذه)\s+ال{_AR}",
)
"""Names for the source that count only where they are quoted, as a thing to say."""

SOURCES = _any(
    rf"\b{_EN}\b", rf"\b{_DE}\b", rf"\b{_FR}s?\b", rf"\b{_ES}s?\b", rf"\b{_PT}\b", rf"\b{_IT}\b",
    rf"\b{_RU}", rf"{_JA}", rf"{_ZH}", rf"{_AR}", r"\b(?:metin|makale|pasaj|kaynak)\w*",
)  # fmt: skip
"""Words for the source itself."""

NEGATION = _any(
    r"\b(?:never|not|no|without|avoid\w*|refrain\w*|forbid\w*|forbidden|ban|banned|prohibit\w*|neither"
    r"|nor|cannot|omit|exclude|deletes?|removes?|strip|drop|leave out|(?:stay|keep|steer) (?:away|clear)|instead of|rather than|free of|don'?ts?|ignore)\b|\bdo nots?\b|n't\b",
    r"\b(?:nie|niemals|nicht|kein\w*|vermeid\w*|ohne|verbot\w*|untersag\w*|verzicht\w*|statt|anstatt"
    r"|weder|nirgends|unterlass\w*|tabu|unzulässig\w*|unerwünscht\w*|streiche|lass\w* weg|ignorier\w*)\b",
    r"\b(?:ne|jamais|pas|sans|évit\w*|interdi\w*|proscri\w*|aucune?|ni|banni\w*|omet\w*|supprim\w*|plutôt que"
    r"|au lieu d\w*)\b|\bn'",
    r"\b(?:no|nunca|jamás|sin|evit\w*|prohib\w*|ningun\w*|tampoco|nada de|omit\w*|elimin\w*|en (?:lugar|vez) de)\b",
    r"\b(?:não|nunca|sem|proib\w*|nenhum\w*|nem|em vez de)\b",
    r"\b(?:non|senza|viet\w*|nessun\w*|invece di)\b",
    r"\b(?:не|никогда|без|избега\w*|запрещ\w*|нельзя|вместо)\b",
    r"\b(?:asla|hiçbir|kullanma\w*|yazma\w*|kaçın\w*|değil)\b",
    r"ない|ません|禁止|避け|不可|禁じ|使わず|使用せず|言及せず|決して|控え|除い|削除",
    r"不|勿|避免|切忌|别",
    r"\b[وف]?(?:لا|لم|لن|تجنب\w*|بدون|دون|ممنوع\w*|يمنع|يحظر|محظور\w*|عدم|ليس|ليست|احذر|إياك|احذف)\b",
)
"""Words that forbid or deny."""

NO_NEGATION = _any(
    r"\b(?:not|never|don't|n't) (?:only|just|merely|forget|hesitate|fail|skip|omit|break|violate)\b",
    r"\b(?:not|no) (?:more|less|fewer|longer|shorter|later) than\b|\bno matter\b|\bwithout fail\b",
    r"\bnicht (?:nur|vergessen|mehr als|weniger als|länger als)\b|\bvergiss\w* nicht\b",
    r"\bkeine?\w* (?:mehr|weniger) als\b",
    r"\bn'(?:oubli\w*|hésit\w*) pas\b|\bne pas oublier\b|\bpas (?:plus|moins) de\b|\bpas seulement\b",
    r"\bno (?:olvid\w*|dud\w*)|\bno (?:más|menos) de\b|\bno (?:sólo|solo|solamente)\b|\bsin falta\b",
    r"\bне (?:забуд\w*|только|более|менее)\b",
    r"忘れない|忘れず|だけでなく|なければな|ないといけ|ねばな|少なくない|不仅|不要忘|不超过|不少于",
    r"\bلا (?:تنس\w*|تتردد|[يت]زيد|[يت]قل|[يت]تجاوز)\b|\bليس فقط\b",
)
"""Negations that forbid nothing: `do not forget to`, `no more than`."""

FORBIDDEN_AFTERWARDS = _any(
    r"\b(?:is|are|be|being) (?:\w+ )?(?:forbidden|banned|prohibited|wrong|bad|unacceptable|off limits"
    r"|not (?:\w+ )?(?:allowed|permitted|acceptable|wanted|to be))\b",
    r"\b(?:must|may|should|shall|can|do|does|will) ?(?:not|never|n't)\b|\bnever (?:appear|occur|be)\b"
    r"|\bto be avoided\b|\b(?:thrown|discarded|rejected|dropped|deleted|removed)\b|\b(?:makes?|is|are) (?:\w+ )?useless\b",
    r"\b(?:nicht|nie|niemals|verboten\w*|vermeiden|untersagt|tabu|nirgends|unzulässig\w*|unerwünscht\w*)\b",
    r"\b(?:interdit\w*|proscrit\w*|bannie?s?|à éviter|jamais|pas)\b",
    r"\b(?:prohibid\w*|evitar\w*|evitarse|proibid\w*|evitad\w*|no (?:se )?(?:permit\w*|deb\w*|us\w*|pued\w*))\b",
    r"\b(?:vietat\w*|da evitare|запрещ\w*|нельзя|недопустим\w*|yasak\w*|kullanma\w*|yazma\w*)\b",
    r"ない|ません|禁止|避け|不可|禁じ|使わず|使用せず|控え|NG|不要|不得|不可|不能|不允许",
    r"\b(?:ممنوع\w*|محظور\w*|مرفوض\w*|غير مسموح\w*|لا يجوز|لا تستخدم\w*|لا يسمح|ممنوعه)",
)
"""What forbids a phrase that stands before it: `… are forbidden`, `…は使わない`."""

BAD_LEAD = _any(
    r"^[\W_]*(?:bad|wrong|incorrect|unacceptable|poor|not like this|don'?ts?|forbidden|banned"
    r"|schlecht|falsch|verboten|so nicht|mauvais|incorrect|interdit|à éviter|malo?|incorrecto|prohibido"
    r"|ruim|errado|sbagliato|плохо|неправильно|неверно|yanlış|kötü|悪い例?|誤り|誤った例|禁止|ng|错误|反例"
    r"|خطأ|سيئ|مثال سيئ|ممنوع)\b[^:：\n]{0,40}[:：]",
    r"^[\W_]*[❌✗✘🚫⛔]",
)
"""How a line begins that shows what not to do."""

PHRASES_LIKE = _any(
    r"^[\W_]*(?:such|these|phrases?|wordings?|expressions?|formulations?|this includes|including|for example"
    r"|e\.g\.|i\.e\.|so no|formulierungen?|solche|also kein|z\. ?b\.|zum beispiel|(?:de |les |des )?(?:telles )?"
    r"formul\w+|par exemple|p\. ?ex\.|(?:las )?(?:frases|expresiones|formulas)|por ejemplo|например|такие|örneğin"
    r"|例えば|たとえば|例[:：]|比如|例如|مثل|مثلا|على سبيل المثال|عبارات|العبارات)"
)
"""How a sentence begins that goes on with what the one before it forbids."""

TURN = _any(
    r"\b(?:but|instead|rather)\b|[,;] (?:and )?(?:always |then )?(?:begin|start|open|write|use|say|put|quote|phrase)\b",
    r"\band (?:always |then )?(?:begin|start|open|end) (?:\w+ ){0,4}with\b",
    r"\b(?:sondern|aber|stattdessen)\b|\bund (?:beginne|schreibe|leite)\b",
    r"\b(?:mais|plutôt|sino|pero|но|а|ama|mas|bensì|ma)\b|\by (?:empieza|comienza|escribe)\b",
    r"のではなく|ではなく|代わりに|而是|بل|ولكن|لكن",
)
"""What ends the reach of a negation: `do not name the author, but write …`."""

JOINED = re.compile(r"\s(?:and|und|et|y|и|ve|e)\s|[;]")
"""What ends the reach of a phrase towards a verb behind it."""
