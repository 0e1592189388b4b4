"""Templates that one language's Wikipedia has, in packs; names are comma-separated under what they show.

`{1}` is the first argument, square brackets hold what needs an argument to be there: see `show`.
"""

from __future__ import annotations

from generator.wikitext.marks import BREAK
from generator.wikitext.templates.common import quotation
from generator.wikitext.templates.registry import Use, pack, show, template


def quotations(language: str, listed: str) -> None:
    """Register a language's block quotations: text, author, source."""
    template(*(name.strip() for name in listed.split(",")), language=language)(_show_quotation)


def _show_quotation(use: Use) -> str | None:
    text = use.get(
        "text",
        "1",
        "quote",
        "zitat",
        "texto",
        "texte",
        "citat",
        "citaat",
        "testo",
        "tekst",
        "tekstas",
    )
    author = use.get("2", "autor", "author", "auteur", "autore", "forfatter")
    return quotation(
        text, author, use.get("3", "quelle", "source", "fuente", "fonte", "källa", "źródło")
    )


def _measure(use: Use) -> str | None:
    """A number and its unit, exponents as arguments of their own: `{{unité|892|km|2}}` is 892 km2."""
    number, *unit = [*use.positional, ""]
    return f"{number} {''.join(unit)}".strip() or None


def _words(use: Use) -> str | None:
    """All unnamed arguments with blanks between them."""
    return " ".join(text for text in use.positional if text) or None


# Templates named by a language code show their text and perhaps the name of the language; without
# text they are a note behind a link and show nothing here.
_CODES = (
    "ar, be, bg, bn, br, ca, cs, cy, da, de, el, en, eo, es, et, eu, fa, fi, fr, ga, gl, grc, he, hi, hr, hu, hy, id,"
    "it, ja, ka, ko, la, lt, lv, mk, nl, nn, pl, pt, ro, ru, sa, sk, sl, sq, sr, sv, th, tr, uk, vi, zh"
)
for _language in (
    "ja",
    "lt",
    "lv",
    "et",
    "ka",
    "hy",
    "az",
    "kk",
    "ky",
    "eu",
    "gl",
    "eo",
    "la",
    "oc",
    "br",
    "cy",
):
    pack(_language, {"{1}": _CODES})

# ---- German and what follows it

pack("de", {
    "„{1}“": '", ",", "zit, zitat inline',
    "{1} m": "höhe",
    "{1}": " kapitälchen, unicode, fremdsprachig, polytonisch, hebr, überschriftensimulation 1,"
           "überschriftensimulation 2, überschriftensimulation 3, überschriftensimulation 4, sperrsatz, nobr, nowrap,"
           "dollar, prozent, tooltip, abkürzung, anführung, hochgestellt",
    "{2}": "audio, farbe, schriftart, schriftfarbe, textfarbe, color",
    "{1}[ {2},{3}]": "bibel, b",
    "{1} €": "eur",
    "englisch {1}": "ens, en-s",
    "französisch {1}": "frs",
    "lateinisch {1}": "las",
    "italienisch {1}": "its",
    "spanisch {1}": "ess",
    "russisch {1}": "rus",
    "polnisch {1}": "pls",
    "tschechisch {1}": "css",
    "griechisch {1}": "els",
    "altgriechisch {1}": "grcs",
    "arabisch {1}": "ars",
    "hebräisch {1}": "hes",
    "japanisch {1}": "jas",
    "chinesisch {c|kurz|v|t}[, Pinyin {p}]": "zh",
    " ": "0, 00, 000, 0000, leerzeichen",
    "–": "bis",
})  # fmt: skip
quotations(
    "de",
    "zitat, zitat-de, zitat-en, zitat-fr, zitat-la, zitat-es, zitat-it, zitat-gr, blockzitat, zitatblock",
)
show("{2|text}", "lang", "spr", language="de")

# ---- French

template("unité", "unite", "unité/2", "dunité", "nb", "mesure", "nombre", language="fr")(_measure)
template(
    "date",
    "date-",
    "date républicaine",
    "jour",
    "date de naissance",
    "date de décès",
    "julien",
    language="fr",
)(_words)
pack("fr", {
    "{2|texte|1}": "langue, lang, citation étrangère, citation bilingue, police",
    "« {1|citation} »": "citation, «, guillemets, citation nécessaire, cita",
    "{texte|fr|trad1|1}": "lien",
    "{1}": "incise, nobr, refnec, référence nécessaire, référence souhaitée, passage évasif, pertinence détail, non neutre,"
           "passage non neutre, à préciser, précision nécessaire, préciser, abréviation, abrév, abréviation discrète, abrd,"
           "petites capitales, pc, petite capitale, souverain2, souverain-, souverain, souverain3, exposant, ind, indice, exp,"
           "caractère, écriture, grec ancien, arabe, hébreu, taille, surligner, nom vernaculaire, citation brute,"
           "formulation, interprétation abusive, évasif, mineur, à sourcer, source insuffisante, passage à actualiser,"
           " terme défini, déf, latin, tibétain, thaï, emphase, u,"
           " nom latin, vpc, np",
    "{1}e siècle": "s, s-, siècle, siècle2",
    "{1}e siècle av. J.-C.": "-s, -s-",
    "{1}e–{3}e siècles": "-sp, -sp-",
    "{1} °C": "température",
    "{1} {2}": "tmp",
    "{1} h[ {2}][ min {3} s]": "heure, heures, h",
    "{1} min[ {2} s]": "durée",
    "{1} €": "euro, euros, €",
    "{1} $": "dollar, dollars",
    "Ier": "ier",
    "1er[ {1}]": "1er",
    "1re[ {1}]": "1re, 1ère",
    "er": "er",
    "re": "re, ère",
    "e": "e, ème",
    "no[ {1}]": "n°, numéro, no, n",
    "nos[ {1}]": "n°s, numéros, nos",
    "p. {1}": "p., page, pp., p",
    "vol. {1}": "vol., vol",
    "chap. {1}": "chap., chap",
    "av. J.-C.": "av jc, avjc, av. j.-c., -jc",
    "apr. J.-C.": "ap jc, apjc, apr jc",
    "M.[ {1}]": "m., m",
    "Mme[ {1}]": "mme",
    "Mlle[ {1}]": "mlle",
    "Dr[ {1}]": "dr",
    "Me[ {1}]": "me",
    "St[ {1}]": "st, saint",
    "etc.": "etc., etc",
    "{3|1}[ ({2})]": "japonais, chinois, coréen",
    "{1}{2}": " ordinal",
    "Mgr[ {1}]": "mgr",
    "Cie": "cie",
    "sic": "sic",
})  # fmt: skip
show("{1}e siècle et {3}e siècle", "sp", "sp-", "s2", "s2-", language="fr")
template("fchim", "formule chimique", language="fr")(lambda use: "".join(use.positional) or None)
quotations("fr", "citation bloc, citation longue, bloc citation, vers, poème")


for _number in range(2, 130):
    show(f"{_number}e[ {{1}}]", f"{_number}e", language="fr")

# ---- Spanish, Catalan, Galician, Portuguese, Italian, Romanian

pack("es", {
    "{1}": "esd, versalita, versalitas, may, formatnum, nobr, num, citas, subrayado, título,"
           "definición, ex, nq, grc, latín, cursiva, negrita, ordinal",
    "siglo {1}[ {2}]": "siglo",
    "{1}[ de {2}][ de {3}]": "fecha",
    "a. C.": "ac, a. c., a.c.",
    "d. C.": "dc, d. c., d.c.",
    "n.º[ {1}]": "nro, núm, n.º, número",
    "{2|1}": "idioma, idiomas, trad",
    "{3|2|1}": "enlace interlingüístico",
    "{label|2|1}": "enlace rojo",
    "«{1}»": "comillas",
})  # fmt: skip
template("unidad", language="es")(_measure)
quotations("es", "cita, cita destacada, cita2, cita bloque, poema, bloque cita, cita larga")
pack("ca", {
    "segle {1}[ {2}]": "segle, segles",
    "{1}": "format, nobr, versaleta, nombre, formatnum, num, versaletes",
    "aC": "ac",
    "dC": "dc",
    "{1} {2}": "unitat, unitats, mesura",
})  # fmt: skip
quotations("ca", "citació, cita, citar, poema")
pack("gl", {"século {1}": "século, séc", "a.C.": "ac", "{1}": " formatnum, nobr"})
quotations("gl", "cita, citación")
pack("pt", {
    "século {1}[ {2}]": "séc, século, secolo",
    "{1}[ {2}]": "fmtn, fmt, formatar número, unidade, unid",
    "{1}[ de {2}][ de {3}]": "dtlink, data, dtext, dia",
    "a.C.": "ac, a.c., ac.",
    "d.C.": "dc, d.c.",
    "{2|1}": "língua, idioma, lnk",
    "{1}": "versalete, formatnum, nowrap, nrb, ill-pt, grego, np",
    "«{1}»": "aspas",
    "R$ {1}": "real, brl",
    "{3|2}": "link",
    "n.º[ {1}]": "nº, número",
})  # fmt: skip
quotations("pt", "citação, citação2, cquote2, poema, quote1")
pack("it", {
    "{1}": "maiuscoletto, formatnum, nobr, sc, num, sottolineato, tutto attaccato, apice, pedice, vocale,"
           "senza fonte, chiarire, unicode, ebraico, arabo, greco, polytonic, apici, forse",
    "{2|1}": "lang, font, collegamento interlingua",
    "«{1}»": "virgolette, citazione breve",
    "a.C.": "ac, a.c.",
    "d.C.": "dc, d.c.",
    "{1} €": "euro",
    "{1} {2}": "m, unità, conv",
    "{1} {ul|um|2}": "misura, valore",
})  # fmt: skip
quotations("it", "citazione, quote, citazione lunga, poema, verso")
pack(
    "ro",
    {
        "{1}": "formatnum, nobr, nowrap, unicode, capitale mici",
        "secolul {1}": "secol, sec",
        "î.Hr.": "î.hr., îhr, îen",
        "d.Hr.": "d.hr., dhr",
    },
)
quotations("ro", "citat, cquote, citat bloc, citate")

_ITALIAN_ARTICLE = {"F": ("è una", "è stata una"), "M": ("è un", "è stato un")}


@template("bio", language="it")
def show_biography(use: Use) -> str | None:
    """Italian biographies begin with a sentence that this template writes."""
    name = " ".join(
        part for part in (use.get("titolo"), use.get("nome"), use.get("cognome")) if part
    )
    name = use.get("prenome") + " " + name if use.get("prenome") else name
    if not name:
        return None
    life = " – ".join(part for part in (_event(use, "nascita"), _event(use, "morte")) if part)
    sex = "F" if use.get("sesso").upper() == "F" else "M"
    is_dead = bool(use.get("annomorte") or use.get("giornomesemorte"))
    work = [use.get(key) for key in ("attività", "attività2", "attività3") if use.get(key)]
    work += [use.get("attivitàaltre").lstrip(" ,e")] if use.get("attivitàaltre") else []
    nation = " ".join(
        part for part in (use.get("nazionalità"), use.get("nazionalitànaturalizzato")) if part
    )
    activity = ", ".join(work[:-1]) + (" e " if len(work) > 1 else "") + (work[-1] if work else "")
    verb = use.get("fineincipit") or f"{_ITALIAN_ARTICLE[sex][is_dead]} {activity} {nation}".strip()
    return f"'''{name}'''{use.get('postcognome')}{f' ({life})' if life else ''} {verb}{use.get('postnazionalità')}."


def _event(use: Use, what: str) -> str:
    date = " ".join(part for part in (use.get(f"giornomese{what}"), use.get(f"anno{what}")) if part)
    return ", ".join(part for part in (use.get(f"luogo{what}"), date) if part)


# ---- Dutch, Scandinavian, Finnish, Baltic

pack("nl", {
    "{1}": "aut, nobr, klein, formatnum, afk, tel, sc, unicode, ruimte, kleinkapitaal, grieks, hebreeuws",
    "{1} {2}": "conversie, convert nl, eenheid",
    "{2|1}": "taal, lang",
    "v.Chr.": "v.chr.",
})  # fmt: skip
quotations("nl", "citaat, cquote, quote, citeer, gedicht")
pack(
    "sv",
    {
        "{1}": "nobr, nowrap, auktor, formatnum, kapitäler, unicode, fontstorlek",
        "{2|1}": "språk, lang",
        "{2|1} {1}": "sv",
    },
)
quotations("sv", "citat, blockcitat, cquote, dikt")
pack("da", {"{1}": "nowrap, nobr, formatnum, unicode, kapitæler", "{2|1}": "lang, sprog"})
quotations("da", "citat, citat2, blokcitat, cquote")
pack(
    "no",
    {
        "{1}": "nowrap, nobr, formatnum, tall, unicode, kapiteler",
        "{2|1}": "lang",
        "{1} {2}": "høyde, enhet",
    },
)
quotations("no", "sitat, blokksitat, quote, cquote")
pack("nn", {"{1}": "nowrap, nobr, formatnum, unicode"})
quotations("nn", "sitat, quote")
pack("fi", {
    "{1}": "k-*, nobr, nowrap, formatnum, luku, pikkukapiteelit, unicode",
    "{2|1}": "lang, kieli, k, muunna",
})  # fmt: skip
quotations("fi", "sitaatti, lainaus, lausunto, cquote, runo")
pack("et", {"{1}": "nobr, nowrap, arv", "{2|1}": "lang, keel"})
quotations("et", "tsitaat")
pack("lv", {"{1}": "val-*, nobr, nowrap, formatnum", "{2}": "val, lang"})
quotations("lv", "citāts, quote")
pack("lt", {"{1}": "nobr, nowrap, vok, angl, lot, pranc, rus, lenk, it, formatnum", "{2}": "lang"})
quotations("lt", "citata, quote")
pack("is", {"{1}": "nowrap, formatnum"})
quotations("is", "tilvitnun")

# ---- Slavic

for _language in (
    "ru",
    "uk",
    "be",
    "be-tarask",
    "be-x-old",
    "bg",
    "mk",
    "ba",
    "tt",
    "kk",
    "ky",
    "tg",
    "cv",
    "hy",
    "ka",
    "uz",
    "az",
):
    pack(_language, {
        "{1}": "s, nobr, comment, abbr, ударение, наголос, число, num, формат, lang-*, lang2-*, мова-*, lh, переход, su",
        "{2|1}": "нп, нп1, нп2, нп3, нп4, нп5, нп6, не переведено, не переведено 1, не переведено 2, не переведено 3,"
                 "не переведено 4, не переведено 5, не перекладено, iw, iw1, iw2, iw3, iw4, iw5, iw6, np, np1, np3, np4, np5, треба, ня перакладзена",
        "{2}": "lang, цвет, color, размер, колір, язык, fontcolor, font color",
        "{1|страна|країна}": "флагификация, флаг с названием, прапор з назвою, флагифікація, flagcountry, flag, країна",
        BREAK: "бр, br, нр, clr",
        "до н. э.": "до н. э.",
        "«{1}»": "кавычки, лапки",
        "{1} ({2})": "старый стиль",
    })  # fmt: skip
    quotations(
        _language,
        "цитата, sitat, цытата, цитат, врезка-цитата, вірш, стихи, верш, поэма, цитування, ситата, քաղվածք, მიმოხილვა, ციტატა",
    )


@template("oldstyledate", "дс", "юл", "ссылка на дату", language="ru")
@template("oldstyledate", "дс", "дн", language="uk")
def show_old_style_date(use: Use) -> str | None:
    """`{{OldStyleDate|3|мая|1789|22 апреля}}`: both calendars."""
    day, month, year, old, old_month = [*use.positional, "", "", "", "", ""][:5]
    months = _UKRAINIAN_MONTHS if use.language == "uk" else _RUSSIAN_MONTHS
    if not day:
        return None
    new = f"{day} {_month(month, months)}"
    before = f"{old} {_month(old_month, months)}".strip()
    return f"{before} ({new}) {year}".strip() if before else f"{new} {year}".strip()


_RUSSIAN_MONTHS = (
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
)
_UKRAINIAN_MONTHS = (
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня".split()
)


def _month(text: str, months: list[str]) -> str:
    return months[int(text) - 1] if text.isdecimal() and 1 <= int(text) <= 12 else text


pack("pl", {
    "{1}": "nobr, nowrap, formatnum, kapitaliki, liczba, skrót, unicode, podkreślenie, małe, duże, tytuł oryginału",
    "{2|1}": "lang, język, w języku, kolor, link-interwiki, obcy, il",
    "p.n.e.": "pne",
    "ang. {1}": "ang",
    "niem. {1}": "niem",
    "„{1}”": "cudzysłów",
})  # fmt: skip
quotations("pl", "cytat, cquote, cytat d, wiersz")
pack("cs", {
    "{1}": "nowrap, nobr, formatnum, kapitálky, malé, číslo, zkratka, horní index",
    "{2}": "cizojazyčně, vjazyce2, lang, cj, barva textu, překlad, wikt",
    "{3|2|1}": "link-interwiki",
    "př. n. l.": "př. n. l.",
    "{1} m n. m.": "mnm",
})  # fmt: skip
quotations("cs", "citát, básnička, cquote, dlouhý citát, citace bloková")
pack("sk", {
    "{1}": "nowrap, nobr, formatnum, kapitálky, deu, eng, fra, lat, hun, pol, rus, ces, ita, spa, ell, grc, ukr, srp, hrv, por, nld, swe",
    "{2}": "v jazyku, cudzojazyčne, lang, vjz",
    "{1} {2|jednotka}": "jednotka",
    "{1} m n. m.": "mnm",
    "{1} km": "kilometer",
    "pred Kr.": "pred kr.",
})  # fmt: skip
quotations("sk", "citát, cquote")
for _unit in ("km", "m", "kg", "g", "cm", "mm", "ha", "km2", "m2", "km²", "m²"):
    show(f"{{1}} {_unit}", _unit, language="sk")
for _language in ("sr", "sh", "hr", "bs", "sl", "mk"):
    pack(
        _language,
        {
            "{1}": "јез-*, jez-*, jezik-*, lang-*, nobr, nowrap, formatnum, unicode, cyr, lat",
            "{2}": "јез, jez, lang, jezik, језик, јазик",
            "{2|1}": "нп, не преведено, np, ne prevedeno",
        },
    )
    quotations(_language, "цитат, citat, cquote, quote, cytat, navedek, pjesma, navod, цитирање")

# ---- Greek, Hungarian, Turkish, Albanian, Basque, Celtic and others

pack(
    "el",
    {
        "{1}": "nobr, nowrap, lang-*, formatnum, αρχαία, συντομογραφία",
        "{2|1}": "lang, γλώσσα",
        "«{1}»": "εισαγωγικά",
        "π.Χ.": "π.χ., πχ",
        "μ.Χ.": "μ.χ., μχ",
    },
)
quotations("el", "απόσπασμα, παράθεση, quote, cquote, ρήση, ποίημα, παράθεμα")
pack(
    "hu",
    {
        "{1}": "szám, nowrap, nobr, formatnum, kiskapitális, unicode, pontosítás",
        "{2|1}": "lang, nyelv, idegen",
        "„{1}”": "idézőjel",
    },
)
quotations("hu", "idézet, idézet2, idézet 2, idézet3, quote, cquote, vers, idézetblokk")
pack(
    "tr",
    {
        "{1}": "nobr, nowrap, lang-*, formatnum, osmanlıca",
        "{2|1}": "dil, lang",
    },
)
quotations("tr", "alıntı, quote, cquote, alıntı2, şiir")
pack("eo", {"{1}": "nobr, nowrap", "{2}": "lang, lingvo"})
template("daton", "dato", "tago", language="eo")(_words)
quotations("eo", "citaĵo, citajxo, cquote, poemo")
pack("la", {"{1}": "ling, lingua, nobr", "{2}": "lang"})
pack("eu", {"{1}": "nobr, formatnum, nowrap", "{2|1}": "lang, hizkuntza"})
quotations("eu", "aipua, zita")
pack(
    "br", {"XIIvet": "xiivet", "añ": "añ", "vet": "vet", "{1}vet kantved": "kantved", "{1}": "nobr"}
)
pack("cy", {"{1}": "nobr, nowrap", "{2|1}": "lang, iaith"})
quotations("cy", "dyfyniad")
pack("oc", {"{1}": "nobr, nòm", "sègle {1}": "sègle, s"})
pack("af", {"{1}": "nobr, nowrap", "{2|1}": "lang"})
quotations("af", "aanhaling, cquote")
pack("ast", {"sieglu {1}": "sieglu"})
pack("an", {"sieglo {1}": "sieglo"})
pack("sq", {"{1}": "nobr, nowrap"})
quotations("sq", "citat, thënie")

# ---- Arabic, Persian, Hebrew and others written from right to left

_ARABIC_LANGUAGES = (
    "ألمانية, إنجليزية, إنكليزية, فرنسية, لاتينية, يونانية, إغريقية, تركية, تركية عثمانية, فارسية, إسبانية, إيطالية, روسية, عبرية, صينية,"
    "يابانية, كورية, آرامية, سريانية, كردية, هولندية, برتغالية, بولندية, سويدية, أرمنية, أمازيغية, أردية, هندية, مجرية, رومانية, تشيكية,"
    "بلغارية, صربية, أوكرانية, سنسكريتية, قبطية, جورجية, ألبانية, نرويجية, دنماركية, فنلندية, إنج, فر, ألم, لات, يون, إنك"
)
for _language in ("ar", "arz", "ary", "aeb"):
    pack(_language, {
        "{1}": f"{_ARABIC_LANGUAGES}, و, وإو, وصلة إنترويكي, وصلة, نص عربي, خط عربي, تشكيل, صغير, كبير, لون خط, نوبر, nowrap, شر, قوسان مزخرفان, لغة, ويو, حديث, عريض, مائل",
        "{2|1}": "لغ, نص بلغة, لون, ملون, نص ملون",
        "﴿{1}﴾": "قرآن, قرآن مصور, قرآن نص, آية",
        "«{1}»": "اقتباس مضمن, مض, اقتباس خاص",
        "{1} {2}": "تاريخ, وحدة",
    })  # fmt: skip
    quotations(_language, "اقتباس, اقتباس كبير, إقتباس, مقتبس, قول, اقتباس عالم")
    show("{1} … {2}", "بيت", "بيت شعر", "ب", language=_language)
    show("\n{1}\n", "قصيدة", "أبيات", "شعر", "أبيات شعر", language=_language)
_PERSIAN_LANGUAGES = (
    "آلمانی, انگلیسی, فرانسوی, عربی, ترکی, روسی, ایتالیایی, اسپانیایی, لاتین, یونانی, ارمنی, کردی, عبری, چینی, ژاپنی, سانسکریت, پهلوی,"
    "هلندی, پرتغالی, لهستانی, سوئدی, مجاری, ترکی استانبولی, ترکی آذربایجانی, ترکی عثمانی, به انگلیسی, به فرانسوی, به آلمانی, به عربی"
)
for _language in ("fa", "azb", "mzn", "glk", "ckb", "lrc", "ps", "ur", "pnb", "sd"):
    pack(_language, {
        "{1}": f"{_PERSIAN_LANGUAGES}, پم, نستعلیق, خط نستعلیق, کوچک, بزرگ, اینگیلیسجه, آلمانجا, فرانسیزجا, تورکجه, چر, لاتین, رنگی, nowrap, متن عربی",
        "{2|1}": "lang, زبان, به زبان دیگر, رنگ",
        "«{1}»": "گیومه, نقل قول کوتاه",
        BREAK: "سخ",
        "{1} … {2}": "ب, بیت, م",
    })  # fmt: skip
    quotations(_language, "نقل قول, گفتاورد, گفتآورد, نقل‌قول, cquote, نقل قول بزرگ, اقتباس, شعر")
for _language in ("he", "yi"):
    pack(_language, {
        "{1}": "שפראך-*, אנ, אנגלית, גרמנית, צרפתית, לטינית, יוונית, ערבית, רוסית, ספרדית, איטלקית, כ, מונחון, מספר, שפה-*",
        "{2|1}": "שפה, lang, צבע, קישור בינוויקי, אנג",
        "„{1}”": "ציטוטון",
    })  # fmt: skip
    quotations(_language, "ציטוט, ציטוט בלוק, ציטוט מרובע, שיר, ציטטה, ציטאט")

# ---- South and South-East Asia

for _language in (
    "hi",
    "mr",
    "ne",
    "sa",
    "bn",
    "as",
    "or",
    "pa",
    "gu",
    "ta",
    "te",
    "kn",
    "ml",
    "si",
    "bh",
    "bho",
    "mai",
    "new",
):
    pack(
        _language,
        {
            "{1}": "lang-*, nobr, nowrap, भाषा-*, ছোট, লেখা, छोटा, எண்",
            "{2|1}": "lang, ভাষা, भाषा, மொழி, భాష, ഭാഷ",
        },
    )
    quotations(
        _language,
        "উক্তি, উদ্ধৃতি, उद्धरण, कोट, quote, cquote, மேற்கோள், கூற்று, ఉదాహరణ, ഉദ്ധരണി, अवतरण, कविता, কবিতা",
    )
pack("th", {"{1}": "nobr, nowrap, lang-*, ตัวเล็ก", "{2|1}": "lang, ภาษา, ลิงก์ข้ามภาษา"})
quotations("th", "คำพูด, quote, cquote, อัญพจน์, กล่องคำพูด2, บทกวี")
pack(
    "vi",
    {
        "{1}": "nobr, nowrap, lang-*, formatnum, nhỏ",
        "{2|1}": "lang, ngôn ngữ",
        "“{1}”": "ngoặc kép",
    },
)
quotations("vi", "cquote, quote, trích dẫn, lời trích, câu trích dẫn, thơ")
for _language in ("id", "ms", "jv", "su", "min", "ace", "bjn", "ban"):
    pack(
        _language,
        {
            "{1}": "nobr, nowrap, lang-*, formatnum, kecil",
            "{2|1}": "lang, bahasa",
            "{lt|1}": "ill, link antarbahasa",
        },
    )
    quotations(_language, "kutipan, cquote, quote, petikan, puisi")
pack("tl", {"{1}": "nobr, nowrap, lang-*"})
pack("my", {"{1}": "nobr, nowrap, lang-*"})

# ---- Chinese, Japanese, Korean

for _language in (
    "zh",
    "zh-hans",
    "zh-hant",
    "zh-tw",
    "zh-hk",
    "yue",
    "zh-yue",
    "wuu",
    "gan",
    "hak",
    "lzh",
    "zh-classical",
    "cdo",
    "nan",
):
    pack(_language, {
        "{3|lt|1}": "link-*, internal link helper/*, ilh, illm, le, lj, lf, lk, lw, ld",
        "{4|3|2}": "tsl, translink, liw",
        "{1}": "僻字, 專名, 专名, 專名號, 书名号, 書名號, 專名線, nobr, nowrap, lang-*, 小字, 縮小, 小, 細字, 字体, 日文漢字, 楷体, jpn, 繁, 简, kai, 缺字",
        "{2|1}": "lang, 顏色, 颜色, color, 語言, 语言",
        "《{1}》": "书名, 書名",
        "「{1}」": "引號, 引号",
        "（{1}{2}－{3}{4}）": "bd, 生卒",
        "{1}[（{2}）]": "ruby, rubya, 注音",
        "": "noteta, 本地化, 地区用词, cgroup, 中文",
    })  # fmt: skip
    quotations(_language, "quote, cquote, 引文, 引言, 引用, 诗歌, 诗, 詩, quotation, 引用2")
pack("ja", {
    "{label|1}": "仮リンク, 日本語版にない記事リンク, illm, ill2, 仮りんく",
    "{1}": "jis2004フォント, jis90フォント, jis2000フォント, cp932フォント, 拡張漢字, 補助漢字フォント, 補助漢字, 機種依存文字, 旧字体, 旧字, unicodeフォント, 環境依存文字,"
           "補助漢字フォント/拡張漢字, 要出典範囲, 要検証範囲, 要説明範囲, 疑問点範囲, 独自研究範囲, 要ページ番号範囲, 誰範囲, いつ範囲, 訳語疑問点範囲, 信頼性要検証範囲, 要追加記述範囲, 正確性範囲,"
           "nowrap, nobr, small, lang-*, sup, sub, smaller, big, 縦書き, 漢字, 亜種, snamei, sname, 和名, 品種, 変種, 学名, 拡張領域漢字, フォント, ipaフォント, 修正, 下線, 傍点, 圏点, 強調, 半角, 全角, 縮小, 太字, 斜体, 正字, 異体字",
    "{2|1}": "lang, color, fontcolor, font color, 色, ウィキ座標2段度分秒文",
    "{2}": "fontsize, フォントサイズ, resize, llang",
    "{1}（{2|yomi|ふりがな}[、{3}]）": "読み仮名, よみがな, 読み仮名_ruby不使用, 読みがな, ふりがな, ruby, ルビ, 振り仮名",
    "{1}（{2}年）": "和暦, 元号",
    "『{1}』": "作品名",
})  # fmt: skip


@template("enlink", language="ja")
def show_english_link(use: Use) -> str | None:
    """`{{enlink|Mathematics|p=off}}`: a link to the English article, in parentheses unless told not."""
    text = use.get("2", "1")
    shown = f"英: {text}"
    return None if not text else shown if use.get("p") == "off" else f"（{shown}）"


quotations("ja", "quotation, cquote, bquote, quote, 引用, 引用文, 内枠引用, 詩, poem, blockquote")
pack("ko", {
    "{2|1}": "llang, lang, 언어, 색, 글씨색, color",
    "{1}": "언어링크, 임시링크, 한자, 작은글씨, 작게, 옛한글, nowrap, lang-*, 국기나라, 위첨자, 아래첨자, 한글, 큰글씨, 굵게, 강조, 나라",
    "{1}({2})": "ruby, 루비, 한자 병기, 일본어, 일본어 독음, 중국어, 일본어표기",
    "“{1}”": "따옴표, 인용부호",
})  # fmt: skip
show("{한국어|3|1}", "임시 링크", "ill", "interlanguage link", language="ko")
quotations("ko", "인용문, 인용문2, 인용, quote, cquote, blockquote, 시, 인용구")

# ---- Convert under its local names: units as symbols

from generator.wikitext.templates.measures import show_conversion  # noqa: E402

for _language, _names in {
    "ar": "تحويل, حول", "bn": "রূপান্তর", "de": "umrechnung", "el": "μετατροπή", "es": "convertir, conversión", "fa": "تبدیل",
    "fi": "muunnos", "he": "המרה", "hi": "परिवर्तन", "id": "konversi", "it": "converti", "ko": "변환, 단위 변환", "ms": "tukar",
    "mk": "претворање", "mr": "रूपांतर", "pt": "converter", "ru": "конвертировать, convert", "sl": "pretvori, pretvorba",
    "sr": "конверзија, претварање", "sv": "konvertera", "th": "แปลงหน่วย", "tr": "dönüştür", "uk": "конверсія", "ur": "تحویل",
    "vi": "chuyển đổi, đổi", "zh": "换算, 轉換, 单位换算",
}.items():  # fmt: skip
    template(*(name.strip() for name in _names.split(",")), language=_language)(show_conversion)
