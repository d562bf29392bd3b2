"""Loading the demo county: the whole import against COPY of the very rows it made.

First load: against COPY into the finished tables, with keys, foreign keys and the journal's triggers.
Second import, into tables that hold a region already: against COPY into staging and INSERT..SELECT from there.
"""
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.database import sign_changes
from app.core.journal import add_region
from app.survey.importing import import_surveys
from app.tables import metadata
from scripts.benchmarks.county import make_county
from scripts.benchmarks.meter import Meter
from scripts.benchmarks.results import Result, median
from scripts.benchmarks.scratch import REGION, scratch_database

OTHER = REGION + 1
# Written by the database itself, or the record of the import.
OWN = {"change", "change_seal", "journal", "region_state"}
TABLES = [
    table.name for table in metadata.sorted_tables
    if table.info["scale"] == "network" and table.name not in OWN and not table.name.startswith("survey_")
]  # fmt: skip
COLUMNS = text(
    "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
    " WHERE attrelid = CAST(:table AS regclass) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
)


def add_options(parser) -> None:
    parser.add_argument("--load-scale", default="1", help="scale of the county that load imports (default: 1)")
    parser.add_argument("--load-runs", type=int, default=3, help="runs of each load; the median counts (default: 3)")


def measure(url: str, options) -> list[Result]:
    """Ratios of the medians, and the rows they stand for."""
    with tempfile.TemporaryDirectory() as folder:
        survey, rows = Path(folder, "survey"), Path(folder, "rows")
        make_county(options.load_scale, survey)
        rows.mkdir()
        runs = [_run(url, survey, rows) for _ in range(options.load_runs)]
    first, copied, second, staged = (median(run[place] for run in runs) for place in range(4))
    return [
        Result("first load", first, "s"),
        Result("COPY of its rows into the finished tables", copied, "s"),
        Result("first load / COPY", first / copied, "x", 1),
        Result("second import, into filled tables", second, "s"),
        Result("COPY and INSERT..SELECT of its rows", staged, "s"),
        Result("second import / COPY and INSERT..SELECT", second / staged, "x", 2),
    ]


def _run(url: str, survey: Path, rows: Path) -> tuple[float, float, float, float]:
    """Seconds of first load, COPY, second import, and COPY with INSERT..SELECT."""
    with scratch_database(url, "load") as engine:
        first = _timed(lambda: import_county(engine, survey, REGION))
        write_rows(engine, rows)
        with Session(engine) as session, session.begin():
            add_region(session, str(OTHER), "另一区", "Other", 4546)
        second = _timed(lambda: import_county(engine, survey, OTHER))
    with scratch_database(url, "copy") as engine:
        copied = _timed(lambda: copy_rows(engine, rows))
        with Session(engine) as session, session.begin():
            add_region(session, str(OTHER), "另一区", "Other", 4546)
        staged = _timed(lambda: _copy_and_select(engine, rows))
    return first, copied, second, staged


def _timed(work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def import_county(engine, survey: Path, region: int) -> None:
    """Import the files into the region.

    Raises
    ------
    SystemExit
        Where a row was refused.
    """
    report = import_surveys(engine, [survey], str(region), actor="bench")
    if not report.changed or report.totals["refused"]:
        raise SystemExit(f"the county did not load: {report.totals}")


def columns_of(session: Session, table: str) -> str:
    """The columns that COPY may write, as a list in SQL."""
    return session.execute(COLUMNS, {"table": table}).scalar_one()


def write_rows(engine, folder: Path, tables: Sequence[str] = TABLES, region: int = REGION) -> None:
    """Write the rows of a region, a file for each table."""
    with Session(engine) as session:
        cursor = session.connection().connection.cursor()
        for table in tables:
            with (folder / table).open("wb") as file:
                rows = f"SELECT {columns_of(session, table)} FROM {table} WHERE region_id = {region}"  # noqa: S608 - names of ours
                cursor.copy_expert(f"COPY ({rows}) TO STDOUT (FORMAT binary)", file)


def copy_rows(engine, folder: Path, tables: Sequence[str] = TABLES) -> dict[str, float]:
    """COPY the rows that `write_rows` wrote into finished tables; milliseconds of processor time by table."""
    with Session(engine) as session, session.begin():
        sign_changes(session, "bench", "copy")
        meter = Meter(session)
        cursor = session.connection().connection.cursor()
        for table in tables:
            with (folder / table).open("rb") as file:
                statement = f"COPY {table} ({columns_of(session, table)}) FROM STDIN (FORMAT binary)"
                meter.take(lambda statement=statement, file=file: cursor.copy_expert(statement, file))
        return dict(zip(tables, meter.processor_ms, strict=True))


def _copy_and_select(engine, folder: Path) -> None:
    with Session(engine) as session, session.begin():
        sign_changes(session, "bench", "copy")
        cursor = session.connection().connection.cursor()
        for table in TABLES:
            columns = columns_of(session, table)
            session.execute(text(f"CREATE TEMP TABLE staged ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA"))  # noqa: S608
            with (folder / table).open("rb") as file:
                cursor.copy_expert(f"COPY staged ({columns}) FROM STDIN (FORMAT binary)", file)
            chosen = columns.replace("region_id", str(OTHER), 1)
            session.execute(text(f"INSERT INTO {table} ({columns}) SELECT {chosen} FROM staged"))  # noqa: S608
            session.execute(text("DROP TABLE staged"))
