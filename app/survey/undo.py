"""Undo of a batch from the journal: what it brought goes, what it changed or took comes back, as long as nothing later depends on it.

Later changes that were undone themselves do not count. What depends is told, and nothing is undone.
"""
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import BigInteger, Table, text
from sqlalchemy.orm import Session

from app.core.database import Base, sign_changes
from app.core.errors import RuleError
from app.core.journal import journalled_tables
from app.network.commands.grid_shares import settle_grid_shares
from app.services.commands.tallies import settle_all_tallies
from app.survey.batches import get_batch
from app.survey.photos import drop_photos, has_photos
from app.survey.plans import PLANS

SHOWN = 20
_KINDS = {plan.table: plan.kind for plan in PLANS.values()} | {"maintenance_unit": "maintenance_unit", "number": "number"}
# Changes that leave no trace in what stands now: those of batches that were undone, and the undoing itself.
_NEUTRAL = """
CREATE TEMP TABLE neutral ON COMMIT DROP AS
SELECT c.id FROM change c LEFT JOIN survey_batch b ON b.region_id = :region AND b.id = c.batch_id
WHERE c.region_id = :region AND c.id >= :first AND ((c.source = 'import' AND (b.id = :batch OR b.state = 'undone')) OR c.source = 'undo')"""


@dataclass(frozen=True)
class Dependent:
    """Something later that stands in the way: the thing, and who changed or brought it, when, with which batch."""

    table: str
    code: str | None
    actor: str
    at: datetime
    source: str
    batch_id: int | None

    def told(self) -> str:
        batch = f", batch {self.batch_id}" if self.batch_id else ""
        return f"{self.table} {self.code or ''}".strip() + f" ({self.actor}, {self.at:%Y-%m-%d %H:%M} UTC{batch})"


@dataclass(frozen=True)
class Undone:
    """How many rows went, came back as they were, and came back that had been taken."""

    removed: int
    restored: int
    returned: int


def undo_batch(session: Session, region: int, batch_id: int, actor: str) -> Undone:
    """What was undone; the network stands as it stood before the batch.

    Raises
    ------
    NotFoundError
        ``BATCH_UNKNOWN``.
    RuleError
        ``BATCH_NOT_APPLIED``, or ``BATCH_NEEDED`` with what depends on it.
    """
    session.execute(text("SELECT 1 FROM region WHERE id = :region FOR NO KEY UPDATE"), {"region": region})
    session.execute(text("SET LOCAL statement_timeout = 0"))
    batch = get_batch(session, region, batch_id)
    change = session.execute(
        text("SELECT min(id) FROM change WHERE region_id = :region AND batch_id = :batch AND source = 'import'"),
        {"region": region, "batch": batch_id},
    ).scalar()
    if batch["state"] != "applied" or (change is None and not has_photos(session, region, batch_id)):
        raise RuleError(
            "BATCH_NOT_APPLIED", "the batch has not changed the network", subject=str(batch_id), found=batch["state"], expected="applied",
            next_step="nothing to do",
        )
    # Photos alone change nothing of the network.
    done = Undone(0, 0, 0) if change is None else _undo_changes(session, (region, batch_id), change, actor)
    drop_photos(session, region, batch_id)
    session.execute(
        text("UPDATE survey_batch SET state = 'undone', undone_by = :actor, undone_at = :at WHERE region_id = :region AND id = :id"),
        {"region": region, "id": batch_id, "actor": actor, "at": datetime.now(UTC)},
    )
    return done


def _undo_changes(session: Session, batch: tuple[int, int], change: int, actor: str) -> Undone:
    region, batch_id = batch
    sign_changes(session, actor, "undo", batch_id)
    work = _Undo(session, region, batch_id, change)
    work.collect()
    needed = work.dependents()
    if needed:
        raise RuleError(
            "BATCH_NEEDED", "later work depends on the batch", subject=str(batch_id), found="; ".join(one.told() for one in needed),
            expected="nothing later", next_step="undo or change that first",
        )
    return work.run()


class _Undo:
    """The undoing of one batch inside a transaction."""

    def __init__(self, session: Session, region: int, batch_id: int, change: int):
        self._session = session
        self._given = {"region": region, "batch": batch_id, "first": change}
        self._tables = [table for table in journalled_tables(Base.metadata) if table.name != "region"]
        self._touched: list[Table] = []

    def _run(self, sql: str) -> int:
        return self._session.execute(text(sql), self._given).rowcount

    def collect(self) -> None:
        """Every row that the batch brought (no image) or found (its image before the batch), by table and key."""
        self._run(_NEUTRAL)
        self._run("CREATE TEMP TABLE undo_row (tbl text, key jsonb, row_id bigint, before jsonb, first_id bigint) ON COMMIT DROP")
        for table in self._tables:
            filed = table.info["journal"]
            image, row = _key_of(table, "j.before ->"), _key_of(table, "to_jsonb(t) ->")
            found = self._run(
                f"INSERT INTO undo_row SELECT DISTINCT ON ({image}) '{table.name}', {image}, j.row_id, j.before, j.id FROM journal j"
                f" WHERE j.region_id = :region AND j.tbl = '{table.name}' AND j.change_id = :first AND j.since_change_id <> :first"
                f" ORDER BY {image}, j.id"
            )
            unseen = f"NOT EXISTS (SELECT FROM undo_row u WHERE u.tbl = '{table.name}' AND u.key = {{key}})"
            found += self._run(
                f"INSERT INTO undo_row SELECT '{table.name}', {row}, t.{filed}, NULL, 0 FROM {table.name} t"
                f" WHERE t.region_id = :region AND t.change_id = :first AND {unseen.format(key=row)}"
            )
            found += self._run(
                f"INSERT INTO undo_row SELECT DISTINCT ON ({image}) '{table.name}', {image}, j.row_id, NULL, 0 FROM journal j"
                f" WHERE j.region_id = :region AND j.tbl = '{table.name}' AND j.since_change_id = :first AND j.change_id <> :first"
                f" AND {unseen.format(key=image)} ORDER BY {image}, j.id"
            )
            if found:
                self._touched.append(table)
        self._run("CREATE INDEX ON undo_row (tbl, key)")
        self._run("ANALYZE undo_row")

    def dependents(self) -> list[Dependent]:
        """The first of what was changed later, and of what was hung later on what the batch brought."""
        found: dict[tuple, Dependent] = {}
        for table in self._touched:
            key = _key_of(table, "j.before ->")
            code = "j.before ->> 'code'" if "code" in table.columns else "u.key::text"
            self._keep(found, table.name, (
                f"SELECT DISTINCT {code} AS code, c.actor, c.at, c.source, c.batch_id FROM undo_row u"
                f" JOIN journal j ON j.region_id = :region AND j.tbl = u.tbl AND j.row_id = u.row_id"
                f" AND j.id > u.first_id AND {key} = u.key"
                f" JOIN change c ON c.region_id = :region AND c.id = j.change_id"
                f" WHERE u.tbl = '{table.name}' AND j.change_id > :first AND j.change_id NOT IN (SELECT id FROM neutral) LIMIT {SHOWN}"
            ))  # fmt: skip
            if table.name in _KINDS:
                self._keep(found, "photo", (
                    f"SELECT p.subject AS code, b.actor, b.at, 'import', b.id FROM undo_row u"
                    f" JOIN photo p ON p.region_id = :region AND p.kind = '{_KINDS[table.name]}' AND p.thing_id = u.row_id"
                    f" JOIN survey_batch b ON b.region_id = :region AND b.id = p.batch_id AND b.id <> :batch"
                    f" WHERE u.tbl = '{table.name}' AND u.before IS NULL LIMIT {SHOWN}"
                ))  # fmt: skip
        for child in self._tables:
            for parent, column in _parents(child):
                if parent in self._touched:
                    self._keep(found, child.name, self._hung_sql(child, parent, column))
        return list(found.values())[:SHOWN]

    def _hung_sql(self, child: Table, parent: Table, column: str) -> str:
        code = "t.code" if "code" in child.columns else f"({_key_of(child, 'to_jsonb(t) ->')})::text"
        return (
            f"SELECT DISTINCT {code} AS code, c.actor, c.at, c.source, c.batch_id FROM undo_row u"
            f" JOIN {child.name} t ON t.region_id = :region AND t.{column} = u.row_id"
            f" JOIN change c ON c.region_id = :region AND c.id = t.change_id"
            f" WHERE u.tbl = '{parent.name}' AND u.before IS NULL AND t.change_id > :first"
            f" AND t.change_id NOT IN (SELECT id FROM neutral) LIMIT {SHOWN}"
        )

    def _keep(self, found: dict, table: str, sql: str) -> None:
        for row in self._session.execute(text(sql), self._given):
            found.setdefault((table, row.code), Dependent(table, *row))

    def run(self) -> Undone:
        """Take out, put back, and derive anew what is derived."""
        self._forget_derived()
        removed = restored = returned = 0
        for table in reversed(self._touched):
            mine = f"u.tbl = '{table.name}' AND {_same_key(table)}"
            here = "t.region_id = :region AND u.before IS"
            removed += self._run(f"DELETE FROM {table.name} t USING undo_row u WHERE {here} NULL AND {mine}")
            columns = [column.name for column in table.columns if not _is_given(column) and column.name not in _key_names(table)]
            if columns:
                restored += self._run(
                    f"UPDATE {table.name} t SET ({', '.join(columns)}) = (SELECT {', '.join(f'p.{name}' for name in columns)}"
                    f" FROM jsonb_populate_record(NULL::{table.name}, u.before) p) FROM undo_row u"
                    f" WHERE {here} NOT NULL AND {mine}"
                )
        for table in self._touched:
            key = _key_of(table, "to_jsonb(t) ->")
            columns = ["region_id", *(c.name for c in table.columns if not _is_given(c) and c.name != "region_id")]
            returned += self._run(
                f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT {', '.join(f'p.{name}' for name in columns)} FROM undo_row u"
                f" CROSS JOIN LATERAL jsonb_populate_record(NULL::{table.name}, u.before) p WHERE u.tbl = '{table.name}'"
                f" AND u.before IS NOT NULL AND NOT EXISTS (SELECT FROM {table.name} t WHERE t.region_id = :region AND {key} = u.key)"
            )
        self._derive()
        return Undone(removed, restored, returned)

    def _forget_derived(self) -> None:
        gone = "FROM undo_row u WHERE u.before IS NULL"
        for table, kind in _KINDS.items():
            self._run(
                f"DELETE FROM code_index k USING undo_row u WHERE k.region_id = :region AND k.kind = '{kind}' AND k.id = u.row_id"
                f" AND u.tbl = '{table}' AND u.before IS NULL"
            )
        # Other names that the batch gave (I31), and plates that it changed (I36).
        self._run(
            "DELETE FROM code_index k USING survey_difference d"
            " WHERE k.region_id = :region AND d.region_id = :region AND d.batch_id = :batch AND d.verdict = 'accepted'"
            " AND ((d.rule = 'I31' AND k.kind = 'structure' AND k.is_alias)"
            " OR (d.rule = 'I36' AND k.kind = 'equipment' AND NOT k.is_alias)) AND k.code_key = d.subject"
        )
        self._run(
            f"DELETE FROM segment_line l WHERE l.region_id = :region AND l.segment_id IN (SELECT row_id {gone} AND u.tbl = 'cable_segment'"
            f" UNION SELECT row_id FROM undo_row WHERE tbl = 'cable_run')"
        )

    def _derive(self) -> None:
        for table, kind in _KINDS.items():
            columns = Base.metadata.tables[table].columns
            name = "t.name_zh" if "name_zh" in columns and table not in ("customer", "service") else "NULL"
            if "code_key" in columns:
                # Things with a parent's code before their own keep the index's code; only what stands alone can be renamed.
                self._run(
                    f"UPDATE code_index k SET name = {name}, is_alias = CASE WHEN k.code_key = t.code_key THEN false ELSE k.is_alias END"
                    f" FROM undo_row u JOIN {table} t ON t.region_id = :region AND t.id = u.row_id WHERE u.tbl = '{table}'"
                    f" AND u.before IS NOT NULL AND k.region_id = :region AND k.kind = '{kind}' AND k.id = t.id"
                )
        self._run(
            "INSERT INTO segment_line (region_id, segment_id, geom, geom_3857)"
            " SELECT :region, segment_id, geom, ST_Transform(geom, 3857) FROM ("
            "SELECT r.segment_id, ST_Multi(ST_LineMerge(ST_Collect(CASE WHEN r.is_reversed THEN ST_Reverse(s.geom) ELSE s.geom END"
            " ORDER BY r.seq))) AS geom FROM cable_run r JOIN section s ON s.region_id = :region AND s.id = r.section_id"
            " WHERE r.region_id = :region AND r.segment_id IN (SELECT row_id FROM undo_row WHERE tbl = 'cable_run')"
            " GROUP BY r.segment_id) line"
        )
        settle_grid_shares(self._session, self._given["region"])
        settle_all_tallies(self._session, self._given["region"], None)


def _key_names(table: Table) -> list[str]:
    return [column.name for column in table.primary_key.columns if column.name != "region_id"]


def _key_of(table: Table, row: str) -> str:
    """SQL of a row's key as JSON; ``row`` ends in an arrow."""
    return "jsonb_build_array(" + ", ".join(f"{row} '{name}'" for name in _key_names(table)) + ")"


def _same_key(table: Table) -> str:
    """SQL that joins row ``t`` to ``u.key`` by columns, so that the primary key is used."""
    parts = []
    for position, name in enumerate(_key_names(table)):
        value = f"(u.key ->> {position})"
        kind = table.columns[name].type.compile()
        parts.append(f"t.{name} = {value}::{kind}")
    return " AND ".join(parts)


def _is_given(column) -> bool:
    """Whether the database gives the column itself."""
    return column.computed is not None or column.name in ("change_id", "region_id", "geom_3857")


def _parents(child: Table):
    """(parent, column) of each key of a table that names a row by its id."""
    for key in child.foreign_key_constraints:
        parent = key.referred_table
        for element in key.elements:
            if element.column.name == "id" and "region_id" in parent.columns and isinstance(element.parent.type, BigInteger):
                yield parent, element.parent.name
