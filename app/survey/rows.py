"""Rows of a source made ready for staging: typed values, geometry in EPSG:4490, and everything that is wrong told at once."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy
import shapely

from app.access.permissions import mask_always
from app.survey.findings import ERROR, INFO, Finding, SourceReport
from app.survey.headers import Match
from app.survey.placing import Place
from app.survey.readers.source import RawRow, Source, SourceFault
from app.survey.readers.wkb import hex_places
from app.survey.units import header_factor
from app.survey.values import Column, Problem, make_column

# Row number of the file, bad, the values in the order of the layer's fields, and the geometry as EWKB in hex.
StagedRow = tuple[int, bool, tuple[object, ...], str | None]

BATCH = 5_000
KEPT_FINDINGS = 1_000
SRID = 4490
_NOTHING = object()
# Layers whose code is only the own part of a full code, and the field with the part before it.
_CODE_PARENTS = {"segment": "cable", "room": "site", "rack": "room", "address": "building"}


def staged_rows(source: Source, match: Match, declared_crs: str | None, report: SourceReport) -> Iterator[StagedRow]:
    """Every row of the source, once, in the order of the file; a row with an error comes with ``bad`` true.

    Parameters
    ----------
    declared_crs
        What the caller says about all files (``EPSG:n``, ``gcj02``, ``bd09``); it wins over what a file says about itself.
    report
        Its ``rows_read``, ``crs`` and ``findings`` are filled while the rows are taken.
    """
    log = _Log(report)
    stager = _Stager(source, match, declared_crs, report, log)
    rows = source.rows()
    fault = None
    while fault is None:
        batch: list[RawRow] = []
        try:
            # Extending keeps the rows that came before a fault.
            batch.extend(islice(rows, BATCH))
        except SourceFault as raised:
            fault = raised
        if not batch:
            break
        report.rows_read += len(batch)
        yield from stager.stage(batch)
    for finding in source.findings:
        log.add(finding)
    if fault is not None:
        log.add(fault.finding)
    log.close()


def refused_rows(source: Source, report: SourceReport) -> None:
    """Count the rows of a source that no layer takes, all of them refused; a file that breaks off on the way is told."""
    try:
        for _ in source.rows():
            report.rows_read += 1
    except SourceFault as fault:
        report.findings.append(fault.finding)
    report.refused = report.rows_read


class _Log:
    """Findings of one source; beyond a thousand of one rule they are only counted."""

    def __init__(self, report: SourceReport):
        self._findings = report.findings
        self._counts: Counter[str] = Counter()

    def add(self, finding: Finding) -> None:
        self._counts[finding.rule] += 1
        if self._counts[finding.rule] <= KEPT_FINDINGS:
            self._findings.append(finding)

    def close(self) -> None:
        for rule, count in self._counts.items():
            if count > KEPT_FINDINGS:
                self._findings.append(
                    Finding(
                        "MORE",
                        INFO,
                        found=f"{count - KEPT_FINDINGS} more of {rule}",
                        next_step="correct the first ones and import again",
                    )
                )


class _Stager:
    """Turns batches of raw rows into staged rows."""

    def __init__(self, source: Source, match: Match, declared_crs: str | None, report: SourceReport, log: _Log):
        self._layer = match.layer
        self._headers = source.headers
        self._positions = [match.columns.get(field.name) for field in self._layer.fields]
        self._columns: list[Column | None] = [
            None if position is None else make_column(replace(field, required=field.is_needed(source.geometry)), source.headers[position])
            for field, position in zip(self._layer.fields, self._positions, strict=True)
        ]
        self._log = log
        self._codes = _code_fields(match)
        self._fields = {field.name: index for index, field in enumerate(self._layer.fields)}
        self._place = Place(source, match, declared_crs, log.add) if self._layer.geometry else None
        report.crs = self._place.crs if self._place else None
        self._tell_units(match)

    def _tell_units(self, match: Match) -> None:
        for field, position in zip(self._layer.fields, self._positions, strict=True):
            is_measure = position is not None and field.type in ("number", "int")
            written = header_factor(self._headers[position], field.attribute.unit) if is_measure else None
            if written and written[1] != 1:
                self._log.add(
                    Finding(
                        "UNIT_CONVERTED",
                        INFO,
                        column=self._headers[position],
                        found=written[0],
                        expected=field.attribute.unit,
                        next_step=f"values are multiplied by {written[1]:g}",
                    )
                )

    def stage(self, batch: list[RawRow]) -> Iterator[StagedRow]:
        """The rows of the batch; findings are added in the order of the rows."""
        told: list[tuple[int, Finding]] = []
        bad = [False] * len(batch)
        numbers, cells, places = zip(*batch, strict=True)
        if any(cell.__class__ is Finding for cell in cells):
            cells = [self._unreadable(position, cell, bad, told) for position, cell in enumerate(cells)]
        columns = list(zip(*cells, strict=True))
        problems: list[tuple[int, int, Problem]] = []
        values = [self._values(index, columns, len(batch), problems) for index in range(len(self._columns))]
        known_bad = list(bad)
        for position, index, problem in problems:
            if known_bad[position]:
                continue
            told.append((position, self._finding(numbers[position], index, problem, self._subject(values, position))))
            bad[position] |= problem.severity == ERROR
        shapes = self._shapes(values, places, numbers, bad, known_bad, told)
        for _, finding in sorted(told, key=lambda entry: entry[0]):
            self._log.add(finding)
        yield from zip(numbers, bad, zip(*values, strict=True), shapes, strict=True)

    def _unreadable(self, position: int, cells: object, bad: list[bool], told: list[tuple[int, Finding]]) -> object:
        if cells.__class__ is not Finding:
            return cells
        bad[position] = True
        told.append((position, cells))
        return (None,) * len(self._headers)

    def _values(self, index: int, columns: list[tuple], count: int, problems: list[tuple[int, int, Problem]]) -> list[object]:
        column = self._columns[index]
        if column is None:
            return [None] * count
        values = column.values_of(columns[self._positions[index]])
        if column.troubled:
            column.troubled = False
            for position, value in enumerate(values):
                if value.__class__ is Problem:
                    problems.append((position, index, value))
                    values[position] = value.value
        return values

    def _subject(self, values: list[list[object]], position: int) -> str | None:
        parts = [values[index][position] for index in self._codes]
        return "/".join(str(part) for part in parts) if parts and all(parts) else None

    def _finding(self, number: int, index: int, problem: Problem, subject: str | None) -> Finding:
        header = self._headers[self._positions[index]]
        found = mask_always(self._layer.table, self._layer.fields[index].name, problem.found or None)
        return Finding(problem.rule, problem.severity, number, header, subject, found, problem.expected, problem.next_step)

    def _shapes(self, values, places, numbers, bad, known_bad, told) -> list[str | None]:
        if self._place is None:
            return [None] * len(numbers)

        def tell(position: int, finding: Finding) -> None:
            if known_bad[position]:
                return
            bad[position] = True
            subject = self._subject(values, position)
            told.append(
                (
                    position,
                    Finding(
                        finding.rule, finding.severity, numbers[position], None, subject, finding.found, finding.expected, finding.next_step
                    ),
                )
            )

        columns = {name: values[index] for name, index in self._fields.items() if name in ("lon", "lat", "x", "y", "crs")}
        geometries = self._place.geometries(places, columns, numbers, tell)
        for name in self._place.pair or ():
            # The place says it all, and nothing asks for the numbers any more.
            values[self._fields[name]] = [None] * len(numbers)
        if self._place.lost:
            bad[:] = [True] * len(bad)
        elif self._layer.geometry_required:
            self._tell_missing(geometries, bad, numbers, tell)
        return hex_places(geometries, SRID)

    @staticmethod
    def _tell_missing(geometries, bad, numbers, tell) -> None:
        for position in numpy.flatnonzero(shapely.is_missing(geometries)):
            # A row that is bad already has said why its place is missing, or has worse to mend first.
            if not bad[position]:
                tell(
                    int(position),
                    Finding(
                        "GEOM_MISSING", ERROR, row=numbers[position], found="no place", expected="a place", next_step="survey the place"
                    ),
                )


def _code_fields(match: Match) -> list[int]:
    names = [field.name for field in match.layer.fields]
    if "code" in names:
        wanted = [_CODE_PARENTS.get(match.layer.id), "code"]
        return [names.index(name) for name in wanted if name in names]
    return [next((index for index, field in enumerate(match.layer.fields) if field.type == "code"), 0)]
