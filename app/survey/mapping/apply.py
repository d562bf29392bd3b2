"""A source as its mapping reads it: the layer's fields in place of the file's columns."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from app.survey.findings import ERROR, Finding
from app.survey.headers import Match, header_key
from app.survey.layers import layers
from app.survey.mapping.rules import FieldRule, Row, SheetMapping, make_value
from app.survey.readers.source import RawRow, Source


def map_source(source: Source, mapping: SheetMapping) -> tuple[Source, Match]:
    """The source with the cells that the mapping makes, and how they fit the layer.

    The headers of its columns stay as written in the file, so that findings name them.
    """
    layer = layers()[mapping.layer]
    rules = mapping.fields
    headers = tuple(_header(name, rule) for name, rule in rules.items())
    findings = [*source.findings, *_lost_columns(source, mapping)]
    geometry = source.geometry if layer.geometry else None
    mapped = replace(
        source, headers=headers, geometry=geometry, crs=mapping.crs or source.crs, findings=findings,
        rows=partial(_rows, source.rows, source.headers, tuple(rules.values()), source.findings, findings),
    )  # fmt: skip
    missing = tuple(field.name for field in layer.fields if field.required and field.name not in rules)
    return mapped, Match(layer, {name: position for position, name in enumerate(rules)}, (), missing)


def _rows(rows: Callable[[], Iterator[RawRow]], headers: tuple[str, ...], rules: tuple[FieldRule, ...], told: list, findings: list):
    keys = [header_key(header) for header in headers]
    makers: list[Callable[[Row], object]] = [make_value(rule) for rule in rules]
    known = len(told)
    for number, cells, place in rows():
        if cells.__class__ is not Finding:
            row = (dict(zip(keys, cells, strict=True)), number)
            cells = tuple(make(row) for make in makers)
        yield number, cells, place
    # What the reader tells at its end.
    findings.extend(told[known:])


def _header(name: str, rule: FieldRule) -> str:
    if rule.column is None:
        return name
    return f"{rule.column}({rule.unit})" if rule.unit else rule.column


def _lost_columns(source: Source, mapping: SheetMapping) -> list[Finding]:
    known = {header_key(header) for header in source.headers}
    lost = [rule.column for rule in mapping.fields.values() if rule.column is not None and header_key(rule.column) not in known]
    return [
        Finding(
            "MAPPING_COLUMN", ERROR, source.header_row or None, column, found=", ".join(source.headers)[:200],
            expected=f"the column {column} of the mapping", next_step="correct the mapping, or give the column its name",
        )
        for column in lost
    ]  # fmt: skip
