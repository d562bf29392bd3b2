"""A layer of a million rows in each format, imported into tables that keep their keys, against COPY of its rows into the same tables.

COPY writes what the import has written, in binary, into the very tables: their keys, indexes, checks and the journal's trigger are
there for both, and a few rows of another region. Processor time, here and in the database, and time on the wall are taken from the
first byte read to the end of the commit; each ratio is of one run, and the median counts. The aim is for processor time, since
others who use the machine can double the wall's for one of the two alone. ``ogr2ogr`` loads the GeoPackage into a
table with a key and an index as a yardstick. Of a file with an error in its last row the row must be told, and nothing left behind.
"""
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.journal import add_region
from app.survey import importing
from app.survey.importing import import_surveys
from scripts.benchmarks.load import OTHER, copy_rows, write_rows
from scripts.benchmarks.memory import FORMATS
from scripts.benchmarks.meter import Spent, spend
from scripts.benchmarks.results import Result, median
from scripts.benchmarks.scratch import REGION, scratch_database

TABLES = ("structure", "code_index")
FEW = 100


def add_options(parser) -> None:
    parser.add_argument("--survey-rows", type=int, default=1_000_000, metavar="ROWS", help="rows of the layer (default: 1000000)")
    parser.add_argument("--survey-runs", type=int, default=3, metavar="RUNS", help="runs of each format; the median counts (default: 3)")


def measure(url: str, options) -> list[Result]:
    """Seconds for each format, and how they stand to COPY."""
    rows, results = options.survey_rows, []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for title, write in FORMATS.items():
            path = write(place, rows)
            runs = [_import_and_copy(url, place, path, rows) for _ in range(options.survey_runs)]
            results += _compare(title, rows, runs, "processor", "", 2) + _compare(title, rows, runs, "wall", ", on the wall", None)
            if path.suffix == ".gpkg":
                results += _ogr2ogr(url, path)
            if path.suffix == ".csv":
                results += _last_row(url, path, rows)
            path.unlink()
    return results


def _compare(title: str, rows: int, runs: list[tuple[Spent, Spent]], which: str, told: str, aim: float | None) -> list[Result]:
    seconds = [(getattr(imported, which), getattr(copied, which)) for imported, copied in runs]
    return [
        Result(f"{title}, {rows:,} structures{told}", median(imported for imported, _ in seconds), "s"),
        Result(f"COPY of the rows of {title} into the same tables{told}", median(copied for _, copied in seconds), "s"),
        Result(f"{title} / COPY{told}", median(imported / copied for imported, copied in seconds), "x", aim),
    ]


def _prepared(engine, folder: Path) -> None:
    """A region with a few structures, so that the tables keep their keys, and a second one to load into."""
    few = folder / "few.csv"
    few.write_text("code,kind,lon,lat\n" + "".join(f"X-{number},pole,{110 + number / 1000},30.5\n" for number in range(FEW)))
    import_surveys(engine, [few], str(REGION), actor="bench")
    with Session(engine) as session, session.begin():
        add_region(session, str(OTHER), "另一区", "Other", 4546)


def _import_and_copy(url: str, folder: Path, path: Path, rows: int) -> tuple[Spent, Spent]:
    with scratch_database(url, "survey") as engine:
        _prepared(engine, folder)
        report, imported = spend(engine, lambda: import_surveys(engine, [path], str(OTHER), actor="bench"))
        if report.totals["applied"] != rows:
            raise SystemExit(f"{path.name} did not load: {report.totals}")
        write_rows(engine, folder, TABLES, OTHER)
    with scratch_database(url, "copy") as engine:
        _prepared(engine, folder)
        # What the rows say of their change and batch is of the other database: the trigger writes its own.
        _, copied = spend(engine, lambda: copy_rows(engine, folder, TABLES))
    return imported, copied


def _ogr2ogr(url: str, path: Path) -> list[Result]:
    program = shutil.which("ogr2ogr")
    if program is None:
        print("survey: ogr2ogr is not on the path, so it is left out")
        return []
    with scratch_database(url, "ogr") as engine:
        given = engine.url.translate_connect_args()
        target = "PG:" + " ".join(f"{name}='{value}'" for name, value in {
            "dbname": given["database"], "user": given.get("username"), "host": given.get("host") or engine.url.query.get("host"),
            "port": given.get("port"), "password": given.get("password"),
        }.items() if value)  # fmt: skip
        began = time.perf_counter()
        # GDAL of the distribution knows other drivers than the reader's, and says so at length.
        plain = {name: value for name, value in os.environ.items() if name != "OGR_SKIP"}
        subprocess.run([program, "-f", "PostgreSQL", target, str(path), "-nln", "yardstick"], check=True, env=plain)  # noqa: S603
        return [Result("ogr2ogr of the GeoPackage into a table with key and index, on the wall", time.perf_counter() - began, "s")]


def _last_row(url: str, path: Path, rows: int) -> list[Result]:
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write("MH-LAST,没有这种,末行,112.2,30.0\r\n")
    with scratch_database(url, "survey") as engine:
        began = time.perf_counter()
        report = import_surveys(engine, [path], str(REGION), actor="bench")
        seconds = time.perf_counter() - began
        errors = [one for source in report.sources for one in source.findings if one.severity == importing.ERROR]
        with Session(engine) as session:
            left = session.execute(text("SELECT count(*) FROM structure WHERE region_id = :region"), {"region": REGION}).scalar_one()
    if report.changed or left or [one.row for one in errors] != [rows + 2]:
        raise SystemExit(f"an error in the last row: {left} rows left behind, {errors[:3]}")
    return [Result(f"an error in row {rows + 2:,} is told, and nothing was written, on the wall", seconds, "s")]
