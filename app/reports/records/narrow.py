"""A record for somebody whose area is a part of the region.

Lists keep to the area; what else lies elsewhere is named by its code, without a way to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy.orm import Session

from app.reports.records.lines import Line
from app.reports.records.pages import Record
from app.reports.records.tables import Table
from app.reports.records.values import EMPTY, Cell
from app.services.queries.areas import keep_inside


def narrow_record(session: Session, region_id: int, record: Record, grids: tuple[int, ...] | None) -> Record:
    """The record with only what lies in the grids; as it is where ``grids`` is None. One statement more, however long its lists.

    A row of a list goes where the first thing that it names lies elsewhere, and is counted no more. Customers elsewhere are
    not named at all.
    """
    if grids is None:
        return record
    kept = keep_inside(session, region_id, grids, {(cell.kind, cell.id) for cell in _cells(record) if cell.kind})
    tables = {name: [_narrow_table(table, kept) for table in getattr(record, name)] for name in ("tables", "ways", "user_tables")}
    facts = [(label, _narrow_cell(cell, kept)) for label, cell in record.facts]
    place = record.place and replace(
        record.place, grids=[_narrow_cell(cell, kept) for cell in record.place.grids],
        inside=[_narrow_cell(cell, kept) for cell in record.place.inside],
    )
    return replace(record, **tables, facts=facts, place=place, lines=[_narrow_line(line, kept) for line in record.lines])


def _cells(record: Record) -> Iterator[Cell]:
    for table in (*record.tables, *record.ways, *record.user_tables):
        for row in table.rows:
            yield from row
    yield from (cell for _, cell in record.facts)
    if record.place:
        yield from (*record.place.grids, *record.place.inside)
    for line in record.lines:
        yield line.service
        yield from (step.thing for way in (*line.paths, *line.power) for step in way)


def _narrow_cell(cell: Cell, kept: set[tuple[str, int]]) -> Cell:
    if not cell.kind or (cell.kind, cell.id) in kept:
        return cell
    return EMPTY if cell.kind == "customer" else replace(cell, kind=None, id=None)


def _narrow_table(table: Table, kept: set[tuple[str, int]]) -> Table:
    rows = [row for row in table.rows if _is_kept(row, kept)]
    total = table.total if len(rows) == len(table.rows) else len(rows)
    return replace(table, rows=[[_narrow_cell(cell, kept) for cell in row] for row in rows], total=total)


def _is_kept(row: list[Cell], kept: set[tuple[str, int]]) -> bool:
    first = next((cell for cell in row if cell.kind), None)
    return first is None or (first.kind, first.id) in kept


def _narrow_line(line: Line, kept: set[tuple[str, int]]) -> Line:
    ways = {
        name: [[replace(step, thing=_narrow_cell(step.thing, kept)) for step in way] for way in getattr(line, name)]
        for name in ("paths", "power")
    }
    return replace(line, service=_narrow_cell(line.service, kept), **ways)
