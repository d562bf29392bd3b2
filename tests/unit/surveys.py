"""Small survey files for the readers' tests, and one way to read them."""

from pathlib import Path

import numpy
import pyogrio
import shapely

from app.survey.findings import SourceReport
from app.survey.headers import recognise
from app.survey.readers import open_sources
from app.survey.readers.source import Source, SourceFault
from app.survey.rows import staged_rows

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def opened(path: Path) -> list[Source | SourceReport]:
    return list(open_sources(path))


def only_source(path: Path) -> Source:
    (source,) = opened(path)
    assert isinstance(source, Source), source
    return source


def raw_rows(path: Path) -> list[tuple]:
    return list(only_source(path).rows())


def refusal(path: Path):
    """The one finding of a file that cannot be read, whether it shows when the file is opened or while its rows are read."""
    (source,) = opened(path)
    if isinstance(source, SourceReport):
        (finding,) = source.findings
        return finding
    try:
        list(source.rows())
    except SourceFault as fault:
        return fault.finding
    raise AssertionError("nothing was refused")


def staged(path: Path, crs: str | None = None):
    """Staged rows and the report of the one source of a file."""
    source = only_source(path)
    match = recognise(list(source.headers), source.geometry)
    assert match is not None, source.headers
    report = SourceReport(source.file, source.sheet, match.layer.id)
    return list(staged_rows(source, match, crs, report)), report


def rules(report: SourceReport) -> list[tuple[str, int | None]]:
    return [(finding.rule, finding.row) for finding in report.findings]


def write_points(path: Path, places: list, crs: str | None = "EPSG:4490", kind: str = "Point", layer: str | None = None) -> Path:
    """A file of manholes MH-1, MH-2, ... at the places (geometries, or None)."""
    codes = numpy.array([f"MH-{number}" for number in range(1, len(places) + 1)], dtype=object)
    kinds = numpy.array(["人井"] * len(places), dtype=object)
    driver = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".shp": "ESRI Shapefile"}[path.suffix]
    shapes = shapely.to_wkb(numpy.array(places, dtype=object))
    pyogrio.raw.write(
        path, shapes, [codes, kinds], ["编码", "类型"], driver=driver, geometry_type=kind, crs=crs, layer=layer, encoding="UTF-8"
    )
    return path
