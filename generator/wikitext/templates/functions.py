"""Parser functions and variables, under their names in any language.

Functions with literal arguments are computed; what depends on the database or the clock is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from generator.wikitext.names import names, separators
from generator.wikitext.numbers import format_number, parse_number
from generator.wikitext.templates.registry import Handler, Use

Function = Callable[[str, Use], str | None]
"""Gets what stands after the colon; further arguments are the template's own, from `1`."""


def handler_for(name: str) -> Handler | None:
    """What computes a function or variable of this name, None where it is a template's name."""
    word, colon, first = name.partition(":")
    word = word.strip().casefold()
    if not colon:
        variable = _VARIABLES.get(names().functions.get(word, ""))
        return None if variable is None else variable
    hashed = word.startswith("#")
    english = names().functions.get(word) or names().functions.get(word.removeprefix("#"), "")
    table = _HASHED if hashed else _COLONED
    function = table.get(english)
    if function is None:
        return _nothing if hashed or english else None
    return lambda use: function(first.strip(), use)


def _nothing(use: Use) -> None:
    """A function that is known, but not computed here."""


def _if(condition: str, use: Use) -> str | None:
    return use.get("1") if condition else use.get("2")


def _ifeq(left: str, use: Use) -> str | None:
    right = use.get("1")
    first, second = parse_number(left), parse_number(right)
    same = first == second if first is not None and second is not None else left == right
    return use.get("2") if same else use.get("3")


def _iferror(tested: str, use: Use) -> str | None:
    return use.get("2") or tested if 'class="error"' not in tested else use.get("1")


def _switch(value: str, use: Use) -> str | None:
    """The result beside the first case that matches; cases without one fall through to the next."""
    default = ""
    is_found = False
    for key, argument in use.raw.items():
        if key.isdecimal():
            text = argument().strip()
            is_found = is_found or text == value
            default = text
        elif is_found or key == value:
            return argument().strip()
        elif names().functions.get(key.lstrip("#").casefold()) == "default":
            default = argument().strip()
    return default


def _formatnum(number: str, use: Use) -> str | None:
    """Grouped as the language does; with `R` the other way round, without signs between digits."""
    if use.get("1").casefold() == "r":
        return number.replace(separators(use.language).group, "")
    return format_number(number, use.language)


def _plural(number: str, use: Use) -> str | None:
    forms = use.positional
    if not forms:
        return None
    return forms[0] if parse_number(number) in {1, -1} else forms[-1]


def _tag(name: str, use: Use) -> str | None:
    return (
        use.get("1")
        if name.casefold() in {"nowiki", "poem", "span", "div", "small", "sub", "sup"}
        else None
    )


_HASHED: dict[str, Function] = {
    "if": _if,
    "ifeq": _ifeq,
    "iferror": _iferror,
    "switch": _switch,
    "tag": _tag,
    "formatnum": _formatnum,
}
_COLONED: dict[str, Function] = {
    "defaultsort": lambda first, use: "",
    "displaytitle": lambda first, use: "",
    "formatnum": _formatnum,
    "lc": lambda first, use: first.lower(),
    "uc": lambda first, use: first.upper(),
    "lcfirst": lambda first, use: first[:1].lower() + first[1:],
    "ucfirst": lambda first, use: first[:1].upper() + first[1:],
    "plural": _plural,
    "grammar": lambda first, use: use.get("1"),
    "gender": lambda first, use: use.get("1"),
    "urlencode": lambda first, use: quote(first),
    "anchorencode": lambda first, use: first.replace(" ", "_"),
    "padleft": lambda first, use: first.rjust(
        int(use.get("1") or 0) if use.get("1").isdecimal() else 0, (use.get("2") or "0")[0]
    ),
}
_PAGE_NAMES = ("pagename", "fullpagename", "basepagename", "subpagename", "rootpagename")
_VARIABLES: dict[str, Handler] = {
    **{name: lambda use: use.title for name in _PAGE_NAMES},
    **{name: lambda use: "" for name in ("defaultsort", "displaytitle", "notoc")},
    **dict.fromkeys(
        ("namespace", "sitename", "currentyear", "currentmonth", "currentmonthname", "currentday"),
        _nothing,
    ),
}
