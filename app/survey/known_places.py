"""Points of a survey held against what is known: the plant of the same codes, the region's borders, each other (I10-I15)."""

import math
from dataclasses import dataclass

import numpy
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.survey.findings import ERROR, INFO, WARNING, Finding, SourceReport
from app.survey.offsets import FITS_M, MOST, distances_m, explain_distance, explain_offset

LAYERS = ("structure", "building")
# A point that has moved farther than this is no correction of a survey.
MOVED_M = 50
_SAMPLE = 5_000
_REPEATED, _REPEATED_SHARE = 5, 0.2

_KNOWN = """
SELECT s.row_no, s.code, ST_X(s.geom), ST_Y(s.geom), ST_X(t.geom), ST_Y(t.geom)
FROM (SELECT row_no, code, key, geom FROM stage_{layer} WHERE source_no = :source AND NOT bad AND geom IS NOT NULL {limit}) s
JOIN code_index k ON k.region_id = :region AND k.kind = '{layer}' AND k.code_key = s.key AND NOT k.is_alias
JOIN {layer} t ON t.region_id = :region AND t.id = k.id AND (CAST(:grids AS bigint[]) IS NULL OR t.grid_id = ANY (:grids)) {moved}
"""
_SAMPLED = f"LIMIT {_SAMPLE}"
_MOVED = f"AND NOT s.geom && ST_Expand(t.geom, 0.0004) WHERE ST_DistanceSphere(s.geom, t.geom) > {MOVED_M} ORDER BY s.row_no"


@dataclass(frozen=True)
class Known:
    """The network against which points are held: a region, or those grids of it that the person may see."""

    region: int
    grids: tuple[int, ...] | None


def check_places(session: Session, known: Known, source_no: int, report: SourceReport, declared: bool) -> None:
    """Tell where points do not lie where they should; rows with an error are marked bad.

    Parameters
    ----------
    declared
        True where the caller has named the system: what is found is then a warning, since it has been asked and answered.
    """
    if report.layer not in LAYERS or not report.crs:
        return
    _check_repeated(session, source_no, report)
    rows = _read(session, known, source_no, report.layer, _SAMPLED, "")
    if not rows:
        _propose_near(session, known.region, source_no, report)
        return
    _, _, placed, places = _columns(rows)
    moved = distances_m(placed, places) > MOVED_M
    if moved.mean() >= MOST and len(rows) >= 3:
        _tell_shift(session, source_no, report, placed, places, declared)
    elif moved.any() or len(rows) >= _SAMPLE:
        _tell_outliers(session, known, source_no, report)


def _read(session: Session, known: Known, source_no: int, layer: str, limit: str, moved: str) -> list:
    statement = _KNOWN.format(layer=layer, limit=limit, moved=moved)
    grids = None if known.grids is None else list(known.grids)
    return session.execute(text(statement), {"region": known.region, "grids": grids, "source": source_no}).all()


def _columns(rows: list) -> tuple[list[int], list[str], numpy.ndarray, numpy.ndarray]:
    numbers, codes, *places = zip(*rows, strict=True)
    array = numpy.array(places, dtype=float).T
    return list(numbers), list(codes), array[:, :2], array[:, 2:]


def _tell_shift(
    session: Session, source_no: int, report: SourceReport, placed: numpy.ndarray, known: numpy.ndarray, declared: bool
) -> None:
    """The whole file lies beside the plant: by a system that fits, or by one vector (I11, I13)."""
    found = explain_offset(placed, known, report.crs)
    before = numpy.median(distances_m(placed, known))
    said = f"{len(placed)} known points, half of them more than {before:.1f} m from their places"
    severity = WARNING if declared else ERROR
    if found:
        rule = "I13" if found.crs.startswith("EPSG") and not report.crs.startswith(("gcj", "bd")) else "I11"
        expected = f"{found}: {found.after_m:.1f} m after"
        step = f"give --crs {found.crs} if that is so, --crs {report.crs} if the points were moved indeed"
        report.findings.append(Finding(rule, severity, found=said, expected=expected, next_step=step))
    else:
        east, north = _vector_m(placed, known)
        is_one = max(east.std(), north.std()) <= FITS_M
        shift = f", all by {east.mean():.1f} m east and {north.mean():.1f} m north" if is_one else ""
        step = f"find out the system of the file and give --crs; --crs {report.crs} if the points were moved indeed"
        report.findings.append(Finding("I11", severity, found=said + shift, expected="no known system explains it", next_step=step))
    if severity == ERROR:
        session.execute(text(f"UPDATE stage_{report.layer} SET bad = true WHERE source_no = :source"), {"source": source_no})


def _vector_m(placed: numpy.ndarray, known: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    step = placed - known
    metres = 111_320.0
    return step[:, 0] * metres * math.cos(math.radians(float(known[:, 1].mean()))), step[:, 1] * metres


def _tell_outliers(session: Session, known: Known, source_no: int, report: SourceReport) -> None:
    """Single points far from their known places, while the batch agrees (I10)."""
    rows = _read(session, known, source_no, report.layer, "", _MOVED)
    if not rows:
        return
    numbers, codes, placed, places = _columns(rows)
    for number, code, at, place in zip(numbers, codes, placed, places, strict=True):
        found = explain_offset(at[None], place[None], report.crs)
        report.findings.append(Finding(
            "I10", ERROR, number, subject=code, found=f"{distances_m(at[None], place[None])[0]:.0f} m from where it stands",
            expected=f"within {MOVED_M} m of its place" + (f"; read as {found} it would be {found.after_m:.1f} m" if found else ""),
            next_step="correct the point, or move the thing in NetGrid if it stands elsewhere now",
        ))  # fmt: skip
    session.execute(
        text(f"UPDATE stage_{report.layer} SET bad = true WHERE source_no = :source AND row_no = ANY (:rows)"),
        {"source": source_no, "rows": numbers},
    )


def _check_repeated(session: Session, source_no: int, report: SourceReport) -> None:
    """One place for many rows is a place that nobody surveyed (I15)."""
    sample = f"SELECT geom FROM stage_{report.layer} WHERE source_no = :source AND NOT bad AND geom IS NOT NULL {_SAMPLED}"
    row = session.execute(
        text(f"SELECT ST_AsText(geom, 6) AS place, count(*) AS many, (SELECT count(*) FROM ({sample}) a) AS rows, geom"
             f" FROM ({sample}) s GROUP BY geom ORDER BY count(*) DESC LIMIT 1"),
        {"source": source_no},
    ).one_or_none()  # fmt: skip
    if row is None or row.many < _REPEATED or row.many < _REPEATED_SHARE * row.rows:
        return
    report.findings.append(Finding(
        "I15", ERROR, found=f"{row.many} of {row.rows} rows at one place: {row.place}", expected="a place for each thing",
        next_step="survey the places; these rows are refused",
    ))  # fmt: skip
    refuse = text(f"UPDATE stage_{report.layer} SET bad = true WHERE source_no = :source AND geom = :geom")
    session.execute(refuse, {"source": source_no, "geom": row.geom})


def _propose_near(session: Session, region: int, source_no: int, report: SourceReport) -> None:
    """Of points far from the region, tell in which system they would lie in it; that they are far is told later, with the rows."""
    box = session.execute(
        text("SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b)"
             " FROM (SELECT ST_Extent(geom) AS b FROM grid WHERE region_id = :region AND level = 1) e WHERE b IS NOT NULL"),
        {"region": region},
    ).one_or_none()  # fmt: skip
    if box is None:
        return
    rows = session.execute(
        text(f"SELECT ST_X(geom), ST_Y(geom) FROM stage_{report.layer} WHERE source_no = :source AND geom IS NOT NULL LIMIT 500"),
        {"source": source_no},
    ).all()
    placed = numpy.array([tuple(row) for row in rows], dtype=float).reshape(-1, 2)
    if not len(placed) or ((placed >= numpy.array(box[:2]) - 0.5) & (placed <= numpy.array(box[2:]) + 0.5)).all(axis=1).mean() >= MOST:
        return
    names = explain_distance(placed, tuple(box), report.crs)
    if names:
        found, step = f"points outside the region, read as {report.crs}", "give the right one with --crs"
        expected = f"{' or '.join(names)}: there they lie in the region"
        report.findings.append(Finding("I13", INFO, found=found, expected=expected, next_step=step))
