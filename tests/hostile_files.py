"""Files made to harm who opens them, and a process that opens them all under the limits of a job and tells what became of each."""
import gzip
import json
import os
import resource
import sqlite3
import struct
import sys
import time
import zipfile
from pathlib import Path

from app.core.errors import InputError
from app.survey.device_types import load_yaml, read_device_type
from app.survey.findings import ERROR, Finding, SourceReport
from app.survey.headers import recognise
from app.survey.readers import open_sources
from app.survey.rows import refused_rows, staged_rows

SECONDS = 20
SECRET = "secret-that-nobody-may-read"
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)
) + "]>"  # fmt: skip
DEEP = 200_000


def make_hostile(folder: Path, secret: Path) -> list[Path]:
    """The files; ``secret`` is one outside of the folder that some of them point to."""
    for name, write in _WRITERS.items():
        write(folder / name, secret)
    return [folder / name for name in _WRITERS]


def _zip(path: Path, *members: tuple[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members:
            packed.writestr(name, content)


def _bomb(member: str):
    def write(path: Path, secret: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, packed.open(member, "w", force_zip64=True) as file:
            for _ in range(80):
                file.write(b"1,2,3\n" * 170_000)

    return write


def _traversal(path: Path, secret: Path) -> None:
    point = b"code,kind,lon,lat\nE-1,pole,112.2,30.0\n"
    names = ("../../../../../../tmp/netgrid-hostile.csv", "/tmp/netgrid-hostile.csv", "..\\netgrid-hostile.csv")
    _zip(path, *((name, point) for name in names))


def _link(path: Path, secret: Path) -> None:
    entry = zipfile.ZipInfo("link.csv")
    entry.external_attr, entry.create_system = 0o120777 << 16, 3
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(entry, str(secret))


def _many(path: Path, secret: Path) -> None:
    _zip(path, *((f"{number}.csv", b"x") for number in range(5_000)))


def _text(content):
    def write(path: Path, secret: Path) -> None:
        told = content(secret) if callable(content) else content
        path.write_bytes(told if isinstance(told, bytes) else told.encode())

    return write


def _entity(root: str):
    return _text(lambda secret: f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]><{root}><name>&e;</name></{root}>')


def _laughs(root: str):
    return _text(f'<?xml version="1.0"?>{LAUGHS}<{root}><name>&m;</name></{root}>')


def _vrt(start: str = ""):
    layer = '<OGRVRTLayer name="x"><SrcDataSource>{}</SrcDataSource><SrcLayer>x</SrcLayer></OGRVRTLayer>'
    return _text(lambda secret: f"{start}<OGRVRTDataSource>{layer.format(secret)}{layer.format('/vsicurl/http://127.0.0.1:9/x')}</OGRVRTDataSource>")


def _sheet_part(name: str, content: str):
    def write(path: Path, secret: Path) -> None:
        book = '<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
        links = '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>'
        parts = {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": '<Relationships><Relationship Id="r0" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": links,
            "xl/worksheets/sheet1.xml": "<worksheet><sheetData/></worksheet>",
        }  # fmt: skip
        _zip(path, *((part, text.encode()) for part, text in (parts | {name: content.replace("SECRET", str(secret))}).items()))

    return write


def _wide_cells(path: Path, secret: Path) -> None:
    cells = "".join(f'<row r="{row}"><c r="A{row}"/><c r="XFD{row}" t="str"><v>x</v></c></row>' for row in (1, 1_048_576))
    _sheet_part("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{cells}</sheetData></worksheet>")(path, secret)


def _merged(path: Path, secret: Path) -> None:
    body = '<row r="1"><c r="A1" t="str"><v>code</v></c></row>'
    merged = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    _sheet_part("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{body}</sheetData>{merged}</worksheet>")(path, secret)


def _gpkg(*statements: str):
    def write(path: Path, secret: Path) -> None:
        with sqlite3.connect(path) as base:
            base.executescript(
                "PRAGMA application_id = 1196444487; PRAGMA user_version = 10300;"
                "CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, description TEXT,"
                " last_change TEXT, min_x, min_y, max_x, max_y, srs_id INTEGER);"
                "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,"
                " organization_coordsys_id INTEGER, definition TEXT, description TEXT);"
                "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER, z, m);"
                "INSERT INTO gpkg_contents VALUES ('t', 'features', 't', '', '2024-01-01', 0, 0, 1, 1, 4326);"
                "INSERT INTO gpkg_geometry_columns VALUES ('t', 'geom', 'POINT', 4326, 0, 0);"
                + ";".join(statements).replace("SECRET", str(secret))
            )

    return write


def _table(extra: str) -> tuple[str, ...]:
    return ("CREATE TABLE t (fid INTEGER PRIMARY KEY, geom BLOB, code TEXT, kind TEXT)", extra)


def _huge_geometry(path: Path, secret: Path) -> None:
    _gpkg(*_table(""))(path, secret)
    wkb = b"\x01" + struct.pack("<II", 2, 0xFFFFFFF0)
    with sqlite3.connect(path) as base:
        base.execute("INSERT INTO t VALUES (1, ?, 'E-1', 'pole')", (b"GP\x00\x01" + struct.pack("<i", 4326) + wkb,))


def _huge_shape(path: Path, secret: Path) -> None:
    head = struct.pack(">i20xi", 9994, 0x7FFFFFFF) + struct.pack("<ii8d", 1000, 5, *[0.0] * 8)
    record = struct.pack(">ii", 1, 0x0FFFFFFF) + struct.pack("<i4dii", 5, 0, 0, 1, 1, 0x7FFFFFFF, 0x7FFFFFFF)
    path.write_bytes(head + record)
    path.with_suffix(".dbf").write_bytes(struct.pack("<4BIHH20x", 3, 99, 1, 1, 0xFFFFFFF0, 65, 0xFFFF) + b"CODE" + b"\0" * 28 + b"\r")


def _gzip_bomb(path: Path, secret: Path) -> None:
    with gzip.open(path, "wb") as file:
        file.write(b"<osm>")
        for _ in range(80):
            file.write(b" " * (1 << 20))


_HEAD = "code,kind,lon,lat"
_WRITERS = {
    "bomb.zip": _bomb("a.csv"), "bomb.kmz": _bomb("doc.kml"), "bomb.xlsx": _bomb("xl/worksheets/sheet1.xml"),
    "bomb.ods": _bomb("content.xml"),
    "bomb.osm.gz": _gzip_bomb, "many.zip": _many, "traversal.zip": _traversal, "link.zip": _link,
    "entity.kml": _entity("kml"), "entity.gpx": _entity("gpx"), "entity.osm": _entity("osm"), "entity.graphml": _entity("graphml"),
    "laughs.kml": _laughs("kml"), "laughs.gpx": _laughs("gpx"), "laughs.osm": _laughs("osm"), "laughs.graphml": _laughs("graphml"),
    "laughs.xlsx": _sheet_part("xl/sharedStrings.xml", f'<?xml version="1.0"?>{LAUGHS}<sst><si><t>&m;</t></si></sst>'),
    "entity.xlsx": _sheet_part("xl/worksheets/sheet1.xml", '<!DOCTYPE x [<!ENTITY e SYSTEM "file://SECRET">]><worksheet>&e;</worksheet>'),
    "vrt.kml": _vrt(), "vrt.csv": _vrt(), "vrt.geojson": _vrt(), "vrt.gpkg": _vrt(), "vrt.shp": _vrt(), "vrt.dxf": _vrt(),
    "vrt.xml.kml": _vrt('<?xml version="1.0"?>'), "remote.geojson": _text('{"type": "FeatureCollection", "@odata.nextLink": "http://127.0.0.1:9/"}'),
    "wide.xlsx": _wide_cells, "merged.xlsx": _merged,
    "wide.csv": _text(",".join(f"h{number}" for number in range(200_000)) + "\n" + ",".join(["1"] * 200_000) + "\n"),
    "long.csv": _text(f"{_HEAD}\n" + "x" * (10 << 20)), "quote.csv": _text(f'{_HEAD}\n"' + "1,2,3,4\n" * 100_000),
    "null.csv": _text(b"\0" * (8 << 20)), "numbers.csv": _text(f"{_HEAD}\nE-1,pole,{'9' * 400_000},30\nE-2,pole,1e400,30\n"),
    "ranges.csv": _text("缆段,芯序,使用状态\nG/S01,1-999999999,空闲\n" + f'G/S01,"{"1-9999," * 20_000}1",空闲\n'),
    "deep.json": _text("[" * DEEP), "deep.geojson": _text('{"type": "FeatureCollection", "features": ' + "[" * DEEP),
    "deep_properties.geojson": _text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": null, "properties": {"code": '
        + '{"a":' * DEEP + "1" + "}" * DEEP + "}}]}"
    ),
    "deep_geometry.geojson": _text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": '
        + '{"type": "GeometryCollection", "geometries": [' * 50_000 + "]}" * 50_000 + "}]}"
    ),
    "deep.kml": _text('<?xml version="1.0"?><kml>' + "<Folder>" * DEEP), "deep.graphml": _text("<graphml>" + "<graph>" * DEEP),
    "long_name.kml": _text('<?xml version="1.0"?><kml><Document><name>' + "x" * (12 << 20) + "</name></Document></kml>"),
    "deep.yaml": _text("model: " + "[" * DEEP),
    "python.yaml": _text("model: !!python/object/apply:os.system ['touch /tmp/netgrid-hostile.csv']"),
    "laughs.yaml": _text("a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(10))
        + "manufacturer: m\nmodel: *k\ninterfaces: *k\n"),
    "trigger.gpkg": _gpkg(*_table("CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT load_extension('/tmp/x.so'); END")),
    "view.gpkg": _gpkg("CREATE VIEW t AS SELECT 1 AS fid, NULL AS geom, readfile('SECRET') AS code, 'pole' AS kind"),
    "virtual.gpkg": _gpkg("CREATE VIRTUAL TABLE t USING rtree(fid, a, b)"),
    "endless.gpkg": _gpkg(
        "CREATE VIEW t AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
        " SELECT x AS fid, NULL AS geom, x AS code, 'pole' AS kind FROM n"
    ),
    "geometry.gpkg": _huge_geometry, "shape.shp": _huge_shape,
    "name=cmd|' calc'!A0.csv": _text(f"{_HEAD}\n=cmd|' /C calc'!A0,pole,112.2,30.0\n"),
}  # fmt: skip


def open_all(paths: list[str]) -> None:
    """Open each file as an import does, in a process of its own, and print what was found and how long it took the processor."""
    for path in map(Path, paths):
        child = os.fork()
        if not child:
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            told = open_one(path)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
            print(json.dumps({"file": path.name, "seconds": round(time.process_time(), 1), "peak_mb": peak, **told}), flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            print(json.dumps({"file": path.name, "kind": f"ended by {status}", "seconds": SECONDS, "rules": [], "told": []}), flush=True)


def open_one(path: Path) -> dict:
    """What became of a file: ``kind`` is ``told`` where everything was said by findings."""
    told, rows = [], 0
    try:
        if path.suffix == ".yaml":
            read_device_type(load_yaml(path))
        for source in open_sources(path):
            report = source if isinstance(source, SourceReport) else SourceReport(source.file)
            if report is not source:
                match = recognise(list(source.headers), source.geometry)
                if match is None or match.missing:
                    refused_rows(source, report)
                    report.findings.append(Finding("LAYER_UNKNOWN", ERROR))
                else:
                    rows += sum(not row[1] for row in staged_rows(source, match, None, report))
            told += report.findings
    except InputError as fault:
        return {"kind": "told", "rules": [fault.code], "rows": 0, "told": [str(fault)]}
    except BaseException as fault:  # noqa: BLE001 - whatever it is, the test names it.
        return {"kind": type(fault).__name__, "rules": [], "rows": 0, "told": [str(fault)[:300]]}
    words = [f"{one.severity} {one.rule}: {one.found} | {one.expected} | {one.next_step}" for one in told]
    return {"kind": "told", "rules": sorted({one.rule for one in told if one.severity == "error"}), "rows": rows, "told": words}


if __name__ == "__main__":
    open_all(sys.argv[1:])
