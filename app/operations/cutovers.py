"""Cutovers: what ends at the ports of one piece of equipment goes over to those of another, by a sheet that is checked and approved first.

The work runs in pieces, each whole in its own transaction, and can be rolled back as long as the order is open.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.database import name_order
from app.core.errors import InputError, RuleError
from app.network.commands.joints import Joining, find_mates, make_joints, part_joints
from app.network.commands.members import Member, lock_members, set_use
from app.network.commands.tallies import TallyDelta, change_tallies
from app.network.rules.terminations import FRONT, port_end
from app.operations.effects import CANCELLED, EFFECTS, Work
from app.operations.orders import OrderWish, get_order, open_order
from app.operations.rules.lines import Reason, ReasonedError
from app.operations.statements import sql
from app.services.commands.chains import check_free

MOST_MOVES = 500
MOST_TOLD = 10


@dataclass(frozen=True)
class Move:
    """One line of the sheet: what ends where, where it is to end, and whom it serves."""

    seq: int
    from_id: int
    from_code: str
    to_id: int
    to_code: str
    state: str
    circuit: str | None
    services: int
    customers: int


def open_cutover(session: Session, region_id: int, source_id: int, target_id: int, actor: str, now: datetime) -> Work:
    """A cutover of everything that ends at line ports of one piece of equipment to free ones of another, place by place.

    Raises
    ------
    InputError
        ``NOTHING_TO_MOVE``; ``SAME_EQUIPMENT``.
    RuleError
        ``CUTOVER_CONFLICT`` with every conflict of the sheet.
    """
    if source_id == target_id:
        raise InputError("SAME_EQUIPMENT", "a cutover leads to other equipment", found=source_id)
    given = {"region_id": region_id, "source": source_id, "target": target_id, "most": MOST_MOVES}
    rows = session.execute(sql("cutover_pairs"), given).all()
    if not rows:
        raise InputError("NOTHING_TO_MOVE", "nothing in use ends at line ports there", found=source_id)
    conflicts = [Reason("CUT_NO_PORT", {"at": row.from_code, "type": row.port_type}) for row in rows if row.to_id is None]
    conflicts += [Reason("CUT_UNRECORDED", {"at": row.from_code}) for row in rows if row.circuit_id is None]
    if rows[0].from_structure != rows[0].to_structure:
        conflicts.append(Reason("CUT_ELSEWHERE"))
    if conflicts:
        wanted = "a free port for each, in one building"
        raise ReasonedError(conflicts[:MOST_TOLD], "CUTOVER_CONFLICT", "the sheet can't be run", expected=wanted)
    work = open_order(session, region_id, OrderWish("cutover", rest={"source": source_id, "target": target_id}), actor, now)
    made = text(
        "INSERT INTO cutover_move (region_id, order_id, seq, from_port_id, to_port_id, state)"
        " VALUES (:region_id, :order_id, :seq, :from_id, :to_id, 'planned')"
    )
    session.execute(
        made,
        [
            {"region_id": region_id, "order_id": work.id, "seq": seq, "from_id": row.from_id, "to_id": row.to_id}
            for seq, row in enumerate(rows, start=1)
        ],
    )
    return work


def list_moves(session: Session, region_id: int, order_id: int) -> list[Move]:
    """The sheet, before or after: each move with whom it concerns. One statement."""
    return [Move(*row) for row in session.execute(sql("cutover_sheet"), {"region_id": region_id, "id": order_id})]


def run_moves(session: Session, region_id: int, code: str, actor: str, now: datetime, *, most: int = MOST_MOVES) -> int:
    """How many planned moves were made, the first ones first.

    Raises
    ------
    RuleError
        ``CUTOVER_NOT_APPROVED``; as ``swap_port``.
    """
    work = get_order(session, region_id, code, actor, now, locks=True)
    if work.row["step"] != "build" or work.row["state"] != "open":
        raise RuleError("CUTOVER_NOT_APPROVED", "a cutover runs at its step build", subject=code, found=work.row["step"], expected="build")
    name_order(session, work.id)
    return _go(work, "planned", "done", most)


def roll_back(session: Session, region_id: int, code: str, actor: str, now: datetime) -> int:
    """How many moves were undone, the last ones first; their targets stay reserved until the order ends."""
    work = get_order(session, region_id, code, actor, now, locks=True)
    if work.row["step"] not in ("build", "test") or work.row["state"] != "open":
        raise RuleError("CUTOVER_ENDED", "what is done can't be rolled back any more", subject=code, found=work.row["step"])
    name_order(session, work.id)
    return _go(work, "done", "planned", MOST_MOVES)


def _go(work: Work, before: str, after: str, most: int) -> int:
    moves = [move for move in list_moves(work.session, work.region_id, work.id) if move.state == before]
    if before == "done":
        moves.reverse()
    moves = moves[:most]
    keys = [key for move in moves for key in (move.from_id, move.to_id)]
    members = {member.id: member for member in lock_members(work.session, work.region_id, ports=keys)}
    deltas: list[TallyDelta] = []
    for move in moves:
        pair = (members[move.from_id], members[move.to_id])
        deltas += swap_port(
            work.session, work.region_id, *(pair if after == "done" else pair[::-1]), left="idle" if after == "done" else "reserved"
        )
        given = {"region_id": work.region_id, "id": work.id, "seq": move.seq, "state": after}
        marked = "UPDATE cutover_move SET state = :state WHERE region_id = :region_id AND order_id = :id AND seq = :seq"
        work.session.execute(text(marked), given)
    change_tallies(work.session, work.region_id, deltas)
    return len(moves)


def swap_port(session: Session, region_id: int, old: Member, new: Member, *, left: str) -> list[TallyDelta]:
    """Everything that ends at one line port ends at another: its joint, its circuit, its use; the deltas.

    Raises
    ------
    RuleError
        ``TERMINATION_JOINED`` where the other port is joined to something.
    """
    ends = [port_end(one.id, FRONT) for one in (old, new)]
    mate = find_mates(session, region_id, ends).get(ends[0])
    given = {"region_id": region_id, "old": old.id, "new": new.id}
    if mate is not None:
        found = "SELECT j.kind, j.equipment_id FROM joint_end e JOIN joint j ON j.region_id = :region_id AND j.id = e.joint_id" \
            " WHERE e.region_id = :region_id AND e.end_key = :key"  # fmt: skip
        kind, equipment_id = session.execute(text(found), {"region_id": region_id, "key": ends[0]}).one()
        part_joints(session, region_id, [(ends[0], mate)])
        make_joints(session, region_id, [Joining(ends[1], mate, kind, equipment_id)])
    session.execute(text("UPDATE circuit_carrier SET port_id = :new WHERE region_id = :region_id AND port_id = :old"), given)
    for column in ("a_port_id", "z_port_id"):
        moved = f"UPDATE circuit SET {column} = :new WHERE region_id = :region_id AND {column} = :old AND life <> 'retired'"  # noqa: S608
        session.execute(text(moved), given)
    return [*set_use(session, region_id, [new], old.use), *set_use(session, region_id, [old], left)]


def design_cutover(work: Work) -> str:
    """Keep the sheet with the order, as it was when it was designed."""
    moves = list_moves(work.session, work.region_id, work.id)
    work.row["design"] = {"moves": [vars(move) for move in moves]}
    return f"{len(moves)} ports, {sum(move.services for move in moves)} services"


def reserve_cutover(work: Work) -> str:
    """Nobody else gets the ports that are to be taken."""
    moves = list_moves(work.session, work.region_id, work.id)
    members = lock_members(work.session, work.region_id, ports=[move.to_id for move in moves])
    for member in members:
        check_free(work.session, work.region_id, member)
    change_tallies(work.session, work.region_id, set_use(work.session, work.region_id, members, "reserved"))
    return f"{len(members)} ports"


def build_cutover(work: Work) -> str:
    """The step is done where every move is."""
    left = [move for move in list_moves(work.session, work.region_id, work.id) if move.state != "done"]
    if left:
        raise RuleError(
            "CUTOVER_UNDONE", "not all of the sheet has run", subject=work.code, found=len(left), next_step="run the rest"
        )
    return "all moved"


def undo_cutover(work: Work) -> None:
    """Give back the ports that were to be taken; what has moved is to be rolled back first."""
    moves = list_moves(work.session, work.region_id, work.id)
    if any(move.state == "done" for move in moves):
        raise RuleError("CUTOVER_RUNNING", "some of the sheet has run", subject=work.code, next_step="roll it back first")
    members = [one for one in lock_members(work.session, work.region_id, ports=[move.to_id for move in moves]) if one.use == "reserved"]
    change_tallies(work.session, work.region_id, set_use(work.session, work.region_id, members, "idle"))


EFFECTS |= {
    ("cutover", "design"): design_cutover, ("cutover", "reserve"): reserve_cutover, ("cutover", "build"): build_cutover,
}  # fmt: skip
CANCELLED["cutover"] = undo_cutover
