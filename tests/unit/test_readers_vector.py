"""GeoPackage, GeoJSON and shapefile: rows in are rows counted, damage is one finding, nothing but the named format is opened."""

import json
import math
import sqlite3
import zipfile
from contextlib import closing

import pytest
import shapely

from app.survey.readers import geojson, open_sources
from app.survey.readers.source import Source
from tests.unit.surveys import SHARED, only_source, opened, raw_rows, refusal, rules, staged, write_points

PLACES = [shapely.Point(112.22 + number / 1000, 30.05) for number in range(50)]


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".shp"])
def test_features_are_read(tmp_path, suffix):
    source = only_source(write_points(tmp_path / f"a{suffix}", PLACES))
    rows = list(source.rows())
    assert (source.geometry, source.row_count, len(rows), source.headers) == ("point", 50, 50, ("编码", "类型"))
    assert rows[2][:2] == (3, ("MH-3", "人井"))
    assert shapely.from_wkb(rows[2][2]).equals(PLACES[2])
    staged_again, report = staged(tmp_path / f"a{suffix}")
    assert not any(row[1] for row in staged_again) and report.rows_read == 50
    assert report.crs in ("EPSG:4490", "EPSG:4326")


def test_coordinates_in_metres_are_converted(tmp_path):
    rows, report = staged(write_points(tmp_path / "a.gpkg", [shapely.Point(618583.501, 3327291.187)], "EPSG:4546"))
    place = shapely.from_wkb(rows[0][3])
    assert report.crs == "EPSG:4546" and shapely.get_srid(place) == 4490
    assert math.isclose(place.x, 112.2297, abs_tol=1e-8) and math.isclose(place.y, 30.0590, abs_tol=1e-8)


def test_places_that_are_none(tmp_path):
    nothing = [None, shapely.Point(), shapely.Point(0, 0), shapely.Point(math.nan, 30), shapely.Point(math.inf, 30), shapely.Point(200, 30)]
    rows, report = staged(write_points(tmp_path / "a.gpkg", [*nothing, PLACES[0], shapely.Point(30.059, 112.2297)]))
    assert [row[1] for row in rows] == [True] * 6 + [False, True]
    assert rules(report) == [
        ("GEOM_MISSING", 1), ("GEOM_MISSING", 2), ("PLACE_ZERO", 3), ("PLACE_NOT_FINITE", 4), ("PLACE_NOT_FINITE", 5),
        ("PLACE_OUTSIDE", 6), ("PLACE_SWAPPED", 8),
    ]  # fmt: skip
    assert {finding.subject for finding in report.findings} == {f"MH-{number}" for number in (1, 2, 3, 4, 5, 6, 8)}


def test_several_layers_of_a_geopackage(tmp_path):
    path = tmp_path / "a.gpkg"
    write_points(path, PLACES, layer="井")
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE plain (fid INTEGER PRIMARY KEY, code TEXT)")
        database.execute("INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('plain', 'attributes', 'plain')")
        database.commit()
    sources = opened(path)
    assert [(source.sheet, isinstance(source, Source)) for source in sources] == [("plain", False), ("井", True)]
    assert sources[0].findings[0].rule == "LAYER_EMPTY"


@pytest.mark.parametrize("kept", [0.01, 0.3, 0.6, 0.99])
def test_a_geopackage_cut_off(tmp_path, kept):
    path = write_points(tmp_path / "a.gpkg", PLACES * 100)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    assert refusal(path).rule == "FILE_TRUNCATED"


def test_a_geopackage_damaged_inside(tmp_path):
    path = write_points(tmp_path / "a.gpkg", PLACES * 200)
    content = bytearray(path.read_bytes())
    content[len(content) // 3 : len(content) // 3 * 2] = b"\xff" * (len(content) // 3 * 2 - len(content) // 3)
    path.write_bytes(content)
    assert refusal(path).rule == "FILE_TRUNCATED"


def test_virtual_tables_are_refused(tmp_path):
    path = write_points(tmp_path / "a.gpkg", PLACES)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute(
            "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql)"
            " VALUES ('table', 'spy', 'spy', 0, 'CREATE VIRTUAL TABLE spy USING VirtualOGR(''/etc/passwd'')')"
        )
        database.commit()
    assert refusal(path).rule == "FILE_UNSAFE"


def test_a_database_that_is_no_geopackage(tmp_path):
    path = tmp_path / "a.gpkg"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE x (y)")
        database.commit()
    assert refusal(path).rule == "FILE_KIND"


def write_geojson(path, features, **members):
    path.write_text(json.dumps({"type": "FeatureCollection", **members, "features": features}, ensure_ascii=False), encoding="utf-8")
    return path


def feature(number, geometry, **more):
    return {"type": "Feature", "properties": {"编码": f"MH-{number}", "类型": "人井", **more}, "geometry": geometry}


def test_geojson_properties_differ_between_features(tmp_path):
    point = {"type": "Point", "coordinates": [112.2, 30.05, 12.5]}
    path = write_geojson(tmp_path / "a.geojson", [feature(1, point), feature(2, point, 名称="甲", 附=[1, 2])])
    source = only_source(path)
    assert source.headers == ("编码", "类型", "名称", "附")
    assert [row[1] for row in source.rows()] == [("MH-1", "人井", None, None), ("MH-2", "人井", "甲", "[1, 2]")]
    assert shapely.from_wkb(list(source.rows())[0][2]).wkt == "POINT (112.2 30.05)"


def test_a_large_geojson_gives_the_rows_of_a_small_one(tmp_path, monkeypatch):
    """It is parsed once and kept, before all of its properties are known; places of any kind, and broken ones, among the points."""
    places = [{"type": "Point", "coordinates": [112.2, 30.05]}, None, {"type": "Point", "coordinates": ["x", 1]},
              {"type": "MultiPoint", "coordinates": [[112.2, 30]]}]  # fmt: skip
    features = [feature(number, places[number % 4 if number > 700 else 0]) for number in range(1_500)]
    for number in range(900, 1_500):
        features[number]["properties"]["附"] = [number]
    path = write_geojson(tmp_path / "a.geojson", features)
    small = [(source.headers, source.geometry, list(source.rows())) for source in opened(path)]
    monkeypatch.setattr(geojson, "_LARGE", 0)
    sources = opened(path)
    assert [(source.headers, source.geometry, list(source.rows())) for source in sources] == small
    assert [list(source.rows()) for source in sources] == [rows for _, _, rows in small], "read a second time"
    assert sum(len(rows) for _, _, rows in small) == 1_500 and small[0][2][-1][1][-1] is not None


def test_geojson_crs_before_or_after_the_features(tmp_path):
    point = {"type": "Point", "coordinates": [618583.501, 3327291.187]}
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4546"}}
    before = write_geojson(tmp_path / "a.geojson", [feature(1, point)], crs=crs)
    text = json.dumps({"type": "FeatureCollection", "features": [feature(1, point)], "crs": crs})
    after = tmp_path / "b.geojson"
    after.write_text(text)
    assert only_source(before).crs == only_source(after).crs == "EPSG:4546"
    assert write_geojson(tmp_path / "c.geojson", [feature(1, point)]) and only_source(tmp_path / "c.geojson").crs == "EPSG:4326"


def test_geojson_geometries_of_all_kinds(tmp_path):
    ring = [[112.2, 30.0], [112.3, 30.0], [112.3, 30.1], [112.2, 30.0]]
    kinds = [
        {"type": "Polygon", "coordinates": [ring]}, {"type": "MultiPolygon", "coordinates": [[ring]]},
        {"type": "LineString", "coordinates": ring}, {"type": "Nonsense", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[112.2]]]},
    ]  # fmt: skip
    properties = {"编码": "421022", "名称": "甲", "级别": "县"}
    path = write_geojson(tmp_path / "a.geojson", [{"type": "Feature", "properties": properties, "geometry": kind} for kind in kinds])
    lines, polygons = opened(path)
    assert [(row[0], shapely.from_wkb(row[2]).geom_type) for row in lines.rows()] == [(3, "LineString")]
    rows = list(polygons.rows())
    assert [shapely.from_wkb(row[2]).geom_type for row in rows[:2]] == ["Polygon", "MultiPolygon"]
    assert [(row[0], row[1].rule) for row in rows[2:]] == [(4, "GEOM_BROKEN"), (5, "GEOM_BROKEN")]


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.99, 0.9999])
def test_a_geojson_cut_off(tmp_path, kept):
    path = write_geojson(
        tmp_path / "a.geojson", [feature(number, {"type": "Point", "coordinates": [112.2, 30]}) for number in range(20_000)]
    )
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    assert refusal(path).rule == "FILE_TRUNCATED"


def test_a_geojson_cut_inside_a_character(tmp_path):
    path = write_geojson(tmp_path / "a.geojson", [feature(1, None)])
    content = path.read_bytes()
    path.write_bytes(content[: content.index("井".encode()) + 1])
    assert refusal(path).rule == "FILE_TRUNCATED"


def test_other_json_is_no_geojson(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"nodes": [1, 2, 3]}')
    assert refusal(path).rule == "FILE_KIND"
    path.write_text('[{"type": "Feature"}]')
    assert refusal(path).rule == "FILE_TRUNCATED"
    path.write_text('{"type": "FeatureCollection", "features": []}')
    assert refusal(path).rule == "LAYER_EMPTY"


def test_a_geojson_with_nan_places(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text('{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "MH-1", "kind": "manhole"},'
                    ' "geometry": {"type": "Point", "coordinates": [NaN, 30]}}]}')  # fmt: skip
    _, report = staged(path)
    assert rules(report) == [("PLACE_NOT_FINITE", 1)]


def test_a_short_dbf_is_one_error_with_the_counts(tmp_path):
    path = write_points(tmp_path / "a.shp", PLACES)
    dbf = path.with_suffix(".dbf")
    content = dbf.read_bytes()
    dbf.write_bytes(content[: len(content) - 20 * int.from_bytes(content[10:12], "little")])
    finding = refusal(path)
    assert finding.rule == "FILE_COUNTS"
    assert "50 shapes" in finding.found and "50 rows" in finding.found and "holds 30" in finding.found
    dbf.write_bytes(content[:4] + (5).to_bytes(4, "little") + content[8:])
    assert refusal(path).rule == "FILE_COUNTS"


def test_shapefiles_with_parts_missing_or_cut(tmp_path):
    path = write_points(tmp_path / "a.shp", PLACES)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert refusal(path).rule == "FILE_TRUNCATED"
    path.write_bytes(content)
    whole = raw_rows(path)
    path.with_suffix(".shx").unlink()
    assert raw_rows(path) == whole and only_source(path).findings[-1].rule == "SHX_REBUILT" and not path.with_suffix(".shx").exists()
    path.write_bytes(content[:-10])
    assert refusal(path).rule == "FILE_TRUNCATED"
    path.with_suffix(".dbf").unlink()
    assert refusal(path).rule == "FILE_MISSING"


def test_rows_of_a_shapefile_marked_as_deleted(tmp_path):
    path = write_points(tmp_path / "a.shp", PLACES)
    dbf = path.with_suffix(".dbf")
    content = bytearray(dbf.read_bytes())
    start, width = int.from_bytes(content[8:10], "little"), int.from_bytes(content[10:12], "little")
    content[start + 3 * width] = ord("*")
    dbf.write_bytes(content)
    source = only_source(path)
    assert (len(list(source.rows())), source.findings[0].rule) == (49, "ROWS_DELETED")


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data sets are not here")
@pytest.mark.parametrize("name", ["cities_wgs84_gbk.shp", "cities_gcj02_gbk_nocpg.shp"])
def test_chinese_shapefiles(name):
    source = only_source(SHARED / "nasty-imports" / name)
    assert (source.encoding, source.headers) == ("GB18030", ("省份", "城市", "区县", "名称"))
    assert next(source.rows())[1] == ("河南省", "驻马店市", "驿城区", "驻马店市")


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data sets are not here")
def test_a_shapefile_without_a_crs():
    source = only_source(SHARED / "nasty-imports" / "pyshp_blockgroups.shp")
    assert (source.crs, source.geometry, len(list(source.rows()))) == (None, "polygon", 663)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data sets are not here")
def test_a_field_survey_geopackage_loses_no_row():
    for source in opened(SHARED / "qfield-survey" / "bees.gpkg"):
        if isinstance(source, Source):
            assert len(raw := list(source.rows())) == source.row_count, raw
    assert raw_rows(SHARED / "qfield-survey" / "points.geojson")[0][0] == 1


def zipped(path, parts, folder="buildings/"):
    with zipfile.ZipFile(path, "w") as packed:
        for part in parts:
            packed.write(part, folder + part.name)
    return path


def test_a_zipped_shapefile_is_read_as_often_as_asked(tmp_path):
    shape = write_points(tmp_path / "a.shp", PLACES)
    source = only_source(zipped(tmp_path / "b.zip", sorted(tmp_path.glob("a.*"))))
    assert (source.file, source.sheet, source.row_count) == (str(tmp_path / "b.zip"), None, 50)
    assert list(source.rows()) == list(source.rows()) == list(only_source(shape).rows())


def test_zip_files_that_are_none_or_dangerous(tmp_path):
    write_points(tmp_path / "a.shp", PLACES)
    parts = sorted(tmp_path.glob("a.*"))
    assert refusal(zipped(tmp_path / "none.zip", [part for part in parts if part.suffix != ".shp"])).rule == "FILE_KIND"
    whole = zipped(tmp_path / "cut.zip", parts)
    whole.write_bytes(whole.read_bytes()[:-200])
    assert refusal(whole).rule == "FILE_TRUNCATED"
    with zipfile.ZipFile(zipped(tmp_path / "twice.zip", parts), "a") as packed:
        packed.write(parts[0], f"buildings/{parts[0].name}")
    assert refusal(tmp_path / "twice.zip").rule == "FILE_UNSAFE"
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.shp", b"\0" * (70 << 20))
    assert refusal(tmp_path / "bomb.zip").rule == "FILE_UNSAFE"
    outside = zipped(tmp_path / "outside.zip", parts, "../../")
    assert only_source(outside).row_count == 50 and not (tmp_path.parent / "a.shp").exists()


@pytest.mark.parametrize("name", ["a.geojson", "a.json"])
def test_headers_with_halves_of_letters_are_told(tmp_path, name):
    path = tmp_path / name
    feature = '{"type":"Feature","properties":{"co\\ud800de":"x"},"geometry":null}'
    path.write_text(f'{{"type":"FeatureCollection","features":[{feature}]}}' if name == "a.geojson" else '[{"co\\ud800de": 1}]')
    (report,) = open_sources(path)
    assert [(one.rule, one.found) for one in report.findings] == [("ENCODING_BROKEN", r"'co\ud800de'")]
