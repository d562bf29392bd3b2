"""Propose a mapping from the headers of a table and from the values below them; what is guessed says so."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from app.survey.headers import Match, fit_layer, header_key, recognise
from app.survey.layers import Field, Layer, layers
from app.survey.mapping.rules import FieldRule, SheetMapping, fingerprint
from app.survey.readers.source import Source, SourceFault
from app.survey.values import Problem, choice_words, make_column

SAMPLE_ROWS = 300
# So many of a column's values must be words of a list, or numbers in a range, before the column is believed to be it.
_MOST = 0.8
# Where nothing tells the layer, a point is likeliest a structure, and an area a customer area: it needs no level.
_BY_GEOMETRY = {"point": ("structure", "building"), "line": ("section", "road"), "polygon": ("grid", "customer_area")}
_BY_VALUES = ("lon", "lat", "x", "y")
# A type of dBase behind the name: "Nom,C,254".
_DBASE = re.compile(r",[CNDFL](,\d+)*$")
_CODE_WORDS = ("id", "code", "ref", "no", "编", "号", "fid", "objectid", "key")
# House numbers and streets as registers of addresses name them, compared like other headers.
_HOUSE_WORDS = ("number", "housenumber", "houseno", "addrhousenumber", "numvoi", "numero", "hausnummer", "hausnr", "门牌号", "门牌", "楼号")
_STREET_WORDS = (
    "street", "streetname", "addrstreet", "road", "liboff", "libvoi", "nomvoie", "nomvoi", "strasse", "straße", "街道", "道路", "路名",
)  # fmt: skip
_NAME_WORDS = ("name", "nom", "名", "label", "title")


@dataclass
class Proposal:
    """A proposed mapping of one table.

    Attributes
    ----------
    notes
        Field -> how it was found, or what has to be chosen.
    open_fields
        Required fields for which nothing was found.
    """

    mapping: SheetMapping
    notes: dict[str, str] = field(default_factory=dict)
    open_fields: tuple[str, ...] = ()


def propose(source: Source) -> Proposal | None:
    """The mapping that fits a table best; None where no layer has anything of it."""
    rows = _sample(source)
    columns = [[cells[position] for cells in rows] for position in range(len(source.headers))]
    match = recognise(_plain_headers(source), source.geometry)
    if match is not None and not match.missing:
        return _proposal(source, match.layer, *_by_headers(source, match), columns)
    names = ["building"] if _address_columns(source.headers) else []
    names += [match.layer.id] if match and match.layer.id not in names else []
    names += [name for name in _BY_GEOMETRY.get(source.geometry or "", ()) if name not in names]
    if source.geometry is None and (not match or _coordinates(source, columns)):
        names.append("structure")
    proposals = [_proposal(source, layers()[name], *_by_headers(source, _fit(source, name)), columns) for name in names]
    return min(proposals, key=lambda one: len(one.open_fields), default=None)


def propose_layer(source: Source, layer: str) -> Proposal:
    """The mapping that fits a table best where somebody has said which layer it is."""
    rows = _sample(source)
    columns = [[cells[position] for cells in rows] for position in range(len(source.headers))]
    return _proposal(source, layers()[layer], *_by_headers(source, fit_layer(layer, _plain_headers(source), source.geometry)), columns)


def _plain_headers(source: Source) -> list[str]:
    return [_DBASE.sub("", header) for header in source.headers]


def _sample(source: Source) -> list[tuple]:
    try:
        return [cells for _, cells, _ in islice(source.rows(), SAMPLE_ROWS) if isinstance(cells, tuple)]
    except SourceFault:
        return []


def _fit(source: Source, layer: str) -> Match | None:
    return next((match for match in [recognise(_plain_headers(source), source.geometry)] if match and match.layer.id == layer), None)


def _by_headers(source: Source, match: Match | None) -> tuple[dict[str, FieldRule], dict[str, str]]:
    found = {} if match is None else {name: FieldRule(column=source.headers[position]) for name, position in match.columns.items()}
    return found, dict.fromkeys(found, "header")


def _proposal(source: Source, layer: Layer, rules: dict[str, FieldRule], notes: dict[str, str], columns: list[list]) -> Proposal:
    taken = {rule.column for rule in rules.values()}
    for name, (column, note) in _guessed(source, layer, columns, taken).items():
        if name not in rules and column not in taken:
            rules[name], notes[name] = FieldRule(column=column), note
            taken.add(column)
    _add_constants(source, layer, rules, notes)
    for name, rule in rules.items():
        rules[name] = _with_lookup(layer.field(name), rule, source, columns)
    ordered = {one.name: rules[one.name] for one in layer.fields if one.name in rules}
    open_fields = tuple(one.name for one in layer.fields if one.required and one.name not in ordered)
    if layer.geometry_required and source.geometry is None and not {"lon", "lat"} <= ordered.keys() and not {"x", "y"} <= ordered.keys():
        open_fields += ("geometry",)
    mapping = SheetMapping(layer.id, ordered, source.sheet, fingerprint(source.headers, source.geometry))
    return Proposal(mapping, notes, open_fields)


def _guessed(source: Source, layer: Layer, columns: list[list], taken: set) -> dict[str, tuple[str, str]]:
    """Field -> column and how it was found, by parts of headers and by values."""
    found: dict[str, tuple[str, str]] = {}
    free = [position for position, header in enumerate(source.headers) if header and header not in taken]
    fields = {one.name: one for one in layer.fields}
    for name, position in _coordinates(source, columns).items():
        if name in fields and source.geometry is None:
            found[name] = (source.headers[position], "values")
    if "code" in fields and (position := _code_column(source, columns, free)) is not None:
        found["code"] = (source.headers[position], "values: each row has another")
    for name, one in fields.items():
        if name in found:
            continue
        is_listed = one.type == "choice" and one.required
        named = [at for at in free if _is_part(one, source.headers[at])]
        # A part of a header proves little: what every row needs must be there in the values, too.
        position = next((at for at in named if not is_listed or _are_words(one, columns[at])), None)
        if position is None and is_listed:
            position = next((at for at in free if _are_words(one, columns[at]) and not _numbers(columns[at])), None)
        if position is not None:
            found[name] = (source.headers[position], "header, in part" if _is_part(one, source.headers[position]) else "values")
    return found


def _code_column(source: Source, columns: list[list], free: list[int]) -> int | None:
    """A column that has another short value in each row; one whose header sounds like a code first."""
    unique = [at for at in free if columns[at] and _is_unique(columns[at])]
    named = [at for at in unique if any(word in header_key(source.headers[at]) for word in _CODE_WORDS)]
    return next(iter(named or unique), None)


def _is_unique(cells: Sequence[object]) -> bool:
    texts = [str(cell).strip() for cell in cells if cell is not None]
    short = all(0 < len(text) <= 60 for text in texts)
    fractions = any(cell.__class__ is float and not cell.is_integer() for cell in cells)
    return len(texts) == len(cells) == len(set(texts)) and short and not fractions


def _coordinates(source: Source, columns: list[list]) -> dict[str, int]:
    """Columns whose numbers can only be coordinates: degrees of a pair by their headers, metres by their size."""
    numbers = {at: found for at, cells in enumerate(columns) if (found := _numbers(cells))}
    pairs: dict[str, int] = {}
    for at, values in numbers.items():
        key = header_key(_DBASE.sub("", source.headers[at]))
        if all(abs(value) <= 180 for value in values) and re.search(r"lon|lng|经", key):
            pairs.setdefault("lon", at)
        elif all(abs(value) <= 90 for value in values) and re.search(r"lat|纬", key):
            pairs.setdefault("lat", at)
        elif all(1e6 <= value < 1e7 for value in values):
            pairs.setdefault("x", at)
        elif all(1e5 <= value < 1e6 or 2.5e7 <= value < 4.6e7 for value in values):
            pairs.setdefault("y", at)
    kept = {"lon", "lat"} if {"lon", "lat"} <= pairs.keys() else {"x", "y"} if {"x", "y"} <= pairs.keys() else set()
    return {name: at for name, at in pairs.items() if name in kept}


def _numbers(cells: Iterable[object]) -> list[float]:
    """The numbers of a column; none where it holds anything else, or hardly any."""
    found, filled = [], 0
    for cell in cells:
        if cell in (None, ""):
            continue
        filled += 1
        try:
            found.append(float(str(cell).replace(",", ".")))
        except ValueError:
            return []
    return found if filled else []


def _is_part(one: Field, header: str) -> bool:
    """True where a header says a field's name and something more: 人井编号(新)."""
    key = header_key(_DBASE.sub("", header))
    names = [header_key(name) for name in (one.attribute.label_zh, *one.attribute.headers) if len(name) > 1]
    if one.name.startswith("name"):
        return any(word in key for word in _NAME_WORDS)
    return any(len(name) > 1 and name in key for name in names if not name.isascii() or len(name) > 3)


def _are_words(one: Field, cells: Sequence[object]) -> bool:
    """True where nearly every row has a word of the field's list."""
    filled = [cell for cell in cells if cell not in (None, "")]
    if not filled or len(filled) < _MOST * len(cells):
        return False
    parse = make_column(one, one.name)
    known = sum(value.__class__ is not Problem for value in parse.values_of(filled))
    return known >= _MOST * len(filled)


def _address_columns(headers: Sequence[str]) -> tuple[str, str] | None:
    """The columns of house number and street, by which a list of addresses is known."""
    # A pattern names a cell by its header, or by the header's key where that holds signs of the pattern.
    shown = {header: header_key(header) if re.search("[{}:]", header) else header for header in headers}
    keys = {re.sub(r"[^\w]", "", header_key(_DBASE.sub("", header))): name for header, name in shown.items()}
    number, street = (next((keys[word] for word in words if word in keys), None) for words in (_HOUSE_WORDS, _STREET_WORDS))
    return (number, street) if number and street else None


def _add_constants(source: Source, layer: Layer, rules: dict[str, FieldRule], notes: dict[str, str]) -> None:
    address = _address_columns(source.headers) if layer.id == "building" else None
    if address:
        number, street = address
        rules["name_zh"], notes["name_zh"] = FieldRule(pattern=f"{{{street}}} {{{number}}}"), "header: street and house number"
        if "floor_count" not in rules:
            rules["floor_count"], notes["floor_count"] = FieldRule(constant="1"), "choose: nothing tells the floors, so 1 is put in"
    for one in layer.fields:
        if not one.required or one.name in rules:
            continue
        if one.type == "choice":
            listed = choice_words(one)
            said = _word_in(listed, f"{source.sheet or ''} {source.file.rpartition('/')[2]}")
            if said:
                rules[one.name], notes[one.name] = FieldRule(constant=said), "guessed from the name of the sheet or file"
            else:
                notes[one.name] = "choose one of " + ", ".join(listed)
        elif one.name == "code":
            prefix = re.sub(r"\W+", "-", (source.sheet or layer.id)).strip("-").upper()[:20]
            rules["code"], notes["code"] = FieldRule(pattern=f"{prefix}-{{row:4}}"), "no column has codes: numbered by row"


def _word_in(listed: dict, text: str) -> str | None:
    said = text.casefold()
    for value, word in listed.items():
        if any(len(name) > 1 and name.casefold() in said for name in (word.label_zh, word.label_en, *word.synonyms)):
            return value
    return None


def _with_lookup(one: Field, rule: FieldRule, source: Source, columns: list[list]) -> FieldRule:
    """The rule, with a line for each word of the file that the list of the field does not know; and with a unit where it is plain."""
    if one.type != "choice" or rule.column is None:
        return rule
    cells = columns[source.headers.index(rule.column)]
    parse = make_column(one, one.name)
    strange = sorted({str(cell) for cell in cells if cell not in (None, "") and parse[cell].__class__ is Problem})[:30]
    return FieldRule(column=rule.column, lookup={word: "" for word in strange}) if strange else rule
