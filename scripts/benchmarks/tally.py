"""Ports by town at the size of ten counties: read from grid_tally, as pages read it, against GROUP BY over the ports."""
import time
from math import ceil
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.bulk import drop_keys
from app.network.commands.tallies import settle_tallies
from app.network.models.tallies import COUNTS
from app.occupancy.queries import grid_occupancy
from scripts.benchmarks.results import Result, median
from scripts.benchmarks.scratch import REGION, scratch_database

SQL = Path(__file__).parent / "sql"
TOWN = 2
FILLED = ["structure", "equipment", "port"]
PORTS_OF_100 = 89 * 24 + 4 * 800 + 3 * 672 + 4 * 210


def add_options(parser) -> None:
    parser.add_argument("--tally-ports", type=int, default=800_000, help="ports that tally counts (default: 800000, ten counties)")
    parser.add_argument("--tally-runs", type=int, default=9, help="runs of both reads; the median counts (default: 9)")


def measure(url: str, options) -> list[Result]:
    """The two reads and their ratio; a count that differs ends the measurement."""
    with scratch_database(url, "tally") as engine:
        _fill(engine, options.tally_ports)
        with Session(engine) as session:
            ports = session.execute(text("SELECT count(*) FROM port WHERE region_id = :region"), {"region": REGION}).scalar_one()
            runs = [_run(session) for _ in range(options.tally_runs + 1)][1:]
    read, grouped = (median(run[place] for run in runs) for place in range(2))
    return [
        Result(f"GROUP BY town over {ports:,} ports", grouped * 1000, "ms"),
        Result("the same counts read from grid_tally", read * 1000, "ms"),
        Result("read of grid_tally / GROUP BY over ports", read / grouped, "x", 0.02),
    ]


def _fill(engine, ports: int) -> None:
    """The county, its ports and their tallies, with the product's own keys, indexes and settling."""
    given = {"region": REGION, "equipment": 100 * ceil(ports / PORTS_OF_100)}
    with Session(engine) as session, session.begin():
        given["change"] = session.execute(text("SELECT netgrid_open_change(:region)"), given).scalar_one()
        restore = drop_keys(session, FILLED)
        for statement in (SQL / "tally_rows.sql").read_text(encoding="utf-8").split(";\n"):
            session.execute(text(statement), given)
        for statement in restore:
            session.execute(text(statement))
        settle_tallies(session, REGION)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _run(session: Session) -> tuple[float, float]:
    """Seconds of the read and of the count."""
    began = time.perf_counter()
    read = grid_occupancy(session, REGION, TOWN, "port")
    between = time.perf_counter()
    counted = session.execute(text((SQL / "ports_by_town.sql").read_text(encoding="utf-8")), {"region": REGION}).all()
    ended = time.perf_counter()
    found = [(row.grid_id, *(getattr(row, count) for count in COUNTS)) for row in read if row.installed]
    if not found or found != [(row.id, *row[4:]) for row in counted]:
        raise SystemExit("grid_tally does not say what the ports say")
    return between - began, ended - between
