"""What pages ask of a batch: findings, differences, places, counts. Lists are bounded, and begin after a number."""
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.survey.readers.pictures import MOST_PHOTOS

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
  FROM survey_difference WHERE region_id = :region AND batch_id = :batch AND geom IS NOT NULL GROUP BY geom, subject
  UNION ALL
  SELECT 'p' || no, 'photo', geom, subject, 3 FROM photo WHERE region_id = :region AND batch_id = :batch AND geom IS NOT NULL) m
ORDER BY turn, kind, key LIMIT :limit""")


_PHOTO = (
    "SELECT batch_id AS batch, no, file, subject, taken_at, surveyor, geom IS NOT NULL AS has_place FROM photo WHERE region_id = :region"
)
_PHOTOS = text(f"{_PHOTO} AND batch_id = :batch ORDER BY no LIMIT :limit")
_PHOTOS_OF = text(f"{_PHOTO} AND kind = :kind AND thing_id = :thing ORDER BY taken_at DESC NULLS LAST, batch_id DESC, no LIMIT :limit")
_OF_THING = "AND kind = :kind AND thing_id = :thing"
_PICTURE = """
SELECT sha256, {part} AS picture FROM photo WHERE region_id = :region AND batch_id = :batch AND no = :no {of}"""
PHOTOS_SHOWN = 60


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


def list_photos(session: Session, region: int, batch_id: int) -> list[dict]:
    """The photos of a batch."""
    given = {"region": region, "batch": batch_id, "limit": MOST_PHOTOS}
    return [dict(row) for row in session.execute(_PHOTOS, given).mappings()]


def list_photos_of(session: Session, region: int, thing: tuple[str, int]) -> list[dict]:
    """The latest photos that show a thing (kind, id)."""
    given = {"region": region, "kind": thing[0], "thing": thing[1], "limit": PHOTOS_SHOWN}
    return [dict(row) for row in session.execute(_PHOTOS_OF, given).mappings()]


def get_picture(
    session: Session, region: int, photo: tuple[int, int], is_small: bool, thing: tuple[str, int] | None = None
) -> tuple[str, bytes]:
    """Digest and bytes (JPEG) of a photo (batch, number), of the preview where it is small.

    Parameters
    ----------
    thing
        What the photo has to show (kind, id).

    Raises
    ------
    NotFoundError
        ``PHOTO_UNKNOWN``.
    """
    part, (kind, key) = "preview" if is_small else "content", thing or (None, None)
    given = {"region": region, "batch": photo[0], "no": photo[1], "kind": kind, "thing": key}
    row = session.execute(text(_PICTURE.format(part=part, of=_OF_THING if thing else "")), given).one_or_none()
    if row is None:
        raise NotFoundError("PHOTO_UNKNOWN", "There is no such photo.", subject=f"{photo[0]}/{photo[1]}")
    return row.sha256, bytes(row.picture)
