"""Peak memory of the importing process: for the demo county at two scales, and for each format at two sizes.

What counts is the resident memory of the process that reads the files (VmHWM); the server's own is bounded by its settings.
"""
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyogrio
import shapely

from scripts.benchmarks.county import make_county
from scripts.benchmarks.results import Result
from scripts.benchmarks.scratch import REGION, ROOT, scratch_database

HEADERS = ("设施编码", "设施类型", "名称")
ROWS_IN_TURN = 20_000


def add_options(parser) -> None:
    parser.add_argument("--memory-scales", nargs="*", default=["1", "10"], metavar="SCALE", help="scales of the county (default: 1 10)")
    rows = [50_000, 500_000]
    parser.add_argument(
        "--memory-rows", nargs="*", type=int, default=rows, metavar="ROWS", help="sizes of each format (default: 50000 500000)")


def measure(url: str, options) -> list[Result]:
    """Peaks in MB, and how the largest stands to the smallest."""
    results = []
    with tempfile.TemporaryDirectory() as folder, scratch_database(url, "memory") as engine:
        for title, write in FORMATS.items():
            paths = (write(Path(folder), rows) for rows in options.memory_rows)
            peaks = [_import_peak(engine, path, "--dry-run") for path in paths]
            results += _compare(f"{title} of", [f"{rows:,} structures" for rows in options.memory_rows], peaks)
    peaks = [_peak_of_county(url, scale) for scale in options.memory_scales]
    return results + _compare("demo county at scale", options.memory_scales, peaks)


def _compare(title: str, sizes: list[str], peaks: list[float]) -> list[Result]:
    told = [Result(f"peak memory, {title} {size}", peak, "MB") for size, peak in zip(sizes, peaks, strict=True)]
    ratio = [Result(f"{title} {sizes[-1]} / {sizes[0]}", peaks[-1] / peaks[0], "x", 1.3)] if peaks else []
    return told + ratio


def _peak_of_county(url: str, scale: str) -> float:
    with tempfile.TemporaryDirectory() as folder, scratch_database(url, "memory") as engine:
        make_county(scale, folder)
        return _import_peak(engine, Path(folder))


def _import_peak(engine, path: Path, *options: str) -> float:
    """MB of the process that imports, which must load everything."""
    command = [sys.executable, str(ROOT / "scripts" / "import_inventory.py"), str(path), "--region", str(REGION), "--json", *options]
    environment = {**os.environ, "DATABASE_URL": engine.url.render_as_string(hide_password=False)}
    with tempfile.TemporaryFile() as told:
        importing = subprocess.Popen(command, env=environment, stdout=told, stderr=subprocess.DEVNULL)  # noqa: S603
        peak = 0.0
        while importing.poll() is None:
            peak = max(peak, _resident_mb(importing.pid))
            time.sleep(0.05)
        told.seek(0)
        totals = json.loads(told.read() or b"{}").get("totals")
    if not totals or totals["refused"] or not totals["applied"]:
        raise SystemExit(f"{path.name} did not load: {totals}")
    return peak


def _resident_mb(pid: int) -> float:
    """The most that a process has held so far; 0 where it has just ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


def _points(rows: int) -> Iterator[tuple[str, str, str, float, float]]:
    """Code, kind, name, longitude and latitude of structures some ten metres apart."""
    for number in range(rows):
        lon, lat = 111.8 + number % 1000 * 1e-4, 29.6 + number // 1000 * 1e-4
        yield f"MH-{number:07}", "人孔" if number % 3 else "手孔", f"{number}号井", lon, lat


def _write_csv(folder: Path, rows: int) -> Path:
    path = folder / f"structures_{rows}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*HEADERS, "经度", "纬度"])
        writer.writerows(_points(rows))
    return path


def _write_geojson(folder: Path, rows: int) -> Path:
    path = folder / f"structures_{rows}.geojson"
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [\n')
        for number, (*cells, lon, lat) in enumerate(_points(rows)):
            place = {"type": "Point", "coordinates": [lon, lat]}
            feature = {"type": "Feature", "properties": dict(zip(HEADERS, cells, strict=True)), "geometry": place}
            file.write((",\n" if number else "") + json.dumps(feature, ensure_ascii=False))
        file.write("\n]}\n")
    return path


def _write_geopackage(folder: Path, rows: int) -> Path:
    path = folder / f"structures_{rows}.gpkg"
    points = list(_points(rows))
    for start in range(0, rows, ROWS_IN_TURN):
        some = points[start:start + ROWS_IN_TURN]
        places = shapely.to_wkb(shapely.points([row[3:] for row in some]))
        columns = [np.array(column, dtype=object) for column in list(zip(*some, strict=True))[:3]]
        pyogrio.raw.write(
            path, places, columns, list(HEADERS), layer="structures", driver="GPKG", geometry_type="Point", crs="EPSG:4490",
            append=start > 0)
    return path


FORMATS = {"CSV": _write_csv, "GeoPackage": _write_geopackage, "GeoJSON": _write_geojson}
