"""The three state axes, and what every owner of plant carries. Members (strands, ports, ducts) carry the states alone."""
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Computed, Text, text
from sqlalchemy.dialects.postgresql import TIMESTAMP, UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import NETWORK, NetworkKey, reference

LIFE = ("planned", "designed", "building", "built", "in_service", "pending_removal", "retired")
USE = ("idle", "reserved", "in_use", "releasing")
CODE_KEY = "upper(btrim(normalize(code, NFKC)))"
HEALTH = ("ok", "degraded", "faulty", "blocked")


def one_of(column: str, words: tuple, name: str | None = None) -> CheckConstraint:
    """The check that a text column holds one of the words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=name or column)


def owner_checks() -> tuple:
    return one_of("life", LIFE), one_of("health", HEALTH)


def state_checks() -> tuple:
    """A thing is held only while it is in service; a thing in use may fail, so health is the command's matter."""
    held = "use NOT IN ('reserved', 'in_use') OR life IN ('in_service', 'pending_removal')"
    return one_of("life", LIFE), one_of("use", USE), one_of("health", HEALTH), CheckConstraint(held, name="held_in_service")


def journalled(row_id: str = "id") -> dict:
    """Table information: a network table whose changes are kept; rows without an id are filed under ``row_id``."""
    return {"info": {**NETWORK, "journal": row_id}}


class Plate:
    """What is painted on the thing; ``code_key`` is the form in which codes are compared (domain.md B2)."""

    code: Mapped[str] = mapped_column(Text, sort_order=-1)
    code_key: Mapped[str] = mapped_column(Text, Computed(CODE_KEY, persisted=True), sort_order=-1)


class States(NetworkKey):
    life: Mapped[str] = mapped_column(Text, server_default=text("'in_service'"), sort_order=80)
    use: Mapped[str] = mapped_column(Text, server_default=text("'idle'"), sort_order=81)
    health: Mapped[str] = mapped_column(Text, server_default=text("'ok'"), sort_order=82)


class Owner(NetworkKey):
    """What structures, sections, cables, segments and equipment have in common (domain.md B0)."""

    name_zh: Mapped[str | None] = mapped_column(Text, sort_order=60)
    name_en: Mapped[str | None] = mapped_column(Text, sort_order=60)
    life: Mapped[str] = mapped_column(Text, server_default=text("'in_service'"), sort_order=61)
    health: Mapped[str] = mapped_column(Text, server_default=text("'ok'"), sort_order=62)
    ownership: Mapped[str | None] = mapped_column(Text, sort_order=63)
    maintenance_unit_id: Mapped[int | None] = mapped_column(BigInteger, sort_order=64)
    project_id: Mapped[int | None] = mapped_column(BigInteger, sort_order=65)
    asset_no: Mapped[str | None] = mapped_column(Text, sort_order=66)
    asset_value_fen: Mapped[int | None] = mapped_column(BigInteger, sort_order=66)
    built_on: Mapped[date | None] = mapped_column(sort_order=67)
    accepted_on: Mapped[date | None] = mapped_column(sort_order=68)
    in_service_on: Mapped[date | None] = mapped_column(sort_order=69)
    ended_on: Mapped[date | None] = mapped_column(sort_order=70)
    batch_id: Mapped[int | None] = mapped_column(BigInteger, sort_order=71)
    source_file: Mapped[str | None] = mapped_column(Text, sort_order=72)
    source_row: Mapped[int | None] = mapped_column(BigInteger, sort_order=73)
    source_uuid: Mapped[str | None] = mapped_column(UUID(as_uuid=False), sort_order=74)
    verified_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True), sort_order=75)
    verified_by: Mapped[str | None] = mapped_column(Text, sort_order=76)


def owner_keys() -> tuple:
    return reference("maintenance_unit_id", "maintenance_unit"), reference("project_id", "project")
