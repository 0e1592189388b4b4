"""Templates for dates, lives and ages, where they do not depend on today."""

from __future__ import annotations

from generator.wikitext.templates.registry import Use, pack, template

_MONTHS = (
    "January February March April May June July August September October November December".split()
)


def written_date(year: str, month: str, day: str, *, day_first: bool) -> str:
    """`October 3, 1990`, `3 October 1990`, `October 1990`, `1990`; anything else as it is."""
    if month.isdecimal() and 1 <= int(month) <= 12:
        month = _MONTHS[int(month) - 1]
    day = str(int(day)) if day.isdecimal() else day
    if not month:
        return year
    if not day:
        return f"{month} {year}".strip()
    return f"{day} {month} {year}".strip() if day_first else f"{month} {day}, {year}".strip(" ,")


@template(
    "start date", "end date", "start-date", "end-date", "release date", "film date", "dts", "date table sorting",
    "start date and age", "birth date", "birth date and age", "death date", "death date and age", "bda", "dob",
    "birth-date", "death-date", "birth-date and age", "death-date and age", "start and end dates", "launch date",
)  # fmt: skip
def show_date(use: Use) -> str | None:
    """Year, month and day as three numbers, or a date that is already written."""
    parts = [*use.positional, "", "", ""]
    if not parts[0]:
        return None
    is_ready = not parts[0].lstrip("-").isdecimal() or len(parts[0]) < 3
    if is_ready and not parts[1]:
        return parts[0]
    day_first = use.get("df", "dayfirst").casefold() in {"y", "yes", "1", "true"}
    year, month, day = parts[:3]
    if not (month + day).replace(" ", "").isalnum():
        return year
    return written_date(year, month, day, day_first=day_first)


@template("as of", "asof", "as of?")
def show_as_of(use: Use) -> str | None:
    """`{{As of|2010|3}}` is As of March 2010; `alt` says it in other words."""
    if use.get("alt"):
        return use.get("alt")
    year, month, day = [*use.positional, "", "", ""][:3]
    date = written_date(year, month, day, day_first=not use.get("df").startswith("US"))
    if not date:
        return None
    word = "Since" if use.get("since") else "As of"
    return f"{word.lower() if use.get('lc') else word} {date}{use.get('post')}"


@template(
    "currentyear",
    "age",
    "age in years",
    "age in days",
    "age in years and days",
    "time ago",
    "years ago",
)
def show_age(use: Use) -> None:
    """Depends on the day it is read: left out."""


@template("decade link", "decade", "dr")
def show_decade(use: Use) -> str | None:
    """`{{decade|1990}}`"""
    year = use.get("1")
    return f"{year}s" if year.isdecimal() else None


pack("", {
    "fl. {1}[–{2}]": "floruit, fl.",
    "r. {1}[–{2}]": "reign, r.",
    "{1} BC": "bce",
})  # fmt: skip
