"""Things that come under another code: at the same place (I31, I32), with the same serial number (I36); and old codes that still lead."""
from app.services.queries.areas import lying_kinds
from app.survey.apply_batch import Batch
from app.survey.compare import decide
from app.survey.limits import limits
from app.survey.plans import PLANS, rows, use_rows
from app.survey.plans.plan import Plan
from app.survey.rights import keep_to_area

# How the statements call what is there already.
_ALIASES = {"structure": "t", "equipment": "e"}


def match_owners(batch: Batch, plan: Plan) -> None:
    """Find known things among the new codes of a layer that has just been resolved."""
    if plan.layer not in ("structure", "equipment") or batch.is_first:
        return
    if not batch.has_rows(f"r_{plan.layer} WHERE known_id IS NULL AND NOT bad"):
        return
    given = {name: f"{limits()[name]:g}" for name in ("alias_m", "duplicate_m")}
    batch.run_file(f"match_{plan.layer}", inside=keep_to_area(batch, plan.layer, _ALIASES[plan.layer]), **given)
    decide(batch)
    batch.run_file(f"match_{plan.layer}_told")
    if batch.has_rows(f"difference WHERE layer = '{plan.layer}' AND rule IN ('I31', 'I36') AND verdict = 'accepted'"):
        resolve_aliases(batch)


def resolve_aliases(batch: Batch) -> None:
    """Where staged rows use an old name of a thing, put the code that it bears now."""
    from_aliases = (
        "FROM code_index a JOIN code_index k ON k.region_id = :region AND k.kind = a.kind AND k.id = a.id AND NOT k.is_alias"
        " WHERE a.region_id = :region AND a.is_alias AND a.kind = '{kind}' AND a.code_key = s.\"{field}\""
        " AND NOT EXISTS (SELECT FROM code_index o WHERE o.region_id = :region AND o.kind = a.kind AND o.code_key = a.code_key"
        " AND NOT o.is_alias) {mine}"
    )
    if batch.is_first or not batch.has_rows("code_index WHERE region_id = :region AND is_alias"):
        return
    for layer, field, kind in named_fields():
        mine = _mine(batch, kind)
        batch.run(f'UPDATE stage_{layer} s SET "{field}" = k.code_key ' + from_aliases.format(kind=kind, field=field, mine=mine))
    for layer in own_codes():
        batch.run(f"UPDATE stage_{layer} s SET code = k.code " + from_aliases.format(kind=layer, field="key", mine=_mine(batch, layer)))


def _mine(batch: Batch, kind: str) -> str:
    """SQL that leaves the old names of things outside the person's area as they are written: the new ones are not for him."""
    if batch.grids is None:
        return ""
    table, mine = lying_kinds().get(kind), keep_to_area(batch, kind, "t")
    return f"AND EXISTS (SELECT FROM {table} t WHERE t.region_id = :region AND t.id = k.id {mine})" if table else ""


def named_fields() -> list[tuple[str, str, str]]:
    """(layer, field, kind) of every field that names another thing."""
    found = [(plan.layer, name, kind) for plan in PLANS.values() for name, kind in plan.refs.items()]
    for module in (rows, use_rows):
        plans = [plan for plan in vars(module).values() if plan.__class__ is rows.RowPlan]
        found += [(plan.layer, name, kind) for plan in plans for name, kind in plan.refs.items()]
    return found


def own_codes() -> list[str]:
    """Layers whose things have a code that is not part of another's."""
    return [plan.layer for plan in PLANS.values() if plan.parent is None]
