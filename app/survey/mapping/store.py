"""Mappings kept in the database: by name, and remembered by the headers for which they were taken."""

import json

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.survey.mapping.rules import Mapping


def save_mapping(session: Session, region: int, mapping: Mapping, fingerprints: list[str]) -> None:
    """Keep the mapping under its name, and take it from now on for tables with these headers."""
    values = {"region": region, "name": mapping.name, "body": json.dumps(mapping.as_dict(), ensure_ascii=False), "prints": fingerprints}
    session.execute(
        text("INSERT INTO survey_mapping (region_id, name, body, fingerprints)"
             " VALUES (:region, :name, CAST(:body AS jsonb), CAST(:prints AS text[]))"
             " ON CONFLICT (region_id, name) DO UPDATE SET body = excluded.body, fingerprints ="
             " ARRAY(SELECT DISTINCT unnest(survey_mapping.fingerprints || excluded.fingerprints))"
             " WHERE survey_mapping.body <> excluded.body OR NOT survey_mapping.fingerprints @> excluded.fingerprints"),
        values,
    )  # fmt: skip


def find_mapping(session: Session, region: int, fingerprint: str) -> Mapping | None:
    """The mapping that was taken last for these headers, or None."""
    body = session.execute(
        text("SELECT body FROM survey_mapping WHERE region_id = :region AND fingerprints @> ARRAY[:print] ORDER BY change_id DESC LIMIT 1"),
        {"region": region, "print": fingerprint},
    ).scalar_one_or_none()
    return None if body is None else Mapping.from_dict(body)


def get_mapping(session: Session, region: int, name: str) -> Mapping:
    """The mapping of this name.

    Raises
    ------
    NotFoundError
        ``MAPPING_UNKNOWN``.
    """
    query = text("SELECT body FROM survey_mapping WHERE region_id = :region AND name = :name")
    body = session.execute(query, {"region": region, "name": name}).scalar_one_or_none()
    if body is None:
        known = ", ".join(list_mappings(session, region)) or "none is saved"
        raise NotFoundError("MAPPING_UNKNOWN", "no mapping has this name", name, next_step=f"name a file, or one of: {known}")
    return Mapping.from_dict(body)


def list_mappings(session: Session, region: int) -> list[str]:
    """The names of the region's mappings, in their order."""
    return list(session.scalars(text("SELECT name FROM survey_mapping WHERE region_id = :region ORDER BY name"), {"region": region}))
