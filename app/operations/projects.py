"""Projects: what they will take of live plant is claimed at once, and what they have planned becomes built, in service, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import InputError, NotFoundError, RuleError
from app.network.commands.members import lock_members, set_use
from app.network.commands.tallies import change_tallies
from app.network.queries.codes import find_of_kind
from app.operations.statements import sql
from app.services.commands.chains import check_free
from app.services.commands.tallies import settle_all_tallies

OPEN, BUILT, CLOSED, CANCELLED = "open", "built", "closed", "cancelled"
FACES = ("front", "rear")
MOST_UNITS = 100
MOST_LISTED = 200
PLANNED = ("planned", "designed", "building")
OWNERS = {"segment": "cable_segment", "section": "section", "equipment": "equipment"}
MEMBERS = {"conductor": ("cable_segment", "segment_id"), "duct": ("section", "section_id"), "port": ("equipment", "equipment_id")}


@dataclass(frozen=True)
class Claims:
    """Keys of ducts and strands, and rack units as (rack key, face, number)."""

    ducts: Sequence[int] = ()
    conductors: Sequence[int] = ()
    units: Sequence[tuple[int, str, int]] = ()


def find_project(session: Session, region_id: int, code: str):
    """A project, locked.

    Raises
    ------
    NotFoundError
        ``PROJECT_UNKNOWN``.
    """
    found = "SELECT id, code, state FROM project WHERE region_id = :region_id AND code_key = upper(btrim(:code)) FOR NO KEY UPDATE"
    row = session.execute(text(found), {"region_id": region_id, "code": code}).one_or_none()
    if row is None:
        raise NotFoundError("PROJECT_UNKNOWN", "there is no such project", subject=code)
    return row


def open_project(session: Session, region_id: int, code: str, name_zh: str) -> int:
    """The key of a new project.

    Raises
    ------
    RuleError
        ``PROJECT_KNOWN``.
    """
    made = "INSERT INTO project (region_id, code, name_zh) VALUES (:region_id, :code, :name) ON CONFLICT DO NOTHING RETURNING id"
    key = session.execute(text(made), {"region_id": region_id, "code": code, "name": name_zh}).scalar()
    if key is None:
        raise RuleError("PROJECT_KNOWN", "there is such a project already", subject=code)
    return key


def claim(session: Session, region_id: int, code: str, claims: Claims) -> int:
    """How many things a project claims now; the other project that has one of them is named at once, and then nothing is claimed.

    Raises
    ------
    RuleError
        ``CLAIMED``; ``MEMBER_TAKEN``; ``UNIT_TAKEN``; ``PROJECT_CLOSED``.
    """
    project = _open(session, region_id, code)
    rows = [{"duct_id": key} for key in claims.ducts] + [{"conductor_id": key} for key in claims.conductors]
    rows += [{"rack_id": rack, "face": face, "u_no": no} for rack, face, no in claims.units]
    empty = dict.fromkeys(("duct_id", "conductor_id", "rack_id", "face", "u_no"))
    members = lock_members(session, region_id, claims.conductors, ducts=claims.ducts)
    first = session.execute(sql("next_claim"), {"region_id": region_id, "id": project.id}).scalar_one()
    for seq, row in enumerate(rows, start=first):
        given = {"region_id": region_id, "project_id": project.id, "seq": seq, **empty, **row}
        if session.execute(sql("add_claim"), given).rowcount == 0:
            other = session.execute(sql("claimer"), given).scalar()
            raise RuleError("CLAIMED", f"project {other} has claimed it", subject=_named(row), found=other, expected="unclaimed")
    for member in members:
        check_free(session, region_id, member)
    for rack, face, no in claims.units:
        given = {"region_id": region_id, "rack": rack, "face": face, "no": no}
        if session.execute(sql("unit_taker"), given).scalar():
            raise RuleError("UNIT_TAKEN", "something stands in the rack unit", subject=f"{face} {no}")
    change_tallies(session, region_id, set_use(session, region_id, members, "reserved"))
    return len(rows)


def _named(row: dict) -> str:
    return " ".join(f"{name.removesuffix('_id')} {value}" for name, value in row.items())


def _open(session: Session, region_id: int, code: str):
    project = find_project(session, region_id, code)
    if project.state not in (OPEN, BUILT):
        raise RuleError("PROJECT_CLOSED", f"the project is {project.state}", subject=project.code, found=project.state, expected=OPEN)
    return project


def accept(session: Session, region_id: int, code: str) -> str:
    """The project's next state: what it planned becomes built, and then in service with its claims given up to what was built."""
    project = _open(session, region_id, code)
    state, life = (BUILT, "built") if project.state == OPEN else (CLOSED, "in_service")
    _set_life(session, region_id, project.id, [*PLANNED] if life == "built" else ["built"], life)
    if state == CLOSED:
        _give_up(session, region_id, project.id)
    _mark(session, region_id, project.id, state)
    _settle(session, region_id, project.id)
    return state


def cancel_project(session: Session, region_id: int, code: str) -> str:
    """The project's claims are free, and what it planned is given up."""
    project = _open(session, region_id, code)
    if project.state == BUILT:
        raise RuleError("PROJECT_BUILT", "the project is built already", subject=project.code, next_step="accept it, or retire the plant")
    _give_up(session, region_id, project.id)
    _set_life(session, region_id, project.id, [*PLANNED], "retired")
    _mark(session, region_id, project.id, CANCELLED)
    _settle(session, region_id, project.id)
    return CANCELLED


def list_projects(session: Session, region_id: int, code: str | None = None) -> list:
    """Projects, the newest first, with what they claim and what is planned or built for them; with ``code`` that one alone."""
    given = {"region_id": region_id, "code": code, "lives": [*PLANNED, "built"], "most": 1 if code else MOST_LISTED}
    return session.execute(sql("list_projects"), given).all()


def read_claims(session: Session, region_id: int, things: Sequence[str]) -> Claims:
    """What full codes of ducts and strands, and rack units as ``RACK@front:12``, name.

    Raises
    ------
    InputError
        ``UNIT_BAD``.
    NotFoundError
        ``CODE_UNKNOWN``.
    """
    ducts, conductors, units = [], [], []
    for thing in things:
        rack, at, place = thing.partition("@")
        if at:
            face, _, no = place.partition(":")
            if face not in FACES or not (no.isascii() and no.isdigit() and 0 < int(no[:4]) < MOST_UNITS):
                raise InputError("UNIT_BAD", "this is no rack unit", found=thing, expected="RACK@front:12 or RACK@rear:12")
            units.append((find_of_kind(session, region_id, rack, "rack")[0].id, face, int(no)))
            continue
        hit = find_of_kind(session, region_id, thing, "duct", "conductor")[0]
        (ducts if hit.kind == "duct" else conductors).append(hit.id)
    return Claims(ducts, conductors, units)


def _mark(session: Session, region_id: int, key: int, state: str) -> None:
    marked = "UPDATE project SET state = :state WHERE region_id = :region_id AND id = :id"
    session.execute(text(marked), {"region_id": region_id, "id": key, "state": state})


def _set_life(session: Session, region_id: int, key: int, before: list[str], after: str) -> None:
    """Members first, by their owners; then runs of cables that are planned no more; then the owners themselves."""
    given = {"region_id": region_id, "id": key, "before": before, "after": after}
    # Before the ducts of new sections go on as idle ones.
    session.execute(sql("turn_new_ducts"), given)
    for table, (owner, column) in MEMBERS.items():
        changed = (
            f"UPDATE {table} t SET life = :after, use = CASE WHEN :after = 'retired' THEN 'idle' ELSE t.use END FROM {owner} o"  # noqa: S608
            f" WHERE t.region_id = :region_id AND o.region_id = :region_id AND o.id = t.{column}"
            " AND o.project_id = :id AND t.life = ANY(:before)"
        )
        session.execute(text(changed), given)
    if after == "built":
        session.execute(sql("unplan_runs"), given)
    for table in ("cable", "cable_segment", "section", "equipment", "structure"):
        changed = f"UPDATE {table} SET life = :after WHERE region_id = :region_id AND project_id = :id AND life = ANY(:before)"  # noqa: S608
        session.execute(text(changed), given)


def _give_up(session: Session, region_id: int, key: int) -> None:
    """Claims go; what they held is idle, or in use where a cable of the project lies in it now."""
    session.execute(sql("free_claims"), {"region_id": region_id, "id": key})


def _settle(session: Session, region_id: int, key: int) -> None:
    session.execute(text("DROP TABLE IF EXISTS pg_temp.project_owner"))
    session.execute(sql("project_owners"), {"region_id": region_id, "id": key})
    session.execute(text("DELETE FROM project_claim WHERE region_id = :region_id AND project_id = :id AND EXISTS"
        " (SELECT FROM project p WHERE p.region_id = :region_id AND p.id = :id AND p.state IN ('closed', 'cancelled'))"),
        {"region_id": region_id, "id": key})  # fmt: skip
    settle_all_tallies(session, region_id, "project_owner")
    session.execute(text("DROP TABLE pg_temp.project_owner"))
