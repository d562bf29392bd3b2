"""Choosing a chain and taking it: the nearest free one, with the reasons; whoever comes second gets another, or hears who was first."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from app.core.errors import RuleError
from app.core.prepared import ask, savepoint
from app.operations.lines import FULL, Asked, Known, Search, list_access_points
from app.operations.qualification import NEAR_POINTS, find_best, find_lines, pool_of
from app.operations.refusals import refusals_of
from app.operations.rules.lines import Line, NoLineError, rank
from app.operations.statements import sql
from app.services.commands.pools import Picked
from app.services.commands.reservations import Purpose, Reserved, reserve
from app.services.rules.chains import Carrier, Chain

# A chain whose parts turn out unfit or taken is passed over, so often at most for one access point.
MOST_TRIES = 30
# To take one, as many lines are compared as an answer tells, so that both choose the same.
COMPARED = 3


@dataclass(frozen=True)
class Wish:
    """What a person wants of a design.

    Attributes
    ----------
    ports
        Keys of ports that are to be taken: of the box, the splitter, the cabinet, the office.
    apart_from
        Key of a service with which no cable may be shared.
    number
        Digits, or a rule for them such as ``*888``.
    keeps_number, keeps_vlan
        True where the service goes on with what it has.
    """

    ports: tuple[int, ...] = ()
    apart_from: int | None = None
    number: str | None = None
    keeps_number: bool = False
    keeps_vlan: bool = False


def design_line(session: Session, region_id: int, asked: Asked, wish: Wish = Wish()) -> Line:
    """The best line that needs no work, with number and VLAN; nothing is taken yet.

    Raises
    ------
    RuleError
        ``NO_LINE`` with what is missing; ``HOP_IMPOSSIBLE`` where no line passes the ports wished for.
    """
    lines = find_best(Search(session, region_id, wanted=wish.ports), asked, NEAR_POINTS)
    fit = [line for line in _apart(session, region_id, lines, wish) if line.verdict == "yes"]
    if wish.ports:
        fit = [line for line in fit if set(wish.ports) <= {hop.id for hop in line.hops if hop.kind == "port"}]
    if not fit:
        raise _no_line(lines, wish)
    return _pooled(session, region_id, asked, fit[0], wish, locks=False)[0]


def take_line(
    session: Session, region_id: int, asked: Asked, purpose: Purpose, now: datetime, wish: Wish = Wish(), asked_at: float | None = None
) -> tuple[Reserved, Line]:
    """A reservation of the nearest free line, and the line.

    Parameters
    ----------
    asked_at
        When the caller asked, as ``time.monotonic`` tells, where the transaction has changed nothing before. Whoever asked before another
        search began that found nothing free is told the same.

    Raises
    ------
    RuleError
        ``NO_LINE`` with what is missing; ``NONE_FREE`` with who took the last one.
    """
    is_plain = wish == Wish()
    search = Search(session, region_id, is_locked=True, is_taking=True, wanted=wish.ports)
    near = list_access_points(search, asked, 2 * NEAR_POINTS)
    # All that a search depends on.
    wanted = (region_id, asked.product.product, asked.rate_mbit, *map(tuple, near)) if is_plain and near and asked_at is not None else None
    refused = refusals_of(session).find(wanted, asked_at) if wanted else None
    if refused:
        raise refused
    began_at = time.monotonic()
    if is_plain:
        taken = _take_named(search, asked, near, purpose, now)
        if taken:
            return taken
    looking = Search(session, region_id, is_taking=True, wanted=wish.ports, known=Known())
    best = find_best(looking, asked, COMPARED if is_plain else NEAR_POINTS, near)
    found = _apart(session, region_id, best, wish)
    if not found:
        raise _no_line(found, wish)
    fit = [line for line in found if line.verdict == "yes"]
    # What was found without a lock is mostly still free, and then nothing is looked for twice.
    taken = _take(search, asked, fit[0], purpose, now, wish) if fit else None
    if taken:
        return taken
    points = {point.id: point for point in near}
    for line in fit:
        taken = _take_at(search, asked, points[line.access_id], purpose, now, wish)
        if taken:
            return taken
    refusal = _refuse(session, region_id, found, wish)
    if wanted and not fit:
        refusals_of(session).keep(wanted, began_at, refusal)
    raise refusal()


def _refuse(session: Session, region_id: int, found: Sequence[Line], wish: Wish) -> Callable[[], RuleError]:
    """Why none of these lines could be taken."""
    if not any(line.verdict == "yes" for line in found) and any(reason.code not in FULL for line in found for reason in line.reasons):
        return partial(_no_line, found, wish)
    given = {"region_id": region_id, "ids": [line.access_id for line in found]}
    # Whoever is taking the last line now is waited for, so that he can be named.
    ask(session, sql("await_takers"), given)
    return partial(_none_free, found[0].access, ask(session, sql("last_taker"), given).scalar())


def _none_free(access: str, last: str | None) -> RuleError:
    return RuleError(
        "NONE_FREE", f"the last free line went to {last or 'somebody else'}", subject=access, found=last, expected="a free line",
        next_step="ask again later, or have the place extended",
    )  # fmt: skip


def _take_named(search: Search, asked: Asked, near: Sequence, purpose: Purpose, now: datetime) -> tuple[Reserved, Line] | None:
    """The first free line of the access point that the survey names, before which none ranks: who takes there at once gets another."""
    for point in near:
        if not point.is_served:
            continue
        line = rank(find_lines(search, asked, [point]), 1)[0]
        if line.verdict != "yes" and line.hops and line.hops[0].role == "split_out":
            # The splitter on the box is full or dark; its own terminals may still lead to another one.
            line = rank(find_lines(replace(search, skips_splitters=True), asked, [point]), 1)[0]
        taken = _take(search, asked, line, purpose, now, Wish()) if line.verdict == "yes" else None
        if taken:
            return taken
    return None


def _take_at(search: Search, asked: Asked, point, purpose: Purpose, now: datetime, wish: Wish) -> tuple[Reserved, Line] | None:
    """A line from this access point, locked piece by piece; None where nothing is left there."""
    for _ in range(MOST_TRIES):
        line = rank(find_lines(search, asked, [point]), 1)[0]
        if not line.hops or line.verdict != "yes":
            if not line.hops:
                return None
            search.passed.add(line.hops[0].id)
            continue
        if not set(wish.ports) <= {hop.id for hop in line.hops if hop.kind == "port"}:
            raise _no_line([line], wish)
        taken = _take(search, asked, line, purpose, now, wish)
        if taken:
            return taken
        search.passed.add(line.hops[0].id)
    return None


def _take(search: Search, asked: Asked, line: Line, purpose: Purpose, now: datetime, wish: Wish) -> tuple[Reserved, Line] | None:
    """A line that was found, taken whole; None where somebody was faster with a part of it."""
    if not set(wish.ports) <= {hop.id for hop in line.hops if hop.kind == "port"}:
        return None
    session, region_id = search.session, search.region_id
    line, picked = _pooled(session, region_id, asked, line, wish, locks=True)
    try:
        with savepoint(session):
            return reserve(session, region_id, line.chain, purpose, now, waits=False, picked=picked), line
    except RuleError as error:
        if error.code not in ("MEMBER_TAKEN", "MEMBER_UNFIT", "CHANNELS_TAKEN"):
            raise
    return None


def _pooled(session: Session, region_id: int, asked: Asked, line: Line, wish: Wish, *, locks: bool) -> tuple[Line, Picked]:
    number, vlan = pool_of(session, region_id, asked.product, line.head_id, wish.number, locks=locks)
    number, vlan = None if wish.keeps_number else number, None if wish.keeps_vlan else vlan
    for has, found, kept, code in (
        (asked.product.has_number, number, wish.keeps_number, "NO_NUMBER"), (asked.product.has_vlan, vlan, wish.keeps_vlan, "NO_VLAN"),
    ):  # fmt: skip
        if has and found is None and not kept:
            raise RuleError(code, "the pool of the line's office has nothing free", subject=line.head, next_step="have the pool extended")
    chain = replace(line.chain, number_id=number.id if number else None, vlan_id=vlan.id if vlan else None)
    return replace(line, chain=chain, number=number.digits if number else None, vlan=vlan.code if vlan else None), Picked(number, vlan)


def _apart(session: Session, region_id: int, lines: Sequence[Line], wish: Wish) -> Sequence[Line]:
    if wish.apart_from is None:
        return lines
    given = {"region_id": region_id, "id": wish.apart_from}
    shared = set(session.execute(sql("segments_of_service"), given).scalars())
    return [line for line in lines if shared.isdisjoint(hop.segment_id for hop in line.hops if hop.segment_id)]


def _no_line(lines: Sequence[Line], wish: Wish) -> RuleError:
    if wish.ports and any(line.verdict == "yes" for line in lines):
        return RuleError("HOP_IMPOSSIBLE", "no free line passes the ports that were named", next_step="name others, or none")
    if not lines:
        return RuleError("NOT_APART", "every line shares a cable with that service", next_step="have a second way built")
    return NoLineError(lines[0].access or None, lines[0].reasons)


def pack_line(line: Line) -> dict:
    """A line as it is kept with an order."""
    return {
        "access": line.access, "access_id": line.access_id, "head": line.head, "plant_m": round(line.plant_m, 1),
        "drop_m": round(line.drop_m, 1),
        "losses": {str(nm): round(db, 2) for nm, db in line.losses.items()},
        "bare": {str(nm): round(db, 2) for nm, db in line.bare.items()},
        "pon_class": line.pon_class, "loop_ohm": None if line.loop_ohm is None else round(line.loop_ohm, 1), "limit": line.limit,
        "patches": line.patches, "number": line.number, "vlan": line.vlan, "fen": line.fen, "days": line.days,
        "hops": [asdict(hop) for hop in line.hops], "chain": asdict(line.chain), "warnings": [reason.code for reason in line.reasons],
    }  # fmt: skip


def unpack_chain(packed: dict) -> Chain:
    """The chain of a line that was kept."""
    chain = packed["chain"]
    return Chain(**{**chain, "carriers": tuple(Carrier(**one) for one in chain["carriers"])})
