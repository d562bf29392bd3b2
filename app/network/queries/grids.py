"""The community grid as a tree."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass
class Branch:
    """A grid with those inside it, in order of code."""

    id: int
    code: str
    name_zh: str
    name_en: str | None
    level: int
    children: list[Branch] = field(default_factory=list)


def list_grid_tree(session: Session, region_id: int) -> list[Branch]:
    """The counties of a region with towns and communities inside. One statement."""
    sql = "SELECT id, parent_id, code, name_zh, name_en, level FROM grid WHERE region_id = :region_id ORDER BY level, code"
    rows = session.execute(text(sql), {"region_id": region_id}).all()
    found = {row.id: Branch(row.id, row.code, row.name_zh, row.name_en, row.level) for row in rows}
    for row in rows:
        if row.parent_id in found:
            found[row.parent_id].children.append(found[row.id])
    return [found[row.id] for row in rows if row.parent_id is None]
