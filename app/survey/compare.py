"""What differs between a batch and the network, column by column, with who gave the old value and when; and what was decided.

A difference is written unless it is refused; one that would overwrite a newer value (I27) or another surveyor's (I26) only where
it is accepted.
"""
from dataclasses import astuple, dataclass, replace
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.access.permissions import STARS, mask_always, personal_columns
from app.survey.apply_batch import Batch
from app.survey.declaration import ASKED
from app.survey.layers import layers
from app.survey.limits import limits
from app.survey.plans.plan import Plan

# New things and rows that are listed of one layer; the rest is counted, and decided by rule.
LISTED = 2_000
# Columns that hold the key of another thing, and its kind: people read codes.
_KINDS = {
    "structure_id": "structure", "a_structure_id": "structure", "z_structure_id": "structure", "rack_id": "rack", "grid_id": "grid",
    "parent_id": "grid", "maintenance_unit_id": "maintenance_unit", "site_id": "site", "room_id": "room", "cable_id": "cable",
    "building_id": "building", "address_id": "address", "customer_id": "customer", "office_id": "switch_office",
    "a_office_id": "switch_office", "z_office_id": "switch_office", "host_id": "switch_office", "equipment_id": "equipment",
}  # fmt: skip
_TABLE = """
CREATE TEMP TABLE difference (no integer GENERATED ALWAYS AS IDENTITY, source_no integer, row_no bigint, layer text NOT NULL,
  subject text NOT NULL, field text, rule text NOT NULL, old text, new text, thing_id bigint, old_change bigint, verified_on date,
  old_by text, old_on date, verdict text, geom geometry) ON COMMIT DROP"""
_DECISIONS = """
CREATE TEMP TABLE decision (no integer GENERATED ALWAYS AS IDENTITY, verdict text NOT NULL, rule text, layer text, field text,
  source_no integer, row_no bigint, subject text) ON COMMIT DROP"""


@dataclass(frozen=True)
class Difference:
    """One difference; ``verdict`` is None where somebody has to decide. ``place`` is EWKB in hex, EPSG:4490."""

    source_no: int | None
    row_no: int | None
    layer: str
    subject: str
    field: str | None
    rule: str
    old: str | None
    new: str | None
    old_by: str | None
    old_on: date | None
    verdict: str | None
    place: str | None


def create_differences(batch: Batch) -> None:
    """Make the tables of differences and of decisions; they go with the transaction."""
    batch.run(_TABLE)
    batch.run(_DECISIONS)
    if batch.survey.decisions:
        names = "verdict, rule, layer, field, source_no, row_no, subject"
        values = [dict(zip(names.split(", "), astuple(decision), strict=True)) for decision in batch.survey.decisions]
        batch.session.execute(
            text(f"INSERT INTO decision ({names}) VALUES (:verdict, :rule, :layer, :field, :source_no, :row_no, :subject)"), values
        )


def decided(rule: str, layer: str, field: str, source_no: str, row_no: str, subject: str) -> str:
    """SQL of what was decided about a difference, null where nothing was; the arguments are SQL."""
    return (
        f"(SELECT e.verdict FROM decision e WHERE (e.rule IS NULL OR e.rule = {rule}) AND (e.layer IS NULL OR e.layer = {layer})"
        f" AND (e.field IS NULL OR e.field = {field}) AND (e.row_no IS NULL OR (e.row_no = {row_no} AND e.source_no = {source_no}))"
        f" AND (e.subject IS NULL OR e.subject = {subject}) ORDER BY e.no DESC LIMIT 1)"
    )


def decide(batch: Batch) -> None:
    """Give each difference that has none its verdict: what was decided, else what its rule does by itself."""
    asked = ", ".join(f"'{rule}'" for rule in ASKED)
    verdict = decided("d.rule", "d.layer", "d.field", "d.source_no", "d.row_no", "d.subject")
    batch.run(
        f"UPDATE difference d SET verdict = coalesce({verdict}, CASE WHEN d.rule IN ({asked}) THEN NULL ELSE 'accepted' END)"
        " WHERE d.verdict IS NULL"
    )


def list_new(batch: Batch, plan: Plan) -> None:
    """List the new things of a layer, and refuse those that were decided against."""
    if batch.survey.decisions:
        refuse_rows(batch, plan.layer, "NEW", "r.known_id IS NULL AND r.dup_no = 1")
    if batch.is_first:
        return
    place = "r.geom" if layers()[plan.layer].geometry else "NULL"
    batch.run(
        f"INSERT INTO difference (source_no, row_no, layer, subject, rule, thing_id, geom)"
        f" SELECT r.source_no, r.row_no, '{plan.layer}', r.full_key, 'NEW', r.id, {place} FROM r_{plan.layer} r"
        f" WHERE r.known_id IS NULL AND NOT r.bad AND r.dup_no = 1 ORDER BY r.source_no, r.row_no LIMIT {LISTED}"
    )


def refuse_rows(batch: Batch, layer: str, rule: str, which: str = "true") -> None:
    """Keep out the rows of a layer that were decided against; the difference and a note say so."""
    verdict = decided(f"'{rule}'", f"'{layer}'", "NULL", "r.source_no", "r.row_no", "r.full_key")
    chosen = f"FROM r_{layer} r WHERE NOT r.bad AND ({which}) AND {verdict} = 'refused'"
    batch.run(
        f"INSERT INTO difference (source_no, row_no, layer, subject, rule, verdict)"
        f" SELECT r.source_no, r.row_no, '{layer}', r.full_key, '{rule}', 'refused' {chosen}"
    )
    batch.run(
        f"INSERT INTO finding SELECT r.source_no, r.row_no, 'DECIDED', 'info', NULL, r.full_key, 'refused by decision', NULL, NULL {chosen}"
    )
    batch.run(
        f"UPDATE r_{layer} r SET bad = true FROM difference d WHERE d.layer = '{layer}' AND d.verdict = 'refused' AND d.field IS NULL"
        f" AND d.source_no = r.source_no AND d.row_no = r.row_no AND NOT r.bad"
    )


def list_changed_rows(batch: Batch, layer: str) -> None:
    """List the rows of a layer without codes of its own that have changed something."""
    if batch.is_first:
        return
    words = ", ".join(f"'{field.name}', r.\"{field.name}\"" for field in layers()[layer].fields)
    batch.run(
        f"INSERT INTO difference (source_no, row_no, layer, subject, rule, new)"
        f" SELECT r.source_no, r.row_no, '{layer}', r.full_key, 'CHANGED', jsonb_strip_nulls(jsonb_build_object({words}))::text"
        f" FROM r_{layer} r WHERE r.is_changed AND NOT r.bad AND r.full_key IS NOT NULL ORDER BY r.source_no, r.row_no LIMIT {LISTED}"
    )


def compare_owners(batch: Batch, plan: Plan, given: dict[str, str]) -> bool:
    """List the columns that differ of the rows marked as changed, and keep those that are not accepted; True where any is kept.

    Parameters
    ----------
    given
        Column -> SQL of the surveyed value, as the layer's plan says.
    """
    values = ", ".join(f"('{column}', {_told(column, f't.{column}')}, {_told(column, new)}, {_differs(column, new)})"
                       for column, new in given.items())
    verified = "t.verified_at::date" if "built_on" in plan.columns else "NULL"
    place = "r.geom" if layers()[plan.layer].geometry else "NULL"
    batch.run(
        f"INSERT INTO difference (source_no, row_no, layer, subject, field, rule, old, new, thing_id, verified_on, old_change, geom)"
        f" SELECT r.source_no, r.row_no, '{plan.layer}', r.full_key, d.field, 'CHANGED', d.old, d.new, t.id, {verified},"
        f" {_origin(plan.table, 'd.field')}, {place}"
        f" FROM r_{plan.layer} r JOIN {plan.table} t ON t.region_id = :region AND t.id = r.known_id"
        f" CROSS JOIN LATERAL (VALUES {values}) d(field, old, new, differs) WHERE r.is_changed AND d.differs"
    )
    _find_conflicts(batch, plan.layer)
    decide(batch)
    kept = batch.run(
        f"UPDATE r_{plan.layer} r SET kept = d.fields FROM (SELECT source_no, row_no, array_agg(field) AS fields FROM difference"
        f" WHERE layer = '{plan.layer}' AND field IS NOT NULL AND verdict IS DISTINCT FROM 'accepted' GROUP BY source_no, row_no) d"
        f" WHERE d.source_no = r.source_no AND d.row_no = r.row_no"
    )
    if kept:
        batch.run(
            f"UPDATE r_{plan.layer} r SET is_changed = false WHERE r.kept IS NOT NULL AND NOT EXISTS (SELECT FROM difference d"
            f" WHERE d.layer = '{plan.layer}' AND d.source_no = r.source_no AND d.row_no = r.row_no AND d.verdict = 'accepted')"
        )
    return bool(kept)


def _differs(column: str, new: str) -> str:
    return f"(({new}) IS NOT NULL AND t.{column} IS DISTINCT FROM ({new}))"


def _told(column: str, value: str) -> str:
    """SQL of a value as people read it."""
    if column == "geom":
        return f"ST_AsText({value}, 7)"
    kind = _KINDS.get(column)
    if kind is None:
        return f"({value})::text"
    return (
        f"coalesce((SELECT k.code FROM code_index k WHERE k.region_id = :region AND k.kind = '{kind}' AND k.id = ({value})"
        f" AND NOT k.is_alias LIMIT 1), '#' || ({value})::text)"
    )


def _origin(table: str, field: str) -> str:
    """SQL of the change that gave a column its value: the last before which it was another, else the one that brought the row."""
    now = f"CASE {field} WHEN 'geom' THEN to_jsonb(to_jsonb(t) ->> 'geom') ELSE to_jsonb(t) -> {field} END"
    if table in _placed():
        now = f"CASE {field} WHEN 'geom' THEN to_jsonb(t.geom::text) ELSE to_jsonb(t) -> {field} END"
    images = f"FROM journal j WHERE j.region_id = :region AND j.tbl = '{table}' AND j.row_id = t.id"
    return (
        f"coalesce((SELECT j.change_id {images} AND j.before -> {field} IS DISTINCT FROM {now} ORDER BY j.id DESC LIMIT 1),"
        f" (SELECT j.since_change_id {images} ORDER BY j.id LIMIT 1), t.change_id)"
    )


def _placed() -> set[str]:
    return {layer.table for layer in layers().values() if layer.geometry}


def _find_conflicts(batch: Batch, layer: str) -> None:
    days = int(limits()["other_surveyor_days"])
    batch.run(
        f"UPDATE difference d SET old_by = coalesce(b.surveyor, c.actor), old_on = coalesce(b.surveyed_on, c.at::date),"
        f" rule = CASE WHEN greatest(coalesce(b.surveyed_on, c.at::date), d.verified_on) > CAST(:surveyed_on AS date) THEN 'I27'"
        f" WHEN lower(b.surveyor) <> lower(CAST(:surveyor AS text))"
        f" AND coalesce(b.surveyed_on, c.at::date) >= coalesce(CAST(:surveyed_on AS date), current_date) - {days} THEN 'I26'"
        f" ELSE d.rule END"
        f" FROM change c LEFT JOIN survey_batch b ON b.region_id = :region AND b.id = c.batch_id"
        f" WHERE c.region_id = :region AND c.id = d.old_change AND d.layer = '{layer}' AND d.field IS NOT NULL"
    )
    verdict = decided("d.rule", "d.layer", "d.field", "d.source_no", "d.row_no", "d.subject")
    personal = [f"'{name}'" for table, name in personal_columns() if table == layers()[layer].table]
    shown = f"CASE WHEN d.field IN ({', '.join(personal)}) THEN '{STARS}' ELSE {{}} END" if personal else "{}"
    newer = "CASE d.rule WHEN 'I27' THEN ', which is newer' ELSE ', another surveyor' END"
    batch.run(
        f"INSERT INTO finding SELECT d.source_no, d.row_no, d.rule, CASE WHEN {verdict} IS NULL THEN 'warning' ELSE 'info' END, d.field,"
        f" d.subject, {shown.format('d.new')},"
        f" coalesce({shown.format('d.old')}, 'nothing') || ', by ' || d.old_by || ' on ' || d.old_on || {newer},"
        f" 'kept as it is; accept or refuse the difference'"
        f" FROM difference d WHERE d.layer = '{layer}' AND d.rule IN ('I26', 'I27')"
    )


def read_differences(session: Session) -> list[Difference]:
    """The differences of the transaction, in the order in which they were found."""
    rows = session.execute(text(
        "SELECT source_no, row_no, layer, subject, field, rule, old, new, old_by, old_on, verdict, geom::text FROM difference ORDER BY no"
    ))
    return [_masked(Difference(*row)) for row in rows]


def _masked(one: Difference) -> Difference:
    table = layers()[one.layer].table
    old, new = (mask_always(table, one.field or "", value) for value in (one.old, one.new))
    return replace(one, old=old, new=new)
