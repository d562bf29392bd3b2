"""A report of an answer as PDF: what was asked and of which data, its sentences, a map, and each table with its bars.

The map is drawn from the answer's own places over the outlines of the towns; EPSG:4490, lon before lat, north up, so one degree of
longitude is drawn narrower by the cosine of the latitude.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import cos, radians
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from app.core.errors import SystemFault
from app.reports.questions.wording import say
from app.reports.tables import text_width

# Debian's fonts-noto-cjk; the third face of the collection is that of simplified characters.
FONTS, FACE = Path("/usr/share/fonts/opentype/noto"), 2
REGULAR = "NotoSansCJK-Regular.ttc"
# So many rows of a table are printed; the workbook has them all.
MOST_ROWS, MOST_BARS = 200, 20
_MARGIN, _LINE, _SMALL = 12.0, 5.0, 7.5
_MAP_HEIGHT, _LEAST_DEGREES, _BAR_STEP = 95.0, 0.004, 3.2
_INK, _GROUND, _MARK = (40, 40, 40), (170, 176, 184), (214, 110, 30)
_COLOURS = ((47, 111, 168), (224, 120, 42), (111, 154, 61))
_NUMBERS = ("count", "number", "ratio", "wan", "yuan")


class Report(FPDF):
    """A4 across, in one font that has both languages."""

    def __init__(self, foot: str) -> None:
        super().__init__(orientation="landscape", format="A4")
        self.foot_line = foot
        self.set_margins(_MARGIN, _MARGIN)
        self.set_auto_page_break(True, _MARGIN + 4)
        self.add_font("report", "", find_font(), collection_font_number=FACE)
        self.set_font("report", size=9)

    def footer(self) -> None:
        """What the figures rest on, and the page."""
        self.set_y(-_MARGIN)
        self.set_font("report", size=_SMALL)
        self.set_text_color(120, 120, 120)
        self.cell(self.epw - 30, _LINE, self.foot_line)
        self.cell(30, _LINE, f"{self.page_no()} / {{nb}}", align="R")
        self.set_text_color(*_INK)

    def line_of(self, written: str, size: float = 9, height: float = _LINE) -> None:
        """A paragraph."""
        self.set_font("report", size=size)
        self.multi_cell(self.epw, height, written, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def keep(self, height: float) -> None:
        """Begin a page where so many mm do not fit any more."""
        if self.will_page_break(height):
            self.add_page()


def find_font() -> Path:
    """The file of the font.

    Raises
    ------
    SystemFault
        ``FONT_MISSING``.
    """
    found = FONTS / REGULAR
    if not found.is_file():
        told, step = "The font that reports are written in is not installed.", "Let an administrator install it, or take the workbook."
        raise SystemFault("FONT_MISSING", told, expected="fonts-noto-cjk", next_step=step)
    return found


def build_report(told: Mapping, dated: Sequence[Sequence], made_at: datetime) -> bytes:
    """The answer as PDF.

    Parameters
    ----------
    told
        As `app.reports.questions.tables.tell_answer`; for a map with ``shapes`` (geometries by kind:key) and ``ground`` (outlines, names).
    dated
        Labels and values of what it rests on; they stand at the foot of each page.
    """
    language = told["language"]
    report = Report(" · ".join(f"{label} {value}" for label, value in dated))
    report.set_creation_date(made_at)
    report.set_title(f"{told['question']} {told['title']}")
    report.set_text_color(*_INK)
    report.add_page()
    report.line_of(f"{told['question']} {told['title']}", 15, 8)
    report.line_of(told["about"], 8)
    asked = [f"{label}: {value}" for label, value in told["asked"] if value not in (None, "")]
    if asked:
        report.line_of(f"{say('asked', language)} - {'; '.join(asked)}"[:1500], 8)
    for note in told["notes"]:
        report.line_of(note)
    _draw_map(report, told.get("shapes") or {}, told.get("ground") or [])
    for table in told["tables"]:
        _write_table(report, table, language)
    return bytes(report.output())


def _write_table(report: Report, table: Mapping, language: str) -> None:
    # A title stays with its bars, or with its first rows.
    report.keep(26 + _bars_height(table))
    report.ln(3)
    total = table.get("total", len(table["rows"]))
    report.line_of(f"{table['title']} ({total})", 11, 6)
    if not table["rows"]:
        report.line_of("–", 8)
        return
    _draw_bars(report, table)
    rows = table["rows"][:MOST_ROWS]
    cells = [[_shown(value) for value in row] for row in rows]
    heads = [column["label"] for column in table["columns"]]
    wide = [min(max(text_width(cell) for cell in [head, *column]), 44) + 2 for head, *column in zip(heads, *cells, strict=True)]
    unit = min(report.epw / sum(wide), 1.7)
    sides = ["R" if column["kind"] in _NUMBERS else "L" for column in table["columns"]]
    size = min(_SMALL, unit * 4.6)
    _row(report, heads, wide, unit, sides, size, is_head=True)
    for row in cells:
        if report.will_page_break(_LINE):
            report.add_page()
            _row(report, heads, wide, unit, sides, size, is_head=True)
        _row(report, row, wide, unit, sides, size)
    if total > len(rows):
        report.line_of(say("more_rows", language, count=total - len(rows)), 8)


def _row(report: Report, cells: Sequence[str], wide, unit: float, sides, size: float, is_head: bool = False) -> None:
    report.set_font("report", size=size)
    report.set_fill_color(235, 239, 243)
    report.set_draw_color(200, 205, 210)
    report.set_line_width(0.15)
    for cell, width, side in zip(cells, wide, sides, strict=True):
        report.cell(width * unit, _LINE, _cut(cell, width - 1), align=side, fill=is_head, border="B")
    report.ln(_LINE)


def _cut(cell: str, width: int) -> str:
    """The text as far as it fits so many columns of a terminal."""
    if text_width(cell) <= width:
        return cell
    while cell and text_width(cell) > width - 1:
        cell = cell[:-1]
    return f"{cell}…"


def _shown(value) -> str:
    if value is None or value == "":
        return "–"
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def _bars_height(table: Mapping) -> float:
    return 8 + _BAR_STEP * (len(table["chart"]) + 0.4) * min(len(table["rows"]), MOST_BARS) if table["chart"] else 0.0


def _draw_bars(report: Report, table: Mapping) -> None:
    """Bars of the columns that the answer compares, each row under its name."""
    names = [column["name"] for column in table["columns"]]
    places = [names.index(name) for name in table["chart"]]
    rows = table["rows"][:MOST_BARS]
    most = max((abs(row[place] or 0) for row in rows for place in places), default=0)
    if not most or len(rows) < 2:
        return
    texts = [place for place, column in enumerate(table["columns"]) if column["kind"].split(":")[0] in ("text", "code", "list")][:3]
    step = _BAR_STEP
    report.set_font("report", size=_SMALL)
    for index, place in enumerate(places):
        report.set_text_color(*_COLOURS[index % 3])
        report.cell(60, _LINE, table["columns"][place]["label"])
    report.set_text_color(*_INK)
    report.ln(_LINE)
    room = report.epw - 110
    for row in rows:
        top = report.get_y()
        report.set_font("report", size=6.5)
        report.cell(70, step, _cut(" · ".join(str(row[place]) for place in texts if row[place]), 58))
        for index, place in enumerate(places):
            value = row[place] or 0
            report.set_fill_color(*_COLOURS[index % 3])
            report.rect(_MARGIN + 72, top + index * step + 0.4, max(0.3, room * abs(value) / most), step - 0.9, style="F")
            report.set_xy(_MARGIN + 74 + room * abs(value) / most, top + index * step)
            report.cell(34, step, _shown(row[place]))
        report.set_xy(_MARGIN, top + (len(places) + 0.4) * step)
    report.ln(2)


def _draw_map(report: Report, shapes: Mapping[str, Mapping], ground: Sequence[Mapping]) -> None:
    spots = [spot for shape in shapes.values() for line in _lines(shape) for spot in line]
    if not spots:
        return
    report.keep(_MAP_HEIGHT + 4)
    report.ln(2)
    frame = _Frame(spots, _MARGIN, report.get_y(), report.epw, _MAP_HEIGHT)
    with report.rect_clip(frame.left, frame.top, frame.wide, frame.high):
        report.set_line_width(0.2)
        report.set_draw_color(*_GROUND)
        for one in ground:
            for line in _lines(one["shape"]):
                report.polyline([frame.place(spot) for spot in line])
        report.set_font("report", size=6.5)
        report.set_text_color(*_GROUND)
        for one in ground:
            report.text(*frame.place(one["at"]), one["name"])
        report.set_text_color(*_INK)
        report.set_draw_color(*_MARK)
        report.set_fill_color(*_MARK)
        for shape in shapes.values():
            _draw_shape(report, frame, shape)
    report.set_draw_color(*_GROUND)
    report.set_line_width(0.2)
    report.rect(frame.left, frame.top, frame.wide, frame.high)
    _draw_scale(report, frame)
    report.set_xy(_MARGIN, frame.top + frame.high + 2)


def _draw_shape(report: Report, frame: "_Frame", shape: Mapping) -> None:
    if shape["type"] == "Point":
        x, y = frame.place(shape["coordinates"])
        report.circle(x, y, 0.9, style="F")
        return
    report.set_line_width(0.35 if shape["type"].endswith("Polygon") else 0.7)
    for line in _lines(shape):
        report.polyline([frame.place(spot) for spot in line])


def _draw_scale(report: Report, frame: "_Frame") -> None:
    """A bar of a round length, at most a fifth of the map."""
    metres = max(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)
                 if step / frame.metres_per_mm <= frame.wide / 5 or step == 1)  # fmt: skip
    length, y = metres / frame.metres_per_mm, frame.top + frame.high - 3
    report.set_draw_color(*_INK)
    report.line(frame.left + 4, y, frame.left + 4 + length, y)
    report.set_font("report", size=6.5)
    report.text(frame.left + 5 + length, y + 0.8, f"{metres} m" if metres < 1000 else f"{metres // 1000} km")


class _Frame:
    """From lon and lat to mm on the page; the spots fill it with a margin."""

    def __init__(self, spots: Sequence[Sequence[float]], left: float, top: float, wide: float, high: float) -> None:
        self.left, self.top, self.wide, self.high = left, top, wide, high
        lons, lats = [spot[0] for spot in spots], [spot[1] for spot in spots]
        self.lon, self.lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
        self.narrow = cos(radians(self.lat))
        across = max((max(lons) - min(lons)) * self.narrow, _LEAST_DEGREES)
        along = max(max(lats) - min(lats), _LEAST_DEGREES)
        self.scale = 0.9 * min(wide / across, high / along)
        # A degree of latitude is 111.2 km long.
        self.metres_per_mm = 111_200 / self.scale

    def place(self, spot: Sequence[float]) -> tuple[float, float]:
        """x and y on the page."""
        x = self.left + self.wide / 2 + (spot[0] - self.lon) * self.narrow * self.scale
        return x, self.top + self.high / 2 - (spot[1] - self.lat) * self.scale


def _lines(shape: Mapping) -> Iterable[Sequence[Sequence[float]]]:
    """The lines and rings of a GeoJSON geometry; a point is a line of one spot."""
    parts = shape["coordinates"]
    match shape["type"]:
        case "Point":
            yield [parts]
        case "LineString" | "MultiPoint":
            yield parts
        case "MultiLineString" | "Polygon":
            yield from parts
        case "MultiPolygon":
            for polygon in parts:
                yield from polygon
