"""Units of measurement: how they are written and how they convert, for `{{convert}}` and its kin."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import NamedTuple


class Unit(NamedTuple):
    """A unit: its names, and its size in the base unit of its kind."""

    singular: str
    plural: str
    symbol: str
    kind: str
    scale: float
    offset: float = 0.0
    """Added before scaling: temperatures."""

    def name(self, *, is_one: bool, is_us: bool) -> str:
        """The word for it, in British spelling unless American is asked for."""
        word = self.singular if is_one else self.plural
        return word.replace("metre", "meter").replace("litre", "liter") if is_us else word


def _plural(name: str) -> str:
    first, per, rest = name.partition(" per ")
    first = first if first.endswith(("hertz", "s")) else f"{first}s"
    return f"{first}{per}{rest}"


# Definitions are exact where the unit is defined by another (BIPM SI brochure, 9th edition, 2019; NIST
# Special Publication 811, 2008, appendix B).
_TABLE = """
length 1|m|metre|m
length 1000|km|kilometre|km
length 0.01|cm|centimetre|cm
length 0.001|mm|millimetre|mm
length 1e-6|um μm µm|micrometre|μm
length 1e-9|nm|nanometre|nm
length 1609.344|mi miles mile|mile|mi
length 0.9144|yd|yard|yd
length 0.3048|ft foot feet|foot/feet|ft
length 0.0254|in inch inches|inch/inches|in
length 1852|nmi|nautical mile|nmi
length 201.168|furlong|furlong|furlong
length 20.1168|chain|chain|chain
length 1.8288|fathom|fathom|fathom
length 149597870700|au AU|astronomical unit|AU
length 9.4607304725808e15|ly|light-year|ly
length 3.0856775814913673e16|pc|parsec|pc
length 3.0856775814913673e19|kpc|kiloparsec|kpc
length 3.0856775814913673e22|Mpc|megaparsec|Mpc
area 1|m2 sqm|square metre|m²
area 1e6|km2 sqkm|square kilometre|km²
area 1e-4|cm2 sqcm|square centimetre|cm²
area 1e-6|mm2|square millimetre|mm²
area 10000|ha|hectare|ha
area 4046.8564224|acre acres|acre|acre
area 2589988.110336|sqmi mi2|square mile|sq mi
area 0.09290304|sqft ft2 sq_ft|square foot/square feet|sq ft
area 0.83612736|sqyd yd2|square yard|sq yd
area 0.00064516|sqin in2|square inch/square inches|sq in
volume 1|m3|cubic metre|m³
volume 1e9|km3|cubic kilometre|km³
volume 1e-6|cm3 cc|cubic centimetre|cm³
volume 0.001|l L|litre|L
volume 1e-6|ml mL|millilitre|mL
volume 1e-4|hl hL|hectolitre|hL
volume 0.028316846592|cuft ft3|cubic foot/cubic feet|cu ft
volume 0.764554857984|cuyd yd3|cubic yard|cu yd
volume 1.6387064e-5|cuin in3|cubic inch/cubic inches|cu in
volume 4168181825.440579584|cumi mi3|cubic mile|cu mi
volume 0.003785411784|USgal usgal U.S.gal|US gallon|US gal
volume 0.00454609|impgal|imperial gallon|imp gal
volume 0.158987294928|oilbbl bbl|barrel|bbl
volume 1233.48183754752|acre.ft acre.foot|acre-foot/acre-feet|acre⋅ft
volume 0.000473176473|USpt|US pint|US pt
volume 0.00056826125|imppt|imperial pint|imp pt
volume 2.95735295625e-5|USoz USfloz|US fluid ounce|US fl oz
mass 1|kg|kilogram|kg
mass 0.001|g|gram|g
mass 1e-6|mg|milligram|mg
mass 1e-9|ug μg|microgram|μg
mass 1000|t MT tonne|tonne|t
mass 1e6|kt|kilotonne|kt
mass 0.45359237|lb lbs|pound|lb
mass 0.028349523125|oz|ounce|oz
mass 6.35029318|st|stone/stone|st
mass 1016.0469088|LT long_ton|long ton|long tons
mass 907.18474|ST short_ton|short ton|short tons
mass 50.80234544|long_cwt|long hundredweight/long hundredweight|cwt
mass 0.0311034768|ozt|troy ounce|ozt
speed 0.27777777777777778|km/h kph|kilometre per hour|km/h
speed 1|m/s|metre per second|m/s
speed 1000|km/s|kilometre per second|km/s
speed 0.44704|mph mi/h|mile per hour|mph
speed 0.3048|ft/s|foot per second/feet per second|ft/s
speed 0.51444444444444444|kn knot knots|knot|kn
flow 1|m3/s|cubic metre per second|m³/s
flow 0.028316846592|cuft/s ft3/s|cubic foot per second/cubic feet per second|cu ft/s
power 1|W|watt|W
power 1000|kW|kilowatt|kW
power 1e6|MW|megawatt|MW
power 1e9|GW|gigawatt|GW
power 745.69987158227022|hp bhp shp ihp|horsepower/horsepower|hp
power 735.49875|PS metric_hp|metric horsepower/metric horsepower|PS
energy 1|J|joule|J
energy 1000|kJ|kilojoule|kJ
energy 1e6|MJ|megajoule|MJ
energy 3.6e6|kWh|kilowatt-hour|kWh
energy 4184|kcal Cal|kilocalorie|kcal
energy 1.602176634e-19|eV|electronvolt|eV
energy 1055.05585262|BTU Btu|British thermal unit|BTU
force 1|N|newton|N
force 1000|kN|kilonewton|kN
force 4.4482216152605|lbf|pound-force/pounds-force|lbf
torque 1|Nm N.m N·m|newton-metre|N⋅m
torque 1.3558179483314004|lbft lb.ft lbfft lbf.ft ftlb|pound-foot/pound-feet|lb⋅ft
pressure 1|Pa|pascal|Pa
pressure 1000|kPa|kilopascal|kPa
pressure 1e6|MPa|megapascal|MPa
pressure 100|hPa|hectopascal|hPa
pressure 1e5|bar|bar|bar
pressure 100|mbar|millibar|mbar
pressure 101325|atm|standard atmosphere|atm
pressure 6894.757293168361|psi|pound per square inch|psi
pressure 3386.389|inHg|inch of mercury/inches of mercury|inHg
pressure 133.322387415|mmHg|millimetre of mercury/millimetres of mercury|mmHg
density 1|kg/m3|kilogram per cubic metre|kg/m³
density 1000|g/cm3|gram per cubic centimetre|g/cm³
population 1e-6|/km2 PD/km2|inhabitant per square kilometre|/km²
population 3.8610215854244585e-7|/sqmi PD/sqmi /mi2|inhabitant per square mile|/sq mi
frequency 1|Hz|hertz/hertz|Hz
frequency 1000|kHz|kilohertz/kilohertz|kHz
frequency 1e6|MHz|megahertz/megahertz|MHz
frequency 1e9|GHz|gigahertz/gigahertz|GHz
"""
_TEMPERATURES = (
    (
        ("C", "°C", "degC"),
        Unit("degree Celsius", "degrees Celsius", "°C", "temperature", 1.0, 273.15),
    ),
    (
        ("F", "°F", "degF"),
        Unit("degree Fahrenheit", "degrees Fahrenheit", "°F", "temperature", 5 / 9, 459.67),
    ),
    (("K",), Unit("kelvin", "kelvins", "K", "temperature", 1.0)),
)


def _units() -> dict[str, Unit]:
    table = {code: unit for codes, unit in _TEMPERATURES for code in codes}
    for row in _TABLE.strip().splitlines():
        kind_and_scale, codes, name, symbol = row.split("|")
        kind, scale = kind_and_scale.split()
        singular, _, plural = name.partition("/")
        unit = Unit(singular, plural or _plural(singular), symbol, kind, float(scale))
        table |= dict.fromkeys(codes.split(), unit)
    return table


UNITS = _units()
# What a unit is converted to where the page does not say.
DEFAULT_TARGETS = {
    "m": "ft", "km": "mi", "cm": "in", "mm": "in", "mi": "km", "yd": "m", "ft": "m", "in": "cm",
    "m2": "sqft", "km2": "sqmi", "ha": "acre", "acre": "ha", "sqmi": "km2", "sqft": "m2",
    "m3": "cuft", "cuft": "m3", "kg": "lb", "g": "oz", "t": "LT", "lb": "kg", "oz": "g", "st": "kg",
    "km/h": "mph", "mph": "km/h", "kn": "km/h", "m/s": "ft/s", "hp": "kW", "kW": "hp",
    "C": "F", "F": "C", "°C": "°F", "°F": "°C", "l": "USgal", "L": "USgal", "USgal": "L", "nmi": "km",
    "m3/s": "cuft/s", "cuft/s": "m3/s", "psi": "kPa", "kPa": "psi", "/km2": "/sqmi", "/sqmi": "/km2",
}  # fmt: skip


def convert(value: Decimal, source: Unit, target: Unit) -> Decimal:
    """A value in another unit of the same kind, as precise as the value itself is.

    The precision follows Module:Convert: as many significant digits as the value has, corrected by
    the order of magnitude of the factor, and at least two.
    """
    exact = (float(value) + source.offset) * source.scale / target.scale - target.offset
    if exact == 0:
        return Decimal(0)
    if source.kind == "temperature":
        return Decimal(round(exact))
    written = -min(0, int(value.as_tuple().exponent)) if value.is_finite() else 0
    digits = value.normalize().as_tuple()
    trailing_zeros = max(0, int(digits.exponent)) if not written else 0
    factor = source.scale / target.scale
    places = written - trailing_zeros - math.floor(math.log10(factor) + 0.5)
    significant = places + math.floor(math.log10(abs(exact))) + 1
    return Decimal(str(round(exact, places + max(0, 2 - significant))))
