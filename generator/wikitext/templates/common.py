"""Templates that English Wikipedia has and that many others copied: they hold in every language."""

from __future__ import annotations

from generator.wikitext.marks import BREAK
from generator.wikitext.templates.language_names import english_name
from generator.wikitext.templates.registry import Use, fold, pack, template

_APOSTROPHE = "&#39;"
"""As an entity, so that it never becomes part of a quote mark beside it."""

# ---- text in other languages and scripts


@template("langx", "lang-*")
def show_named_language(use: Use) -> str | None:
    """`{{langx|de|Wien}}` and `{{lang-de|Wien}}`: on English pages with the name of the language."""
    name = fold(use.name)
    is_family = name.startswith("lang-")
    code = name.removeprefix("lang-") if is_family else use.get("1", "code")
    first = 1 if is_family else 2
    text = use.get(str(first), "text")
    if not text:
        return None
    shows_label = use.language in {"en", "simple"} and use.get("label") != "none"
    label = english_name(code) if shows_label else ""
    roman = use.get(str(first + 1), "translit")
    gloss = use.get(str(first + 2), "lit", "translation")
    shown = [
        f"{label}: {text}" if label else text,
        roman,
        f"lit. {_quoted(gloss)}" if gloss else "",
    ]
    return ", ".join(part for part in shown if part)


def _quoted(text: str) -> str:
    return f"{_APOSTROPHE}{text}{_APOSTROPHE}"


@template("transl", "transliteration", "tlit", "translit", "xlit", "rtl-lang", "rtlang", "script")
def show_last(use: Use) -> str | None:
    """The text is the last argument: language, perhaps a standard, text."""
    texts = [text for text in use.positional if text]
    return texts[-1] if texts else use.get("text") or None


@template("nihongo", "nihongo2", "nihongo3", "nihongo foot", "nihongo krt")
def show_nihongo(use: Use) -> str | None:
    """English, kanji, romaji, extra: `Tokyo Tower (東京タワー, Tōkyō tawā)`."""
    english, kanji, romaji, extra = [*use.positional, "", "", "", ""][:4]
    extra = extra or use.get("extra")
    name = fold(use.name)
    if name == "nihongo2":
        return english or None
    if name == "nihongo3":
        english, kanji, romaji = (romaji, kanji, english) if romaji else (english, kanji, "")
    rest = ", ".join(part for part in (kanji, romaji, extra) if part)
    if not english:
        return rest or None
    return f"{english} ({rest})" if rest else english


@template("zh", "zh-hans", "zh-hant", "zh-cn", "zh-tw", "zh-t", "zh-s", "zh-st", "zh-ts", "chinese")
def show_chinese(use: Use) -> str | None:
    """`{{zh|s=汉字|t=漢字|p=hànzì|l=character}}`: what is given, each once."""
    keys = (("s", "c", "1"), ("t",), ("p", "hp", "tp"), ("w",), ("j",), ("poj",))
    found = list(dict.fromkeys(text for key in keys if (text := use.get(*key))))
    gloss = use.get("l", "lit")
    return ", ".join([*found, *([_quoted(gloss)] if gloss else [])]) or None


@template("korean", "ko-hhrm")
def show_korean(use: Use) -> str | None:
    """Hangul, hanja, romanizations."""
    keys = (("hangul", "1"), ("hanja", "2"), ("rr", "3"), ("mr", "4"), ("lit",))
    return ", ".join(dict.fromkeys(text for key in keys if (text := use.get(*key)))) or None


pack("", {
    "{2|text}": "lang, language, langue, lang2, foreign language, idioma",
    "{1}": "nastaliq, nq, script/*, grek, polytonic, unicode, linktext, wikt-lang, angbr, angle bracket, asiantitle, hani, jpn,"
           "kanji, hanja, hangul, my, bo-textonly, hebrew, hebr, coptic, ruby-ja2, spell-nv, music",
    "{2|1}": "bo",
    "ʻ": "okina, ʻokina, 'okina",
    "ʿ": "ayin",
    "ʾ": "hamza",
})  # fmt: skip

# ---- wrappers

pack("", {
    "{1|text|content|quote}":
        "nowrap, nobr, nobreak, no wrap, nobold, noitalic, no italic, nocaps, small, smaller, big, bigger, larger, large, huge,"
        "abbr, abbrv, tooltip, h:title, center, centre, strong, em, bold, b, italic, underline, u, uline, overline, strike,"
        "strikethrough, s, del, ins, sup, sub, smallsup, smallsub, superscript, subscript, smallcaps, small caps, sc, sc1, sc2,"
        "smallcaps2, allcaps, all caps, caps, background color, bg, highlight, mark, pad, monospaced, mono, code, kbd, key, var,"
        "samp, mvar, math, bigmath, texhtml, tmath, serif, sans-serif, vanchor, visible anchor, visibleanchor, va,"
        "not a typo, notatypo, proper name, as written, sic2, typo, block indent, blockindent, in5, indent, hanging indent,"
        "longitem, div, span, nospam, normal, upright, keypress, button, term, em2, dfn, align, small div, smalldiv,"
        "shy, transparent, no spam, italics correction, phrase, char, unichar, keyboard, code inline, para, literal, taxon italics,"
        "citation needed span, citation needed (lead), fact span, clarify span, dubious span, specify span, cns, cite span",
    "{2}": "resize, font size, fontsize, font color, fontcolor, text color, style, sort, colour",
    "{2|1}": "color, hover title, tooltip2, color link, font, nts",
    "“{1}”": 'qq, dquote, double quote, double quotation marks, "',
    f"{_APOSTROPHE}{{1}}{_APOSTROPHE}": "single quote, single quotation marks, gloss, single+double, qt",
    "&#91;{1}&#93;": "brackets, bracket, interp",
    "{1} {2}[ {3}]": "sortname",
})  # fmt: skip

# ---- signs

pack("", {
    "–": "ndash, en dash, endash, –, nsndn",
    "—": "mdash, em dash, emdash, —, mdashb",
    " – ": "snd, spnd, spaced ndash, spaced en dash, dash, spndash, nbspndash, snds, sndash, ndashb, spaced endash",
    " — ": "spaced mdash, spaced em dash, spmd",
    " ": "nbsp, space, spaces, thin space, thinsp, hair space, hsp, nnbsp, em space, ensp, emsp, wsp, snbsp, sp, figure space, 0, 00, 000",
    " · ": "·, dot, middot, interpunct, •, bull, bullet, spaced bullet, ndot",
    _APOSTROPHE: "', apostrophe, apos, '-, -'",
    f"{_APOSTROPHE}s": "'s",
    f"{_APOSTROPHE} &quot;": "' \", '\"",
    f"&quot; {_APOSTROPHE}": "\" ', \"'",
    "|": "!, pipe",
    "||": "!!",
    "&#61;": "=, equals",
    "&#42;": "*, asterisk",
    "&#35;": "number sign, hash",
    "&amp;": "amp, ampersand",
    "×": "times, ×",
    "±": "±, pm",
    "→": "rightarrow, rarr, →, arrow",
    "↔": "eqm, leftrightarrow, harr",
    "←": "leftarrow, larr",
    "√{1}": "radic, sqrt",
    "§[ {1}]": "section sign, sect, §",
    "♭": "flat",
    "♯": "sharp",
    "♮": "natural",
    "…": "..., ellipsis, hellip",
    "&#91;…&#93;": "bracketed ellipsis",
    "†[{1}]": "extinct, dagger, †",
    "‡": "double-dagger, double dagger, ‡",
})  # fmt: skip

# ---- line breaks and layout


@template("br", "break", "clr", "crlf", "-br", "br separated entries", "linebreak")
def show_break(use: Use) -> str | None:
    """Its arguments, each on a line of its own."""
    return BREAK.join(text for text in use.positional if text) or BREAK


pack("", {
    "": "clear, -, clear left, clear right, clearleft, clearright, wbr, zwj, zwnj, zwsp, shy-, anchor, anchors, col-begin, col-2,"
        "col-3, col-4, col-break, col-end, div col, div col end, div col begin, columns-start, column, columns-end, colbegin, colend,"
        "col begin, col end, col break, refbegin, refend, toc limit, toc left, toc right, toc, tocleft, tocright, use dmy dates,"
        "use mdy dates, use british english, use american english, use indian english, lowercase title, italic title,"
        "short description, engvarb, flatlist end, endflatlist, plainlist end, endplainlist, startplainlist, startflatlist, multicol,"
        "multicol-break, multicol-end, hidden begin, hidden end, collapse top, collapse bottom, small begin, small end, nowrap begin,"
        "nowrap end, nobr begin, nobr end, wrap, cot, cob, lrm, rlm, good article, featured article, pp, pp-move, pp-protected, spaced",
})  # fmt: skip

# ---- quotations


@template(
    "quote", "blockquote", "cquote", "bquote", "quotation", "bq", "long quote", "longquote", "block quote", "quote frame",
    "blockquotation", "centered pull quote", "rquote", "pull quote", "imagequote", "quote left", "epigraph", "verse",
    "verse translation", "poemquote", "poem quote", "poem", "gbq", "quote without source",
)  # fmt: skip
def show_quotation(use: Use) -> str | None:
    """A block of its own; the source in a line after it."""
    text = use.get("text", "quote", "1", "content", "original", "poem")
    return quotation(text, use.get("author", "sign", "2", "by"), use.get("source", "title", "3"))


def quotation(text: str, author: str = "", source: str = "") -> str | None:
    """A quoted block with who said it where."""
    if not text:
        return None
    by = ", ".join(part for part in (author, source) if part)
    return f"\n\n{text}\n{BREAK}— {by}\n\n" if by else f"\n\n{text}\n\n"


# ---- lists


@template(
    "plainlist", "flatlist", "columns-list", "col-list", "colist", "div col list", "columns list", "endash list",
    "plain list", "flat list", "indented plainlist", "bulletlist", "multicol list",
)  # fmt: skip
def show_list_text(use: Use) -> str | None:
    """A list that is written out inside the template."""
    texts = [text for text in use.positional if "*" in text or "\n" in text or "#" in text]
    if not texts:
        named = use.get("content", "text")
        texts = [named] if named else [text for text in use.positional if not text.isdecimal()]
    return "\n" + "\n".join(texts) + "\n" if texts else None


@template(
    "unbulleted list",
    "ubl",
    "ublist",
    "bulleted list",
    "blist",
    "ordered list",
    "numbered list",
    "unordered list",
)
def show_list_items(use: Use) -> str | None:
    """A list of arguments."""
    items = [text for text in use.positional if text]
    return "\n" + "\n".join(f"* {item}" for item in items) + "\n" if items else None


@template("hlist", "horizontal list", "cslist", "comma separated entries", "csv")
def show_inline_list(use: Use) -> str | None:
    """A list in one line."""
    return ", ".join(text for text in use.positional if text) or None


# ---- links and names

pack("", {
    "\n; {term|content|1}\n": "glossary term, gt",
    "\n: {defn|content|1|2}\n": "glossary definition, gd, defn",
    "{lt|display|text|label|1}": "ill, interlanguage link, link-interwiki, illm, interlanguage link multi, iwlink, ill2",
    "{lt|2|1}": "annotated link",
    "{2|1}": "wikt, plainlink, srlink, selflink, noredirect, no redirect, -r, lws, lss, pslink, link, url, c:",
    "§ {2}": "section link, slink",
    "ISBN {1}": "isbn, isbnt, isbn-10, isbn-13",
    "ISSN {1}": "issn",
    "OCLC {1}": "oclc",
    "doi:{1}": "doi",
    "arXiv:{1}": "arxiv",
    "PMID {1}": "pmid",
    "{1}-class {2}": "sclass, sclass-, sclass2, sclass2-",
    "{1} ''{2}''": "ship",
    "{1}": "gs, station link, stnlnk, stn, rws, stl, metro, amtk, amtrak, jet, cr, cr-rt, nft, player",
    "{1} {2}": "nfl year, nflyear, baseball year, cfb year, nba year, nhl year",
    "{1|country}": "flag, flagu, flagcountry, flagathlete, flagmedalist, flagpersonlink, flag link, flagc, noflag, country flag",
    "{2}": "legend, legend0, legend inline, légende, legenda, легенда, легенда0",
    "née {1}": "née, nee",
    f"lit. {_APOSTROPHE}{{1}}{_APOSTROPHE}": "lit, literal translation, literally",
    "vs.": "vs",
    "&#91;sic&#93;": "sic!",
    "N/A": "n/a, na",
    "Yes": "yes, aye",
    "No": "no, nay",
    "Won": "won",
    "Nominated": "nom, nominated",
    "TBA": "tba",
})  # fmt: skip

_SHIP_PREFIXES = (
    "hms hmas hmcs hmnzs hmbs hmis hmt hmsas uss uscgc usns usat usrc ss mv rms rv rfa ins pns hnlms hnoms hdms hswms"
    " bap ara smu jds rnlb tcg mts csx kri orp"
).split()  # fmt: skip


@template(*_SHIP_PREFIXES)
def show_prefixed_ship(use: Use) -> str | None:
    """`{{HMS|Ajax|22}}` is HMS Ajax; the second argument is a pennant number that is not shown."""
    return f"{use.name.strip().upper()} ''{use.get('1')}''" if use.get("1") else None
