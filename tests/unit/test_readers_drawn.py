"""KML, KMZ, GPX, DXF, OpenStreetMap, QField: each placemark, waypoint and entity is a row, and only the named format is opened."""

import gzip
import json
import zipfile

import numpy
import pyogrio
import pytest
import shapely

from app.survey.findings import SourceReport
from tests.unit.surveys import SHARED, only_source, opened, raw_rows, refusal, write_points

KML = '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>勘察</name>{}</Document></kml>'
MARK = (
    "<Placemark><name>{0}</name><ExtendedData><Data name='类型'><value>人井</value></Data></ExtendedData>"
    "<Point><coordinates>{1},30.05,12</coordinates></Point></Placemark>"
)
LINE = "<LineString><coordinates>112.1,30.0 112.2,30.1</coordinates></LineString>"
RING = "<{0}><LinearRing><coordinates>112,30 113,30 113,31 112,30</coordinates></LinearRing></{0}>"


def kml(tmp_path, inside, name="a.kml"):
    (tmp_path / name).write_text(KML.format(inside), encoding="utf-8")
    return tmp_path / name


def test_folders_and_extended_data_of_kml(tmp_path):
    manholes = "".join(MARK.format(f"MH-{number}", 112 + number / 100) for number in range(3))
    multi = f"<Placemark><name>S</name><MultiGeometry>{LINE}{LINE}</MultiGeometry></Placemark>"
    area = f"<Placemark><name>P</name><Polygon>{RING.format('outerBoundaryIs')}</Polygon></Placemark><Placemark><name>无</name></Placemark>"
    path = kml(tmp_path, f"<Folder><name>人井</name>{manholes}</Folder><Folder><name>管道</name>{multi}{area}</Folder>")
    found = {source.sheet: (source.geometry, source.headers, list(source.rows())) for source in opened(path)}
    assert {sheet: len(rows) for sheet, (_, _, rows) in found.items()} == {
        "勘察/人井: point": 3, "勘察/管道: line": 1, "勘察/管道: polygon": 1, "勘察/管道: no place": 1,
    }  # fmt: skip
    _, headers, rows = found["勘察/人井: point"]
    assert (headers, rows[1][:2]) == (("folder", "name", "类型"), (2, ("勘察/人井", "MH-1", "人井")))
    assert shapely.from_wkb(rows[1][2]).equals(shapely.Point(112.01, 30.05))
    assert shapely.from_wkb(found["勘察/管道: line"][2][0][2]).geom_type == "MultiLineString"
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as packed:
        packed.write(path, "doc.kml")
        packed.writestr("files/photo.jpg", b"x")
    assert [list(source.rows()) for source in opened(tmp_path / "a.kmz")] == [rows for _, _, rows in found.values()]


def test_a_broken_place_in_kml_is_its_rows_own(tmp_path):
    broken = "<Placemark><name>B</name><Point><coordinates>112.x,30</coordinates></Point></Placemark>"
    sources = opened(kml(tmp_path, MARK.format("A", 112) + broken))
    rows = sorted((row for source in sources for row in source.rows()), key=lambda row: row[0])
    assert [row[0] for row in rows] == [1, 2] and rows[1][1].rule == "GEOM_BROKEN"


VRT = "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
ENTITY = '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml><name>&x;</name></kml>'


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("vrt.kml", VRT, "FILE_KIND"), ("vrt_in_xml.kml", f"<?xml version='1.0'?>{VRT}", "FILE_KIND"),
        ("entity.kml", ENTITY, "FILE_UNSAFE"),
        ("vrt.gpx", f"<?xml version='1.0'?>{VRT}", "FILE_KIND"), ("entity.gpx", ENTITY.replace("kml", "gpx"), "FILE_UNSAFE"),
        ("cut.kml", KML.format(MARK.format("A", 112))[:-30], "FILE_TRUNCATED"),
        ("vrt.dxf", VRT, "FILE_KIND"), ("vrt.osm", VRT, "FILE_KIND"),
        ("vrt_in_xml.osm", f"<?xml version='1.0'?>{VRT}", "FILE_TRUNCATED"),
        ("deep.kml", KML.format("<Folder>" * 500 + "</Folder>" * 500), "FILE_UNSAFE"),
    ],
)  # fmt: skip
def test_only_the_named_format_is_opened(tmp_path, name, content, rule):
    (tmp_path / name).write_text(content, encoding="utf-8")
    found = opened(tmp_path / name)
    assert {finding.rule for source in found for finding in source.findings} == {rule}
    assert all(isinstance(source, SourceReport) for source in found)


def test_waypoints_routes_and_tracks(tmp_path):
    points = "".join(f'<trkpt lat="30.0{number}" lon="112.0{number}"/>' for number in range(3))
    path = tmp_path / "a.gpx"
    path.write_text(
        '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><wpt lat="30.1" lon="112.1"><name>MH-1</name>'
        f"<sym>Flag</sym></wpt><wpt lat='x' lon='1'/><trk><name>T</name><trkseg>{points}</trkseg><trkseg>{points}</trkseg></trk></gpx>"
    )
    waypoints, tracks = opened(path)
    rows = list(waypoints.rows())
    assert (waypoints.headers, rows[0][:2], rows[1][1].rule) == (("name", "sym"), (1, ("MH-1", "Flag")), "GEOM_BROKEN")
    assert [(row[0], row[1], shapely.from_wkb(row[2]).geom_type) for row in tracks.rows()] == [
        (1, ("T", "1"), "LineString"), (2, ("T", "2"), "LineString"),
    ]  # fmt: skip


def test_layers_of_a_drawing(tmp_path):
    path = tmp_path / "a.dxf"
    line = shapely.LineString([(618583, 3327291), (618600, 3327300)])
    shapes = numpy.array([shapely.Point(618583.5, 3327291.1), line, shapely.Point(618600, 3327300)])
    names = numpy.array(["人井", "管道", "人井"], dtype=object)
    pyogrio.raw.write(path, shapely.to_wkb(shapes), [names], ["Layer"], driver="DXF", geometry_type="Unknown")
    found = {source.sheet: list(source.rows()) for source in opened(path)}
    assert {sheet: [row[0] for row in rows] for sheet, rows in found.items()} == {"人井: point": [1, 3], "管道: line": [2]}
    assert only_source(kml(tmp_path, MARK.format("A", 1))).crs == "EPSG:4326" and opened(path)[0].crs is None


OSM = (
    "<?xml version='1.0'?><osm version='0.6'><node id='1' lat='30.0' lon='112.0' version='1'><tag k='man_made' v='manhole'/></node>"
    "<node id='2' lat='30.1' lon='112.1' version='1'/><way id='9' version='1'><nd ref='1'/><nd ref='2'/>"
    "<tag k='highway' v='service'/></way></osm>"
)


def test_extracts_of_open_street_map(tmp_path):
    (tmp_path / "a.osm").write_text(OSM)
    (tmp_path / "b.osm.gz").write_bytes(gzip.compress(OSM.encode()))
    for path in (tmp_path / "a.osm", tmp_path / "b.osm.gz"):
        counts = {source.sheet: sum(1 for _ in source.rows()) for source in opened(path) if not isinstance(source, SourceReport)}
        assert counts == {"points: point": 1, "lines: line": 1}
    (tmp_path / "c.osm.gz").write_bytes(gzip.compress(OSM.encode())[:-40])
    assert refusal(tmp_path / "c.osm.gz").rule == "FILE_TRUNCATED"


def test_a_qfield_package_and_its_deltas(tmp_path):
    write_points(tmp_path / "survey.gpkg", [shapely.Point(112.2, 30.0)])
    with zipfile.ZipFile(tmp_path / "package.zip", "w") as packed:
        packed.write(tmp_path / "survey.gpkg", "project/survey.gpkg")
        packed.writestr("project/DCIM/a.jpg", b"x")
        packed.writestr("project/project.qgz", b"x")
    skipped, source = opened(tmp_path / "package.zip")
    assert (skipped.findings[0].found, len(list(source.rows()))) == ("1 .qgz", 1)
    deltas = [
        {"method": "create", "localLayerId": "井", "new": {"attributes": {"编码": "MH-1", "类型": "人井"}, "geometry": "POINT (112.2 30)"}},
        {"method": "patch", "localLayerId": "井", "old": {"attributes": {"编码": "MH-2"}}, "new": {"attributes": {"类型": "手井"}}},
        {"method": "delete", "localLayerId": "井", "localPk": "7"},
    ]
    (tmp_path / "deltas.json").write_text(json.dumps({"deltas": deltas, "project": "p", "version": "1.0"}))
    source = only_source(tmp_path / "deltas.json")
    assert [row[:2] for row in source.rows()] == [(1, ("MH-1", "人井")), (2, ("MH-2", "手井"))]
    assert [(finding.rule, finding.row) for finding in source.findings] == [("DELTA_DELETES", 3)]


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data sets are not here")
def test_maps_met_elsewhere():
    assert len(raw_rows(SHARED / "kml" / "gnis-ak-first-101.kml")) == 101
    counts = [len(list(source.rows())) for source in opened(SHARED / "gpx" / "cerknicko-jezero.gpx")]
    assert counts == [7, 8]
