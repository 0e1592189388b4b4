"""Numbers that the passage has, that follow from it, and that come from nowhere."""

from __future__ import annotations

import pytest

from generator.checks import check_pairs
from generator.checks.numbers_in import numbers_of
from generator.checks.units import convert
from generator.records import RawPair

MILL = (
    "Brook Mill was built between 1871 and 1879 by the Farrow family. It has 24 windows and cost "
    "12,500 pounds. The wheel is 5.5 metres wide. A quarter of the flour went to Osten. "
    "Six years later than the fire of 1902 the roof was renewed."
)


def verdict(completion: str, prompt: str = "What is known about Brook Mill?", passage: str = MILL):
    (one,) = check_pairs(
        [RawPair(prompt=prompt, completion=completion)], [passage], checks=["numbers"]
    )
    return one


@pytest.mark.parametrize(
    "completion",
    [
        "It has two dozen windows.",
        "It has twenty-four windows.",
        "It cost 12 500 pounds.",
        "It cost 12.500 pounds.",
        "It was begun in ١٨٧١.",
    ],
)
def test_a_number_of_the_passage_is_supported_in_any_form(completion):
    assert verdict(completion).keep
    assert not verdict(completion).reason


@pytest.mark.parametrize(
    "completion",
    [
        "The wheel is about 18 feet wide.",
        "It took eight years to build.",
        "It is from the 19th century.",
        "It was built in the 1870s.",
        "About 25 percent went to Osten.",
        "Three quarters, that is 75 %, stayed.",
        "The roof was renewed in 1908.",
    ],
)
def test_a_number_that_follows_stays_with_a_mark(completion):
    assert verdict(completion).keep


@pytest.mark.parametrize(
    ("completion", "reason"),
    [
        ("It was begun in 1817.", "ungrounded_number says 1817; the passage has 1871"),
        ("It has 42 windows.", "ungrounded_number says 42; the passage has 24"),
        ("It cost 15,200 pounds.", "ungrounded_number says 15,200; the passage has 12,500"),
        ("It has seven windows.", "ungrounded_number says seven"),
    ],
)
def test_a_number_from_nowhere_is_refused_with_the_nearest_one(completion, reason):
    assert not verdict(completion).keep
    assert verdict(completion).reason.startswith(reason)


def test_a_day_of_a_date_is_looked_for_with_its_month():
    passage = "The fair opened on 4 May 1929 with 14 stalls."
    assert not verdict("It opened on 14 May 1929.", passage=passage).keep
    assert verdict("It opened on May 4, 1929.", passage=passage).keep
    assert verdict("It opened on 4.5.1929.", passage=passage).keep
    assert verdict("It closed on 15 May 1929, eleven days later.", passage=passage).keep


def test_a_date_of_the_passage_keeps_its_year():
    passage = "The fair opened on 4 May 1929 and closed in 1936."
    assert not verdict("It opened on 4 May 1936.", passage=passage).keep


@pytest.mark.parametrize(
    ("completion", "is_kept"), [("He was about 47.", True), ("He was about 52.", False)]
)
def test_about_lets_only_a_round_number_be_wide_of_the_mark(completion, is_kept):
    passage = "Hondius was born in 1563. He engraved the map in 1610."
    assert verdict(completion, "How old was Hondius in 1610?", passage).keep is is_kept


def test_a_year_may_go_on_a_row_that_begins_with_one_of_the_passage():
    passage = "The cup has been held every third year since 1994."
    assert verdict("Three: in 1994, 1997 and 2000.", "How many cups were held?", passage).keep


@pytest.mark.parametrize(
    ("text", "other"),
    [("4.7 g/cm3", "4700 kg/m³"), ("15 m/s", "54 kilometres per hour"), ("32 bytes", "256 bits")],
)
def test_a_unit_may_be_of_another(text, other):
    (one,), (two,) = (numbers_of(each, "en").quantities for each in (text, other))
    assert one.unit is not None
    assert two.unit is not None
    assert convert(one.value, one.unit, two.unit) == pytest.approx(two.value)


def test_a_time_follows_from_a_way_and_a_speed():
    passage = "The balloon rises at 300 metres per minute up to 30 km."
    assert verdict("It takes 100 minutes.", "How long does the balloon rise?", passage).keep


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "a hundred and five boats", 105),
        ("en", "two and a half years", 2.5),
        ("de", "vierundzwanzig Boote", 24),
        ("de", "ein Viertel der Boote", 0.25),
        ("de", "zwei und ein halb Jahre", 2.5),
        ("fr", "un quart des bateaux", 0.25),
        ("fr", "à 1,3 mille marin de la côte", 1.3),
        ("fr", "quatre-vingt-dix bateaux", 90),
        ("fr", "soixante et onze bateaux", 71),
        ("es", "treinta y cinco barcos", 35),
        ("it", "ventidue barche", 22),
        ("nl", "vierentwintig boten", 24),
        ("tr", "yirmi beş tekne", 25),
        ("ru", "двадцать пять лодок", 25),
        ("ru", "четырёх с половиной метров", 4.5),
        ("ja", "二十四隻の船がある", 24),
        ("ja", "約3万5千人", 35_000),
        ("zh", "约有三万名游客", 30_000),
        ("en", "$21 million", 21_000_000),
        ("en", "King Arthur XIV", 14),
    ],
)
def test_numbers_are_read_as_their_language_writes_them(language, text, value):
    found = [reading for one in numbers_of(text, language).all for reading in one.readings]
    assert value in found
