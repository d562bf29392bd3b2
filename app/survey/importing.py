"""One import: read, stage, check, apply, count; all in one transaction, or nothing."""
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.bulk import are_empty, drop_keys
from app.core.database import sign_changes
from app.core.journal import get_region_id
from app.network.commands.grid_shares import settle_grid_shares
from app.services.commands.tallies import settle_all_tallies
from app.survey.apply_batch import Batch
from app.survey.batches import close_batch, enter_state, file_sources, known_files, open_batch
from app.survey.compare import Difference, create_differences, decide, list_changed_rows, read_differences
from app.survey.declaration import ACCEPTED, Declaration
from app.survey.device_types import load_device_types
from app.survey.drawing import LAID
from app.survey.findings import ERROR, INFO, Finding, ImportReport, SourceReport
from app.survey.headers import Match
from app.survey.hiding import hide_in_differences, hide_in_reports
from app.survey.known_places import Known, check_places
from app.survey.layers import layers
from app.survey.mapping import Mapping
from app.survey.mapping.choosing import Chooser
from app.survey.matching import resolve_aliases
from app.survey.photos import Photo, keep_photos, settle_photos, take_photos
from app.survey.plans import PLANS
from app.survey.readers.files import open_sources
from app.survey.readers.pictures import Album, find_pictures
from app.survey.readers.source import Source
from app.survey.rights import Rights, find_own_grids, withhold_personal
from app.survey.rows import refused_rows, staged_rows
from app.survey.staging import analyze_stages, create_stages, stage_rows
from app.survey.steps import Progress, apply_layers
from app.survey.stock_take import find_missing_things

# Tables that lose their keys during a first load, parents first.
BULK_TABLES = [
    "structure", "section", "duct", "cable", "cable_segment", "cable_run", "segment_line", "conductor", "site", "room", "rack", "equipment",
    "rack_unit", "card", "port", "port_observation", "joint", "joint_end", "number", "power_reading", "customer", "building", "address",
    "serving", "circuit", "circuit_carrier", "service", "service_resource", "code_index",
]
# Below this, reading whole tables costs more than it saves, and so does building keys anew.
FIRST_LOAD_ROWS = 20_000
# The planner needs rough sizes only, but many times over.
ROUGHLY = text("SET LOCAL default_statistics_target = 10")
# Findings shown of one source; the rest is counted.
SHOWN_FINDINGS = 1_000



class _Refused(Exception):
    """Raised to roll back: nothing is written."""


@dataclass
class _Staged:
    report: SourceReport
    match: Match | None
    source: Source | None


@dataclass
class _Run:
    """One run of an import and what it has found so far."""

    region: int
    batch_id: int | None
    actor: str
    survey: Declaration
    valid_rows_only: bool
    tell: Progress
    rights: Rights
    staged: list[_Staged] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    places: dict[tuple[int, int], str] = field(default_factory=dict)
    photos: list[Photo] = field(default_factory=list)

    @property
    def surveyor(self) -> str:
        return self.survey.surveyor or self.actor


def import_surveys(
    engine, paths: list[Path], region_code: str, *, actor: str, crs: str | None = None, dry_run: bool = False,
    valid_rows_only: bool = False, progress: Progress | None = None, survey: Declaration | None = None, batch_id: int | None = None,
    mapping: Mapping | None = None, rights: Rights | None = None,
) -> ImportReport:
    """What became of every file; the network has changed only where ``changed`` is true.

    Parameters
    ----------
    paths
        Files and folders.
    crs
        ``EPSG:n``, ``gcj02`` or ``bd09``: overrules what the files say.
    dry_run
        Do everything, then roll back; no batch is made.
    valid_rows_only
        Load the rows without errors; otherwise one error refuses all.
    progress
        Called with stage, rows or steps done, and their number where known; what it raises ends the import, and nothing is written.
    survey
        What is said about the files, and decided about their differences.
    batch_id
        The batch that the files belong to, where they were uploaded before; its run is kept, a dry one too.
    mapping
        How tables of other layouts are read; kept and taken again for their headers once it has changed the network.
    rights
        Of the person who imports; all of them where it is not given.

    Raises
    ------
    NotFoundError
        ``REGION_UNKNOWN``, ``GRID_UNKNOWN``.
    """
    began = time.monotonic()
    survey = survey or Declaration()
    with Session(engine) as session, session.begin():
        region = get_region_id(session, region_code)
        is_kept = batch_id is not None or not dry_run
        if is_kept and batch_id is None:
            batch_id = open_batch(session, region, actor, survey, crs, valid_rows_only, (rights or Rights()).area)
    run = _Run(region, batch_id, actor, survey, valid_rows_only, progress or (lambda stage, done, total: None), rights or Rights())
    try:
        changed = _run_whole(engine, run, paths, crs, dry_run, mapping)
    except BaseException:
        if is_kept:
            with Session(engine) as session, session.begin():
                close_batch(session, region, batch_id, "failed", None)
        raise
    report = ImportReport(
        [one.report for one in run.staged], time.monotonic() - began, changed, batch_id if is_kept else None, run.differences, run.places
    )
    if is_kept:
        with Session(engine) as session, session.begin():
            file_sources(session, region, batch_id, report.sources)
            if not changed:
                keep_photos(session, region, batch_id, run.photos, run.surveyor, is_applied=False)
            refused = not changed and not dry_run and any(source.has_errors for source in report.sources)
            close_batch(session, region, batch_id, "applied" if changed else "failed" if refused else "compared", report)
    return report


def _run_whole(engine, run: _Run, paths: list[Path], crs: str | None, dry_run: bool, mapping: Mapping | None) -> bool:
    """True where the network has changed; else everything is rolled back."""
    changed = False
    try:
        with Session(engine) as session, session.begin():
            # One import at a time in a region; other writers go on.
            session.execute(text("SELECT 1 FROM region WHERE id = :region FOR NO KEY UPDATE"), {"region": run.region})
            # A first load builds keys over millions of rows; the web's short limit is not for it.
            session.execute(text("SET LOCAL statement_timeout = 0"))
            session.execute(ROUGHLY)
            grids = find_own_grids(session, run.region, run.rights)
            # What others have saved may name what lies elsewhere.
            chooser = Chooser(session, run.region, mapping, remembers=grids is None)
            album = find_pictures(paths)
            run.staged = _stage_all(session, paths, crs, run.tell, chooser, album, Known(run.region, grids))
            run.photos = take_photos(engine, run.region, run.batch_id, album)
            run.staged += [_Staged(photo.report, None, None) for photo in run.photos]
            known_files(session, run.region, [one.report for one in run.staged], run.rights.area)
            changed = _apply_all(session, run, grids)
            if dry_run or not changed:
                raise _Refused
            chooser.keep()
            if run.batch_id is not None:
                # In the same transaction: whoever sees the rows sees that the batch is applied.
                enter_state(session, run.region, run.batch_id, "applied")
                keep_photos(session, run.region, run.batch_id, run.photos, run.surveyor, is_applied=True)
    except _Refused:
        changed = False
    return changed


def _stage_all(
    session: Session, paths: list[Path], crs: str | None, tell: Progress, chooser: Chooser, album: Album, known: Known
) -> list[_Staged]:
    create_stages(session)
    session.execute(text("CREATE TEMP TABLE stage_file (source_no integer PRIMARY KEY, name text NOT NULL) ON COMMIT DROP"))
    staged = [_Staged(report, None, None) for report in load_device_types(session, paths)]
    for path in paths:
        for source in open_sources(path):
            if isinstance(source, SourceReport):
                staged.append(_Staged(source, None, None))
                continue
            source = replace(source, rows=album.watch(len(staged), source.rows))
            staged.append(_stage_source(session, len(staged), *chooser.choose(source), crs, tell))
    analyze_stages(session)
    for number, one in enumerate(staged):
        if one.match is not None:
            check_places(session, known, number, one.report, crs is not None)
    return staged


def _stage_source(session: Session, source_no: int, source: Source, match: Match | None, crs: str | None, tell: Progress) -> _Staged:
    report = SourceReport(source.file, source.sheet, match.layer.id if match else None, crs or source.crs)
    name = f"{source.file}/{source.sheet}" if source.sheet else source.file
    session.execute(text("INSERT INTO stage_file VALUES (:no, :name)"), {"no": source_no, "name": name})
    refusal = _unreadable(source, match)
    if refusal:
        report.findings.append(refusal)
        refused_rows(source, report)
        return _Staged(report, None, source)
    rows = staged_rows(source, match, crs, report)
    stage_rows(session, match.layer, source_no, rows, lambda done: tell(f"read {name}", done, source.row_estimate))
    return _Staged(report, match, source)


def _unreadable(source: Source, match: Match | None) -> Finding | None:
    """The finding that refuses a whole source: no layer fits, or a required column is not there."""
    if match is None:
        return Finding(
            "LAYER_UNKNOWN", ERROR, source.header_row or None, found=", ".join(source.headers)[:200] or "no headers",
            expected="the headers of a layer: " + ", ".join(layer.title_zh for layer in layers().values()),
            next_step="say what it holds: the page Mapping of the batch, or --propose-mapping FILE; or take the headers of the templates",
        )
    if match.missing:
        fields = [match.layer.field(name).attribute for name in match.missing]
        return Finding(
            "COLUMN_MISSING", ERROR, source.header_row or None, found=", ".join(source.headers)[:200] or "no headers",
            expected=f"{match.layer.title_zh}: " + ", ".join(f"{field.label_zh} ({field.label_en})" for field in fields),
            next_step="add the column, or name it as in the template",
        )
    return None


def _apply_all(session: Session, run: _Run, grids: tuple[int, ...] | None) -> bool:
    batch = _open_batch(session, run, grids)
    if batch.is_first:
        batch.keys.extend(drop_keys(session, BULK_TABLES))
    batch.join_tables()
    create_differences(batch)
    if not run.rights.personal:
        withhold_personal(batch)
    resolve_aliases(batch)
    apply_layers(batch, run.tell)
    find_missing_things(batch)
    for layer in sorted(batch.filled.difference(PLANS, ("drawn_cable",))):
        list_changed_rows(batch, layer)
    decide(batch)
    settle_photos(batch, run.photos)
    counts = _count_outcomes(batch, run.staged)
    counts["applied"] += sum(one.report.applied for one in run.staged if one.match is None)
    _collect_findings(session, run.staged)
    hide_in_reports(session, run.region, grids, [one.report for one in run.staged])
    run.differences = hide_in_differences(session, run.region, grids, read_differences(session))
    run.places = _read_places(session, run.staged)
    gone = any(one.rule == "I30" and one.verdict == ACCEPTED for one in run.differences)
    failed = any(one.report.has_errors for one in run.staged)
    if not (counts["applied"] or gone) or (failed and not run.valid_rows_only):
        _refuse_all(run.staged)
        return False
    _put_keys_back(batch, run.tell)
    run.tell("count", 0, 1)
    _settle(batch)
    run.tell("count", 1, 1)
    return True


def _read_places(session: Session, staged: list[_Staged]) -> dict[tuple[int, int], str]:
    """Where the rows lie that findings name."""
    wanted = {(number, finding.row) for number, one in enumerate(staged) for finding in one.report.findings if finding.row is not None}
    if not wanted:
        return {}
    numbers, rows = (list(column) for column in zip(*wanted, strict=True))
    found = {}
    for layer in {one.match.layer.id: one.match.layer for one in staged if one.match}.values():
        if layer.geometry:
            sql = (
                f"SELECT s.source_no, s.row_no, s.geom::text FROM stage_{layer.id} s"
                " JOIN unnest(CAST(:numbers AS int[]), CAST(:rows AS bigint[])) w(source_no, row_no) USING (source_no, row_no)"
                " WHERE s.geom IS NOT NULL"
            )
            found.update({(number, row): place for number, row, place in session.execute(text(sql), {"numbers": numbers, "rows": rows})})
    return found


def _put_keys_back(batch: Batch, tell: Progress) -> None:
    """End a first load: keys, indexes, triggers, and the planner's figures as they stay."""
    batch.session.execute(text("SET LOCAL default_statistics_target TO DEFAULT"))
    for number, statement in enumerate(batch.keys):
        tell("keys", number, len(batch.keys))
        batch.session.execute(text(statement))
    batch.session.execute(ROUGHLY)


def _open_batch(session: Session, run: _Run, grids: tuple[int, ...] | None) -> Batch:
    # A dry run signs with the number that no batch has; it is rolled back.
    region, number = run.region, run.batch_id or 0
    sign_changes(session, run.actor, "import", number)
    rows = sum(one.report.rows_read for one in run.staged)
    is_large = rows >= FIRST_LOAD_ROWS and rows > _count_codes(session, region, rows)
    is_first = is_large and are_empty(session, BULK_TABLES)
    change = session.execute(text("SELECT netgrid_open_change(:region)"), {"region": region}).scalar_one() if is_first else None
    filled = frozenset(one.match.layer.id for one in run.staged if one.match and one.report.rows_read)
    if "drawn_cable" in filled:
        filled = filled.union(LAID)
    return Batch(session, region, change, number, is_first, is_large, filled, survey=run.survey, grids=grids)


def _count_codes(session: Session, region: int, limit: int) -> int:
    """Roughly how much the region holds, counted no further than the limit."""
    codes = "SELECT FROM code_index WHERE region_id = :region LIMIT :limit"
    return session.execute(text(f"SELECT count(*) FROM ({codes}) c"), {"region": region, "limit": limit}).scalar_one()


def _count_outcomes(batch: Batch, staged: list[_Staged]) -> dict[str, int]:
    total = {"applied": 0, "refused": 0}
    for layer in batch.filled:
        # A line parted at what it passes is one row of its file still.
        counted = "count(DISTINCT row_no)" if layer == "section" and batch.has_rows("drawn") else "count(*)"
        is_new = "OR (known_id IS NULL AND dup_no = 1)" if layer in PLANS or layer in ("card", "maintenance_unit") else ""
        rows = batch.session.execute(text(
            f"SELECT source_no, {counted} FILTER (WHERE NOT bad AND (is_changed {is_new})) AS applied,"
            f" {counted} FILTER (WHERE bad) AS refused"
            f" FROM r_{layer} GROUP BY source_no"))
        for source_no, applied, refused in rows:
            if staged[source_no].match.layer.id != layer:
                # Rows that a drawn line brought count with the line.
                continue
            report = staged[source_no].report
            report.applied, report.refused = applied, refused
            report.unchanged = report.rows_read - applied - refused
            total["applied"] += applied
            total["refused"] += refused
    return total


def _collect_findings(session: Session, staged: list[_Staged]) -> None:
    """Move the findings of the sets into the reports, with the file's own header in place of the field."""
    numbered = (
        "SELECT *, row_number() OVER (PARTITION BY source_no, rule ORDER BY row_no) AS place,"
        " count(*) OVER (PARTITION BY source_no, rule) AS many"
        " FROM finding"
    )
    rows = session.execute(
        text(f"SELECT * FROM ({numbered}) f WHERE place <= :shown ORDER BY source_no, row_no NULLS FIRST, rule, field"),
        {"shown": SHOWN_FINDINGS},
    ).mappings()
    for row in rows:
        one = staged[row["source_no"]]
        column = _header(one, row["field"])
        one.report.findings.append(Finding(
            row["rule"], row["severity"], row["row_no"], column, row["subject"], row["found"], row["expected"], row["next_step"]))
        if row["place"] == SHOWN_FINDINGS < row["many"]:
            one.report.findings.append(Finding("MORE", INFO, found=f"{row['many'] - SHOWN_FINDINGS} more of {row['rule']}"))


def _header(one: _Staged, field: str | None) -> str | None:
    if field is None or one.match is None or one.source is None:
        return field
    position = one.match.columns.get(field)
    return one.source.headers[position] if position is not None else field


def _refuse_all(staged: list[_Staged]) -> None:
    """Nothing is written: the rows that would have been applied are refused with the rest."""
    for one in staged:
        one.report.refused += one.report.applied
        one.report.applied = 0


def _settle(batch: Batch) -> None:
    """Derived figures of what the import touched: shares of lines by grid, and tallies."""
    if batch.is_first:
        settle_grid_shares(batch.session, batch.region)
        settle_all_tallies(batch.session, batch.region, None)
        return
    batch.run_file("touched")
    batch.run("INSERT INTO touched SELECT layer, thing_id FROM difference WHERE rule = 'I30' AND verdict = 'accepted'")
    settle_grid_shares(batch.session, batch.region, "touched")
    settle_all_tallies(batch.session, batch.region, "touched")
