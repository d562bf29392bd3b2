"""Full codes: the parent's code, a separator, and the thing's own part; made from keys, and read back into keys."""
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.core.prepared import ask
from app.network.statements import has_statement, statement

# A hole is K and two digits at least, a subduct its number behind a dash: presentation, not stored.
_DUCT = re.compile(r"^(.+)/K0*(\d+)(?:-0*(\d+))?$")
_CONDUCTOR = re.compile(r"^(.+):0*(\d+)$")
MEND = "look for it on the map, or mend the code"
MEMBER_KINDS = ("conductor", "duct", "port")
# One row without a thing where nothing has the code.
_IN_INDEX = (
    "SELECT x.key, i.kind, i.id FROM (SELECT upper(btrim(normalize(CAST(:code AS text), NFKC))) AS key) x"
    " LEFT JOIN code_index i ON i.region_id = :region_id AND i.code_key = x.key ORDER BY i.is_alias, i.kind, i.id"
)
_ALL_IN_INDEX = (
    "SELECT x.code, i.kind, i.id FROM unnest(CAST(:codes AS text[])) AS x (code)"
    " JOIN code_index i ON i.region_id = :region_id AND i.code_key = upper(btrim(normalize(x.code, NFKC)))"
    " WHERE i.kind = ANY(:kinds) ORDER BY i.is_alias, i.kind, i.id"
)


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
        rows = ask(session, _code_statement(kind), {"region_id": region_id, "kind": kind, "ids": list(keys)})
        found.update({(kind, key): code for key, code in rows})
    return found


def resolve_code(session: Session, region_id: int, code: str) -> list[Hit]:
    """Everything that a code names, plates first, then old names, then strands, ducts and ports; several where kinds share it.

    Raises
    ------
    NotFoundError
        ``CODE_UNKNOWN``.
    """
    named = _named(session, region_id, code)
    if not named:
        raise unknown_code(code)
    codes = full_codes(session, region_id, named)
    return [Hit(kind, found, codes[kind, found]) for kind, found in named if (kind, found) in codes]


def find_of_kind(session: Session, region_id: int, code: str, *kinds: str) -> list[Hit]:
    """The things of these kinds that a code names, a plate before an old name; at least one.

    Raises
    ------
    NotFoundError
        ``CODE_UNKNOWN``.
    """
    named = find_keys(session, region_id, code, *kinds)
    codes = full_codes(session, region_id, named)
    return [Hit(kind, found, codes[kind, found]) for kind, found in named if (kind, found) in codes]


def find_keys(session: Session, region_id: int, code: str, *kinds: str) -> list[tuple[str, int]]:
    """Kind and key of what ``find_of_kind`` finds, for those who need no code of it; the same error."""
    named = [thing for thing in _named(session, region_id, code, kinds) if thing[0] in kinds]
    if not named:
        raise unknown_code(code, *kinds)
    return named


def unknown_code(code: str, *kinds: str) -> NotFoundError:
    """``CODE_UNKNOWN``: nothing of these kinds, or of any where none is named, has the code."""
    return NotFoundError("CODE_UNKNOWN", f"nothing is called {code}", found=code, expected=" or ".join(kinds) or None, next_step=MEND)


def find_keys_of_all(session: Session, region_id: int, codes: Iterable[str], *kinds: str) -> dict[str, list[tuple[str, int]]]:
    """Kind and key of what each of several codes names among these kinds, by code; a plate before an old name. One statement.

    The kinds are those that have codes of their own: no strand, duct or port is looked for.
    """
    found: dict[str, list] = {}
    given = {"region_id": region_id, "codes": list(dict.fromkeys(codes)), "kinds": list(kinds)}
    for row in ask(session, _ALL_IN_INDEX, given):
        found.setdefault(row.code, []).append((row.kind, row.id))
    return {code: list(dict.fromkeys(things)) for code, things in found.items()}


def _named(session: Session, region_id: int, code: str, kinds: Sequence[str] = MEMBER_KINDS) -> list[tuple[str, int]]:
    """Kinds and keys of what a code names; strands, ducts and ports only where they are among the kinds."""
    rows = ask(session, _IN_INDEX, {"region_id": region_id, "code": code}).all()
    named = [(row.kind, row.id) for row in rows if row.kind]
    return list(dict.fromkeys([*named, *_members(session, region_id, rows[0].key, kinds)]))


def _code_statement(kind: str) -> str:
    return statement(f"code_of_{kind}" if has_statement(f"code_of_{kind}") else "code_in_index")


def _members(session: Session, region_id: int, key: str, kinds: Sequence[str]) -> list[tuple[str, int]]:
    given = {"region_id": region_id, "owner": None, "no": None}
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
        if kind in kinds
        for found in ask(session, statement(f"member_{kind}_by_code"), {**given, **parts}).scalars()
    ]
