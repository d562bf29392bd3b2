"""Full codes: the parent's code, a separator, and the thing's own part; made from keys, and read back into keys."""
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.network.statements import has_statement, statement

# A hole is K and two digits at least, a subduct its number behind a dash: presentation, not stored.
_DUCT = re.compile(r"^(.+)/K0*(\d+)(?:-0*(\d+))?$")
_CONDUCTOR = re.compile(r"^(.+):0*(\d+)$")
MEND = "look for it on the map, or mend the code"


@dataclass(frozen=True)
class Hit:
    """A thing that a code names."""

    kind: str
    id: int
    code: str


def full_codes(session: Session, region_id: int, things: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """The full code of each thing by (kind, id); a thing that is gone has none. One statement per kind.

    Kinds of the floors above have no statement here: their full code is the one in the index.
    """
    ids: dict[str, set[int]] = defaultdict(set)
    for kind, key in things:
        ids[kind].add(key)
    found = {}
    for kind, keys in ids.items():
        rows = session.execute(text(_code_statement(kind)), {"region_id": region_id, "kind": kind, "ids": list(keys)})
        found.update({(kind, key): code for key, code in rows})
    return found


def resolve_code(session: Session, region_id: int, code: str) -> list[Hit]:
    """Everything that a code names, plates first, then old names, then strands, ducts and ports; several where kinds share it.

    Raises
    ------
    NotFoundError
        ``CODE_UNKNOWN``.
    """
    key = session.execute(text("SELECT upper(btrim(normalize(CAST(:code AS text), NFKC)))"), {"code": code}).scalar_one()
    sql = "SELECT kind, id, is_alias FROM code_index WHERE region_id = :region_id AND code_key = :key ORDER BY is_alias, kind, id"
    named = [(kind, found) for kind, found, _ in session.execute(text(sql), {"region_id": region_id, "key": key})]
    named = list(dict.fromkeys([*named, *_members(session, region_id, key)]))
    if not named:
        raise NotFoundError("CODE_UNKNOWN", f"nothing is called {code}", found=code, next_step=MEND)
    codes = full_codes(session, region_id, named)
    return [Hit(kind, found, codes[kind, found]) for kind, found in named if (kind, found) in codes]


def find_of_kind(session: Session, region_id: int, code: str, *kinds: str) -> list[Hit]:
    """The things of these kinds that a code names, a plate before an old name; at least one.

    Raises
    ------
    NotFoundError
        ``CODE_UNKNOWN``.
    """
    hits = [hit for hit in resolve_code(session, region_id, code) if hit.kind in kinds]
    if not hits:
        raise NotFoundError("CODE_UNKNOWN", f"nothing is called {code}", found=code, expected=" or ".join(kinds), next_step=MEND)
    return hits


def _code_statement(kind: str) -> str:
    return statement(f"code_of_{kind}" if has_statement(f"code_of_{kind}") else "code_in_index")


def _members(session: Session, region_id: int, key: str) -> list[tuple[str, int]]:
    given = {"region_id": region_id, "key": key, "owner": None, "no": None, "subduct": None}
    names = []
    if matched := _CONDUCTOR.match(key):
        names.append(("conductor", {"owner": matched[1], "no": matched[2]}))
    if matched := _DUCT.match(key):
        names.append(("duct", {"owner": matched[1], "no": matched[2], "subduct": matched[3]}))
    # Ports carry slashes themselves (0/2/5), so every one of them may be where the equipment's code ends.
    cuts = [at for at, letter in enumerate(key) if letter == "/"]
    names.extend(("port", {"owner": key[:at], "no": key[at + 1 :]}) for at in cuts)
    return [
        (kind, found)
        for kind, parts in names
        for found in session.execute(text(statement(f"member_{kind}_by_code")), {**given, **parts}).scalars()
    ]
