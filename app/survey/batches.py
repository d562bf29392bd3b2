"""Batches: every import, what was said about it, its files, and what became of it. A file is known again by its content (I3)."""
import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.access.areas import EVERYWHERE, Area
from app.core.errors import NotFoundError
from app.survey.compare import Difference
from app.survey.declaration import Declaration
from app.survey.findings import INFO, Finding, ImportReport, SourceReport

_OPEN = text(
    "INSERT INTO survey_batch (region_id, id, actor, at, totals, state, surveyor, surveyed_on, accuracy_m, crs, stock_take,"
    " valid_rows_only, area)"
    " VALUES (:region, coalesce(:id, nextval(pg_get_serial_sequence('survey_batch', 'id'))), :actor, :at, '{}', 'read', :surveyor,"
    " :surveyed_on, :accuracy_m, :crs, :stock_take, :valid, :area) RETURNING id"
)
_CLOSE = text(
    "UPDATE survey_batch SET state = :state, totals = CAST(:totals AS jsonb), summary = CAST(:summary AS jsonb), ended_at = :at"
    " WHERE region_id = :region AND id = :id"
)
# A difference is kept with its batch up to so many; more are decided by rule.
KEPT_DIFFERENCES = 50_000


def open_batch(
    session: Session, region: int, actor: str, survey: Declaration, crs: str | None, valid_rows_only: bool, area: Area = EVERYWHERE
) -> int:
    """The number of a new batch, which is read now; whoever works on it keeps to the area."""
    given = {"region": region, "id": None, "actor": actor, "at": datetime.now(UTC), **_said(survey, crs, valid_rows_only)}
    given["area"] = "" if area.holds_region(region) else area.told
    return session.execute(_OPEN, given).scalar_one()


def _said(survey: Declaration, crs: str | None, valid_rows_only: bool) -> dict:
    return {
        "surveyor": survey.surveyor, "surveyed_on": survey.surveyed_on, "accuracy_m": survey.accuracy_m, "crs": crs,
        "stock_take": survey.stock_take, "valid": valid_rows_only,
    }  # fmt: skip


def enter_state(session: Session, region: int, batch_id: int, state: str) -> None:
    """Tell how far a batch is."""
    session.execute(
        text("UPDATE survey_batch SET state = :state WHERE region_id = :region AND id = :id"),
        {"region": region, "id": batch_id, "state": state},
    )


def close_batch(session: Session, region: int, batch_id: int, state: str, report: ImportReport | None) -> None:
    """Keep how a run of a batch ended: its totals, findings and differences in place of those of the run before."""
    summary = [source.as_dict() | {"findings": len(source.findings)} for source in report.sources] if report else None
    session.execute(_CLOSE, {
        "region": region, "id": batch_id, "state": state, "totals": json.dumps(report.totals if report else {}),
        "summary": json.dumps({"sources": summary, "seconds": round(report.seconds, 2)} if report else None), "at": datetime.now(UTC),
    })  # fmt: skip
    if report is not None:
        _keep_findings(session, region, batch_id, report)
        _keep_differences(session, region, batch_id, report)


def _keep_findings(session: Session, region: int, batch_id: int, report: ImportReport) -> None:
    _forget(session, "survey_finding", region, batch_id)
    values, number = [], 0
    for source_no, source in enumerate(report.sources):
        for finding in source.findings:
            number += 1
            values.append({
                "region": region, "batch": batch_id, "no": number, "source_no": source_no, "file": Path(source.file).name,
                "sheet": source.sheet, "layer": source.layer, "place": report.places.get((source_no, finding.row)), **finding.as_dict(),
            })  # fmt: skip
    if values:
        session.execute(text(
            "INSERT INTO survey_finding (region_id, batch_id, no, source_no, file, sheet, layer, rule, severity, row_no, field, subject,"
            " found, expected, next_step, geom)"
            " VALUES (:region, :batch, :no, :source_no, :file, :sheet, :layer, :rule, :severity, :row, :column,"
            " :subject, :found, :expected, :next_step, CAST(:place AS geometry))"), values)


def _keep_differences(session: Session, region: int, batch_id: int, report: ImportReport) -> None:
    _forget(session, "survey_difference", region, batch_id)
    values = [_difference(region, batch_id, number, one, report) for number, one in enumerate(report.differences[:KEPT_DIFFERENCES], 1)]
    if values:
        session.execute(text(
            "INSERT INTO survey_difference (region_id, batch_id, no, source_no, file, row_no, layer, subject, field, rule, old, new,"
            " old_by, old_on, verdict, geom)"
            " VALUES (:region, :batch, :no, :source_no, :file, :row_no, :layer, :subject, :field, :rule, :old, :new,"
            " :old_by, :old_on, :verdict, CAST(:place AS geometry))"), values)


def _difference(region: int, batch_id: int, number: int, one: Difference, report: ImportReport) -> dict:
    file = None if one.source_no is None else Path(report.sources[one.source_no].file).name
    return {"region": region, "batch": batch_id, "no": number, "file": file, **vars(one)}


def _forget(session: Session, table: str, region: int, batch_id: int) -> None:
    session.execute(text(f"DELETE FROM {table} WHERE region_id = :region AND batch_id = :batch"), {"region": region, "batch": batch_id})


def get_batch(session: Session, region: int, batch_id: int, area: Area = EVERYWHERE) -> dict:
    """What is known of a batch.

    Parameters
    ----------
    area
        Whoever sees a part of the region sees the batches that were handed in for just that part: of others he may not know what they say.

    Raises
    ------
    NotFoundError
        ``BATCH_UNKNOWN``.
    """
    row = session.execute(
        text("SELECT * FROM survey_batch WHERE region_id = :region AND id = :id AND (CAST(:area AS text) IS NULL OR area = :area)"),
        {"region": region, "id": batch_id, "area": _seen_area(region, area)},
    ).mappings().one_or_none()
    if row is None:
        raise NotFoundError("BATCH_UNKNOWN", f"there is no batch {batch_id}", subject=str(batch_id), next_step="flask survey list")
    return dict(row)


def _seen_area(region: int, area: Area) -> str | None:
    """The area of the batches that whoever has this one may see; None for all."""
    return None if area.holds_region(region) else area.told


def list_batches(session: Session, region: int, limit: int = 50, area: Area = EVERYWHERE) -> list[dict]:
    """The latest batches, newest first, with the names of their files."""
    rows = session.execute(
        text(
            "SELECT b.*, (SELECT array_agg(f.name ORDER BY f.id) FROM survey_file f WHERE f.region_id = :region AND f.batch_id = b.id)"
            " AS files FROM survey_batch b WHERE b.region_id = :region AND (CAST(:area AS text) IS NULL OR b.area = :area)"
            " ORDER BY b.id DESC LIMIT :limit"
        ),
        {"region": region, "limit": limit, "area": _seen_area(region, area)},
    )
    return [dict(row) for row in rows.mappings()]


def known_files(session: Session, region: int, reports: list[SourceReport], area: Area = EVERYWHERE) -> None:
    """Tell of each file that was loaded before, when and by whom."""
    digests = {path: sha256(path) for path in _paths(reports)}
    if not digests:
        return
    rows = session.execute(
        text("SELECT DISTINCT ON (f.sha256) f.sha256, b.at, b.actor FROM survey_file f"
             " JOIN survey_batch b ON b.region_id = :region AND b.id = f.batch_id AND b.state = 'applied'"
             " AND (CAST(:area AS text) IS NULL OR b.area = :area)"
             " WHERE f.region_id = :region AND f.sha256 = ANY (:digests) ORDER BY f.sha256, b.at"),
        {"region": region, "digests": list(digests.values()), "area": _seen_area(region, area)},
    )
    loaded = {row.sha256: f"{row.at:%Y-%m-%d %H:%M} UTC by {row.actor}" for row in rows}
    told = set()
    for report in reports:
        when = loaded.get(digests.get(Path(report.file), ""))
        if when and report.file not in told:
            told.add(report.file)
            report.findings.append(Finding("I3", INFO, found=f"the same file was loaded {when}", next_step="nothing to do"))


def file_sources(session: Session, region: int, batch_id: int, reports: list[SourceReport]) -> None:
    """Record the files of a batch; those that were uploaded are there already, and are given their rows."""
    rows: dict[str, int] = {}
    for source in reports:
        rows[source.file] = rows.get(source.file, 0) + source.rows_read
    for path in _paths(reports):
        given = {"region": region, "batch": batch_id, "name": path.name, "sha256": sha256(path), "bytes": path.stat().st_size}
        held = session.execute(
            text("UPDATE survey_file SET row_count = :rows WHERE region_id = :region AND batch_id = :batch AND sha256 = :sha256"),
            given | {"rows": rows[str(path)]},
        ).rowcount
        if not held:
            add_file(session, region, batch_id, given, rows[str(path)])


def add_file(session: Session, region: int, batch_id: int, given: dict, rows: int, stored: str | None = None) -> None:
    """Record a file of a batch: ``name``, ``sha256``, ``bytes``."""
    session.execute(
        text("INSERT INTO survey_file (region_id, batch_id, name, sha256, byte_count, row_count, stored)"
             " VALUES (:region, :batch, :name, :sha256, :bytes, :rows, :stored)"),
        {**given, "region": region, "batch": batch_id, "rows": rows, "stored": stored},
    )


def _paths(reports: Iterable[SourceReport]) -> list[Path]:
    """The files that were read, each once."""
    return [path for path in dict.fromkeys(Path(report.file) for report in reports if report.layer) if path.is_file()]


def sha256(path: Path) -> str:
    """The digest of a file's content, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
