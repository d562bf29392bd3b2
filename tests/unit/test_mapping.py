"""Mappings: pure rules, YAML there and back, proposals from headers and values."""

import pytest

from app.core.errors import InputError
from app.survey.findings import SourceReport
from app.survey.mapping import FieldRule, Mapping, SheetMapping, fingerprint, map_source
from app.survey.mapping.files import mapping_yaml, proposed_yaml, read_mapping
from app.survey.mapping.propose import propose
from app.survey.mapping.rules import make_value
from app.survey.rows import staged_rows
from tests.unit.surveys import only_source


@pytest.mark.parametrize(
    ("rule", "cells", "value"),
    [
        (FieldRule(column="井号"), {"井号": "7"}, "7"),
        (FieldRule(column="没有"), {"井号": "7"}, None),
        (FieldRule(constant="manhole"), {}, "manhole"),
        (FieldRule(column="起止", split="-", part=2), {"起止": "A - B"}, "B"),
        (FieldRule(column="起止", split="-", part=3), {"起止": "A - B"}, None),
        (FieldRule(column="类型", lookup={"雨水井": "manhole"}), {"类型": " 雨水井"}, "manhole"),
        (FieldRule(column="类型", lookup={"雨水井": "manhole"}), {"类型": "电杆"}, "电杆"),
        (FieldRule(column="井号", pattern="GA-{:3}"), {"井号": 7.0}, "GA-007"),
        (FieldRule(column="井号", pattern="GA-{}"), {"井号": ""}, None),
        (FieldRule(pattern="{局站}/{row:4}"), {"局站": "DHD"}, "DHD/0042"),
        (FieldRule(pattern="{__class__.__mro__}{row.__class__}"), {}, ""),
        (FieldRule(column="经度", form="dd.mmss"), {"经度": "112.13469"}, pytest.approx(112.2296944)),
        (FieldRule(column="经度", form="dd.mmss"), {"经度": 30.035}, pytest.approx(30 + 3 / 60 + 50 / 3600)),
        (FieldRule(column="经度", form="dd.mmss"), {"经度": "30.0399"}, "30.0399"),
    ],
)
def test_what_a_rule_makes_of_a_row(rule, cells, value):
    assert make_value(rule)((cells, 42)) == value


def test_a_table_of_another_layout_is_mapped(tmp_path):
    path = tmp_path / "井.csv"
    path.write_text("序号,井别,长(km),X,Y\n1,雨水井,1.5,3327291.187,618583.501\n2,?,2,3327291,618583\n", encoding="utf-8")
    rules = {
        "code": FieldRule(column="序号", pattern="MH-{:3}"), "kind": FieldRule(column="井别", lookup={"雨水井": "人井"}),
        "accuracy_m": FieldRule(column="长", unit="km"), "x": FieldRule(column="x"), "y": FieldRule(column="Y"),
    }  # fmt: skip
    source, match = map_source(only_source(path), SheetMapping("structure", rules, crs="EPSG:4546"))
    report = SourceReport(source.file)
    rows = list(staged_rows(source, match, None, report))
    assert [(row[0], row[1], row[2][0]) for row in rows] == [(2, False, "MH-001"), (3, True, "MH-002")]
    assert report.crs == "EPSG:4546" and [(f.rule, f.row, f.column) for f in report.findings if f.severity == "error"] == [
        ("VALUE_CHOICE", 3, "井别")
    ]
    assert rows[0][2][match.layer.fields.index(match.layer.field("accuracy_m"))] == 1500


def test_mappings_go_to_yaml_and_back(tmp_path):
    rules = {"code": FieldRule(column="no: #1", pattern="00{}"), "kind": FieldRule(constant="no", lookup={"是": "yes", "0012": "07"})}
    mapping = Mapping("公安: 普查", (SheetMapping("structure", rules, "人井", "ab12", "EPSG:4546"), SheetMapping("cable", rules)))
    sheets = tuple(SheetMapping(s.layer, {"code": rules["code"]}, s.sheet, s.fingerprint, s.crs) for s in mapping.sheets)
    for one in (mapping.__class__(mapping.name, (mapping.sheets[0], sheets[1])), mapping.__class__("x", sheets)):
        path = tmp_path / "m.yaml"
        path.write_text(mapping_yaml(one), encoding="utf-8")
        assert read_mapping(path) == one == Mapping.from_dict(one.as_dict())


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "sheets: []", "sheets: [{layer: nothing}]", "sheets: [{layer: structure, fields: {nothing: x}}]",
        "sheets: [{layer: structure, fields: {code: {run: x}}}]", "sheets: [{layer: structure, fields: {code: {part: 0, column: x}}}]",
        "sheets: [{layer: structure, fields: {code: {}}}]", "!!python/object/apply:os.system ['true']", "a: &x [1]\nb: *x",
        "[" * 2000, "\t-",
    ],
)  # fmt: skip
def test_wrong_mappings_are_refused(tmp_path, text):
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as fault:
        read_mapping(tmp_path / "m.yaml")
    assert fault.value.code in ("MAPPING_WRONG", "YAML_BROKEN")


def test_a_fingerprint_is_of_headers_not_of_their_writing():
    assert fingerprint(("长度(m)", "编码"), None) == fingerprint(("编 码", "长度（km）"), None) != fingerprint(("编码",), None)


def test_a_mapping_is_proposed_from_headers_and_values(tmp_path):
    path = tmp_path / "雨水人井.csv"
    rows = [f"{number},P{number:03},水泥,{3327291 + number},{618583 + number}" for number in range(9)]
    path.write_text("序,点位,材质,北,东\n" + "\n".join(rows) + "\n", encoding="utf-8")
    proposal = propose(only_source(path))
    rules = proposal.mapping.fields
    assert (proposal.mapping.layer, proposal.open_fields) == ("structure", ())
    assert (rules["x"].column, rules["y"].column, rules["kind"].constant) == ("北", "东", "manhole")
    assert rules["code"].column in ("序", "点位")
    written = tmp_path / "m.yaml"
    written.write_text(proposed_yaml("雨水", [proposal]), encoding="utf-8")
    assert read_mapping(written).sheets == (proposal.mapping,)


@pytest.mark.parametrize("headers", ["HASH,STREET,NUMBER", "HASH,addr:street,addr:housenumber", "编号,街道,门牌号", "ID,NOM_VOIE,NUM_VOI"])
def test_a_register_of_addresses_becomes_buildings(tmp_path, headers):
    path = tmp_path / "adr.csv"
    path.write_text(f"{headers},lon,lat\na1,Quay St,7,112.2,30.0\na2,Quay St,9,112.2,30.0\n", encoding="utf-8")
    source = only_source(path)
    proposal = propose(source)
    assert (proposal.mapping.layer, proposal.open_fields) == ("building", ())
    mapped, match = map_source(source, proposal.mapping)
    report = SourceReport(mapped.file)
    rows = list(staged_rows(mapped, match, None, report))
    assert [row[1:3] for row in rows] == [(False, rows[0][2]), (False, rows[1][2])]
    assert rows[0][2][:3] == ("a1", "Quay St 7", 1)


def test_a_column_that_few_rows_fill_is_nothing_that_all_rows_need(tmp_path):
    path = tmp_path / "points.csv"
    rows = [f"P{number},{'人井' if number == 3 else ''},{number % 2 + 1},112.2,30.0" for number in range(9)]
    path.write_text("id,sorte,level,lon,lat\n" + "\n".join(rows) + "\n", encoding="utf-8")
    proposal = propose(only_source(path))
    assert (proposal.mapping.layer, proposal.open_fields) == ("structure", ("kind",))
