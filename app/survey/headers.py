"""Which layer a file holds, and which of its columns is which field: told from the headers, never from the file's name."""
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from app.survey.layers import Layer, layers

_BRACKETS = re.compile(r"[((\[【].*?[))\]】]")
_NOISE = re.compile(r"[\s_\-./::*＊]+")


@dataclass(frozen=True)
class Match:
    """A recognised layer.

    Attributes
    ----------
    columns
        Field name -> position of the file's column.
    unknown
        Headers that no field of the layer knows.
    missing
        Required fields that no header names.
    """

    layer: Layer
    columns: dict[str, int]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]


def template_columns(layer: str, language: str) -> dict[str, str]:
    """Field -> header, in the order of the template; ``language`` is ``zh`` or ``en``."""
    return {field.name: field.attribute.header(language) for field in layers()[layer].fields}


def header_key(text: str) -> str:
    """A header as compared: full width to half, no case, no spaces, brackets or units."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _NOISE.sub("", _BRACKETS.sub("", plain))


def recognise(headers: list[str], geometry: str | None) -> Match | None:
    """The layer that the headers fit best, or None where no layer has half of its required fields among them.

    Parameters
    ----------
    headers
        The file's header row.
    geometry
        ``point``, ``line``, ``polygon``, or None for a table.
    """
    fitting = [layer for layer in layers().values() if (layer.geometry == geometry if geometry else not _is_drawn(layer))]
    candidates = [_fit(layer, headers, geometry) for layer in fitting]
    candidates = [match for match in candidates if (geometry or not _is_any_list(match)) and not _is_any_line(match, headers)]
    if not candidates:
        return None
    return max(candidates, key=_score) if _score(max(candidates, key=_score)) > 0 else None


def fit_layer(layer: str, headers: list[str], geometry: str | None) -> Match:
    """How the headers fit one layer."""
    return _fit(layers()[layer], headers, geometry)


def _is_drawn(layer: Layer) -> bool:
    return layer.needs_map and layer.geometry == "line"


def _is_any_list(match: Match) -> bool:
    """Many a list has codes and names; without borders, and with other headers too, it is no list of areas."""
    required = {field.name for field in match.layer.fields if field.required}
    return match.layer.geometry == "polygon" and required <= {"code", "name_zh"} and bool(match.unknown)


def _is_any_line(match: Match, headers: list[str]) -> bool:
    """Any line may have a code: where a layer of lines asks for nothing more, its header must say of what, or all columns be there."""
    needed = [field.name for field in match.layer.fields if field.required]
    if match.layer.geometry != "line" or needed != ["code"] or len(match.columns) == len(match.layer.fields):
        return False
    return "code" in match.missing or header_key(headers[match.columns["code"]]) == "code"


def _fit(layer: Layer, headers: list[str], geometry: str | None) -> Match:
    accepted = _accepted(layer.id)
    columns: dict[str, int] = {}
    unknown = []
    for position, header in enumerate(headers):
        names = accepted.get(header_key(header), ())
        free = next((name for name in names if name not in columns), None)
        if free is None:
            unknown.append(header)
        else:
            columns[free] = position
    missing = tuple(field.name for field in layer.fields if field.is_needed(geometry) and field.name not in columns)
    return Match(layer, columns, tuple(unknown), missing)


def _score(match: Match) -> float:
    required = [field.name for field in match.layer.fields if field.required]
    met = len(required) - len(match.missing)
    if not met or met * 2 < len(required):
        return 0.0
    # A full set of required fields outweighs any number of chance matches.
    return (1000 if not match.missing else 0) + 10 * met - 5 * len(match.missing) + len(match.columns) - 3 * len(match.unknown)


@cache
def _accepted(layer_id: str) -> dict[str, tuple[str, ...]]:
    accepted: dict[str, tuple[str, ...]] = {}
    for field in layers()[layer_id].fields:
        own = (field.name, field.attribute.label_zh, field.attribute.label_en, *field.attribute.headers)
        for key in dict.fromkeys(header_key(name) for name in own):
            accepted[key] = (*accepted.get(key, ()), field.name)
    return accepted
