"""GeoPackages and shapefiles, streamed as Arrow batches so that memory stays flat."""

import os
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

# Only these drivers may open an upload: the others are gone before GDAL looks for one that knows the content. Some follow
# addresses that a file names (OGR_VRT), and some ask the network.
os.environ.setdefault(
    "OGR_SKIP",
    "OGR_VRT,GDALG,PCIDSK,PDS4,VICAR,PDF,EEDA,OGCAPI,LVBAG,S57,DGN,GML,ESRIJSON,TopoJSON,OGR_GMT,WAsP,GeoRSS,VFK,PGDUMP,GPSBabel,"
    "OGR_PDS,WFS,OAPIF,EDIGEO,Idrisi,Elasticsearch,Carto,AmigoCloud,SXF,Selafin,JML,PLSCENES,CSW,VDV,MVT,NGW,MapML,GTFS,PMTiles,"
    "MiraMonVector,ADBC,AVCBin,AVCE00,AIVector,HTTP,LIBKML,KML,GPX,MBTiles",
)

import pyarrow  # noqa: E402
import pyogrio  # noqa: E402

from app.survey.findings import ERROR, INFO, Finding, SourceReport  # noqa: E402
from app.survey.readers.kinds import count_kinds, part_by_kind  # noqa: E402
from app.survey.readers.source import RawRow, Source, SourceFault  # noqa: E402

BATCH = 20_000
# GDAL neither asks the network nor lists the folder, which keeps it to the one file that was named.
pyogrio.set_gdal_config_options(
    {
        "GDAL_DISABLE_READDIR_ON_OPEN": "TRUE",
        "CPL_CURL_ENABLE_VSIMEM": "NO",
        "GDAL_HTTP_MAX_RETRY": "0",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
        "OGR_SQLITE_LOAD_EXTENSIONS": "",
        "OGR_SQLITE_PRAGMA": "trusted_schema=OFF",
        "SHAPE_RESTORE_SHX": "NO",
    }
)
# What matters in GDAL's remarks is told by findings.
warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"pyogrio|app\.survey\.readers")
FAULTS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.CRSError,
    pyarrow.ArrowException,
    OSError,
    ValueError,
    RuntimeError,
)


def open_layer(
    path: Path, driver: str, layer: str | None, encoding: str | None, row_count: int, first_number: int, findings: list[Finding]
) -> Iterator[Source | SourceReport]:
    """A source for one layer of a file that GDAL reads; several where the layer mixes kinds of geometry.

    Parameters
    ----------
    driver
        The only one that may have opened the file.
    layer
        None where the file has a single one.
    row_count
        Rows that must come out; fewer are a fault.
    first_number
        What is added to GDAL's feature number to give the user's.
    """
    try:
        with _quiet():
            told = pyogrio.read_info(path, layer=layer, encoding=encoding)
    except FAULTS as fault:
        yield SourceReport(str(path), layer, findings=[*findings, damaged(fault)])
        return
    if told["driver"] != driver:
        found = f"a file that {told['driver']} reads"
        finding = Finding("FILE_UNSAFE", ERROR, found=found, expected=driver, next_step="save the survey again")
        yield SourceReport(str(path), layer, findings=[finding])
        return
    if not row_count:
        yield SourceReport(str(path), layer, findings=[*findings, Finding("LAYER_EMPTY", INFO, found="no features", next_step="skipped")])
        return
    source = Source(
        file=str(path),
        sheet=layer,
        headers=tuple(str(name) for name in told["fields"]),
        geometry=geometry_kind(told["geometry_type"]),
        crs=told["crs"],
        encoding=encoding,
        row_count=row_count,
        rows=partial(_rows, path, layer, encoding, row_count, first_number),
        header_row=0,
        row_estimate=row_count,
        findings=findings,
    )
    if told["geometry_type"] is None or source.geometry:
        yield source
        return
    try:
        yield from part_by_kind(source, _kinds(path, layer))
    except SourceFault as fault:
        yield SourceReport(str(path), layer, findings=[*findings, fault.finding])


def _kinds(path: Path, layer: str | None) -> Counter:
    """What a layer holds that may hold any geometry."""
    kinds: Counter = Counter()
    try:
        with open_batches(path, layer=layer, columns=[]) as (told, reader):
            for batch in reader:
                kinds += count_kinds(batch.column(told["geometry_name"] or "wkb_geometry").to_pylist())
    except FAULTS as fault:
        raise SourceFault(damaged(fault)) from fault
    return kinds


@contextmanager
def open_batches(path: Path, **options: object) -> Iterator[tuple[dict, Iterator[pyarrow.RecordBatch]]]:
    """What GDAL tells of a layer, and its rows in batches."""
    with ExitStack() as stack:
        with _quiet():
            opened = stack.enter_context(pyogrio.raw.open_arrow(path, use_pyarrow=True, return_fids=True, batch_size=BATCH, **options))
        yield opened


def geometry_kind(name: str | None) -> str | None:
    """``point``, ``line`` or ``polygon`` for a geometry type's name; None for none and for others."""
    name = (name or "").lower()
    return next((kind for word, kind in (("point", "point"), ("line", "line"), ("polygon", "polygon")) if word in name), None)


def damaged(fault: Exception) -> Finding:
    """The finding for a file that cannot be read to its end."""
    return Finding(
        "FILE_TRUNCATED", ERROR, found=f"the file is damaged or cut off: {_short(fault)}", next_step="deliver the whole file again"
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """No warnings of GDAL's on standard error: what matters in them is told by findings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _short(fault: Exception) -> str:
    # GDAL names the file by its whole path, which says more than a report should.
    words = [os.path.basename(word) if "/" in word else word for word in str(fault).split()]
    return " ".join(words)[:200]


def _rows(path: Path, layer: str | None, encoding: str | None, row_count: int, first_number: int) -> Iterator[RawRow]:
    delivered = 0
    try:
        with open_batches(path, layer=layer, encoding=encoding) as (told, reader):
            names = [str(name) for name in told["fields"]]
            for batch in reader:
                delivered += batch.num_rows
                yield from batch_rows(batch, names, told, first_number)
    except FAULTS as fault:
        raise SourceFault(damaged(fault)) from fault
    if delivered < row_count:
        raise SourceFault(
            Finding(
                "FILE_TRUNCATED",
                ERROR,
                found=f"{delivered} rows",
                expected=f"{row_count} rows, as the file says",
                next_step="deliver the whole file again",
            )
        )


def batch_rows(batch: pyarrow.RecordBatch, names: list[str], told: dict, first_number: int) -> Iterator[RawRow]:
    """The rows of a batch; ``first_number`` is added to GDAL's numbers."""
    numbers = batch.column(told["fid_column"] or "OGC_FID").to_pylist()
    if first_number:
        numbers = [number + first_number for number in numbers]
    cells = zip(*(_cells(batch.column(name)) for name in names), strict=True) if names else [()] * len(numbers)
    place = told["geometry_name"] or "wkb_geometry"
    places = batch.column(place).to_pylist() if place in batch.schema.names else [None] * len(numbers)
    yield from zip(numbers, cells, places, strict=True)


def _cells(column: pyarrow.Array) -> list[object]:
    """The column as Python values that the parsers know."""
    simple: list[Callable[[pyarrow.DataType], bool]] = [
        pyarrow.types.is_string,
        pyarrow.types.is_large_string,
        pyarrow.types.is_integer,
        pyarrow.types.is_floating,
        pyarrow.types.is_boolean,
        pyarrow.types.is_date,
        pyarrow.types.is_timestamp,
    ]
    values = column.to_pylist()
    if any(test(column.type) for test in simple):
        return values
    return [None if value is None else str(value) for value in values]
