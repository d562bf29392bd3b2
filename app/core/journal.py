"""Regions, changes and the journal: who wrote what, when, under which batch, and what stood there before.

The rows are written by the database itself (``sql/journal.sql``), so no door can forget it.
"""
from datetime import datetime
from pathlib import Path

from geoalchemy2 import Geometry
from sqlalchemy import DDL, BigInteger, ForeignKey, Identity, Index, LargeBinary, PrimaryKeyConstraint, Text, UniqueConstraint, event, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import UserDefinedType

from app.core.database import CATALOGUE, NETWORK, Base
from app.core.errors import NotFoundError, StaleError

JOURNAL_SQL = Path(__file__).parent / "sql" / "journal.sql"


class Xid8(UserDefinedType):
    """PostgreSQL's 64-bit transaction number."""

    cache_ok = True

    def get_col_spec(self, **_):
        return "xid8"


class QuotedChar(UserDefinedType):
    """PostgreSQL's one-byte ``"char"``."""

    cache_ok = True

    def get_col_spec(self, **_):
        return '"char"'


class Region(Base):
    __tablename__ = "region"
    __table_args__ = (UniqueConstraint("code"), {"info": CATALOGUE})

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(Text)
    name_zh: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str | None] = mapped_column(Text)
    metric_srid: Mapped[int | None]
    geom = mapped_column(Geometry("MULTIPOLYGON", 4490, spatial_index=False), nullable=True)


class RegionState(Base):
    __tablename__ = "region_state"
    __table_args__ = {"info": NETWORK}

    region_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("region.id"), primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(BigInteger, server_default="0")
    head_hash: Mapped[bytes | None] = mapped_column(LargeBinary)


class Change(Base):
    __tablename__ = "change"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "id"),
        UniqueConstraint("region_id", "xid"),
        UniqueConstraint("region_id", "version"),
        Index("ix_change_at", "region_id", "at"),
        Index("ix_change_actor", "region_id", "actor"),
        {"info": NETWORK},
    )

    region_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("region.id"))
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False))
    version: Mapped[int | None] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    batch_id: Mapped[int | None] = mapped_column(BigInteger)
    order_id: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    xid: Mapped[int] = mapped_column(Xid8)


class Journal(Base):
    __tablename__ = "journal"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "id"),
        Index("ix_journal_row", "region_id", "tbl", "row_id"),
        Index("ix_journal_change", "region_id", "change_id"),
        {"info": NETWORK},
    )

    region_id: Mapped[int] = mapped_column(BigInteger)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False))
    change_id: Mapped[int] = mapped_column(BigInteger)
    tbl: Mapped[str] = mapped_column(Text)
    row_id: Mapped[int] = mapped_column(BigInteger)
    op: Mapped[str] = mapped_column(QuotedChar)
    since_change_id: Mapped[int | None] = mapped_column(BigInteger)
    before: Mapped[dict | None] = mapped_column(JSONB)


def journal_trigger_sql(table) -> str:
    """The statement that puts a table under the journal; rows without an id are filed under their owner's."""
    row_id = table.info["journal"]
    return (
        f"CREATE TRIGGER journal BEFORE INSERT OR UPDATE OR DELETE ON {table.name}"
        f" FOR EACH ROW EXECUTE FUNCTION netgrid_journal('{row_id}', '{table.name}')"
    )


VERSION_TRIGGER_SQL = (
    "CREATE CONSTRAINT TRIGGER number_change AFTER INSERT ON change DEFERRABLE INITIALLY DEFERRED"
    " FOR EACH ROW EXECUTE FUNCTION netgrid_number_change()"
)


def journalled_tables(metadata) -> list:
    """Every table under the journal, in order of dependency."""
    return [table for table in metadata.sorted_tables if "journal" in table.info]


@event.listens_for(Base.metadata, "after_create")
def _create_triggers(metadata, connection, **_):
    statements = [JOURNAL_SQL.read_text(encoding="utf-8"), VERSION_TRIGGER_SQL, *map(journal_trigger_sql, journalled_tables(metadata))]
    for statement in statements:
        connection.execute(DDL(statement.replace("%", "%%")))


def add_region(session: Session, code: str, name_zh: str, name_en: str | None, metric_srid: int | None) -> bool:
    """True where the region is new; its names are updated where it exists."""
    row = session.execute(
        text(
            "INSERT INTO region (id, code, name_zh, name_en, metric_srid) VALUES (:id, :code, :zh, :en, :srid)"
            " ON CONFLICT ON CONSTRAINT pk_region DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en,"
            " metric_srid = excluded.metric_srid RETURNING xmax = 0"
        ),
        {"id": int(code), "code": code, "zh": name_zh, "en": name_en, "srid": metric_srid},
    ).scalar_one()
    session.execute(text("INSERT INTO region_state (region_id) VALUES (:id) ON CONFLICT DO NOTHING"), {"id": int(code)})
    return bool(row)


def get_region_id(session: Session, code: str) -> int:
    """The key of the region with this code.

    Raises
    ------
    NotFoundError
        ``REGION_UNKNOWN``.
    """
    found = session.execute(text("SELECT id FROM region WHERE code = :code"), {"code": code}).scalar()
    if found is None:
        known = session.execute(text("SELECT string_agg(code, ', ' ORDER BY code) FROM region")).scalar()
        raise NotFoundError(
            "REGION_UNKNOWN", f"there is no region {code}", found=code, expected=known or "no region yet",
            next_step="add it with: flask region add CODE --zh NAME",
        )
    return found


def region_version(session: Session, region_id: int) -> int:
    """The region's version: it rises by one with each committed change."""
    sql = text("SELECT version FROM region_state WHERE region_id = :region_id")
    return session.execute(sql, {"region_id": region_id}).scalar_one()


def check_seen(session: Session, region_id: int, subject: str, change_id: int, seen: int | None) -> None:
    """Refuse to change what somebody else has changed since the caller read it; ``seen`` is None where the caller need not say.

    Raises
    ------
    StaleError
        ``STALE``; ``found`` tells who changed it last, and when.
    """
    if seen is None or seen == change_id:
        return
    found = "SELECT actor, at FROM change WHERE region_id = :region_id AND id = :id"
    last = session.execute(text(found), {"region_id": region_id, "id": change_id}).one_or_none()
    told = {"change_id": str(change_id), "actor": last and last.actor, "at": last and last.at.isoformat()}
    raise StaleError(
        "STALE", "Somebody has changed this since you read it.", subject=subject, found=told, expected=str(seen),
        next_step="Read it again, and decide anew.",
    )
