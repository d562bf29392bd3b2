"""Points of a survey are held against the plant that is known: whole files beside it, single outliers, one place for many, CRS by row."""

from pathlib import Path

import numpy
import pytest
from pyproj import Geod
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.survey.datum import wgs84_to_gcj02
from app.survey.importing import import_surveys
from app.survey.mapping import FieldRule, Mapping, SheetMapping
from tests.functional.conftest import empty_network

pytestmark = [pytest.mark.functional]
KNOWN = numpy.array([[112.2297 + number / 500, 30.0590 + number / 900] for number in range(10)])


def table(path: Path, places, head="code,kind,lon,lat", kind="manhole") -> Path:
    rows = [f"MH-{number},{kind},{x:.9f},{y:.9f}" for number, (x, y) in enumerate(places, 1)]
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def engine(plain_database, tmp_path_factory):
    with empty_network(plain_database, "places") as engine:
        report = import_surveys(engine, [table(tmp_path_factory.mktemp("p") / "known.csv", KNOWN)], "421000", actor="test")
        assert report.changed and report.totals["applied"] == 10
        yield engine


def tell(engine, path, **options):
    report = import_surveys(engine, [path], "421000", actor="test", **options)
    for source in report.sources:
        assert source.rows_read == source.applied + source.unchanged + source.refused
    return report, [(finding.rule, finding.severity, finding.row) for source in report.sources for finding in source.findings]


def test_i11_a_shifted_file_asks_and_the_answer_loads_it(engine, tmp_path):
    path = table(tmp_path / "gcj.csv", wgs84_to_gcj02(KNOWN))
    report, rules = tell(engine, path)
    assert ("I11", "error", None) in rules and not report.changed and report.totals["refused"] == 10
    finding = next(finding for finding in report.sources[0].findings if finding.rule == "I11")
    assert "gcj02: 0.0 m after" in finding.expected and "--crs gcj02" in finding.next_step
    report, rules = tell(engine, path, crs="gcj02")
    assert not rules and report.totals["refused"] == 0
    with Session(engine) as session:
        query = "SELECT ST_X(geom), ST_Y(geom) FROM structure WHERE region_id = 421000 AND code LIKE 'MH-%' ORDER BY length(code), code"
        stored = numpy.array([tuple(row) for row in session.execute(text(query))])
    # Nine decimals in the file, and a tenth of a millimetre in the inverse.
    assert stored.shape == KNOWN.shape and numpy.abs(stored - KNOWN).max() < 5e-9


def test_i10_one_point_far_from_its_place_is_refused_alone(engine, tmp_path):
    places = KNOWN.copy()
    places[4] = wgs84_to_gcj02(places[4:5])[0]
    report, rules = tell(engine, table(tmp_path / "one.csv", places), dry_run=True, valid_rows_only=True)
    assert ("I10", "error", 6) in rules and report.totals["refused"] == 1
    assert "read as gcj02 it would be 0.0 m" in next(f.expected for f in report.sources[0].findings if f.rule == "I10")


def test_i15_one_place_for_many_rows_is_refused(engine, tmp_path):
    path = tmp_path / "same.csv"
    path.write_text("code,kind,lon,lat\n" + "".join(f"P-{number},pole,112.25,30.07\n" for number in range(6)) + "P-9,pole,112.26,30.07\n")
    report, rules = tell(engine, path, dry_run=True, valid_rows_only=True)
    assert ("I15", "error", None) in rules and (report.totals["refused"], report.totals["applied"]) == (6, 1)


def test_i42_a_column_names_the_system_of_each_row(engine, tmp_path):
    (x, y) = wgs84_to_gcj02(numpy.array([[112.28, 30.09]]))[0]
    path = tmp_path / "mixed.csv"
    path.write_text(
        f"code,kind,X,Y,坐标系\nQ-1,pole,3327291.187,618583.501,EPSG:4546\nQ-2,pole,{y:.9f},{x:.9f},gcj02\nQ-3,pole,3327291.2,618590,\n"
        "Q-4,pole,3327291.2,618590,EPSG:99999\n"
    )
    report, rules = tell(engine, path, valid_rows_only=True)
    assert report.sources[0].crs == "by row" and {("I42", "error", 4), ("CRS_UNKNOWN", "error", 5)} <= set(rules)
    with Session(engine) as session:
        query = "SELECT code, ST_AsText(geom, 5) FROM structure WHERE region_id = 421000 AND code LIKE 'Q-%'"
        places = dict(session.execute(text(query)).all())
    assert places == {"Q-1": "POINT(112.2297 30.059)", "Q-2": "POINT(112.28 30.09)"}


def test_a_mapping_that_was_taken_is_remembered(engine, tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("点位,北,东\nA1,3329291.187,619583.501\n")
    rules = {"code": FieldRule(column="点位"), "kind": FieldRule(constant="pole"), "x": FieldRule(column="北"), "y": FieldRule(column="东")}
    _, told = tell(engine, path)
    assert told[0][0] == "LAYER_UNKNOWN"
    mapping = Mapping("另一种表", (SheetMapping("structure", rules, crs="EPSG:4546"),))
    report, _ = tell(engine, path, mapping=mapping)
    assert report.changed and report.totals["applied"] == 1
    path.write_text("点位,北,东\nA1,3329291.187,619583.501\nA2,3329390,619680\n")
    report, told = tell(engine, path)
    assert report.changed and (report.totals["applied"], report.totals["unchanged"]) == (1, 1)
    assert ("MAPPING_REMEMBERED", "info", None) in told


def test_device_types_go_to_the_catalogue_with_ports_slots_and_power(engine, tmp_path):
    lines = ["manufacturer: ACME", "model: OLT 9", "u_height: 2", "interfaces:"]
    lines += ["  - {name: pon1, type: gpon}", "  - {name: m, type: x, mgmt_only: true}"]
    lines += ["module-bays:", "  - {name: slot-1, position: '1', description: Uplink card}"]
    lines += ["power-ports:", "  - {name: a, maximum_draw: 200}", "  - {name: b, maximum_draw: 200}"]
    path = tmp_path / "olt.yaml"
    path.write_text("\n".join(lines))
    report, rules = tell(engine, path)
    assert report.changed and report.totals["applied"] == 1
    with Session(engine) as session:
        row = session.execute(text("SELECT kind, vendor, height_u, power_w FROM equipment_model WHERE code = 'OLT 9'")).one()
        query = "SELECT p.no, p.port_type FROM model_port p JOIN equipment_model m ON m.id = p.model_id WHERE m.code = 'OLT 9'"
        ports = [tuple(row) for row in session.execute(text(query))]
    assert (tuple(row), ports) == (("olt", "ACME", 2, 200), [("pon1", "pon")])
    report, _ = tell(engine, path)
    assert not report.changed and report.totals["unchanged"] == 1
    path.write_text("model: x\n")
    report, rules = tell(engine, path)
    assert rules == [("DEVICE_TYPE_WRONG", "error", None)] and report.totals["refused"] == 1


def test_structures_of_one_kind_less_than_three_decimetres_apart_are_told_once(engine, tmp_path):
    """D1: the pairs are those that measuring each against each finds, wherever the borders lie by which they are looked for."""
    random = numpy.random.default_rng(7)
    middles = numpy.array([112.23, 30.05]) + random.integers(0, 40, (40, 2)) * 5e-5 - 5e-6
    places = numpy.round(middles.repeat(8, axis=0) + random.normal(0, 4e-6, (320, 2)), 9)
    kinds = random.choice(["pole", "handhole"], 320)
    path = tmp_path / "near.csv"
    rows = [f"NR-{number:03},{kind},{x:.9f},{y:.9f}" for number, (kind, (x, y)) in enumerate(zip(kinds, places, strict=True))]
    path.write_text("\n".join(["code,kind,lon,lat", *rows]) + "\n", encoding="utf-8")
    report, _ = tell(engine, path, dry_run=True)
    found = [(one.subject, one.found.rpartition(" ")[2]) for one in report.sources[0].findings if one.rule == "D1"]
    one, other = numpy.triu_indices(320, 1)
    metres = Geod(ellps="GRS80").inv(*places[one].T, *places[other].T)[2]
    near = (metres < 0.3) & (kinds[one] == kinds[other])
    expected = [(f"NR-{second:03}", f"NR-{first:03}") for first, second in zip(one[near], other[near], strict=True)]
    assert len(expected) > 50 and sorted(found) == sorted(expected)
