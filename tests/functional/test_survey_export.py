"""Export is import: what goes out comes back without a change, and of what was edited only the edits are changes."""
import csv
import json
import zipfile
from pathlib import Path

import pytest
import shapely
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import InputError
from app.survey.export import FORMATS, export_layers, exportable
from app.survey.findings import SourceReport
from app.survey.headers import recognise
from app.survey.importing import import_surveys
from app.survey.readers import open_sources
from app.survey.rows import staged_rows
from tests.surveyed_town import REGION, Surveyor, findings, open_town, rules_of

pytestmark = [pytest.mark.functional]


@pytest.fixture(scope="module")
def town_engine(plain_database, tmp_path_factory):
    """The town in use, with what it has none of: areas of customers, roads, and observed ports."""
    with open_town(plain_database, tmp_path_factory, "export") as engine:
        folder = tmp_path_factory.mktemp("more")
        (folder / "seen.csv").write_text("设备,端口,运行状态,采集时间,网管系统\nOLT01,0/1/0..3,up,2025-03-01 02:15,NMS\n", encoding="utf-8")
        ring = [[[112.228, 30.0595], [112.231, 30.0595], [112.231, 30.0605], [112.228, 30.0605], [112.228, 30.0595]]]
        area = {"type": "Feature", "properties": {"code": "DK-1", "name_zh": "园区"}, "geometry": {"type": "Polygon", "coordinates": ring}}
        (folder / "areas.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [area]}), encoding="utf-8")
        road = {"type": "Feature", "properties": {"道路编码": "DL-1", "路名": "新华路", "来源": "测绘"},
                "geometry": {"type": "LineString", "coordinates": [[112.228, 30.0592], [112.231, 30.0593]]}}  # fmt: skip
        (folder / "roads.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [road]}), encoding="utf-8")
        assert load(engine, folder).totals["applied"] == 3
        yield engine


def export(engine, path: Path, kind: str, wanted=(), **options) -> dict[str, int]:
    with Session(engine) as session:
        return dict(export_layers(session, REGION, path, kind, wanted, **options))


def load(engine, path: Path, **options):
    return import_surveys(engine, [path], str(REGION), actor="tester", **options)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", FORMATS)
def test_what_goes_out_comes_back_without_a_change(town_engine, tmp_path, kind, language):
    path = tmp_path / f"export.{'zip' if kind in ('csv', 'geojson') else kind}"
    counts = export(town_engine, path, kind, language=language)
    report = load(town_engine, path, dry_run=True)
    told = [(one.rule, one.severity, one.subject, one.column, one.found) for source in report.sources for one in source.findings]
    assert not rules_of(report, "error"), told
    assert [(one.layer, one.subject, one.field, one.old, one.new) for one in report.differences] == []
    assert report.totals["unchanged"] == report.totals["rows_read"] == sum(counts.values())
    held = {layer: rows for layer, rows in counts.items() if rows}
    assert {source.layer: source.rows_read for source in report.sources if source.rows_read} == held


def test_every_layer_of_the_network_can_be_exported(town_engine, tmp_path):
    counts = export(town_engine, tmp_path / "a.gpkg", "gpkg")
    assert set(counts) == {layer.id for layer in exportable()} and all(counts.values()), counts


def test_an_empty_network_takes_the_export_of_another(town_engine, network, tmp_path):
    """The export holds all that the network is: loaded elsewhere, it gives the same export."""
    export(town_engine, tmp_path / "first.zip", "csv")
    export(town_engine, tmp_path / "first.gpkg", "gpkg", ["grid", "customer_area"])
    report = import_surveys(network, [tmp_path / "first.zip", tmp_path / "first.gpkg"], str(REGION), actor="test")
    assert report.changed and not rules_of(report, "error"), report.sources
    export(network, tmp_path / "second.zip", "csv")
    first, second = (zipfile.ZipFile(tmp_path / name) for name in ("first.zip", "second.zip"))
    for name in first.namelist():
        assert sorted(second.read(name).splitlines()) == sorted(first.read(name).splitlines()), name


def test_of_what_was_edited_only_the_edits_are_changes(town_engine, tmp_path):
    export(town_engine, tmp_path / "a.xlsx", "xlsx", ["structure", "segment", "splice"])
    book = load_workbook(str(tmp_path / "a.xlsx"))
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as edited:
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python()
            if name == "设施":
                next(row for row in rows if row[0] == "MH-1")[rows[0].index("名称")] = "改了名"
            if name == "接续":
                rows[1][next(at for at, header in enumerate(rows[0]) if "损耗" in header)] = 0.09
            sheet = edited.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    report = load(town_engine, tmp_path / "b.xlsx", dry_run=True)
    assert not rules_of(report, "error") and report.totals["applied"] == 2
    changed = [(one.layer, one.subject, one.field, one.new) for one in report.differences]
    assert ("structure", "MH-1", "name_zh", "改了名") in changed and len(changed) == 2 and changed[1][0] == "splice"


def test_cells_that_look_like_formulas_go_out_as_text_and_come_back_as_they_were(town_engine, tmp_path):
    surveyor = Surveyor(town_engine, tmp_path)
    names = ["=1+1", "+86", "-5", "@SUM(A1)", "'=quoted", "'plain"]
    lines = [f"FX-{number},电杆,\"{name}\",112.23{number}51,30.06{number}21" for number, name in enumerate(names)]
    surveyor.survey("设施编码,设施类型,名称,经度(度),纬度(度)\n" + "\n".join(lines) + "\n")
    try:
        held = "SELECT name_zh FROM structure WHERE region_id = :region AND code LIKE 'FX-%' ORDER BY code"
        with town_engine.connect() as connection:
            stored = list(connection.execute(text(held), {"region": REGION}).scalars())
        assert stored == ["=1+1", "+86", "-5", "@SUM(A1)", "=quoted", "'plain"]
        for kind in ("csv", "xlsx"):
            path = tmp_path / f"f.{'zip' if kind == 'csv' else kind}"
            export(town_engine, path, kind, ["structure"])
            assert load(town_engine, path, dry_run=True).totals["applied"] == 0
        with zipfile.ZipFile(tmp_path / "f.zip") as packed:
            rows = list(csv.reader(packed.read("structure.csv").decode("utf-8-sig").splitlines()))
        assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
        with zipfile.ZipFile(tmp_path / "f.xlsx") as packed:
            assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")
    finally:
        surveyor.undo_all()


# What a name may hold once it was read: no controls, no halves of letters, and no space around it.
NAMES = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Cn", "Co"), blacklist_characters="\ufffd\ufeff"), min_size=1, max_size=40)
AWKWARD = st.one_of(
    NAMES,
    st.sampled_from(
        ["a,b", 'say "x"', "x\ny", "'", "''", "'=1", "==", "#REF", "NULL", "1E5", "00123", "1-2", "；", "TRUE", "nan", "\u200b零宽"]
    ),
).map(str.strip).filter(lambda name: name and "锟" not in name and not name.startswith("#"))  # fmt: skip
NUMBERS = st.floats(0, 1e6, allow_nan=False, allow_subnormal=False)
PLACES = st.tuples(st.floats(112.2, 112.25), st.floats(30.04, 30.07))


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(st.tuples(AWKWARD, NUMBERS, PLACES), min_size=1, max_size=12), kind=st.sampled_from(FORMATS))
def test_awkward_text_numbers_and_places_come_back_as_they_were(town_engine, tmp_path_factory, rows, kind):
    with town_engine.connect() as connection:
        outer = connection.begin()
        connection.execute(text("SELECT set_config('netgrid.actor', 'test', true), set_config('netgrid.source', 'test', true)"))
        for number, (name, metres, place) in enumerate(rows):
            connection.execute(
                text("INSERT INTO structure (region_id, code, kind, name_zh, accuracy_m, geom)"
                     " VALUES (:region, :code, 'pole', :name, :metres, ST_SetSRID(ST_MakePoint(:x, :y), 4490))"),
                {"region": REGION, "code": f"HY-{number}", "name": name, "metres": metres, "x": place[0], "y": place[1]},
            )  # fmt: skip
        path = tmp_path_factory.mktemp("h") / f"a.{'zip' if kind in ('csv', 'geojson') else kind}"
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            export_layers(session, REGION, path, kind, ["structure"])
        outer.rollback()
    back = {row[0]: row for row in read_back(path)}
    for number, (name, metres, place) in enumerate(rows):
        assert back[f"HY-{number}"][1:] == (name, metres, place)


def read_back(path: Path):
    """(code, name, accuracy, place) of every row as the import would stage it."""
    for source in open_sources(path):
        match = recognise(list(source.headers), source.geometry)
        names = [field.name for field in match.layer.fields]
        for _, _, values, shape in staged_rows(source, match, None, SourceReport(source.file)):
            point = shapely.from_wkb(shape)
            yield values[names.index("code")], values[names.index("name_zh")], values[names.index("accuracy_m")], (point.x, point.y)


def test_wrong_wishes_are_told(town_engine, tmp_path):
    for kind, wanted, code in (("pdf", (), "FORMAT_UNKNOWN"), ("csv", ("ship",), "LAYER_UNKNOWN"), ("csv", ("grid",), "LAYER_PLACE")):
        with pytest.raises(InputError, match=code):
            export(town_engine, tmp_path / "x", kind, wanted)


def test_what_is_personal_stays_empty_without_the_right_and_changes_nothing(town_engine, tmp_path):
    export(town_engine, tmp_path / "c.zip", "csv", ["customer"], personal=False)
    assert "演示" not in zipfile.ZipFile(tmp_path / "c.zip").read("customer.csv").decode()
    report = load(town_engine, tmp_path / "c.zip", dry_run=True)
    assert report.totals["applied"] == 0 and not findings(report, "I40")
