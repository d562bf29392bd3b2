"""Situations of field surveys that the import as a whole answers, by their numbers: a file that shows each, and its answer."""
import json

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.access.areas import build_area
from app.network.queries.tallies import list_tally_differences
from app.services.commands.tallies import FAMILIES
from app.survey.findings import INFO
from app.survey.importing import FIRST_LOAD_ROWS
from app.survey.rights import Rights
from tests.surveyed_town import REGION, findings, rules_of

pytestmark = [pytest.mark.functional]

STRUCTURE = "设施编码,设施类型,名称,经度(度),纬度(度)\n"
GRIDS = ("421022", "421022100", "421022100001", "421022100002")


def rows(engine, sql: str):
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql), {"region": REGION})]


def told(report) -> list[tuple]:
    """(rule, severity, row) of what is more than a note."""
    return [(one.rule, one.severity, one.row) for source in report.sources for one in source.findings if one.severity != INFO]


def features(*given) -> str:
    made = [
        {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": places}}
        for properties, kind, places in given
    ]
    return json.dumps({"type": "FeatureCollection", "features": made})


def test_i01_a_code_twice_is_kept_once_where_the_rows_agree_and_refused_where_they_differ(surveyor):
    same = "NEW-1,电杆,甲,112.23501,30.06021\n"
    report = surveyor.survey(STRUCTURE + same + same)
    assert report.changed and told(report) == [("I1_REPEATED", "warning", 3)]
    assert (report.totals["applied"], report.totals["unchanged"]) == (1, 1)
    report = surveyor.survey(STRUCTURE + "NEW-2,电杆,甲,112.23501,30.06022\nNEW-2,电杆,乙,112.23501,30.06022\n")
    (finding,) = findings(report, "I1_CONTRADICTED")
    assert not report.changed and finding.found == "row 3" and "row 2 has the same" in finding.expected


def test_i07_strands_that_differ_from_the_model_are_listed(surveyor):
    head = "所属缆,缆段编码,型号,起点,终点,皮长(m),芯数\n"
    report = surveyor.survey(head + "CB-105,S09,GYTA-24,FC-1,BX-1,170,12\n")
    (finding,) = findings(report, "K4")
    assert not report.changed and finding.severity == "error" and finding.found == "12" and "missing: 13-24" in finding.next_step
    report = surveyor.survey(head + "CB-105,S09,GYTA-12,FC-1,BX-1,170,24\n")
    assert "too many: 13-24" in findings(report, "K4")[0].next_step


@pytest.mark.parametrize(("strands", "rule"), [("0-3", "VALUE_RANGE"), ("20-25", "I8"), ("1-3,2", "VALUE_RANGE")])
def test_i08_strand_numbers_that_cannot_be(surveyor, strands, rule):
    report = surveyor.survey(f'缆段,芯序,健康状态\nCB-104/S01,"{strands}",故障\n')
    assert not report.changed and (rule, "error", 2) in told(report)


def test_i09_a_splice_onto_a_used_end_names_the_other_splice(surveyor):
    report = surveyor.survey("前端缆段,前端芯序,后端缆段,后端芯序,接头盒,盘号\nCB-104/S01,1,CB-104/S02,2,GT-1,1\n")
    (finding, *_) = findings(report, "K2")
    assert not report.changed and finding.severity == "error" and finding.found == "CB-104/S01:1 is joined to CB-104/S02:1 in GT-1"


def test_i21_a_mandatory_field_that_is_missing_is_named(surveyor):
    report = surveyor.survey(STRUCTURE + "NEW-1,,甲,112.23501,30.06021\n,电杆,甲,112.23502,30.06021\n", valid_rows_only=True)
    assert [(one.rule, one.row, one.column) for source in report.sources for one in source.findings if one.severity == "error"] == [
        ("VALUE_REQUIRED", 2, "设施类型"), ("CODE_EMPTY", 3, "设施编码")]  # fmt: skip


def test_i23_the_community_comes_from_the_point_and_is_asked_about_where_the_file_says_another(surveyor):
    head = "设施编码,设施类型,所属社区,经度(度),纬度(度)\n"
    grid = (
        "SELECT g.code FROM structure s JOIN grid g USING (region_id)"
        " WHERE region_id = :region AND g.id = s.grid_id AND s.code = 'NEW-1'"
    )
    (own,) = rows(surveyor.engine, grid.replace("NEW-1", "MH-1"))[0]
    report = surveyor.survey(head + "NEW-1,电杆,,112.22901,30.06003\n")
    assert report.changed and rows(surveyor.engine, grid) == [(own,)]
    other = next(code for code in GRIDS[2:] if code != own)
    report = surveyor.survey(head + f"NEW-1,电杆,{other},112.22901,30.06003\n")
    (finding,) = findings(report, "I23")
    assert finding.severity == "warning" and finding.found == other and own in finding.expected and rows(surveyor.engine, grid) == [(own,)]


def test_i24_a_parent_may_come_later_and_must_come_somewhere(surveyor):
    square = [[[[112.24, 30.05], [112.2405, 30.05], [112.2405, 30.0505], [112.24, 30.0505], [112.24, 30.05]]]]
    later = features(
        ({"level": "community", "code": "421022199001", "name_zh": "后来", "parent": "421022199"}, "MultiPolygon", square),
        ({"level": "town", "code": "421022199", "name_zh": "先到", "parent": "421022"}, "MultiPolygon", square),
    )
    report = surveyor.survey({"a_ducts.csv": "管线段,母孔号,孔号\nS-NEW,1,1-2\nS-NEW,,1-4\n", "grids.geojson": later,
                              "z_sections.csv": "段编码,段类型,起点,终点\nS-NEW,管道段,CO-1,HH-3\n"})  # fmt: skip
    assert report.changed and report.totals["applied"] == 5
    report = surveyor.survey("管线段,母孔号,孔号\nS-NOWHERE,,1-4\n")
    (finding,) = findings(report, "PARENT_MISSING")
    assert not report.changed and (finding.severity, finding.found, finding.row) == ("error", "S-NOWHERE", 2)


def test_i25_what_contains_itself_is_refused_and_the_circle_is_printed(surveyor):
    content = {
        "circuits.csv": "电路编码,电路类型,拓扑,速率,通道数\nR-1,传输段,,STM-1,63\nR-2,传输段,,STM-1,63\nR-3,传输段,,STM-1,63\n",
        "carriers.csv": "circuit,path_no,seq,segment,strand,equipment,port,lower_circuit,channel_no\n"
        "R-1,1,1,,,,,R-2,1\nR-2,1,1,,,,,R-3,1\nR-3,1,1,,,,,R-1,1\n",
    }
    report = surveyor.survey(content)
    circles = findings(report, "CIRCUIT_LOOP")
    assert not report.changed and {one.severity for one in circles} == {"error"}
    assert all(code in circles[0].found for code in ("R-1", "R-2", "R-3"))


def test_i28_a_cable_partly_built_stays_in_building_and_is_not_counted(surveyor):
    segments = "所属缆,缆段编码,型号,起点,终点,皮长(m),生命周期\n"
    names = [("CO-1", "MH-1"), ("MH-1", "HH-3"), ("HH-3", "FC-1"), ("FC-1", "P-1"), ("P-1", "BX-1")]
    rest = [f"PB-1,S0{number},GYTA-12,{a},{z},260,{'在网' if number < 4 else '在建'}\n" for number, (a, z) in enumerate(names, 1)]
    report = surveyor.survey({"cables.csv": "缆编码,介质,生命周期\nPB-1,光缆,在网\n", "segments.csv": segments + "".join(rest)})
    assert report.changed and findings(report, "I28")[0].found == "in_service, with 2 of 5 segments in building"
    assert rows(surveyor.engine, "SELECT life FROM cable WHERE region_id = :region AND code = 'PB-1'") == [("building",)]
    lives = "SELECT life FROM cable_segment WHERE region_id = :region AND source_file LIKE '%segments.csv' AND sheath_m = 260 ORDER BY code"
    assert [life for (life,) in rows(surveyor.engine, lives)] == ["in_service"] * 3 + ["building"] * 2
    counted = (
        "SELECT g.code, t.installed, t.planned FROM tally t JOIN cable_segment g ON g.region_id = :region AND g.id = t.owner_id"
        " WHERE t.region_id = :region AND t.kind = 'strand' AND g.sheath_m = 260 AND g.code IN ('S03', 'S04') ORDER BY g.code"
    )
    assert rows(surveyor.engine, counted) == [("S03", 12, 0), ("S04", 0, 12)]


@pytest.mark.parametrize(
    ("line", "rule", "found"),
    [
        ([[112.228, 30.06], [112.228, 30.06]], "GEOM_SHORT", "0.000 m"),
        (
            [[112.228, 30.06], [112.2286, 30.0604], [112.2286, 30.06], [112.2282, 30.0604], [112.229, 30.06]], "I33",
            "crosses itself at POINT(112.228",
        ),
        ([[112.228, 30.06], [112.240, 30.06]], "I5", "m from its structure"),
    ],
)
def test_i33_lines_that_cannot_be_are_refused_with_their_place(surveyor, line, rule, found):
    named = {"code": "S-NEW", "kind": "duct_section", "a_structure": "CO-1", "z_structure": "MH-1"}
    report = surveyor.survey({"lines.geojson": features((named, "LineString", line))})
    (finding,) = findings(report, rule)
    assert not report.changed and finding.severity == "error" and found in finding.found and finding.row == 1


def test_i33_a_line_drawn_from_its_far_end_is_turned_round(surveyor):
    named = {"code": "S-NEW", "kind": "duct_section", "a_structure": "CO-1", "z_structure": "MH-1"}
    report = surveyor.survey({"lines.geojson": features((named, "LineString", [[112.229, 30.06], [112.228, 30.06]]))})
    start = "SELECT ST_X(ST_StartPoint(geom)) FROM section WHERE region_id = :region AND code = 'S-NEW'"
    assert report.changed and rows(surveyor.engine, start) == [(112.228,)]


@pytest.mark.parametrize(("sheath", "severity"), [(60, "error"), (200, "warning"), (110, None)])
def test_i34_a_sheath_is_held_against_its_way(surveyor, sheath, severity):
    report = surveyor.survey({
        "segments.csv": f"所属缆,缆段编码,型号,起点,终点,皮长(m)\nCB-104,S09,GYTA-24,CO-1,MH-1,{sheath}\n",
        "runs.csv": "缆段,路由序号,管线段,占用孔号\nCB-104/S09,1,CO-1#MH-1,3\n",
    })  # fmt: skip
    assert [one.severity for one in findings(report, "K18")] == ([severity] if severity else [])
    assert report.changed == (severity != "error")


def test_i38_an_error_in_the_last_of_many_rows_leaves_nothing_behind(surveyor):
    many = FIRST_LOAD_ROWS + 1
    lines = (f"Q-{number},电杆,,{112.2 + number % 400 / 10000:.5f},{30.0 + number // 400 / 10000:.5f}\n" for number in range(many))
    report = surveyor.survey(STRUCTURE + "".join(lines) + "Q-LAST,没有这种,,112.23501,30.06021\n")
    assert not report.changed and [one for one in told(report) if one[1] == "error"] == [("VALUE_CHOICE", "error", many + 2)]
    assert report.totals["rows_read"] == report.totals["refused"] == many + 1
    assert rows(surveyor.engine, "SELECT count(*) FROM structure WHERE region_id = :region AND code LIKE 'Q-%'") == [(0,)]


def test_i38_an_upload_that_broke_off_is_refused_whole(surveyor):
    cut = {"a.csv": STRUCTURE + "NEW-1,电杆,,112.23501,30.06021\nNEW-2,电", "b.geojson": features(({}, "Point", [1, 2]))[:-40]}
    report = surveyor.survey(cut)
    assert not report.changed and rules_of(report, "error").count("FILE_TRUNCATED") == 2


def test_i40_names_and_telephones_are_masked_in_what_is_told_and_kept_only_with_the_right(surveyor):
    head = "客户编码,客户类别,客户名称,联系人,联系电话\n"
    report = surveyor.survey(head + "KH-NEW,公众客户,张三丰,李四,13912345678\n", rights=Rights(personal=False))
    kept = "SELECT name, contact, phone FROM customer WHERE region_id = :region AND code = 'KH-NEW'"
    assert report.changed and rows(surveyor.engine, kept) == [(None, None, None)] and "I40" in rules_of(report, "warning")
    report = surveyor.survey(head + "KH-NEW,公众客户,张三丰,李四\ufffd,13912345678\n", valid_rows_only=True)
    report = surveyor.survey(head + "KH-NEW,公众客户,张三丰,李四,13912345678\n")
    assert rows(surveyor.engine, kept) == [("张三丰", "李四", "13912345678")]
    report = surveyor.survey(head + "KH-NEW,公众客户,张三丰,王五六,13987654321\n", surveyor="甲")
    changes = {one.field: (one.old, one.new) for one in report.differences}
    assert changes == {"contact": ("李***", "王***"), "phone": ("139****5678", "139****4321")}
    assert not any(word in str(report) for word in ("王五六", "13987654321"))


def test_i41_rows_outside_the_area_are_refused_and_the_file_is_not(surveyor):
    (own,) = rows(surveyor.engine, "SELECT g.code FROM structure s JOIN grid g USING (region_id)"
                  " WHERE region_id = :region AND g.id = s.grid_id AND s.code = 'MH-1'")[0]  # fmt: skip
    other = next(code for code in GRIDS[2:] if code != own)
    (far,) = rows(surveyor.engine, "SELECT s.code FROM structure s JOIN grid g USING (region_id)"
                  f" WHERE region_id = :region AND g.id = s.grid_id AND g.code = '{other}' ORDER BY s.code LIMIT 1")[0]  # fmt: skip
    content = {
        "a.csv": STRUCTURE + f"NEW-1,电杆,,112.22901,30.06003\n{far},电杆,改名,112.9,30.06\n",
        "b.csv": f"设备编码,型号,所在设施\nNEW-DP,DP-10,NEW-1\nFAR-DP,DP-10,{far}\n",
        "c.geojson": features(({"level": "community", "code": "421022100009", "name_zh": "新", "parent": "421022100"}, "MultiPolygon",
                               [[[[112.24, 30.05], [112.2405, 30.05], [112.2405, 30.0505], [112.24, 30.0505], [112.24, 30.05]]]])),
    }  # fmt: skip
    rights = Rights(build_area([f"{REGION}/{own}"]))
    report = surveyor.survey(content, rights=rights, valid_rows_only=True)
    refused = {(one.subject, one.severity) for one in findings(report, "I41")}
    assert report.changed and refused >= {("FAR-DP", "error"), ("421022100009", "error")} and report.totals["applied"] == 2
    assert rows(surveyor.engine, "SELECT code FROM equipment WHERE region_id = :region AND code IN ('NEW-DP', 'FAR-DP')") == [("NEW-DP",)]
    assert surveyor.survey(content["a.csv"], rights=rights).changed is False


def test_the_counts_stay_those_of_a_recount(surveyor):
    with Session(surveyor.engine) as session:
        assert list_tally_differences(session, REGION, FAMILIES) == []
