"""What every statement of an import knows, and how it is run."""
import dataclasses
import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.survey.declaration import Declaration

SQL = Path(__file__).parent / "sql"
# So many rows, and so much of what the planner knows of the table, make it worth telling the planner.
MANY, GROWN = 500, 0.1
_WRITTEN = re.compile(r"(?:\s|--[^\n]*\n)*(?:CREATE TEMP TABLE|INSERT INTO)\s+(?!r_)(\w+)")
# What later statements need even where a layer has no rows: the tables, and that the planner knows them to be empty.
_TEMPORARY = re.compile(r"(?:\s|--[^\n]*\n)*(?:CREATE TEMP TABLE|ANALYZE r_)")
_KNOWN_ROWS = text("SELECT reltuples FROM pg_class WHERE oid = to_regclass(:name)")


@dataclass(frozen=True)
class Batch:
    """What every statement of an import knows.

    Attributes
    ----------
    change
        The change under which a first load writes; None later, when the journal's trigger gives it.
    is_first
        True where the network's tables were empty: their keys are gone until the end, and the journal sleeps.
    is_large
        True where the survey brings as much as the region holds: whole tables are read, never row by row.
    filled
        Layers of which the survey has rows.
    keys
        The statements that put back what a first load has taken away.
    survey
        What was said about the files, and decided about their differences.
    grids
        In which rows may be written; None is everywhere.
    """

    session: Session
    region: int
    change: int | None
    batch: int
    is_first: bool
    is_large: bool
    filled: frozenset[str]
    keys: list[str] = dataclasses.field(default_factory=list)
    survey: Declaration = dataclasses.field(default_factory=Declaration)
    grids: tuple[int, ...] | None = None
    # One entry for each block of statements that has nothing to do.
    _idle: list[bool] = dataclasses.field(default_factory=list)

    @contextmanager
    def about(self, *names: str):
        """What is run in this block follows from rows of these layers alone; without any, temporary tables are made, empty, and no more."""
        self._idle.append(self.filled.isdisjoint(names))
        try:
            yield
        finally:
            self._idle.pop()

    def run(self, statement: str) -> int:
        """Rows that the statement touched."""
        if self._idle and self._idle[-1] and not _TEMPORARY.match(statement):
            return 0
        # A null has no type of its own, so the numbers are cast where they stand.
        typed = statement.replace(":change", "CAST(:change AS bigint)").replace(":batch", "CAST(:batch AS bigint)")
        given = {"region": self.region, "change": self.change, "batch": self.batch}
        said = {"surveyor": self.survey.surveyor, "surveyed_on": self.survey.surveyed_on}
        rows = self.session.execute(text(typed), given | said).rowcount
        written = _WRITTEN.match(statement) if rows >= MANY else None
        if written and rows > GROWN * self.session.execute(_KNOWN_ROWS, {"name": written[1]}).scalar_one():
            # Without figures the planner takes the new rows for none, and looks for them one by one.
            self.session.execute(text(f"ANALYZE {written[1]}"))
        return rows

    def join_tables(self) -> None:
        """Let the planner join as the size of the survey asks: for a large one by hashes.

        A nested loop would read a table for each row. Merging sorts both sides, which the planner takes to be cheaper than it is,
        since it knows nothing of how two columns of a key go together.
        """
        for way in ("nestloop", "mergejoin"):
            self.run(f"SET LOCAL enable_{way} = {'off' if self.is_large else 'on'}")

    def run_file(self, name: str, layer: str = "", **given: str) -> int:
        """Run a file of statements, parted by a line that ends in a semicolon; rows that they touched.

        ``layer`` takes the place of ``{layer}`` in files that serve several, and so do limits by their names.
        """
        written = (SQL / f"{name}.sql").read_text(encoding="utf-8")
        for word, value in {"layer": layer, **given}.items():
            written = written.replace(f"{{{word}}}", value)
        return sum(max(self.run(statement), 0) for statement in written.split(";\n") if statement.strip())

    def has_rows(self, condition: str) -> bool:
        """True where ``SELECT 1 FROM ...`` finds anything."""
        if self._idle and self._idle[-1]:
            return False
        return self.session.execute(text(f"SELECT EXISTS (SELECT 1 FROM {condition})"), {"region": self.region}).scalar_one()

    def which(self, table: str, conditions: list[str]) -> tuple[bool, ...]:
        """Which of the conditions any row of the table meets, told in one reading of it."""
        if self._idle and self._idle[-1]:
            return (False,) * len(conditions)
        told = ", ".join(f"coalesce(bool_or({condition}), false)" for condition in conditions)
        return tuple(self.session.execute(text(f"SELECT {told} FROM {table}"), {"region": self.region}).one())
