"""Templates that English Wikipedia has and that many others copied: they hold in every language."""

from __future__ import annotations

from generator.wikitext.marks import BREAK
from generator.wikitext.templates.language_names import english_name
from generator.wikitext.templates.registry import Use, fold, show, template

# ---- text in other languages and scripts


@template("langx", "lang-*")
def show_named_language(use: Use) -> str | None:
    """`{{langx|de|Wien}}` and `{{lang-de|Wien}}`: on English pages with the name of the language."""
    name = fold(use.name)
    is_family = name.startswith("lang-")
    code = name.removeprefix("lang-") if is_family else use.get("1", "code")
    text, roman, gloss = (
        use.get(*keys)
        for keys in (
            (("1", "text"), ("2", "translit"), ("3", "lit", "translation"))
            if is_family
            else (("2", "text"), ("3", "translit"), ("4", "lit", "translation"))
        )
    )
    if not text:
        return None
    label = (
        english_name(code)
        if use.language in {"en", "simple"} and use.get("label") != "none"
        else ""
    )
    shown = f"{label}: {text}" if label else text
    return shown + (f", {roman}" if roman else "") + (f", lit. '{gloss}'" if gloss else "")


@template(
    "transl",
    "transliteration",
    "tlit",
    "translit",
    "xlit",
    "rtl-lang",
    "rtlang",
    "script",
    "lang-x",
)
def show_last(use: Use) -> str | None:
    """The text is the last argument: language, perhaps a standard, text."""
    texts = [text for text in use.positional if text]
    return texts[-1] if texts else use.get("text") or None


@template("nihongo", "nihongo2", "nihongo3", "nihongo foot", "nihongo core")
def show_nihongo(use: Use) -> str | None:
    """English, kanji, romaji, extra: `Tokyo Tower (東京タワー, Tōkyō tawā)`."""
    name = fold(use.name)
    english, kanji, romaji, extra = ([*use.positional, "", "", "", ""])[:4]
    extra = extra or use.get("extra")
    if name == "nihongo2":
        return english or None
    if name == "nihongo3":
        english, romaji = romaji, english
        english, romaji = romaji, english
        first, rest = (
            romaji or english,
            [part for part in (kanji, english if romaji else "", extra) if part],
        )
    else:
        first, rest = english, [part for part in (kanji, romaji, extra) if part]
    if not first:
        return ", ".join(rest) or None
    return f"{first} ({', '.join(rest)})" if rest else first


@template(
    "zh",
    "zh-hans",
    "zh-hant",
    "zhongwen",
    "chinese",
    "zh-cn",
    "zh-tw",
    "zh-t",
    "zh-s",
    "zh-st",
    "zh-ts",
)
def show_chinese(use: Use) -> str | None:
    """`{{zh|s=汉字|t=漢字|p=hànzì|l=character}}`: what is given, each once."""
    found = [
        use.get(*keys)
        for keys in (("s", "c", "1"), ("t",), ("p", "hp", "tp"), ("w",), ("j",), ("poj",))
    ]
    distinct = list(dict.fromkeys(text for text in found if text))
    gloss = use.get("l", "lit")
    return ", ".join([*distinct, *([f"'{gloss}'"] if gloss else [])]) or None


@template("korean", "ko-hhrm", "korean/auto")
def show_korean(use: Use) -> str | None:
    """Hangul, hanja, romanizations."""
    keys = (("hangul", "1"), ("hanja", "2"), ("rr", "3"), ("mr", "4"), ("lit",))
    return ", ".join(dict.fromkeys(text for key in keys if (text := use.get(*key)))) or None


show(
    "{2|text}",
    "lang",
    "language",
    "langue",
    "langf",
    "lang2",
    "foreign language",
    "idioma",
    "lang/sandbox",
)
show(
    "{1}", "nastaliq", "nq", "naskh", "hiero text", "hebrew", "script/hebrew", "script/arabic", "script/nastaliq",
    "grek", "polytonic", "unicode", "linktext", "okina-text", "arabic", "aramaic", "cuneiform", "coptic text",
    "angbr", "angle bracket", "grapheme", "asiantitle", "jpn", "kanji", "hanja", "hangul", "bo-textonly",
    "script/*", "spell-nv", "my", "music symbol text", "transl2", "hani",
)  # fmt: skip
show("{2|1}", "bo", "wylie")
show("ʻ", "okina", "'okina", "ʻokina", "hamza text")
show("ʿ", "ayin")
show("ʾ", "hamza")

# ---- wrappers whose first argument is shown

show(
    "{1|text|content|quote}", "nowrap", "nobr", "nobreak", "no wrap", "nobold", "nobold-text", "noitalic", "nocaps", "small",
    "smaller", "small2", "resize text", "big", "bigger", "larger", "large", "huge", "abbr", "abbrv", "tooltip", "h:title",
    "center", "centre", "left", "right", "align text", "strong", "em", "bold", "b", "italic", "italics correction",
    "underline", "u", "uline", "overline", "strike", "strikethrough", "s", "del", "ins", "sup", "sub", "smallsup", "smallsub",
    "superscript", "subscript", "smallcaps", "small caps", "sc", "sc1", "sc2", "smallcaps2", "allcaps", "all caps", "caps",
    "color", "colour", "background color", "bg", "highlight", "mark", "pad", "font", "monospaced", "mono", "code", "kbd",
    "key", "var", "samp", "mvar", "math", "bigmath", "texhtml", "tmath", "varserif", "serif", "sans-serif", "vanchor",
    "visible anchor", "visibleanchor", "va", "not a typo", "notatypo", "proper name", "as written", "sic2", "typo", "thinspaces",
    "block indent", "blockindent", "in5", "indent", "hanging indent", "longitem",
    "div", "span", "nospam", "no italic", "normal", "roman", "upright", "ipa text", "keypress", "button", "gbq", "quote without source",
    "term", "em2", "strong2", "em text", "dfn", "shy text", "large text", "normalfont", "fontsize text",
    "gray", "red", "green", "blue", "legend text", "fb text", "hidden begin text", "wikt-lang text", "nw", "nbr", "ns0",
    "small div", "smalldiv", "verse translation text", "cite quote", "title", "book title", "mvar text", "longlink", "ubl item",
)  # fmt: skip
show(
    "{2}",
    "resize",
    "font size",
    "fontsize",
    "font color",
    "fontcolor",
    "colored text",
    "color text",
    "text color",
    "style",
    "css",
    "hidden sort",
    "sort",
    "sortname text",
    "sort2",
    "hs2",
    "nts text",
    "wikt-lang",
    "wt",
    "hidden text",
    "aligned",
    "hover title text",
)
show("{2|1}", "hover title", "tooltip2", "color link", "link color")
show(
    "{1}", "lc", "lcfirst", "uc", "ucfirst", "lowercase", "uppercase", "capitalize", "sentence case"
)
show("“{1}”", "qq", "dquote", "double quote", "double quotation marks", '"')
show("‘{1}’", "single quote", "single quotation marks")
show("&#91;{1}&#93;", "brackets", "bracketed", "bracket", "interp")
show("{1} {2}[ {3}]", "sortname")
show("{1}", "first word", "last word")
show("#{1}", "hash-tag", "hashtag")

# ---- signs

show("–", "ndash", "en dash", "endash", "nsndn", "–")
show("—", "mdash", "em dash", "emdash", "—", "em")
show(
    " – ",
    "snd",
    "spnd",
    "spaced ndash",
    "spaced en dash",
    "dash",
    "spndash",
    "nbspndash",
    "snds",
    "sndash",
    "ndashb",
)
show("—", "mdashb", "shy mdash")
show(" — ", "spaced mdash", "spaced em dash", "spmd")
show(
    " ",
    "nbsp",
    "space",
    "spaces",
    "thin space",
    "thinsp",
    "hair space",
    "hsp",
    "narrow no-break space",
    "nnbsp",
    "em space",
    "ensp",
    "emsp",
    "wsp",
    "snbsp",
    "sp",
    "indentation",
    "figure space",
)
show(
    " · ",
    "·",
    "dot",
    "middot",
    "interpunct",
    "•",
    "bull",
    "bullet",
    "bulleted",
    "spaced bullet",
    "ndot",
    "center dot",
)
show("'", "'", "apostrophe", "apos", "'-", "-'", "'(", ")'")
show("'s", "'s", "apostrophe s")
show("' \"", "' \"", "'\"")
show("\" '", "\" '", "\"'")
show("|", "!", "pipe", "vert", "bar")
show("||", "!!")
show("=", "=", "equals", "equal")
show("*", "*", "asterisk", "star text")
show("#", "number sign", "hash")
show("&", "amp", "ampersand")
show("×", "times", "×", "mult", "multiply")
show("±", "±", "pm")
show("→", "rightarrow", "rarr", "→", "arrow", "right arrow")
show("↔", "eqm", "leftrightarrow", "harr")
show("←", "leftarrow", "larr")
show("↑", "uparrow", "increase text")
show("√{1}", "radic", "sqrt", "square root")
show("°C", "celsius")
show("°F", "fahrenheit")
show("§[ {1}]", "section sign", "sect", "§")
show("♭", "flat", "music flat")
show("♯", "sharp", "music sharp")
show("♮", "natural")
show("…", "...", "ellipsis", "hellip")
show("&#91;…&#93;", "bracketed ellipsis", "(...)")
show("́", "stress mark")

# ---- line breaks and layout


@template("br", "break", "clr", "crlf", "-br", "br separated entries", "linebreak", "wbr2")
def show_break(use: Use) -> str | None:
    """Its arguments, each on a line of its own."""
    return BREAK.join(text for text in use.positional if text) or BREAK


for _silent in (
    "clear", "-", "clear left", "clear right", "wbr", "zwj", "zwnj", "zwsp", "shy", "anchor", "anchors", "col-begin", "col-2",
    "col-3", "col-4", "col-break", "col-end", "div col", "div col end", "div col begin", "columns-start", "column", "columns-end",
    "colbegin", "colend", "col begin", "col end", "col break", "refbegin", "refend", "clearleft", "clearright", "toc limit", "toc left",
    "toc right", "toc", "use dmy dates", "use mdy dates", "use british english", "use american english", "end", "stack end",
    "columns", "break lines", "lowercase title", "italic title", "displaytitle", "featured article", "good article", "lead too long",
    "pp", "pp-move", "pp-protected", "short description", "engvarb", "noprint begin", "flatlist end", "endflatlist", "plainlist end",
    "endplainlist", "defaultsort", "rtl", "ltr", "lrm", "rlm", "spaced", "portal inline", "cob", "multicol", "multicol-break", "multicol-end",
    "hidden begin", "hidden end", "collapse top", "collapse bottom", "small begin", "small end", "nowrap begin", "nowrap end", "nobr begin", "nobr end",
    "blockquote end", "quote end", "wrap", "nowrap begin2", "wbr3", "cot", "cob", "colend",
):  # fmt: skip
    show("", _silent)

# ---- quotations and poems


@template(
    "quote", "blockquote", "cquote", "bquote", "quotation", "bq", "long quote", "longquote", "block quote", "quote frame",
    "blockquotation", "centered pull quote", "rquote", "pull quote", "imagequote", "imagequote2", "quote left", "quotebox2",
    "epigraph", "verse", "verse translation", "poemquote", "poem quote", "poem", "cita", "citat", "citát", "zitat", "citaat",
)  # fmt: skip
def show_quotation(use: Use) -> str | None:
    """A block of its own; the source in a line after it."""
    text = use.get("text", "quote", "1", "content", "original", "poem", "zitat", "texto", "texte")
    return quotation(text, use.get("author", "2", "by"), use.get("source", "title", "3", "ref"))


def quotation(text: str, author: str = "", source: str = "") -> str | None:
    """A quoted block with who said it where; line ends in verse stay."""
    if not text:
        return None
    by = ", ".join(part for part in (author, source) if part)
    return f"\n\n{text}\n{BREAK}— {by}\n\n" if by else f"\n\n{text}\n\n"


@template("quote box", "quotebox", "quote box2", "quotation box", "side box quote")
def show_quote_box(use: Use) -> str | None:
    """A box beside the text, left out like images; counted."""
    return None


# ---- lists


@template(
    "plainlist", "flatlist", "columns-list", "col-list", "colist", "div col list", "columns list", "endash list", "hlist-items",
    "plain list", "flat list", "indented plainlist", "bulletlist", "startplainlist", "startflatlist", "multicol list",
)  # fmt: skip
def show_list_text(use: Use) -> str | None:
    """A list that is written out inside the template."""
    texts = [text for text in use.positional if "*" in text or "\n" in text or "#" in text]
    named = use.get("content", "text")
    texts = texts or (
        [named] if named else [text for text in use.positional if not text.isdecimal()]
    )
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
    "ul",
    "ol",
)
def show_list_items(use: Use) -> str | None:
    """A list of arguments."""
    items = [text for text in use.positional if text]
    return "\n" + "\n".join(f"* {item}" for item in items) + "\n" if items else None


@template(
    "hlist",
    "horizontal list",
    "flowlist",
    "cslist",
    "comma separated entries",
    "comma list",
    "pagelist",
    "csv",
)
def show_inline_list(use: Use) -> str | None:
    """A list in one line."""
    return ", ".join(text for text in use.positional if text) or None


show("\n; {1}\n: {2}[\n: {3}]", "defn list", "glossary item")
show("\n; {term|content|1}\n", "glossary term", "gt")
show("\n: {defn|content|1|2}\n", "glossary definition", "gd", "defn", "ghat")

# ---- links


@template(
    "ill",
    "interlanguage link",
    "link-interwiki",
    "illm",
    "interlanguage link multi",
    "iwlink",
    "ill2",
    "translink",
)
def show_link(use: Use) -> str | None:
    """A link to another language's wiki: its label, else the title."""
    return use.get("lt", "display", "text", "label", "1") or None


show("{lt|2|1}", "annotated link", "annotated", "page link")
show(
    "{2|1}",
    "wikt",
    "wiktionary inline",
    "wikilink",
    "link",
    "lnl",
    "see text",
    "sister link text",
    "commons link",
    "cl",
    "tl text",
    "interwiki text",
    "c:",
    "plainlink",
    "srlink",
    "selflink",
    "noredirect",
    "no redirect",
    "-r",
    "link if exists",
    "lws",
    "lss",
    "no link",
    "pslink",
    "ws link",
)
show("{2|title|name}", "url", "plain link", "external link text", "cite text")
show("§ {2}", "section link", "slink")
show("{2}", "gutenberg text", "harvc text")
show("ISBN {1}", "isbn", "isbnt", "isbn-10", "isbn-13")
show("ISSN {1}", "issn")
show("OCLC {1}", "oclc")
show("doi:{1}", "doi")
show("arXiv:{1}", "arxiv")
show("PMID {1}", "pmid")

# ---- names of ships, aircraft, sports, places


@template("ship", "sclass", "sclass-", "sclass2", "sclass2-")
def show_ship(use: Use) -> str | None:
    """`{{ship|HMS|Ajax|22}}`, `{{sclass|Nimitz|aircraft carrier}}`."""
    if fold(use.name).startswith("sclass"):
        return f"{use.get('1')}-class {use.get('2')}".strip()
    return f"{use.get('1')} {use.get('2')}".strip() or None


_PREFIXES = (
    "hms hmas hmcs hmnzs hmbs hmis hmt hmsas uss uscgc usns usat usrc ss mv rms rv rfa ins pns hnlms hnoms hdms hswms"
    " bap ara smu jds rnlb tcg mts csx kri orp"
).split()  # fmt: skip


@template(*_PREFIXES)
def show_prefixed_ship(use: Use) -> str | None:
    """`{{HMS|Ajax|22}}` is HMS Ajax; the second argument is a pennant number that is not shown."""
    return f"{use.name.strip().upper()} ''{use.get('1')}''" if use.get("1") else None


show(
    "{1}",
    "gs",
    "jet",
    "station link",
    "stnlnk",
    "stn",
    "rws",
    "stl",
    "metro",
    "amtk",
    "amtrak",
    "bts",
    "nyctrams",
    "fb",
    "fbu text",
    "cr",
    "cr-rt",
    "fbw",
    "nfl year text",
    "baseball year text",
)
show("{1} {2}", "nfl year", "nflyear", "baseball year", "cfb year", "nba year", "nhl year")
show(
    "{1}",
    "flag",
    "flagu",
    "flagcountry",
    "flagdeco text",
    "flagathlete",
    "flagmedalist",
    "flagpersonlink",
    "flag link",
    "flagc",
    "noflag",
    "ruc",
    "ru",
    "rut text",
    "fba text",
    "nft",
    "country flag",
    "flagbig text",
)
show("{1}", "player", "sportsyear text", "sort dash")

# ---- words

show("née {1}", "née", "nee")
show("lit. '{1}'", "lit", "literal translation", "literally", "gloss")
show("also known as", "aka", "a.k.a.")
show("vs.", "vs")
show("&#91;sic&#93;", "sic!")
show("{1}", "sic text", "expand")
show("N/A", "n/a", "na")
show("Yes", "yes", "aye", "y")
show("No", "no", "nay", "n")
show("Won", "won")
show("Nominated", "nom", "nominated")
show("TBA", "tba")
show(
    "{1}", "party name", "party shading text", "legend", "legend inline", "legend0", "legend2 text"
)


@template(
    "legend",
    "legend0",
    "legend inline",
    "légende",
    "legenda",
    "legende",
    "leyenda",
    "легенда",
    "легенда0",
)
def show_legend(use: Use) -> str | None:
    """A colour and what it stands for."""
    return use.get("2") or None


@template("official website", "official", "website", "homepage")
def show_nothing(use: Use) -> None:
    """Text comes from Wikidata or is only a link."""
