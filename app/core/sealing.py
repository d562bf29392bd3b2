"""The chain over the journal: each change is sealed with the hash of itself, its journal rows and the seal before it.

Changes are sealed whole and in version order, after they were committed; the last seal stands in the region's row as well.
Whoever keeps that last hash elsewhere can prove later that nothing before it was touched.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, PrimaryKeyConstraint, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.database import NETWORK, Base

BATCH = 2000
START = bytes(32)
# What a change is, as the database tells it: every column of the change, and of its journal rows in the order of their keys.
_CONTENT = """
SELECT c.version, c.id,
       sha256(convert_to(jsonb_build_array(c.id, c.version, c.actor, c.source, c.batch_id, c.order_id,
                                           extract(epoch FROM c.at), c.xid::text)::text, 'UTF8'))
       || coalesce((SELECT sha256(string_agg(sha256(convert_to(jsonb_build_array(j.id, j.tbl, j.row_id, j.op::text, j.since_change_id,
                                                                                 j.before)::text, 'UTF8')), ''::bytea ORDER BY j.id))
                    FROM journal AS j WHERE j.region_id = :region_id AND j.change_id = c.id), ''::bytea) AS content
FROM change AS c
WHERE c.region_id = :region_id AND c.version > :after
ORDER BY c.version
LIMIT :limit
"""
_SEALS = "SELECT version, change_id, hash FROM change_seal WHERE region_id = :region_id AND version > :after ORDER BY version LIMIT :limit"
_STATE = "SELECT version, head_hash FROM region_state WHERE region_id = :region_id"
_STRAYS = """
SELECT min(j.id) FROM journal AS j
WHERE j.region_id = :region_id
  AND NOT EXISTS (SELECT 1 FROM change AS c WHERE c.region_id = :region_id AND c.id = j.change_id)
"""


class ChangeSeal(Base):
    """The seal of one change; written by the owner's commands alone."""

    __tablename__ = "change_seal"
    __table_args__ = (PrimaryKeyConstraint("region_id", "version"), {"info": NETWORK})

    region_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("region.id"))
    version: Mapped[int] = mapped_column(BigInteger)
    change_id: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True)
class Breach:
    """The first thing that is wrong with the journal: ``what`` is changed, deleted, reordered, cut or added."""

    what: str
    version: int
    change_id: int | None
    message: str


@dataclass(frozen=True)
class Verified:
    """How many changes fit their seals, the last seal, how many are not sealed yet, and the first breach."""

    sealed: int
    head: bytes
    unsealed: int
    breach: Breach | None


def chain(before: bytes, content: bytes) -> bytes:
    """The seal of a change after the seal before it."""
    return hashlib.sha256(before + content).digest()


def seal_changes(session: Session, region_id: int) -> int:
    """How many changes were sealed. A writer waits for it only while the last hash is written."""
    last = session.execute(
        text("SELECT version, hash FROM change_seal WHERE region_id = :region_id ORDER BY version DESC LIMIT 1"), {"region_id": region_id}
    ).one_or_none()
    version, head, count = (last.version, bytes(last.hash), 0) if last else (0, START, 0)
    while rows := session.execute(text(_CONTENT), {"region_id": region_id, "after": version, "limit": BATCH}).all():
        seals = []
        for row in rows:
            head = chain(head, bytes(row.content))
            seals.append({"region_id": region_id, "version": row.version, "change_id": row.id, "hash": head})
        session.execute(
            text("INSERT INTO change_seal (region_id, version, change_id, hash) VALUES (:region_id, :version, :change_id, :hash)"), seals
        )
        version, count = rows[-1].version, count + len(rows)
    if count:
        session.execute(
            text("UPDATE region_state SET head_hash = :head WHERE region_id = :region_id"), {"head": head, "region_id": region_id}
        )
    return count


def get_head(session: Session, region_id: int) -> bytes | None:
    """The last seal that the region's row holds, None before the first."""
    found = session.execute(text(_STATE), {"region_id": region_id}).one().head_hash
    return None if found is None else bytes(found)


def verify_changes(session: Session, region_id: int, kept: bytes | None = None) -> Verified:
    """What the chain tells of the journal, up to the first breach.

    Parameters
    ----------
    kept
        A seal that was kept elsewhere: it must still be among the seals.
    """
    state = session.execute(text(_STATE), {"region_id": region_id}).one()
    sealed, head, after, found = 0, START, 0, kept is None
    while seals := session.execute(text(_SEALS), {"region_id": region_id, "after": after, "limit": BATCH}).all():
        rows = session.execute(text(_CONTENT), {"region_id": region_id, "after": after, "limit": len(seals)}).all()
        for place, seal in enumerate(seals):
            breach = _compare(seal, rows[place] if place < len(rows) else None, after, head)
            if breach:
                return Verified(sealed, head, 0, breach)
            head, after, sealed = bytes(seal.hash), seal.version, sealed + 1
            found = found or head == kept
    return Verified(sealed, head, state.version - after, _compare_end(session, region_id, state, after, head, found))


def _compare(seal, row, after: int, head: bytes) -> Breach | None:
    """The breach at one seal, None where the change behind it is what was sealed."""
    if seal.version != after + 1:
        return Breach("cut", after + 1, None, f"the seal of version {after + 1} is gone; the next is of version {seal.version}")
    if row is None or row.version > seal.version:
        return Breach("deleted", seal.version, seal.change_id, f"change {seal.change_id} of version {seal.version} is gone")
    if row.id != seal.change_id:
        return Breach("reordered", seal.version, row.id, f"version {seal.version} was change {seal.change_id} and is now {row.id}")
    if chain(head, bytes(row.content)) != bytes(seal.hash):
        told = f"change {row.id} of version {row.version}, or one of its journal rows, is not what was sealed"
        return Breach("changed", row.version, row.id, told)
    return None


def _compare_end(session: Session, region_id: int, state, after: int, head: bytes, found: bool) -> Breach | None:
    """The breach behind the last seal: a chain that was cut short, and journal rows of no change."""
    if (state.head_hash is None) != (after == 0) or (state.head_hash is not None and bytes(state.head_hash) != head):
        return Breach("cut", after + 1, None, f"the chain ends at version {after}, but not with the last seal that the region's row holds")
    if not found:
        return Breach("cut", after + 1, None, "the hash that was kept elsewhere is not in the chain")
    counted = session.execute(
        text("SELECT count(*) FROM change WHERE region_id = :region_id AND version > :after"), {"region_id": region_id, "after": after}
    ).scalar_one()
    if counted != state.version - after:
        return Breach("deleted", after + 1, None, f"{state.version - after - counted} changes since version {after} are gone")
    stray = session.execute(text(_STRAYS), {"region_id": region_id}).scalar_one()
    if stray is not None:
        return Breach("added", after, None, f"journal row {stray} belongs to no change")
    return None
