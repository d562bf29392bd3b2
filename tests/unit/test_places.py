"""Types of geometries, rings that cross themselves, lines that are too short, and findings that are counted but not stored."""

import numpy
import pyogrio
import pytest
import shapely

from app.survey.places import check_shapes
from tests.unit.surveys import rules, staged


def write_shapes(path, shapes, fields: dict, kind: str):
    values = [numpy.array(values, dtype=object) for values in fields.values()]
    pyogrio.raw.write(
        path, shapely.to_wkb(numpy.array(shapes, dtype=object)), values, list(fields), driver="GPKG", geometry_type=kind, crs="EPSG:4490"
    )
    return path


def grids(path, shapes, kind="Unknown"):
    codes = [f"42102{number}" for number in range(len(shapes))]
    return write_shapes(path, shapes, {"级别": ["县"] * len(shapes), "编码": codes, "名称": codes}, kind)


def sections(path, shapes, kind="Unknown"):
    count = len(shapes)
    codes = [f"SEC-{number}" for number in range(count)]
    fields = {"编码": codes, "类型": ["管道段"] * count, "A端设施": ["MH-1"] * count, "Z端设施": ["MH-2"] * count}
    return write_shapes(path, shapes, fields, kind)


def test_polygons_become_multipolygons_and_crossing_rings_are_refused(tmp_path):
    square = shapely.box(112.2, 30.0, 112.3, 30.1)
    bow_tie = shapely.Polygon([(112.2, 30.0), (112.3, 30.1), (112.3, 30.0), (112.2, 30.1)])
    rows, report = staged(
        grids(tmp_path / "a.gpkg", [square, shapely.MultiPolygon([square]), bow_tie, shapely.force_3d(square, 5)], "Polygon")
    )
    assert [row[1] for row in rows] == [False, False, True, False]
    kinds = {shapely.from_wkb(row[3]).geom_type for row in rows if row[3]}
    assert kinds == {"MultiPolygon"}
    (finding,) = report.findings
    assert (finding.rule, finding.row, finding.subject) == ("GEOM_INVALID", 3, "421022")
    assert "Self-intersection[112.25" in finding.found
    assert not any(shapely.has_z(shapely.from_wkb(row[3])) for row in rows if row[3])


def test_lines_of_one_part_become_lines(tmp_path):
    line = shapely.LineString([(112.2, 30.0), (112.21, 30.0)])
    other = shapely.LineString([(112.3, 30.0), (112.31, 30.0)])
    short = shapely.LineString([(112.2, 30.0), (112.2 + 1e-8, 30.0)])
    shapes = [shapely.MultiLineString([line]), shapely.MultiLineString([line, other]), short, None, line]
    rows, report = staged(sections(tmp_path / "a.gpkg", shapes, "MultiLineString"))
    assert [row[1] for row in rows] == [False, True, True, False, False]
    assert rules(report) == [("GEOM_TYPE", 2), ("GEOM_SHORT", 3)]
    assert shapely.from_wkb(rows[0][3]).geom_type == "LineString"


def test_a_short_line_is_measured_in_metres():
    told = []
    lines = numpy.array([shapely.LineString([(0, 0), (2e-7, 0)]), shapely.LineString([(0, 0), (5e-8, 0)])], dtype=object)
    check_shapes(lines, "line", [1, 2], lambda position, finding: told.append((position, finding.rule)))
    assert told == [(1, "GEOM_SHORT")]


def test_a_table_without_coordinates_is_one_error(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("编码,类型\nMH-1,人井\nMH-2,人井\n", encoding="utf-8")
    rows, report = staged(path)
    assert rules(report) == [("COLUMNS_MISSING", None)]
    assert [row[1] for row in rows] == [True, True]


def test_sections_without_geometry_are_rows(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("编码,类型,A端设施,Z端设施\nSEC-1,管道段,mh-1,MH-2\n", encoding="utf-8")
    rows, report = staged(path)
    assert rows[0][1:] == (False, ("SEC-1", "duct_section", "MH-1", "MH-2", None, None, None, None), None)
    assert report.findings == []


@pytest.mark.parametrize("count", [999, 1000, 1500])
def test_findings_of_one_rule_are_bounded(tmp_path, count):
    path = tmp_path / "a.csv"
    path.write_text("编码,类型,A端设施,Z端设施\n" + "SEC,错,MH-1,MH-2\n" * count, encoding="utf-8")
    rows, report = staged(path)
    assert len(rows) == report.rows_read == count and all(row[1] for row in rows)
    assert sum(finding.rule == "VALUE_CHOICE" for finding in report.findings) == min(count, 1000)
    more = [finding.found for finding in report.findings if finding.rule == "MORE"]
    assert more == ([f"{count - 1000} more of VALUE_CHOICE"] if count > 1000 else [])


def test_subjects_are_full_codes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("所属缆,缆段编码,型号,A端设施,Z端设施,皮长(km)\nCB-1,S01,GYTA-24,MH-1,MH-2,长\n", encoding="utf-8")
    _, report = staged(path)
    assert [(finding.rule, finding.subject, finding.column) for finding in report.findings] == [
        ("UNIT_CONVERTED", None, "皮长(km)"),
        ("VALUE_NUMBER", "CB-1/S01", "皮长(km)"),
    ]
