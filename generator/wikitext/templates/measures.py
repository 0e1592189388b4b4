"""Templates for quantities: conversions, values with uncertainty, fractions, money."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from generator.wikitext.numbers import format_number, parse_number
from generator.wikitext.templates.registry import Use, fold, pack, template
from generator.wikitext.templates.units import DEFAULT_TARGETS, UNITS, convert

_CONNECTORS = {
    "to": " to ", "-": "–", "–": "–", "to(-)": "–", "to-": " to ", "and": " and ", "and(-)": " and ",
    "or": " or ", "by": " by ", "x": " × ", "×": " × ", "xx": " × ", "*": " × ", "+": " + ",
    "+/-": " ± ", "±": " ± ", "&": " & ", ",": ", ", ", and": ", and ", ", or": ", or ", "/": "/",
}  # fmt: skip
_FRACTION = re.compile(r"(?:([\d,.]+)\s*\+\s*)?(\d+)\s*//?\s*(\d+)")
_SPELLINGS = {"us": True, "er": False}


class Quantity(NamedTuple):
    """Values with what stands between them, and their unit: 5 to 10 km."""

    values: list[str]
    connectors: list[str]
    code: str


@template("convert", "cvt")
def show_conversion(use: Use) -> str | None:
    """`{{convert|5|to|10|km|mi}}`: the operands as written, the unit in words or as a symbol.

    What MediaWiki converts them to follows in parentheses only where that was asked for: it is
    computed, and no part of what the page's authors wrote.
    """
    arguments = use.positional
    quantities: list[Quantity] = []
    while quantity := _quantity(arguments):
        if quantities and not _continues(quantities[-1], quantity):
            break
        quantities.append(quantity)
        arguments = arguments[2 * len(quantity.values) :]
    if not quantities:
        return " ".join(arguments[:2]).strip() or None
    # Outside English, unit names differ by language; symbols do not.
    is_short = (
        use.get("abbr") in {"on", "in", "values"}
        or fold(use.name) == "cvt"
        or use.language not in {"en", "simple"}
    ) and use.get("abbr") != "off"
    is_us = _SPELLINGS.get(use.get("sp"), False)
    is_adjective = use.get("adj") in {"on", "mid"} or use.get("adj").startswith("pre")
    shown = " ".join(_shown(one, is_short, is_us, is_adjective) for one in quantities)
    if use.conversions == "keep" and use.get("disp") not in {"out", "number"}:
        targets = [one for one in arguments if one and parse_number(one) is None]
        shown += _converted(quantities, targets[0] if targets else "")
    return shown


def _quantity(arguments: list[str]) -> Quantity | None:
    values: list[str] = []
    connectors: list[str] = []
    for at in range(0, len(arguments) - 1, 2):
        if not _is_value(arguments[at]):
            return None
        values.append(arguments[at])
        connector = _CONNECTORS.get(arguments[at + 1])
        if connector is None:
            return Quantity(values, connectors, arguments[at + 1])
        connectors.append(connector)
    return None


def _is_value(text: str) -> bool:
    return parse_number(text) is not None or bool(_FRACTION.fullmatch(text))


def _continues(before: Quantity, after: Quantity) -> bool:
    """`5 ft 11 in`: a smaller unit of the same kind; a number before a target is a precision."""
    larger, smaller = UNITS.get(before.code), UNITS.get(after.code)
    return bool(larger and smaller and larger.kind == smaller.kind and larger.scale > smaller.scale)


def _shown(quantity: Quantity, is_short: bool, is_us: bool, is_adjective: bool) -> str:
    values = [_as_fraction(value) for value in quantity.values]
    number = values[0] + "".join(
        f"{connector}{value}"
        for connector, value in zip(quantity.connectors, values[1:], strict=True)
    )
    unit = UNITS.get(quantity.code)
    if unit is None:
        return f"{number} {quantity.code}"
    if is_short:
        return f"{number}{'' if unit.symbol[0] == '/' else ' '}{unit.symbol}"
    is_one = is_adjective or (len(values) == 1 and parse_number(values[0]) == 1)
    return f"{number}{'-' if is_adjective else ' '}{unit.name(is_one=is_one, is_us=is_us)}"


def _as_fraction(value: str) -> str:
    found = _FRACTION.fullmatch(value)
    if not found:
        return value.replace("-", "−") if value.startswith("-") else value
    return f"{found[1]} {found[2]}/{found[3]}" if found[1] else f"{found[2]}/{found[3]}"


def _number(value: str) -> Decimal:
    if found := _FRACTION.fullmatch(value):
        whole = parse_number(found[1] or "0") or Decimal(0)
        return whole + (Decimal(found[2]) / Decimal(found[3]) if int(found[3]) else 0)
    return parse_number(value) or Decimal(0)


def _converted(quantities: list[Quantity], target: str) -> str:
    first = quantities[0]
    source = UNITS.get(first.code)
    wanted = UNITS.get(target or DEFAULT_TARGETS.get(first.code, ""))
    if source is None or wanted is None or source.kind != wanted.kind:
        return ""
    if len(quantities) > 1:
        results = [_format(convert(_total(quantities), UNITS[quantities[-1].code], wanted))]
    else:
        results = [_format(convert(_number(value), source, wanted)) for value in first.values]
    number = results[0] + "".join(
        f"{connector}{value}"
        for connector, value in zip(first.connectors, results[1:], strict=False)
    )
    return f" ({number}{'' if wanted.symbol[0] == '/' else ' '}{wanted.symbol})"


def _total(quantities: list[Quantity]) -> Decimal:
    """5 ft 11 in as inches."""
    smallest = UNITS[quantities[-1].code].scale
    total = sum(
        float(_number(one.values[0])) * UNITS[one.code].scale / smallest for one in quantities
    )
    return Decimal(str(round(total, 2))).normalize()


def _format(value: Decimal) -> str:
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text and text.endswith(".0") else text
    return format_number(text, "en").replace("-", "−")


@template("frac", "fraction", "sfrac", "tfrac", "bruch", "дробь")
def show_fraction(use: Use) -> str | None:
    """`{{frac|1|2}}` is 1/2, `{{frac|3|1|2}}` is 3 1/2, `{{frac|3}}` is 1/3."""
    parts = [part for part in use.positional if part]
    if len(parts) == 1:
        return f"1/{parts[0]}"
    if len(parts) == 2:
        return f"{parts[0]}/{parts[1]}"
    return f"{parts[0]} {parts[1]}/{parts[2]}" if len(parts) > 2 else None


@template("val")
def show_value(use: Use) -> str | None:
    """`{{val|5.1|0.2|e=3|u=km}}`: number, uncertainty, power of ten, unit."""
    parts = use.positional
    if not parts or not parts[0]:
        return None
    shown = use.get("p", "fmt-p") + parts[0]
    if len(parts) > 1 and parts[1]:
        shown += parts[1] if parts[1].startswith("(") else f" ± {parts[1]}"
    if use.get("e"):
        shown += f"×10<sup>{use.get('e')}</sup>"
    unit = use.get("u", "ul")
    if unit:
        symbol = UNITS[unit].symbol if unit in UNITS else unit
        shown += f" {symbol}"
    return f"{shown}{'/' + use.get('up', 'upl') if use.get('up', 'upl') else ''}{use.get('s')}"


@template("e", "esp", "e-sp", "10^")
def show_power_of_ten(use: Use) -> str | None:
    """`5.98{{e|24}}`"""
    return f"×10<sup>{use.get('1')}</sup>" if use.get("1") else None


@template("gaps", "digits")
def show_gaps(use: Use) -> str | None:
    """`{{gaps|0.092|903|04}}`: digits in groups, read as one number."""
    return "".join(use.positional) + use.get("e") or None


@template("inflation", "inflazione", "মুদ্রাস্ফীতি")
def show_inflation(use: Use) -> None:
    """Depends on tables and the year it is read in: left out."""


_CURRENCIES = {
    "usd": "US$", "us$": "US$", "us dollar": "US$", "$": "$", "gbp": "£", "£": "£", "pound sterling": "£",
    "eur": "€", "euro": "€", "€": "€", "aud": "A$", "a$": "A$", "cad": "C$", "can$": "C$", "nzd": "NZ$",
    "nz$": "NZ$", "hkd": "HK$", "hk$": "HK$", "sgd": "S$", "jpy": "¥", "jpy¥": "¥", "¥": "¥", "cny": "CN¥",
    "rmb": "CN¥", "inr": "₹", "rupee": "₹", "krw": "₩", "chf": "CHF ", "brl": "R$", "rub": "₽",
    "php": "₱", "ils": "₪", "try": "₺", "uah": "₴", "vnd": "₫", "ngn": "₦", "zar": "R", "mxn": "Mex$",
    "myr": "RM", "thb": "฿", "twd": "NT$", "ntd": "NT$", "idr": "Rp", "pln": "zł ", "sek": "SEK ",
    "nok": "NOK ", "dkk": "DKK ", "ars": "AR$", "clp": "CLP$", "cop": "COL$", "bdt": "৳", "pkr": "Rs ",
}  # fmt: skip


@template(*_CURRENCIES)
def show_money(use: Use) -> str | None:
    """`{{USD|4.41}}`"""
    sign = _CURRENCIES.get(use.name.strip().casefold(), "US$")
    return f"{sign}{use.get('1')}" if use.get("1") else sign.strip()


@template("currency", "devise", "moneda")
def show_currency(use: Use) -> str | None:
    """`{{currency|5|GBP}}`"""
    sign = _CURRENCIES.get((use.get("2", "type", "code") or "usd").casefold(), use.get("2"))
    amount = use.get("1", "amount")
    return f"{sign}{amount}" if amount else None


pack("", {
    "{1}": "number, num, nombre",
    "{1}°[{2}′][{3}″]": "deg2dms",
    "{1}%": "percentage, pct",
    "c. {1}[–{2}]": "circa, c., ca.",
})  # fmt: skip
