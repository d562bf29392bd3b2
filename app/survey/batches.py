"""Which files were loaded, when and by whom: a file is known again by its content (I3)."""
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.survey.findings import INFO, Finding, ImportReport, SourceReport


def known_files(session: Session, region: int, reports: list[SourceReport]) -> None:
    """Tell of each file that was loaded before, when and by whom."""
    digests = {path: _sha256(path) for path in _paths(reports)}
    if not digests:
        return
    rows = session.execute(
        text("SELECT DISTINCT ON (f.sha256) f.sha256, b.at, b.actor FROM survey_file f"
             " JOIN survey_batch b ON b.region_id = :region AND b.id = f.batch_id"
             " WHERE f.region_id = :region AND f.sha256 = ANY (:digests) ORDER BY f.sha256, b.at"),
        {"region": region, "digests": list(digests.values())},
    )
    loaded = {row.sha256: f"{row.at:%Y-%m-%d %H:%M} UTC by {row.actor}" for row in rows}
    told = set()
    for report in reports:
        when = loaded.get(digests.get(Path(report.file), ""))
        if when and report.file not in told:
            told.add(report.file)
            report.findings.append(Finding("I3", INFO, found=f"the same file was loaded {when}", next_step="nothing to do"))


def file_batch(session: Session, region: int, batch_id: int, actor: str, report: ImportReport) -> None:
    """Record the batch and its files."""
    session.execute(
        text("INSERT INTO survey_batch (region_id, id, actor, at, totals) VALUES (:region, :id, :actor, :at, CAST(:totals AS jsonb))"),
        {"region": region, "id": batch_id, "actor": actor, "at": datetime.now(UTC), "totals": json.dumps(report.totals)},
    )
    for path in _paths(report.sources):
        rows = sum(source.rows_read for source in report.sources if source.file == str(path))
        session.execute(
            text("INSERT INTO survey_file (region_id, batch_id, name, sha256, byte_count, row_count)"
                 " VALUES (:region, :batch, :name, :sha256, :bytes, :rows)"),
            {"region": region, "batch": batch_id, "name": path.name, "sha256": _sha256(path), "bytes": path.stat().st_size, "rows": rows},
        )


def _paths(reports: list[SourceReport]) -> list[Path]:
    """The files that were read, each once."""
    return [path for path in dict.fromkeys(Path(report.file) for report in reports if report.layer) if path.is_file()]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
