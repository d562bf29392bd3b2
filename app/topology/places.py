"""Codes as the questions of this package name them: a place where something stands, and things to keep away from."""
from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.core.errors import InputError
from app.network.queries.codes import Hit, resolve_code
from app.topology.statements import query

PLACES = ("structure", "site", "room", "rack", "equipment")
AVOIDABLE = ("structure", "section", "cable", "site")


def find_place(session: Session, region_id: int, code: str) -> int:
    """The key of the structure that a code names, or in which the site, room, rack or equipment stands that it names.

    Raises
    ------
    NotFoundError
        ``CODE_UNKNOWN``.
    InputError
        ``NOT_A_PLACE``, ``CODE_AMBIGUOUS``.
    """
    hits = [hit for hit in resolve_code(session, region_id, code) if hit.kind in PLACES]
    found = {_structure_of(session, region_id, hit): hit for hit in hits}
    if not found:
        raise InputError(
            "NOT_A_PLACE", f"{code} is not a place", subject=code, expected="a structure, site, room, rack or equipment",
            next_step="name the building, manhole or pole",
        )  # fmt: skip
    if len(found) > 1:
        names = ", ".join(f"{hit.kind} {hit.code}" for hit in found.values())
        raise InputError("CODE_AMBIGUOUS", f"{code} names several places", subject=code, found=names, next_step="name the structure")
    return next(iter(found))


def find_avoided(session: Session, region_id: int, codes: Iterable[str]) -> dict[str, frozenset[int]]:
    """Keys of what is to be avoided, by ``structure``, ``section`` and ``cable``; a site stands for its structure.

    Raises
    ------
    NotFoundError
        ``CODE_UNKNOWN``.
    InputError
        ``NOT_AVOIDABLE``.
    """
    found: dict[str, set[int]] = {"structure": set(), "section": set(), "cable": set()}
    for code in codes:
        hits = [hit for hit in resolve_code(session, region_id, code) if hit.kind in AVOIDABLE]
        if not hits:
            raise InputError(
                "NOT_AVOIDABLE", f"a way can't avoid {code}", subject=code, expected="a structure, section, cable or site",
                next_step="name what lies on the ground",
            )  # fmt: skip
        for hit in hits:
            kind, key = ("structure", _structure_of(session, region_id, hit)) if hit.kind == "site" else (hit.kind, hit.id)
            found[kind].add(key)
    return {kind: frozenset(keys) for kind, keys in found.items()}


def _structure_of(session: Session, region_id: int, hit: Hit) -> int:
    given = {"region_id": region_id, "kind": hit.kind, "id": hit.id}
    return session.execute(query("places"), given).scalar_one()
