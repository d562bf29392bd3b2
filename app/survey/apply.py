"""Resolve, check and write one layer: the same steps for every layer whose rows are owners with a code."""
from app.survey.apply_batch import SQL, Batch
from app.survey.compare import compare_owners, list_new, refuse_rows
from app.survey.layers import layers
from app.survey.matching import match_owners
from app.survey.plans.plan import Plan
from app.survey.plans.rows import RowPlan
from app.survey.rights import refuse_outside
from app.survey.stock_take import refuse_retired

# Which of the rows with one code a row is, and where the first of them stands.
_DUPLICATES = {"dup_no": "row_number()", "first_source": "first_value(s.source_no)", "first_row": "first_value(s.row_no)"}


def apply_owners(batch: Batch, plan: Plan) -> None:
    """Check and write one layer of owners."""
    with batch.about(plan.layer):
        check_owners(batch, plan)
        write_owners(batch, plan)


def check_owners(batch: Batch, plan: Plan) -> None:
    """Resolve the rows of a layer of owners, and find what is wrong with them."""
    is_point = layers()[plan.layer].geometry == "point"
    if is_point:
        if batch.is_large and batch.has_rows("grid WHERE region_id = :region AND level = 3"):
            # Then each community is held against all its points at once, not each point against the communities around it.
            batch.run(f"CREATE INDEX ON stage_{plan.layer} USING gist (geom)")
        batch.run_file("community", plan.layer)
    batch.run(_resolve_sql(plan))
    # Numbering sorts all rows, which is for nothing where every code comes once.
    if batch.has_rows(f"(SELECT FROM r_{plan.layer} GROUP BY full_key HAVING count(*) > 1) d"):
        batch.run(_number_sql(plan.layer))
    batch.run(f"ANALYZE r_{plan.layer}")
    _refuse_outside(batch, plan.layer, plan.refs, (plan.table, plan.kind))
    match_owners(batch, plan)
    find_wrong_codes(batch, plan.layer, plan.refs)
    if is_point:
        batch.run_file("place", plan.layer)
    if (SQL / f"{plan.layer}.sql").exists():
        batch.run_file(plan.layer)


def _refuse_outside(batch: Batch, layer: str, refs: dict[str, str], known: tuple[str, str] | None = None) -> None:
    """Refuse rows outside the person's area before anything holds them against the network: nothing more is told of them."""
    if batch.grids is not None:
        refuse_outside(batch, layer, refs, known)
        mark_bad(batch, layer)


def write_owners(batch: Batch, plan: Plan) -> None:
    """Write the new rows, and the columns that differ, of a layer that has been checked."""
    if batch.has_rows(f"r_{plan.layer} WHERE known_id IS NOT NULL"):
        _find_frozen(batch, plan)
        refuse_retired(batch, plan.layer, plan.table)
        mark_bad(batch, plan.layer)
        list_new(batch, plan)
        changed = batch.run(_changed_sql(plan))
        any_kept = bool(changed) and compare_owners(batch, plan, _given(plan))
        batch.run(_update_sql(plan, any_kept))
        if changed and plan.name != "NULL":
            batch.run(_rename_sql(plan))
    else:
        mark_bad(batch, plan.layer)
        list_new(batch, plan)
    batch.run(_insert_sql(plan))
    added = batch.run(_index_sql(plan))
    if batch.is_large and added:
        # Without figures the planner would look rows up one by one.
        batch.run(f"ANALYZE {plan.table}")
        batch.run("ANALYZE code_index")


def mark_bad(batch: Batch, layer: str) -> int:
    """Refuse the rows of a layer that an error names; how many were not refused before."""
    return batch.run(
        f"UPDATE r_{layer} r SET bad = true FROM (SELECT DISTINCT source_no, row_no FROM finding WHERE severity = 'error') f"
        f" WHERE f.source_no = r.source_no AND f.row_no = r.row_no AND NOT r.bad"
    )


def check_until_still(batch: Batch, name: str, layer: str) -> None:
    """Run a file of errors again until it refuses no further row: what a refused row brings or frees is lost to others."""
    batch.run_file(name)
    while mark_bad(batch, layer):
        batch.run_file(name)


def find_wrong_codes(batch: Batch, layer: str, refs: dict[str, str], is_unique: bool = True) -> None:
    """Findings for references that lead nowhere, and for codes that come twice where each is to come once."""
    lost = [f'r."{field}" IS NOT NULL AND r."{field}_id" IS NULL AND NOT r.bad' for field in refs]
    *are_lost, is_repeated = batch.which(f"r_{layer} r", [*lost, "r.dup_no > 1"])
    for (field, kind), which, is_lost in zip(refs.items(), lost, are_lost, strict=True):
        if is_lost:
            _find_missing(batch, layer, field, kind, which)
    if is_unique and is_repeated:
        _find_duplicates(batch, layer)


def _find_missing(batch: Batch, layer: str, field: str, kind: str, which: str) -> None:
    """Findings for references that lead nowhere, told apart from those to a row that is itself refused."""
    # Refused parents are gathered once: where a whole layer is refused, looking each up would take the square of its rows.
    refused = (
        f"LEFT JOIN (SELECT DISTINCT ON (full_key) full_key, source_no, row_no FROM r_{kind} WHERE bad) p ON p.full_key = r.\"{field}\""
        if kind in layers() and kind != layer else "CROSS JOIN (SELECT NULL::int AS source_no, NULL::bigint AS row_no) p"
    )
    batch.run(
        f"""INSERT INTO finding
        SELECT r.source_no, r.row_no, CASE WHEN p.row_no IS NULL THEN 'PARENT_MISSING' ELSE 'PARENT_REFUSED' END,
               'error', '{field}', r.full_key,
               r."{field}", '{kind.replace("_", " ")} in these files or in the network',
               CASE WHEN p.row_no IS NULL THEN 'correct the code, or add the {kind.replace("_", " ")}'
                    ELSE 'mend row ' || p.row_no || ' that brings it; it is refused' END
        FROM r_{layer} r {refused} WHERE {which}"""
    )


def _find_duplicates(batch: Batch, layer: str) -> None:
    """Findings for codes that come twice: a warning where the rows say the same, an error where they differ (I1)."""
    columns = ", ".join([f'"{field.name}"' for field in layers()[layer].fields] + (["geom"] if layers()[layer].geometry else []))
    batch.run(
        f"""INSERT INTO finding
        SELECT d.source_no, d.row_no, CASE WHEN same THEN 'I1_REPEATED' ELSE 'I1_CONTRADICTED' END,
               CASE WHEN same THEN 'warning' ELSE 'error' END,
               NULL, d.full_key, 'row ' || d.row_no, 'one row per code; row ' || d.first_row || ' has the same',
               CASE WHEN same THEN 'delete one of the two rows' ELSE 'keep the row that is right, delete the other' END
        FROM r_{layer} d
        JOIN LATERAL (SELECT ROW({columns})::text AS words FROM stage_{layer}
                      WHERE source_no = d.first_source AND row_no = d.first_row) a ON true
        JOIN LATERAL (SELECT ROW({columns})::text AS words FROM stage_{layer} WHERE source_no = d.source_no AND row_no = d.row_no) b ON true
        CROSS JOIN LATERAL (SELECT a.words = b.words AS same) c WHERE d.dup_no > 1 AND NOT d.bad"""
    )


def _resolve_sql(plan: Plan) -> str:
    full_key = f's."{plan.parent}" || \'/\' || s.key' if plan.parent else "s.key"
    full_code = f"ref_{plan.parent}.code || '/' || s.code" if plan.parent else "s.code"
    columns = [f"{full_key} AS full_key", f"{full_code} AS full_code", "known.id AS known_id", "false AS is_changed",
               "NULL::text[] AS kept",
               # In brackets of its own, the sequence is looked up once.
               f"coalesce(known.id, nextval((SELECT pg_get_serial_sequence('{plan.table}', 'id')::regclass))) AS id",
               "1::bigint AS dup_no", "s.source_no AS first_source", "s.row_no AS first_row"]
    columns += [f"ref_{field}.id AS {field}_id" for field in plan.refs]
    columns += [f"{expression} AS {name}" for name, expression in plan.extra.items()]
    named = [lookup_sql(f"ref_{field}", kind, f's."{field}"') for field, kind in plan.refs.items()]
    joins = [lookup_sql("known", plan.kind, full_key), *named]
    return (
        f"CREATE TEMP TABLE r_{plan.layer} ON COMMIT DROP AS SELECT s.*, {', '.join(columns)} FROM stage_{plan.layer} s {' '.join(joins)}"
        # Keys are given in the order of the codes, whatever that of the file: so one export gives the same network everywhere.
        f" {plan.joins} ORDER BY {full_key} COLLATE \"C\", s.bad, s.source_no, s.row_no"
    )


def _number_sql(layer: str) -> str:
    columns = ", ".join(f"{function} OVER same_code AS {name}" for name, function in _DUPLICATES.items())
    return (
        f"UPDATE r_{layer} r SET dup_no = n.dup_no, first_source = n.first_source, first_row = n.first_row"
        f" FROM (SELECT s.ctid AS place, {columns} FROM r_{layer} s"
        f" WINDOW same_code AS (PARTITION BY s.full_key ORDER BY s.bad, s.source_no, s.row_no)) n"
        f" WHERE n.dup_no > 1 AND r.ctid = n.place"
    )


def lookup_sql(alias: str, kind: str, key: str) -> str:
    """The join that resolves a full code, in the form in which codes are compared."""
    return (
        f"LEFT JOIN code_index {alias} ON {alias}.region_id = :region AND {alias}.kind = '{kind}' AND {alias}.code_key = {key}"
        f" AND NOT {alias}.is_alias"
    )


_DIFFERS = "({new}) IS NOT NULL AND t.{column} IS DISTINCT FROM ({new})"


def _given(plan: Plan) -> dict[str, str]:
    """Columns as a re-survey gives them: an empty cell leaves what is there, so defaults don't overwrite."""
    given = {column: expression for column, expression in plan.columns.items() if column != "code"}
    for column in ("life", "health"):
        if column in given:
            given[column] = f"r.{column}"
    return given | plan.given


def _find_frozen(batch: Batch, plan: Plan) -> None:
    for column in plan.frozen:
        new = plan.columns[column]
        batch.run(
            f"""INSERT INTO finding
            SELECT r.source_no, r.row_no, 'CHANGE_REFUSED', 'error', NULL, r.full_key,
                   '{column} ' || ({new})::text, '{column} ' || t.{column}::text,
                   'a survey does not replace plant: retire the old and add the new under its own code'
            FROM r_{plan.layer} r JOIN {plan.table} t ON t.region_id = :region AND t.id = r.known_id
            WHERE NOT r.bad AND {_DIFFERS.format(new=new, column=column)}"""
        )


def _changed_sql(plan: Plan) -> str:
    differs = " OR ".join(_DIFFERS.format(new=new, column=column) for column, new in _given(plan).items())
    return (
        f"UPDATE r_{plan.layer} x SET is_changed = true"
        f" FROM r_{plan.layer} r JOIN {plan.table} t ON t.region_id = :region AND t.id = r.known_id"
        f" WHERE x.source_no = r.source_no AND x.row_no = r.row_no AND NOT r.bad AND r.dup_no = 1 AND ({differs})"
    )


def _update_sql(plan: Plan, any_kept: bool) -> str:
    given = {column: f"coalesce({new}, t.{column})" for column, new in _given(plan).items()}
    if any_kept:
        given = {column: f"CASE WHEN '{column}' = ANY (r.kept) THEN t.{column} ELSE {new} END" for column, new in given.items()}
    settings = ", ".join(f"{column} = {new}" for column, new in given.items())
    return f"UPDATE {plan.table} t SET {settings} FROM r_{plan.layer} r WHERE t.region_id = :region AND t.id = r.known_id AND r.is_changed"


def _insert_sql(plan: Plan) -> str:
    columns = dict(plan.columns)
    if "built_on" in columns:
        columns |= {"batch_id": ":batch", "source_file": "f.name", "source_row": "r.row_no"}
    return (
        f"INSERT INTO {plan.table} (region_id, id, change_id, {', '.join(columns)})"
        f" SELECT :region, r.id, :change, {', '.join(columns.values())}"
        f" FROM r_{plan.layer} r JOIN stage_file f USING (source_no) WHERE r.known_id IS NULL AND NOT r.bad AND r.dup_no = 1"
    )


def _index_sql(plan: Plan) -> str:
    return (
        f"INSERT INTO code_index (region_id, code_key, kind, id, is_alias, code, name)"
        f" SELECT :region, r.full_key, '{plan.kind}', r.id, false, r.full_code, {plan.name} FROM r_{plan.layer} r"
        f" WHERE NOT r.bad AND r.dup_no = 1 AND r.known_id IS NULL"
    )


def _rename_sql(plan: Plan) -> str:
    return (
        f"UPDATE code_index k SET name = {plan.name} FROM r_{plan.layer} r WHERE r.is_changed AND k.region_id = :region"
        f" AND k.kind = '{plan.kind}' AND k.id = r.id AND k.name IS DISTINCT FROM {plan.name} AND {plan.name} IS NOT NULL"
    )


def resolve_rows(batch: Batch, plan: RowPlan) -> None:
    """Resolve a layer that has no code of its own; its checks and writes are in files of its own."""
    columns = [f"{plan.full_key} AS full_key", "false AS is_changed"]
    columns += [f"ref_{field}.id AS {field}_id" for field in plan.refs]
    columns += [f"{expression} AS {name}" for name, expression in plan.extra.items()]
    columns += [f"{function} OVER same_code AS {name}" for name, function in _DUPLICATES.items()]
    joins = [lookup_sql(f"ref_{field}", kind, f's."{field}"') for field, kind in plan.refs.items()]
    batch.run(
        f"CREATE TEMP TABLE r_{plan.layer} ON COMMIT DROP AS"
        f" SELECT s.*, {', '.join(columns)} FROM stage_{plan.layer} s {' '.join(joins)} {plan.joins}"
        f" WINDOW same_code AS (PARTITION BY {plan.full_key} ORDER BY s.bad, s.source_no, s.row_no)"
    )
    batch.run(f"ANALYZE r_{plan.layer}")
    _refuse_outside(batch, plan.layer, plan.refs)
    if batch.survey.decisions:
        refuse_rows(batch, plan.layer, "CHANGED")
    find_wrong_codes(batch, plan.layer, plan.refs, plan.unique)


def apply_rows(batch: Batch, plan: RowPlan, checks: str, writes: str, *owners: str) -> None:
    """Resolve, check and write a layer that has no code of its own; ``owners`` are layers whose new rows bring rows to write, too."""
    with batch.about(plan.layer, *owners):
        resolve_rows(batch, plan)
        mark_bad(batch, plan.layer)
        batch.run_file(checks)
        mark_bad(batch, plan.layer)
        batch.run_file(writes)
