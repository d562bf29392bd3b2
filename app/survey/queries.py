"""What pages ask of a batch: findings, differences, places, counts. Lists are bounded, and begin after a number."""
from sqlalchemy import text
from sqlalchemy.orm import Session

ROWS_MAX = 200
MARKS_MAX = 2_000
_FINDINGS = text("""
SELECT no, file, sheet, layer, rule, severity, row_no, field, subject, found, expected, next_step, geom IS NOT NULL AS has_place
FROM survey_finding WHERE region_id = :region AND batch_id = :batch AND no > :after
  AND (CAST(:rule AS text) IS NULL OR rule = :rule) AND (CAST(:severity AS text) IS NULL OR severity = :severity)
ORDER BY no LIMIT :limit""")
_DIFFERENCES = text("""
SELECT no, source_no, file, row_no, layer, subject, field, rule, old, new, old_by, old_on, verdict, geom IS NOT NULL AS has_place
FROM survey_difference WHERE region_id = :region AND batch_id = :batch AND no > :after
  AND (CAST(:rule AS text) IS NULL OR rule = :rule) AND (CAST(:layer AS text) IS NULL OR layer = :layer) ORDER BY no LIMIT :limit""")
_COUNTS = text("""
SELECT 'finding' AS what, rule, severity AS part, count(*) AS many FROM survey_finding
WHERE region_id = :region AND batch_id = :batch GROUP BY 2, 3
UNION ALL
SELECT 'difference', rule, layer, count(*) FROM survey_difference
WHERE region_id = :region AND batch_id = :batch GROUP BY 2, 3
ORDER BY 1, 2, 3""")
# Errors first: they are what has to be seen.
_MARKS = text("""
SELECT key, kind, ST_AsGeoJSON(geom, 7) AS place, told FROM (
  SELECT 'f' || min(no) AS key, min(severity) AS kind, geom, subject AS told, 1 AS turn FROM survey_finding
  WHERE region_id = :region AND batch_id = :batch AND geom IS NOT NULL GROUP BY geom, subject
  UNION ALL
  SELECT 'd' || min(no), CASE WHEN bool_or(rule = 'NEW') THEN 'new' WHEN bool_or(rule = 'I30') THEN 'missing' ELSE 'changed' END, geom,
         subject, 2
  FROM survey_difference WHERE region_id = :region AND batch_id = :batch AND geom IS NOT NULL GROUP BY geom, subject) m
ORDER BY turn, kind, key LIMIT :limit""")


def list_findings(session: Session, region: int, batch_id: int, after: int, rule: str | None, severity: str | None) -> list[dict]:
    """Findings of a batch in their order."""
    given = {"region": region, "batch": batch_id, "after": after, "rule": rule, "severity": severity, "limit": ROWS_MAX}
    return [dict(row) for row in session.execute(_FINDINGS, given).mappings()]


def list_differences(session: Session, region: int, batch_id: int, after: int, rule: str | None, layer: str | None) -> list[dict]:
    """Differences of a batch in their order."""
    given = {"region": region, "batch": batch_id, "after": after, "rule": rule, "layer": layer, "limit": ROWS_MAX}
    return [dict(row) for row in session.execute(_DIFFERENCES, given).mappings()]


def count_told(session: Session, region: int, batch_id: int) -> list[dict]:
    """How many findings of each rule and severity, and differences of each rule and layer."""
    return [dict(row) for row in session.execute(_COUNTS, {"region": region, "batch": batch_id}).mappings()]


def list_marks(session: Session, region: int, batch_id: int) -> list[dict]:
    """Where findings and differences lie: ``key``, ``kind``, ``place`` as GeoJSON in EPSG:4490, and the code of the thing."""
    given = {"region": region, "batch": batch_id, "limit": MARKS_MAX}
    return [dict(row) for row in session.execute(_MARKS, given).mappings()]
