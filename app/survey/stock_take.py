"""Things that a survey takes away: missing from a full stock-take (I30), or called retired; never while a service needs them (I29)."""
from datetime import UTC, datetime

from sqlalchemy import text

from app.core.errors import NotFoundError
from app.services.queries.areas import keep_inside
from app.survey.apply_batch import Batch
from app.survey.compare import decide
from app.topology.impact import find_impact

# Layers that stand in an area, and how that is told; what stands on others comes before them.
_INSIDE = {
    "equipment": "JOIN structure p ON p.region_id = :region AND p.id = t.structure_id AND p.grid_id IN (SELECT id FROM stock_area)",
    "section": "JOIN structure p ON p.region_id = :region AND p.id = t.a_structure_id AND p.grid_id IN (SELECT id FROM stock_area)"
    " JOIN structure q ON q.region_id = :region AND q.id = t.z_structure_id AND q.grid_id IN (SELECT id FROM stock_area)",
    "structure": "JOIN stock_area p ON p.id = t.grid_id",
}
# Survey layers whose things may be called retired, and what the impact calls them.
RETIRABLE = ("structure", "section", "cable", "segment", "equipment")
TOLD_SERVICES = 10
_AREA = text(
    "CREATE TEMP TABLE stock_area ON COMMIT DROP AS WITH RECURSIVE inside AS ("
    "SELECT id FROM grid WHERE region_id = :region AND code_key = upper(btrim(normalize(CAST(:area AS text), NFKC)))"
    " UNION ALL SELECT g.id FROM inside i JOIN grid g ON g.region_id = :region AND g.parent_id = i.id) SELECT id FROM inside"
)
_GONE = text("SELECT layer, thing_id, subject FROM difference WHERE rule = 'I30' AND verdict = 'accepted' ORDER BY no")
_FINDING = text(
    "INSERT INTO finding (source_no, row_no, rule, severity, field, subject, found, expected, next_step)"
    " VALUES (:source_no, :row_no, 'I29', 'error', 'life', :subject, :found, 'nothing in use', 'move the services first, then retire it')"
)


def find_missing_things(batch: Batch) -> None:
    """List what a full stock-take does not name in its area, and retire what was decided to be gone.

    Raises
    ------
    NotFoundError
        ``GRID_UNKNOWN``.
    """
    area = batch.survey.stock_take
    if not area:
        return
    batch.session.execute(_AREA, {"region": batch.region, "area": area})
    if batch.grids is not None:
        batch.session.execute(text("DELETE FROM stock_area WHERE id <> ALL (:grids)"), {"grids": list(batch.grids)})
    if not batch.has_rows("stock_area"):
        raise NotFoundError("GRID_UNKNOWN", f"there is no grid {area}", found=area, next_step="name a grid of the region by its code")
    for layer, inside in _INSIDE.items():
        if batch.has_rows(f"r_{layer}"):
            place = "NULL::geometry" if layer == "equipment" else "t.geom"
            batch.run(
                f"INSERT INTO difference (layer, subject, rule, old, thing_id, old_change, geom)"
                f" SELECT '{layer}', t.code_key, 'I30', t.code, t.id, t.change_id, {place} FROM {layer} t {inside}"
                f" WHERE t.region_id = :region AND t.life <> 'retired' AND NOT EXISTS (SELECT FROM r_{layer} r WHERE r.id = t.id)"
                " ORDER BY t.id"
            )
    decide(batch)
    batch.run(
        "INSERT INTO finding SELECT 0, NULL, 'I30', CASE WHEN verdict IS NULL THEN 'warning' ELSE 'info' END, NULL, subject,"
        " replace(layer, '_', ' ') || ' not in the survey', 'named in a full stock-take of its area',"
        " 'kept; accept the difference where it is gone, and it is retired' FROM difference WHERE rule = 'I30'"
    )
    _retire_gone(batch)


def _retire_gone(batch: Batch) -> None:
    retired: dict[str, list[int]] = {}
    for layer, thing_id, subject in batch.session.execute(_GONE).all():
        if not refuse_in_use(batch, layer, thing_id, subject, 0, None):
            retired.setdefault(layer, []).append(thing_id)
    for layer, ids in retired.items():
        sql = f"UPDATE {layer} SET life = 'retired' WHERE region_id = :region AND id = ANY (:ids)"
        batch.session.execute(text(sql), {"region": batch.region, "ids": ids})


def refuse_retired(batch: Batch, layer: str, table: str) -> None:
    """Findings for rows that retire a thing which a service needs."""
    if layer not in RETIRABLE or batch.is_first:
        return
    rows = batch.session.execute(
        text(
            f"SELECT r.source_no, r.row_no, r.known_id, r.full_key FROM r_{layer} r"
            f" JOIN {table} t ON t.region_id = :region AND t.id = r.known_id"
            " WHERE r.life = 'retired' AND t.life <> 'retired' AND NOT r.bad AND r.dup_no = 1"
        ),
        {"region": batch.region},
    )
    for source_no, row_no, thing_id, subject in rows.all():
        refuse_in_use(batch, layer, thing_id, subject, source_no, row_no)


def refuse_in_use(batch: Batch, layer: str, thing_id: int, subject: str, source_no: int, row_no: int | None) -> bool:
    """Whether a service needs the thing; the finding names the first of them."""
    services = find_impact(batch.session, batch.region, [(layer, thing_id)], day=datetime.now(UTC).date()).services
    if not services:
        return False
    kept = keep_inside(batch.session, batch.region, batch.grids, [("service", service.id) for service in services])
    seen = [service.code for service in services if ("service", service.id) in kept]
    told = ", ".join(seen[:TOLD_SERVICES])
    more = f" and {len(seen) - TOLD_SERVICES} more" if len(seen) > TOLD_SERVICES else ""
    others = ["services outside of your area"] if len(seen) < len(services) else []
    found = "needed by " + "; ".join(([f"{len(seen)} services: {told}{more}"] if seen else []) + others)
    batch.session.execute(_FINDING, {"source_no": source_no, "row_no": row_no, "subject": subject, "found": found})
    return True
