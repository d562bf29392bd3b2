"""Units as surveyors write them beside a number or in a header."""

import re
import unicodedata

# Unit of the dictionary -> written unit -> factor to the dictionary's unit.
_UNITS: dict[str, dict[str, float]] = {
    "m": {"m": 1, "米": 1, "km": 1000, "公里": 1000, "千米": 1000, "cm": 0.01, "厘米": 0.01, "mm": 0.001, "毫米": 0.001},
    "mm": {"mm": 1, "毫米": 1, "cm": 10, "厘米": 10, "m": 1000, "米": 1000},
    "kW": {"kw": 1, "千瓦": 1, "w": 0.001, "瓦": 0.001},
    "m2": {"m2": 1, "㎡": 1, "平方米": 1, "平米": 1},
    "dB": {"db": 1, "分贝": 1},
    "U": {"u": 1},
    "degree": {"°": 1, "度": 1, "deg": 1, "degree": 1},
    "fen": {"分": 1, "fen": 1, "元": 100, "yuan": 100, "万元": 1_000_000},
    "": {"芯": 1, "对": 1, "纤": 1, "个": 1, "f": 1},
}
_BRACKETS = re.compile(r"[(\[【]([^)\]】]*)[)\]】]")


_DEGREE_FORMS = {"dd.mmss": True, "ddmmss": True, "度.分秒": True, "d.ms": True, "°": False, "度": False, "deg": False, "degree": False,
                 "degrees": False, "decimal": False, "十进制": False, "十进制度": False, "小数度": False}  # fmt: skip


def is_degrees_header(header: str) -> bool | None:
    """True where a header says degrees, minutes and seconds in digits (DD.MMSS), False where it says decimal degrees, else None."""
    for inside in _BRACKETS.findall(unicodedata.normalize("NFKC", header)):
        form = _DEGREE_FORMS.get(inside.strip().casefold())
        if form is not None:
            return form
    return None


def unit_factor(written: str, unit: str) -> float | None:
    """The factor from a written unit to the dictionary's; None where the unit is not known."""
    return _UNITS.get(unit, {}).get(unicodedata.normalize("NFKC", written).strip().casefold())


def header_factor(header: str, unit: str) -> tuple[str, float] | None:
    """The unit in the brackets of a header, and its factor; None where there is none or it is not known."""
    for inside in _BRACKETS.findall(unicodedata.normalize("NFKC", header)):
        factor = unit_factor(inside, unit)
        if factor is not None:
            return inside.strip(), factor
    return None
