"""Degrees, minutes and seconds as surveyors write them."""

import re
import unicodedata

_DEGREES = re.compile(
    r"([NSEW东西南北]?)\s*(\d{1,3})[°度]\s*(\d{1,2})['′’分]\s*(?:(\d{1,2}(?:\.\d+)?)(?:[\"″”秒]|''|′′)?)?\s*([NSEW东西南北]?)"
)
_DIGITS = re.compile(r"(-?)(\d{1,3})\.(\d{2})(\d{2})(\d*)")


def degrees_of_text(text: str) -> float | None:
    """Decimal degrees from 112°13′46.9″ or 112度13分46.9秒."""
    found = _DEGREES.fullmatch(text.strip())
    if not found or int(found[3]) >= 60 or float(found[4] or 0) >= 60:
        return None
    value = int(found[2]) + int(found[3]) / 60 + float(found[4] or 0) / 3600
    return -value if (found[1] or found[5]) in ("S", "W", "南", "西") else value


def degrees_of_digits(value: object) -> float | None:
    """Decimal degrees from a number whose digits are degrees, minutes and seconds: 112.13469 is 112 degrees, 13 minutes, 46.9 seconds.

    None where it is no such number.
    """
    text = repr(value) if value.__class__ is float else unicodedata.normalize("NFKC", str(value)).strip()
    whole, _, digits = text.partition(".")
    # A float has lost its last zeros: 30.035 stood for 30.0350.
    found = _DIGITS.fullmatch(f"{whole}.{digits:0<4}")
    if not found or int(found[3]) >= 60 or int(found[4]) >= 60:
        return None
    degrees = int(found[2]) + int(found[3]) / 60 + float(f"{found[4]}.{found[5] or 0}") / 3600
    return -degrees if found[1] else degrees
