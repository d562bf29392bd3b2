"""Situations of field surveys that reading and placing answer, by their numbers: one small file each."""

import json
import struct
import zipfile

import pytest
import shapely
import xlsxwriter

from app.survey.findings import SourceReport
from tests.unit.surveys import SHARED, only_source, opened, raw_rows, rules, staged, write_points

HEAD = "编码,类型,经度,纬度"
ROW = "MH-{0},人井,112.2{0}17,30.0{0}91"


def text(path, content, encoding="utf-8"):
    path.write_bytes(content.encode(encoding))
    return path


def severe(report):
    return [(finding.rule, finding.row) for finding in report.findings if finding.severity in ("error", "warning")]


def test_i08_strand_zero(tmp_path):
    path = text(tmp_path / "a.csv", "缆段,芯序,占用状态\nGL-1/S01,0-3,空闲\nGL-1/S01,1-3,空闲\n")
    rows, report = staged(path)
    assert [row[1] for row in rows] == [True, False] and severe(report) == [("VALUE_RANGE", 2)]


def test_i12_latitude_and_longitude_exchanged(tmp_path):
    rows, report = staged(text(tmp_path / "a.csv", f"{HEAD}\nMH-1,人井,30.0591,112.2297\n"))
    assert rows[0][1] and severe(report) == [("PLACE_SWAPPED", 2)]


def test_i13_a_zone_number_too_many(tmp_path):
    rows, report = staged(text(tmp_path / "a.csv", "编码,类型,X,Y\nMH-1,人井,3327291.187,37618583.501\n"), "EPSG:4546")
    assert rows[0][1] and severe(report) == [("PLACE_ZONE", 2)] and "EPSG:4525" in report.findings[-1].next_step


@pytest.mark.parametrize(
    ("head", "cells", "expected"),
    [
        ("经度,纬度", "112°13′46.9″,30度3分32.4秒", (112.2296944, 30.059)),
        ("经度(DD.MMSS),纬度(DD.MMSS)", "112.13469,30.03324", (112.2296944, 30.059)),
        ("经度(度),纬度(度)", "112.2334,30.0354", (112.2334, 30.0354)),
    ],
)
def test_i14_degrees_minutes_seconds(tmp_path, head, cells, expected):
    rows, report = staged(text(tmp_path / "a.csv", f"编码,类型,{head}\nMH-1,人井,{cells}\n"))
    place = shapely.from_wkb(rows[0][3])
    assert (place.x, place.y) == pytest.approx(expected, abs=1e-6)
    assert {finding.rule for finding in report.findings} <= {"VALUE_REPAIRED", "CRS_ASSUMED"} and not rows[0][1]


@pytest.mark.parametrize(("count", "severity"), [(1, "info"), (4, "error")])
def test_i14_ambiguous_digits_are_asked_for(tmp_path, count, severity):
    lines = [f"MH-{number},人井,112.233{number},30.0354" for number in range(count)]
    rows, report = staged(text(tmp_path / "a.csv", "\n".join([HEAD, *lines]) + "\n"))
    found = [finding for finding in report.findings if finding.rule == "I14"]
    assert [finding.severity for finding in found] == [severity] and all(row[1] == (severity == "error") for row in rows)
    assert "30.065000" in found[0].expected


def test_i15_no_place(tmp_path):
    _, report = staged(text(tmp_path / "a.csv", f"{HEAD}\nMH-1,人井,0,0\nMH-2,人井,,\n"))
    assert severe(report) == [("PLACE_ZERO", 2), ("GEOM_MISSING", 3)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_i16_encodings_are_told_and_give_the_same_rows(tmp_path, encoding):
    path = text(tmp_path / "a.csv", f"{HEAD}\n{ROW.format(1)}\n", encoding)
    source = only_source(path)
    assert list(source.rows())[0][1][1] == "人井"
    told = [finding.found for finding in source.findings if finding.rule == "ENCODING"]
    assert told == ([] if encoding.startswith("utf-8") else [f"{encoding.upper()}: 编码"])


def test_i16_western_text_is_not_taken_for_chinese(tmp_path):
    source = only_source(text(tmp_path / "a.csv", "编号;Nom\n".replace("编号", "Code") + "1;Célette\n2;Hérault\n", "cp1252"))
    assert [row[1][1] for row in source.rows()] == ["Célette", "Hérault"] and rules(source) == [("ENCODING", None)]


def test_i16_damaged_text_is_refused_by_its_cell(tmp_path):
    _, report = staged(text(tmp_path / "a.csv", f"{HEAD},名称\n{ROW.format(1)},锟斤拷\n{ROW.format(2)},a\ufffd\n"))
    assert severe(report) == [("VALUE_ENCODING", 2), ("VALUE_ENCODING", 3)]


def workbook(path, rows, merged=(), hidden=()):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("井")
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
        for area, value in merged:
            sheet.merge_range(area, value)
        for number in hidden:
            sheet.set_row(number, None, None, {"hidden": True})
    return path


def test_i17_titles_and_merged_headers_of_three_rows(tmp_path):
    rows = [["管线普查成果表"], ["", "", "", ""], ["", "", "经度", "纬度"], ["MH-1", "人井", 112.2317, 30.0591]]
    merged = [("A2:A3", "编码"), ("B2:B3", "类型"), ("C2:D2", "坐标")]
    source = only_source(workbook(tmp_path / "a.xlsx", rows, merged))
    assert source.headers == ("编码", "类型", "坐标/经度", "坐标/纬度")
    assert [finding.rule for finding in source.findings] == ["TITLE_ROWS", "HEADER_TWO_ROWS"]
    assert [row[0] for row in source.rows()] == [4]


def test_i17_blank_columns_and_rows_before_the_table(tmp_path):
    path = text(tmp_path / "a.csv", ",,\n,竣工资料,,,\n,编码,类型,经度,纬度\n,MH-1,人井,112.2317,30.0591\n")
    rows, report = staged(path)
    assert [(row[0], row[1]) for row in rows] == [(4, False)] and ("TITLE_ROWS", 2) in rules(report)


def test_i17_cells_merged_downwards_belong_to_each_row(tmp_path):
    rows = [["编码", "类型", "经度", "纬度"], ["MH-1", "", 112.2317, 30.0591], ["MH-2", "", 112.2327, 30.0591]]
    source = only_source(workbook(tmp_path / "a.xlsx", rows, [("B2:B3", "人井")]))
    assert [row[1][1] for row in source.rows()] == ["人井", "人井"] and rules(source) == [("CELLS_MERGED", None)]


def test_i18_mixed_headers(tmp_path):
    rows, report = staged(text(tmp_path / "a.csv", "Code,类型,lng,纬度,备注\nMH-1,manhole,112.2317,30.0591,x\n"))
    assert not rows[0][1] and not severe(report)


def test_i19_units_of_headers_and_numbers_that_cannot_be(tmp_path):
    path = text(tmp_path / "a.csv", "编码,类型,起点,终点,长度(km)\nS-1,管道段,MH-1,MH-2,0.12\nS-2,管道段,MH-1,MH-3,3500\n")
    rows, report = staged(path)
    assert [row[1] for row in rows] == [False, True] and severe(report) == [("I19", 3)] and ("UNIT_CONVERTED", None) in rules(report)


def test_i20_what_spreadsheets_do_to_codes_and_numbers(tmp_path):
    path = text(tmp_path / "a.csv", f"{HEAD},精度(m)\n1.2E+05,人井,112.2317,30.0591,１２\nMH-2,人井,112.2327,30.0591,\"1,200\"\n")
    rows, report = staged(path)
    assert severe(report) == [("VALUE_DAMAGED", 2), ("VALUE_REPAIRED", 2), ("VALUE_REPAIRED", 3)] and not any(row[1] for row in rows)


def test_i22_an_unknown_word_gets_the_list_and_the_nearest(tmp_path):
    _, report = staged(text(tmp_path / "a.csv", f"{HEAD}\nMH-1,人丼,112.2317,30.0591\n"))
    (finding,) = [finding for finding in report.findings if finding.severity == "error"]
    assert (finding.rule, finding.next_step) == ("VALUE_CHOICE", "nearest: 人井 manhole")


def test_i37_hidden_rows_and_formula_errors_are_told(tmp_path):
    rows = [["编码", "类型", "经度", "纬度"], ["MH-1", "人井", 112.2317, 30.0591], ["MH-2", "#REF!", 112.2327, 30.0591], ["", " ", "", ""]]
    rows, report = staged(workbook(tmp_path / "a.xlsx", rows, hidden=[1]))
    assert [row[0] for row in rows] == [2, 3] and severe(report) == [("CELL_ERROR", 3)]
    assert {rule for rule, _ in rules(report)} >= {"ROWS_HIDDEN", "ROWS_BLANK"}


def test_i39_cells_that_look_like_formulas_are_text(tmp_path):
    rows, _ = staged(text(tmp_path / "a.csv", f"{HEAD},名称\n{ROW.format(1)},=1+1\n{ROW.format(2)},@x\n"))
    assert [row[2][2] for row in rows] == ["=1+1", "@x"]


def test_an_open_document_sheet(tmp_path):
    table = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
    names = f'xmlns:table="{table}" xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    names += 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'

    def row(cells):
        made = (f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells)
        return f"<table:table-row>{''.join(made)}</table:table-row>"

    rows = row(HEAD.split(",")) + row(ROW.format(1).split(","))
    body = f'<office:body><office:spreadsheet><table:table table:name="井">{rows}</table:table></office:spreadsheet></office:body>'
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", f'<?xml version="1.0"?><office:document-content {names}>{body}</office:document-content>')
        manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        packed.writestr("META-INF/manifest.xml", f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{manifest}"/>')
    rows, report = staged(tmp_path / "a.ods")
    assert [(row[0], row[1], row[2][0]) for row in rows] == [(2, False, "MH-1")] and not severe(report)


NODE = {"id": "1", "name": "甲", "status": "operational", "type": ["exchange"], "location": {"type": "Point", "coordinates": [112.2, 30.0]}}
FAR = {**NODE, "id": "2", "type": ["cabinet"], "status": "planned", "location": {"type": "Point", "coordinates": [112.21, 30.0]}}
SPAN = {
    "id": "7", "start": "1", "end": "2", "status": "operational", "transmissionMedium": ["fibre"], "deployment": ["aboveGround"],
    "fibreCount": 20, "fibreLength": 1, "route": {"type": "LineString", "coordinates": [[112.2, 30.0], [112.21, 30.0]]},
}  # fmt: skip


def test_open_fibre_data_as_structures_sections_and_cables(tmp_path):
    network = {"id": "a096d627-72e1", "name": "网", "nodes": [NODE, FAR], "spans": [SPAN, {**SPAN, "transmissionMedium": ["microwave"]}]}
    path = text(tmp_path / "a.json", json.dumps({"networks": [network]}))
    found = {source.sheet: [row[1] for row in source.rows()] for source in opened(path)}
    assert found["structure"] == [
        ("A096D627-N1", "building", "甲", "in_service", None), ("A096D627-N2", "street_cabinet", "甲", "planned", None),
    ]  # fmt: skip
    assert found["site"] == [("A096D627-N1-SITE", "A096D627-N1", "甲")]
    assert found["section"] == [("A096D627-S7", "pole_span", "A096D627-N1", "A096D627-N2", "in_service", None)]
    assert found["segment"][0][:6] == ("A096D627-C7", "S01", "GYTA-24", "A096D627-N1", "A096D627-N2", 1000)
    assert [finding.rule for finding in opened(path)[0].findings] == ["OFDS_FIBRES", "OFDS_MEDIUM"]


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data sets are not here")
def test_open_fibre_data_gives_the_same_codes_in_each_form():
    folder = SHARED / "ofds-standard"
    files = ("json/network-package.json", "geojson/nodes.geojson", "csv/nodes.csv")
    codes = [[row[1][0] for source in opened(folder / name) if source.sheet == "structure" for row in source.rows()] for name in files]
    assert codes[0] == codes[1] == codes[2] == ["A096D627-N1", "A096D627-N2"]


def test_a_shapefile_without_index_prj_and_cpg(tmp_path):
    path = write_points(tmp_path / "a.shp", [shapely.Point(112.2, 30.0)] * 3)
    whole = raw_rows(path)
    for suffix in (".shx", ".prj", ".cpg"):
        path.with_suffix(suffix).unlink()
    assert raw_rows(path) == whole and only_source(path).crs is None
    content = path.read_bytes()
    path.write_bytes(content[:100] + struct.pack(">ii", 1, 1 << 20) + content[108:])
    assert all(isinstance(source, SourceReport) for source in opened(path))
