"""Lines drawn over the ground: joined to structures, parted at what they pass, and asked about where two would do."""
import json

import pytest
from sqlalchemy import text

from tests.surveyed_town import REGION, findings, rules_of

pytestmark = [pytest.mark.functional]

CABLES = "缆编码,介质,名称\nDR-1,光缆,手绘\n"
POLES = "设施编码,设施类型,名称,经度(度),纬度(度)\n"


def drawn(*lines, **more) -> str:
    features = [
        {"type": "Feature", "geometry": {"type": "LineString", "coordinates": line},
         "properties": {"cable": "DR-1", "code": f"S{number:02}", "model": "GYTA-12", **more}}
        for number, line in enumerate(lines, 1)
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features})


def rows(engine, sql: str):
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql), {"region": REGION})]


WAY = (
    "SELECT k.code FROM cable_run r JOIN code_index g ON g.region_id = :region AND g.kind = 'segment' AND g.id = r.segment_id"
    " JOIN code_index k ON k.region_id = :region AND k.kind = 'section' AND k.id = r.section_id"
    " WHERE r.region_id = :region AND g.code = '{code}' ORDER BY r.seq"
)
SEGMENT = "SELECT life, sheath_m FROM cable_segment WHERE region_id = :region AND code = 'S01' AND source_file LIKE '%line.geojson'"
# From the office past the manhole to the handhole, each end within a metre or so.
OVER_KNOWN = [[112.22801, 30.06], [112.229, 30.060005], [112.23001, 30.0602]]


def test_i05_ends_are_joined_to_the_structures_near_them_and_the_way_is_built(surveyor):
    content = {"cables.csv": CABLES, "line.geojson": drawn(OVER_KNOWN)}
    report = surveyor.survey(content)
    told = findings(report, "I5")
    assert report.changed and report.totals["applied"] == 2 and report.totals["refused"] == 0
    assert [(one.severity, one.subject) for one in told] == [("warning", "DR-1/S01")] * 2
    assert "0.96 m from CO-1" in told[0].found and "joined to CO-1" in told[0].next_step
    assert rows(surveyor.engine, WAY.format(code="DR-1/S01")) == [("CO-1#MH-1",), ("MH-1#HH-3",)]
    (life, sheath), = rows(surveyor.engine, SEGMENT)
    assert life == "in_service" and 195 < sheath < 197
    again = surveyor.survey(content)
    assert not again.changed and again.totals["unchanged"] == 2


def test_i05_new_ground_is_parted_at_the_poles_that_the_line_passes(surveyor):
    poles = POLES + "PL-1,电杆,,112.2340,30.0602\nPL-2,电杆,,112.2345,30.0602\nPL-9,电杆,,112.2343,30.0610\n"
    line = [[112.2335, 30.0602], [112.2340, 30.060205], [112.2345, 30.0602]]
    report = surveyor.survey({"cables.csv": CABLES, "poles.csv": poles, "line.geojson": drawn(line, line)})
    assert report.changed and report.totals["refused"] == 0
    assert rows(surveyor.engine, WAY.format(code="DR-1/S01")) == [("BX-1#PL-1",), ("PL-1#PL-2",)]
    assert rows(surveyor.engine, WAY.format(code="DR-1/S02")) == [("BX-1#PL-1",), ("PL-1#PL-2",)]
    sql = "SELECT kind, round(length_m::numeric, 1)::float FROM section WHERE region_id = :region AND code LIKE '%PL-%'"
    made = rows(surveyor.engine, sql)
    assert made == [("pole_span", 48.2), ("pole_span", 48.2)]
    assert [one.next_step for one in findings(report, "LINE_LAID")][0] == "2 sections, 2 of them new"


def test_i05_an_end_that_nothing_holds_is_kept_unconnected_and_never_in_service(surveyor):
    content = {"cables.csv": CABLES, "line.geojson": drawn([[112.2335, 30.0602], [112.2339, 30.0604]], life="in_service")}
    report = surveyor.survey(content)
    (told,) = findings(report, "I5")
    assert report.changed and told.severity == "warning" and "nearest is BX-1" in told.expected and "unconnected" in told.next_step
    assert rows(surveyor.engine, SEGMENT)[0][0] == "building"
    ends = "SELECT kind, life, round(ST_X(geom)::numeric, 4)::float FROM structure WHERE region_id = :region AND code = 'DR-1/S01#Z'"
    assert rows(surveyor.engine, ends) == [("marker", "building", 112.2339)]
    again = surveyor.survey(content)
    assert not again.changed and rows(surveyor.engine, SEGMENT)[0][0] == "building"


def test_i05_a_section_without_a_structure_at_its_end_is_refused(surveyor):
    line = {"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[112.2335, 30.0602], [112.2345, 30.0604]]},
            "properties": {"code": "DS-1", "kind": "pole_span"}}  # fmt: skip
    report = surveyor.survey({"line.geojson": json.dumps({"type": "FeatureCollection", "features": [line]})})
    assert not report.changed and rules_of(report, "error") == ["I5"]


def test_i05_a_drawn_section_is_parted_and_stays_one_row(surveyor):
    poles = POLES + "PL-1,电杆,,112.2340,30.0602\nPL-2,电杆,,112.2345,30.0602\n"
    line = {"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[112.2335, 30.0602], [112.2345, 30.0602]]},
            "properties": {"code": "DS-1", "kind": "pole_span"}}  # fmt: skip
    content = {"poles.csv": poles, "line.geojson": json.dumps({"type": "FeatureCollection", "features": [line]})}
    report = surveyor.survey(content)
    assert report.changed and report.totals == {**report.totals, "rows_read": 3, "applied": 3, "refused": 0}
    codes = rows(surveyor.engine, "SELECT code FROM section WHERE region_id = :region AND code LIKE 'DS-1%' ORDER BY code")
    assert codes == [("DS-1.1",), ("DS-1.2",)]
    assert not surveyor.survey(content).changed


def test_i06_two_structures_within_reach_of_an_end_are_asked_about(surveyor):
    poles = POLES + "PL-1,电杆,,112.2340,30.0602\nPL-2,电杆,,112.23401,30.06021\n"
    content = {"cables.csv": CABLES, "poles.csv": poles}
    between = [[112.2335, 30.0602], [112.234008, 30.060202]]
    report = surveyor.survey(content | {"line.geojson": drawn(between)})
    (told,) = findings(report, "I6")
    assert not report.changed and told.severity == "error" and "PL-1" in told.found and "PL-2" in told.found
    named = surveyor.survey(content | {"line.geojson": drawn(between, z_structure="PL-2")})
    assert named.changed and rows(surveyor.engine, WAY.format(code="DR-1/S01")) == [("BX-1#PL-2",)]


def test_i06_a_structure_at_the_very_end_leaves_no_doubt(surveyor):
    poles = POLES + "PL-1,电杆,,112.2340,30.0602\nPL-2,电杆,,112.23401,30.06021\n"
    line = drawn([[112.2335, 30.0602], [112.2340, 30.0602]])
    report = surveyor.survey({"cables.csv": CABLES, "poles.csv": poles, "line.geojson": line})
    assert report.changed and rows(surveyor.engine, WAY.format(code="DR-1/S01")) == [("BX-1#PL-1",)]


def test_i06_two_sections_between_two_structures_are_asked_about(surveyor):
    second = {"type": "Feature", "properties": {"code": "OTHER", "kind": "duct_section", "a_structure": "CO-1", "z_structure": "MH-1"},
              "geometry": {"type": "LineString", "coordinates": [[112.228, 30.06], [112.2285, 30.0602], [112.229, 30.06]]}}  # fmt: skip
    content = {"cables.csv": CABLES, "second.geojson": json.dumps({"type": "FeatureCollection", "features": [second]})}
    midway = [[112.228, 30.06], [112.2285, 30.0601], [112.229, 30.06]]
    report = surveyor.survey(content | {"line.geojson": drawn(midway)})
    assert not report.changed and "OTHER" in findings(report, "I6")[0].found
    along = surveyor.survey(content | {"line.geojson": drawn(second["geometry"]["coordinates"])})
    assert along.changed and rows(surveyor.engine, WAY.format(code="DR-1/S01")) == [("OTHER",)]


def test_a_drawn_cable_needs_its_cable_its_model_and_a_sheath_as_long_as_its_way(surveyor):
    report = surveyor.survey({"line.geojson": drawn(OVER_KNOWN, model="NONE-1")})
    assert set(rules_of(report, "error")) == {"PARENT_MISSING", "MODEL_MISSING"}
    report = surveyor.survey({"cables.csv": CABLES, "line.geojson": drawn(OVER_KNOWN, sheath_m=100)}, valid_rows_only=True)
    assert rules_of(report, "error") == ["K18"] and (report.totals["applied"], report.totals["refused"]) == (1, 1)
