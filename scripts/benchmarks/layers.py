"""Import per row of every layer, by processor time here and in the database, against COPY of the very rows that it made.

The county goes in a second time, under another region, into tables that keep their keys; COPY goes into finished tables, too.
"""
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from sqlalchemy.orm import Session

from app.core.journal import add_region
from app.survey import importing
from app.survey.apply_batch import Batch
from app.survey.layers import layers
from scripts.benchmarks.county import make_county
from scripts.benchmarks.load import OTHER, copy_rows, import_county, write_rows
from scripts.benchmarks.meter import Meter
from scripts.benchmarks.results import Result
from scripts.benchmarks.scratch import REGION, scratch_database

# Locks, counts, the record of the import: what belongs to no layer.
REST = "the rest of the import"


def add_options(parser) -> None:
    parser.add_argument("--layers-scale", default="0.2", help="scale of the county whose layers are measured (default: 0.2)")


def measure(url: str, options) -> list[Result]:
    """Milliseconds for a row of each layer, and how they compare with COPY for the tables of the layers."""
    with tempfile.TemporaryDirectory() as folder:
        survey, rows = Path(folder, "survey"), Path(folder, "rows")
        make_county(options.layers_scale, survey)
        rows.mkdir()
        with scratch_database(url, "layers") as engine:
            import_county(engine, survey, REGION)
            write_rows(engine, rows)
            with Session(engine) as session, session.begin():
                add_region(session, str(OTHER), "另一区", "Other", 4546)
            with Account().open() as account:
                import_county(engine, survey, OTHER)
        with scratch_database(url, "copy") as engine:
            copied = copy_rows(engine, rows)
    return [*_per_row(account), *_against_copy(account, copied)]


class Account:
    """Milliseconds and rows by layer; time counts for the innermost block that is at work."""

    def __init__(self) -> None:
        self.ms: dict[str, float] = defaultdict(float)
        self.rows: Counter = Counter()
        self._meter: Meter | None = None
        self._mark = 0.0
        self._at = [REST]

    @contextmanager
    def open(self) -> Iterator["Account"]:
        """Listen to the imports that are made in this block."""
        stage, about = importing._stage_source, Batch.about

        def stage_source(session, *given):
            self._listen(session)
            staged = stage(session, *given)
            layer = staged.match.layer.id if staged.match else REST
            self._charge(layer)
            self.rows[layer] += staged.report.rows_read
            return staged

        @contextmanager
        def about_layers(batch, *names):
            self._charge(self._at[-1])
            self._at.append(names[0])
            with about(batch, *names):
                yield
            self._charge(self._at.pop())

        with patch.object(importing, "_stage_source", stage_source), patch.object(Batch, "about", about_layers):
            yield self

    def _listen(self, session: Session) -> None:
        if self._meter is None:
            self._meter = Meter(session)
            self._mark = self._meter.spent()
        self._charge(REST)

    def _charge(self, name: str) -> None:
        now = self._meter.spent()
        self.ms[name] += (now - self._mark) * 1000
        self._mark = now


def _per_row(account: Account) -> list[Result]:
    return [Result(f"{layer}, {account.rows[layer]} rows", account.ms[layer] / account.rows[layer], "ms/row")
            for layer in layers() if account.rows[layer]]  # fmt: skip


def _against_copy(account: Account, copied: dict[str, float]) -> list[Result]:
    """Several layers may write one table: they are told together."""
    makers = defaultdict(list)
    for layer in layers().values():
        if account.rows[layer.id]:
            makers[layer.table].append(layer.id)
    told = [Result(f"{' + '.join(names)} / COPY into {table}", sum(account.ms[name] for name in names) / copied[table], "x")
            for table, names in makers.items()]  # fmt: skip
    whole = sum(account.ms.values()) / sum(copied.values())
    return [*told, Result(REST, account.ms[REST], "ms"), Result("all of the import / COPY into all tables", whole, "x")]
