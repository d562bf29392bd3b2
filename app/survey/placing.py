"""How the rows of a source get their place: by which columns, in which coordinate system, for the whole source or row by row."""

from collections.abc import Callable, Sequence

import numpy

from app.core.errors import InputError
from app.survey.datum import Datum, read_datum
from app.survey.degrees import degrees_of_digits
from app.survey.findings import ERROR, INFO, Finding
from app.survey.headers import Match
from app.survey.places import Tell, check_shapes, convert, fit_type, from_columns, from_wkb
from app.survey.readers.source import Source
from app.survey.units import is_degrees_header

# Fewer points than this may well look like degrees and minutes by chance.
_FEW, _MANY = 3, 8
_LOOKED_AT = 500


class Place:
    """The geometries of one source.

    Attributes
    ----------
    crs
        Name of the CRS used, None where there is none; ``by row`` where each row names its own.
    pair
        The two columns that the places are made of, east first; None where the file draws them, or there are none.
    lost
        True where no row can have a place, which has been told once.
    """

    def __init__(self, source: Source, match: Match, declared_crs: str | None, log: Callable[[Finding], None]):
        self._kind = match.layer.geometry
        self.pair = None if source.geometry else _coordinate_pair(match)
        self._log = log
        self._by_row = "crs" in match.columns
        self._datums: dict[str, Datum | Finding] = {}
        self.lost = False
        self.crs = None
        self._datum = None
        self._is_settled = self.pair != ("lon", "lat") or any(
            is_degrees_header(source.headers[match.columns[name]]) is not None for name in self.pair
        )
        if source.geometry is None and self.pair is None:
            if match.layer.geometry_required:
                self._lose(
                    "COLUMNS_MISSING",
                    "no geometry",
                    "lon and lat, or x and y" if self._kind == "point" else "a GeoPackage or GeoJSON",
                    "add the columns of the coordinates" if self._kind == "point" else "deliver the layer with its geometry",
                )
            return
        try:
            self._datum = self._choose(source, declared_crs)
        except InputError as fault:
            # A column may still name the CRS of each row.
            if not self._by_row:
                self._lose(fault.code, fault.found, fault.expected, fault.next_step)
        self.crs = "by row" if self._by_row else self._datum.name if self._datum else None

    def _lose(self, rule: str, found: str | None, expected: str | None, next_step: str | None) -> None:
        self.lost = True
        self._log(Finding(rule, ERROR, found=found, expected=expected, next_step=next_step))

    def _choose(self, source: Source, declared_crs: str | None) -> Datum:
        declared_crs = declared_crs or (source.crs if self.pair else None)
        datum = read_datum(declared_crs) if declared_crs else None
        if self.pair == ("lon", "lat"):
            if datum and datum.geographic:
                return datum
            found, step = "longitude and latitude without a CRS", "give --crs gcj02 or bd09 where that is wrong"
            self._log(Finding("CRS_ASSUMED", INFO, found=found, expected="EPSG:4490", next_step=step))
            return read_datum("EPSG:4490")
        if self.pair == ("y", "x"):
            if datum is None or datum.geographic:
                step = "give --crs EPSG:n, such as EPSG:4546"
                raise InputError("CRS_MISSING", "", found="x and y without a CRS", expected="a CRS in metres", next_step=step)
            return datum
        if datum is None and source.crs is None:
            raise InputError("CRS_MISSING", "", found="a file without a CRS", expected="a CRS", next_step="give --crs EPSG:n")
        if datum and source.crs and datum.name != source.crs:
            step = "the CRS given with --crs is used"
            self._log(Finding("CRS_OVERRIDDEN", INFO, found=source.crs[:100], expected=datum.name, next_step=step))
        return datum or read_datum(source.crs)

    def geometries(self, places: Sequence, columns: dict[str, list], numbers: Sequence[int], tell: Tell) -> numpy.ndarray:
        """The geometry of each row in EPSG:4490, None where there is none or where it was told to be wrong."""
        if self._datum is None and not self._by_row:
            return numpy.full(len(numbers), None, dtype=object)
        if self.pair:
            if not self._is_settled:
                self._ask_for_digits(columns["lon"], columns["lat"])
                if self.lost:
                    return numpy.full(len(numbers), None, dtype=object)
            made = from_columns(columns[self.pair[0]], columns[self.pair[1]])
        else:
            made = fit_type(from_wkb(list(places), numbers, tell), self._kind, numbers, tell)
        placed = self._convert_by_row(made, columns["crs"], numbers, tell) if self._by_row else convert(made, self._datum, numbers, tell)
        check_shapes(placed, self._kind, numbers, tell)
        return placed

    def _convert_by_row(self, made: numpy.ndarray, names: list, numbers: Sequence[int], tell: Tell) -> numpy.ndarray:
        groups: dict[str | None, list[int]] = {}
        for position, name in enumerate(names):
            if made[position] is not None:
                groups.setdefault(name.strip() if name and name.strip() else None, []).append(position)
        placed = numpy.full(len(made), None, dtype=object)
        for name, positions in groups.items():
            datum = self._row_datum(name)
            if isinstance(datum, Finding):
                for position in positions:
                    tell(position, datum)
                continue
            of_row = [numbers[position] for position in positions]
            placed[positions] = convert(made[positions], datum, of_row, lambda at, finding, rows=positions: tell(rows[at], finding))
        return placed

    def _row_datum(self, name: str | None) -> Datum | Finding:
        if name is None:
            step = "fill in the column, or give --crs for the rows without one"
            return self._datum or Finding("I42", ERROR, found="no CRS in the row", expected="a CRS in each row", next_step=step)
        if name not in self._datums:
            try:
                self._datums[name] = read_datum(name)
            except InputError as fault:
                self._datums[name] = Finding(fault.code, ERROR, found=fault.found, expected=fault.expected, next_step=fault.next_step)
        return self._datums[name]

    def _ask_for_digits(self, longitudes: list, latitudes: list) -> None:
        """Tell once where decimal degrees might be degrees, minutes and seconds in the digits of a number (I14)."""
        self._is_settled = True
        pairs = [(x, y) for x, y in zip(longitudes, latitudes, strict=True) if x is not None and y is not None][:_LOOKED_AT]
        flat = [value for pair in pairs for value in pair]
        digits = [len(repr(value).partition(".")[2]) for value in flat]
        if not flat or max(digits) < 4 or min(digits) < 2 or any(degrees_of_digits(value) is None for value in flat):
            return
        if max(digits) > 4 and len(pairs) < _MANY:
            return
        x, y = pairs[0]
        severity = ERROR if len(pairs) >= _FEW else INFO
        self.lost = severity == ERROR
        self._log(Finding(
            "I14", severity, found=f"{x:.10g}, {y:.10g}",
            expected=f"decimal degrees, or degrees, minutes and seconds: {degrees_of_digits(x):.6f}, {degrees_of_digits(y):.6f}",
            next_step="say which in the headers: 经度(度) and 纬度(度) for decimal degrees, 经度(DD.MMSS) and 纬度(DD.MMSS) for the other",
        ))  # fmt: skip


def _coordinate_pair(match: Match) -> tuple[str, str] | None:
    """The columns of east and north; survey X is the northing."""
    return next((pair for pair in (("lon", "lat"), ("y", "x")) if all(name in match.columns for name in pair)), None)
