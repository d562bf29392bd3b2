"""What the person behind an import may write.

Rows outside their area are refused, not the file (I41); what is personal is kept for those who may see it (I40).
"""
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.access.areas import EVERYWHERE, Area
from app.access.permissions import SEE_PERSONAL, may, personal_columns
from app.access.queries import find_rights
from app.services.queries.areas import find_grids, inside, lying_kinds
from app.survey.apply_batch import Batch
from app.survey.layers import layers

# Layers that belong to the whole region.
_WHOLE = ("grid", "maintenance_unit", "customer_area", "road")
# Columns that name a grid or a unit say nothing of where a thing lies.
_NO_PLACE = ("grid", "maintenance_unit")


@dataclass(frozen=True)
class Rights:
    """``personal`` is true where names and telephones of customers are kept."""

    area: Area = EVERYWHERE
    personal: bool = True


def get_rights(session: Session, login: str) -> Rights:
    """The rights of the person of that login; all of them for commands, which act for the operator."""
    found = find_rights(session, login)
    return Rights(found[1], may(found[0], SEE_PERSONAL)) if found else Rights()


def find_own_grids(session: Session, region: int, rights: Rights) -> tuple[int, ...] | None:
    """The grids in which the person may write, None where that is the whole region.

    Raises
    ------
    NotFoundError
        ``REGION_UNKNOWN``.
    """
    return find_grids(session, region, rights.area)


def withhold_personal(batch: Batch) -> None:
    """Empty the personal columns of the staged rows, and tell it once for each file."""
    for layer in layers().values():
        names = [field.name for field in layer.fields if (layer.table, field.name) in personal_columns()]
        if not names or layer.id not in batch.filled:
            continue
        given = " OR ".join(f"{name} IS NOT NULL" for name in names)
        batch.run(
            f"INSERT INTO finding SELECT source_no, NULL, 'I40', 'warning', '{names[0]}', NULL,"
            f" count(*) || ' rows with names or telephones', 'a person who may see them',"
            f" 'they were not kept; ask somebody with that right to import them'"
            f" FROM stage_{layer.id} WHERE {given} GROUP BY source_no"
        )
        batch.run(f"UPDATE stage_{layer.id} SET {', '.join(f'{name} = NULL' for name in names)} WHERE {given}")


def refuse_outside(batch: Batch, layer: str, refs: dict[str, str], known: tuple[str, str] | None = None) -> None:
    """Findings for the rows of a resolved layer that lie outside the person's area.

    Parameters
    ----------
    refs
        Field -> kind of what it names.
    known
        Table and kind of what the rows are, where they have codes of their own.
    """
    if layer not in batch.filled:
        return
    ways = [f"EXISTS ({_inside(kind, kind_table(kind), f'r.{field}_id')})" for field, kind in refs.items() if _lies(kind)]
    if layer in _WHOLE:
        outside = "true"
    elif layers()[layer].geometry == "point":
        outside = "r.grid_id IS NULL OR r.grid_id <> ALL (:grids)"
    else:
        outside = f"NOT ({' OR '.join(ways)})" if ways else "false"
    if known and known[1] in lying_kinds():
        outside = f"CASE WHEN r.known_id IS NULL THEN {outside} ELSE NOT EXISTS ({_inside(known[1], known[0], 'r.known_id')}) END"
    batch.session.execute(
        text(
            f"INSERT INTO finding SELECT r.source_no, r.row_no, 'I41', 'error', NULL, r.full_key, 'outside your area',"
            f" 'a place in your area', 'leave the row to those who work there' FROM r_{layer} r WHERE NOT r.bad AND ({outside})"
        ),
        {"region_id": batch.region, "grids": list(batch.grids)},
    )


def keep_to_area(batch: Batch, kind: str, alias: str) -> str:
    """SQL that keeps rows ``alias`` of a kind to the person's area, so that nobody is told of a thing outside, or changes it."""
    if batch.grids is None:
        return ""
    grids = ", ".join(map(str, batch.grids)) or "NULL"
    condition = inside(kind, alias).replace(":grids", f"CAST(ARRAY[{grids}] AS bigint[])").replace(":region_id", ":region")
    return f"AND ({condition})"


def _lies(kind: str) -> bool:
    return kind in lying_kinds() and kind not in _NO_PLACE


def kind_table(kind: str) -> str:
    """The table of a kind of thing."""
    return lying_kinds()[kind]


def _inside(kind: str, table: str, key: str) -> str:
    return f"SELECT FROM {table} t WHERE t.region_id = :region_id AND t.id = {key} AND ({inside(kind)})"
