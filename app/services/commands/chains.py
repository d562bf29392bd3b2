"""Circuits take their carriers and give them back, whole chains at a time.

Locks are taken in one order everywhere: strands and pairs, numbers, ports, VLANs, circuits that are ridden, each by key; tallies come
after all of them, and are left to the caller, who changes them once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.errors import RuleError
from app.core.prepared import ask, later
from app.network.commands.joints import Joining, make_joints, part_joints
from app.network.commands.members import Member, lock_members, set_use
from app.network.commands.tallies import TallyDelta
from app.services.commands.pools import NOTHING_PICKED, Picked, lock_number, lock_vlan, set_numbers, set_vlans
from app.services.queries.holders import find_holder
from app.services.rules.chains import Carrier, Chain, patched_pairs
from app.services.statements import sql

LOCK_RIDDEN = (
    "SELECT id, code, kind, rate, channel_count FROM circuit WHERE region_id = :region_id AND id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE"
)
_RIDDEN = (
    "SELECT id, code, kind, rate, channel_count,"
    " ARRAY(SELECT channel_no FROM circuit_carrier r WHERE r.region_id = :region_id AND r.lower_circuit_id = c.id) AS taken"
    " FROM circuit c WHERE region_id = :region_id AND id = ANY(:ids) ORDER BY id"
)
_ADD_CARRIERS = (
    "INSERT INTO circuit_carrier (region_id, circuit_id, path_no, seq, conductor_id, port_id, lower_circuit_id, channel_no)"
    " SELECT :region_id, :circuit_id, x.*"
    " FROM unnest(CAST(:path_no AS smallint[]), CAST(:seq AS smallint[]), CAST(:conductor_id AS bigint[]),"
    " CAST(:port_id AS bigint[]), CAST(:lower_circuit_id AS bigint[]), CAST(:channel_no AS int[])) AS x"
)
COUNTED = ("section", "trail", "wavelength")


# Members that are locked, by table and key.
Locked = Mapping[tuple[str, int], Member]


@dataclass(frozen=True)
class Taken:
    """A circuit that has taken its chain, 0 where the chain has no carriers; and what that changes in the tallies."""

    circuit_id: int
    deltas: list[TallyDelta]


def take_chain(
    session: Session, region_id: int, chain: Chain, code: str, until_at: datetime | None, *, waits: bool = True,
    picked: Picked = NOTHING_PICKED,
) -> Taken:
    """Reserve everything that a chain names.

    Parameters
    ----------
    waits
        False where the caller can choose something else: what somebody has locked counts as taken.
    picked
        The number and VLAN of the chain, where the caller has found and locked them.

    Raises
    ------
    RuleError
        ``MEMBER_TAKEN``, ``NUMBER_TAKEN``, ``VLAN_TAKEN`` or ``CHANNELS_TAKEN`` with who has it, ``MEMBER_UNFIT`` for what is out of order.
    """
    conductors = lock_members(session, region_id, conductors=chain.keys("conductor"), waits=waits)
    number = picked.number or (lock_number(session, region_id, chain.number_id) if chain.number_id else None)
    ports = lock_members(session, region_id, ports=chain.keys("port"), waits=waits)
    vlan = picked.vlan or (lock_vlan(session, region_id, chain.vlan_id) if chain.vlan_id else None)
    members = [*conductors, *ports]
    _check_all_there(session, region_id, chain, members, waits=waits)
    for member in members:
        check_free(session, region_id, member)
    deltas = set_use(session, region_id, members, "reserved")
    if number:
        deltas += set_numbers(session, region_id, [number], "reserved")
    if vlan:
        deltas += set_vlans(session, region_id, [vlan], "reserved")
    if not chain.carriers:
        return Taken(0, deltas)
    channels, more = _take_channels(session, region_id, chain)
    circuit_id = _add_circuit(session, region_id, chain, code, until_at)
    _add_carriers(session, region_id, circuit_id, chain.carriers, channels)
    return Taken(circuit_id, deltas + more)


def check_free(session: Session, region_id: int, member: Member) -> None:
    """Refuse what somebody has, or what is out of order."""
    if member.is_free:
        return
    if member.use != "idle":
        holder = find_holder(session, region_id, **{f"{member.table}_id": member.id})
        raise RuleError(
            "MEMBER_TAKEN", f"it is taken by {holder or 'a survey'}", subject=member.code, found=holder or member.use, expected="idle",
            next_step="choose another one",
        )  # fmt: skip
    raise RuleError(
        "MEMBER_UNFIT", "it is not fit for use", subject=member.code, found=f"{member.life}, {member.health}",
        expected="in_service, ok or degraded", next_step="choose another one",
    )  # fmt: skip


def _check_all_there(session: Session, region_id: int, chain: Chain, members: Sequence[Member], *, waits: bool) -> None:
    there = {(member.table, member.id) for member in members}
    for one in chain.carriers:
        if one.kind != "channel" and (one.kind, one.id) not in there:
            # Whoever does not wait looks for another one, and asks nobody's name.
            holder = find_holder(session, region_id, **{f"{one.kind}_id": one.id}) if waits else None
            raise RuleError(
                "MEMBER_TAKEN", f"it is being taken by {holder or 'somebody else'}", subject=f"{one.kind} {one.id}", found=holder,
                expected="idle", next_step="choose another one",
            )  # fmt: skip


def _take_channels(session: Session, region_id: int, chain: Chain) -> tuple[dict[tuple[int, int], int], list[TallyDelta]]:
    """A channel for each carrier that rides, by (circuit, place among its riders here); and the deltas."""
    wanted = [one for one in chain.carriers if one.kind == "channel"]
    if not wanted:
        return {}, []
    given = {"region_id": region_id, "ids": sorted({one.id for one in wanted})}
    # What is taken is looked for after the lock: whoever had it may have taken a channel.
    later(session, LOCK_RIDDEN, given)
    ridden = {row.id: row for row in ask(session, _RIDDEN, given)}
    taken = {key: set(row.taken) for key, row in ridden.items()}
    channels, counts = {}, dict.fromkeys(ridden, 0)
    for one in wanted:
        row = ridden[one.id]
        free = [no for no in ([one.channel_no] if one.channel_no else range(1, row.channel_count + 1)) if no not in taken[one.id]]
        if not free:
            raise RuleError(
                "CHANNELS_TAKEN", "all its channels are taken", subject=row.code, found=len(taken[one.id]), expected="a free one"
            )
        channels[one.id, counts[one.id]] = free[0]
        taken[one.id].add(free[0])
        counts[one.id] += 1
    return channels, [delta for key, row in ridden.items() for delta in _channel_deltas(row, counts[key])]


def _channel_deltas(row, count: int) -> list[TallyDelta]:
    if row.kind == "pon_tree":
        return [TallyDelta("pon_split", row.id, "", in_use=count)]
    if row.kind in COUNTED and row.channel_count > 1:
        return [TallyDelta("channel", row.id, row.rate or "", in_use=count)]
    return []


def _add_circuit(session: Session, region_id: int, chain: Chain, code: str, until_at: datetime | None) -> int:
    made = (
        "INSERT INTO circuit (region_id, code, kind, topology, a_port_id, z_port_id, use, reserved_until)"
        " VALUES (:region_id, :code, :kind, 'point_to_point', :a, :z, 'reserved', :until) RETURNING id, code_key"
    )
    given = {"region_id": region_id, "code": code, "kind": chain.kind, "a": chain.a_port_id, "z": chain.z_port_id, "until": until_at}
    key, code_key = ask(session, made, given).one()
    add_code(session, region_id, "circuit", key, code, code_key)
    return key


def add_code(session: Session, region_id: int, kind: str, key: int, code: str, code_key: str) -> None:
    """Let a new code lead to its thing."""
    row = "INSERT INTO code_index (region_id, code_key, kind, id, code) VALUES (:region_id, :code_key, :kind, :id, :code)"
    later(session, row, {"region_id": region_id, "code_key": code_key, "kind": kind, "id": key, "code": code})


def _add_carriers(session: Session, region_id: int, circuit_id: int, carriers: Sequence[Carrier], channels: dict) -> None:
    rows, seqs, places = [], {}, {}
    for one in carriers:
        seqs[one.path_no] = seqs.get(one.path_no, 0) + 1
        row = {"region_id": region_id, "circuit_id": circuit_id, "path_no": one.path_no, "seq": seqs[one.path_no], "conductor_id": None}
        row |= {"port_id": None, "lower_circuit_id": None, "channel_no": None}
        if one.kind == "channel":
            place = places[one.id] = places.get(one.id, -1) + 1
            row |= {"lower_circuit_id": one.id, "channel_no": channels[one.id, place]}
        else:
            row[f"{one.kind}_id"] = one.id
        rows.append(row)
    columns = ("path_no", "seq", "conductor_id", "port_id", "lower_circuit_id", "channel_no")
    given = {"region_id": region_id, "circuit_id": circuit_id, **{name: [row[name] for row in rows] for name in columns}}
    later(session, _ADD_CARRIERS, given)


@dataclass(frozen=True)
class HeldChain:
    """The carriers of circuits as they stand."""

    carriers: tuple[Carrier, ...]
    roles: dict[int, str]
    owners: dict[int, int]
    media: dict[int, str | None]

    def keys(self, kind: str) -> list[int]:
        """The keys of its strands and pairs, or its ports."""
        return [one.id for one in self.carriers if one.kind == kind]

    def pairs(self) -> list[tuple[int, int, int]]:
        """See ``patched_pairs``."""
        return patched_pairs(self.carriers, self.roles)


def read_chain(session: Session, region_id: int, *circuits: int) -> HeldChain:
    """What carries circuits (keys) now, one after the other."""
    rows = ask(session, sql("chain_of_circuits"), {"region_id": region_id, "ids": sorted(circuits)}).all()
    ports = [row for row in rows if row.kind == "port"]
    return HeldChain(
        tuple(Carrier(row.kind, row.id, row.channel_no, row.path_no) for row in rows),
        {row.id: row.role for row in ports}, {row.id: row.equipment_id for row in ports}, {row.id: row.medium for row in ports},
    )  # fmt: skip


def set_chain_use(session: Session, region_id: int, circuit_id: int, use: str) -> list[TallyDelta]:
    """Give a circuit and all that carries it alone a use; the deltas."""
    chain = read_chain(session, region_id, circuit_id)
    members = lock_members(session, region_id, chain.keys("conductor"), chain.keys("port"))
    deltas = set_use(session, region_id, members, use)
    changed = "UPDATE circuit SET use = :use, reserved_until = NULL WHERE region_id = :region_id AND id = :id"
    later(session, changed, {"region_id": region_id, "id": circuit_id, "use": use})
    return deltas


def join_chain(session: Session, region_id: int, circuit_id: int) -> int:
    """How many patches and jumpers the chain lacked and has now."""
    chain = read_chain(session, region_id, circuit_id)
    joinings = []
    for one, other, at in chain.pairs():
        kind = "jumper" if chain.media.get(at) == "copper" else "patch"
        joinings.append(Joining(one, other, kind, chain.owners[at]))
    return make_joints(session, region_id, joinings)


def part_chain(session: Session, region_id: int, circuit_id: int) -> int:
    """How many patches and jumpers of the chain were taken away; splices and terminations stay."""
    chain = read_chain(session, region_id, circuit_id)
    return part_joints(session, region_id, [(one, other) for one, other, _ in chain.pairs()])


def lock_held(session: Session, region_id: int, circuits: Iterable[int | None], numbers: Iterable = (), vlans: Iterable = ()) -> Locked:
    """The strands, pairs and ports that circuits hold alone, locked by table and key; numbers and VLANs (keys; None is passed over) too.

    Everything is locked in the order of whoever takes a line.

    Looking for what is free may lock for a while what somebody else has just got, and whoever looks waits at last for the circuit that
    they ride. So who gives back has to have all of this before that circuit is locked; several chains are locked together.
    """
    given = {"region_id": region_id, "ids": [key for key in circuits if key]}
    held = "SELECT conductor_id, port_id FROM circuit_carrier WHERE region_id = :region_id AND circuit_id = ANY(:ids)"
    rows = ask(session, held, given).all()
    members = lock_members(session, region_id, conductors=[row.conductor_id for row in rows if row.conductor_id])
    _lock_rows(session, region_id, "number", numbers)
    members += lock_members(session, region_id, ports=[row.port_id for row in rows if row.port_id])
    _lock_rows(session, region_id, "vlan", vlans)
    return {(member.table, member.id): member for member in members}


def _lock_rows(session: Session, region_id: int, table: str, keys: Iterable[int | None]) -> None:
    ids = sorted({key for key in keys if key})
    if ids:
        locked = f"SELECT id FROM {table} WHERE region_id = :region_id AND id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE"  # noqa: S608 - ours
        ask(session, locked, {"region_id": region_id, "ids": ids})


def give_back_chains(
    session: Session, region_id: int, circuits: Iterable[int], *, is_known: bool, locked: Locked | None = None
) -> list[TallyDelta]:
    """Everything that carries circuits (keys) becomes idle, and they end; the deltas.

    Parameters
    ----------
    is_known
        True keeps the circuits as retired: services have held them. False takes them away: they were only reservations.
    locked
        What ``lock_held`` has locked, the circuits' among it.
    """
    given = {"region_id": region_id, "ids": sorted(circuits)}
    if not given["ids"]:
        return []
    chain = read_chain(session, region_id, *given["ids"])
    keys = [(one.kind, one.id) for one in chain.carriers if one.kind != "channel"]
    if locked is None or not locked.keys() >= set(keys):
        members = lock_members(session, region_id, chain.keys("conductor"), chain.keys("port"))
    else:
        members = [locked[key] for key in keys]
    channels = chain.keys("channel")
    ridden = ask(session, LOCK_RIDDEN, {"region_id": region_id, "ids": sorted(set(channels))}).all() if channels else []
    deltas = set_use(session, region_id, members, "idle")
    for row in ridden:
        deltas += _channel_deltas(row, -channels.count(row.id))
    later(session, "DELETE FROM circuit_carrier WHERE region_id = :region_id AND circuit_id = ANY(:ids)", given)
    if is_known:
        ended = "UPDATE circuit SET life = 'retired', use = 'idle', reserved_until = NULL WHERE region_id = :region_id AND id = ANY(:ids)"
        later(session, ended, given)
    else:
        later(session, "DELETE FROM code_index WHERE region_id = :region_id AND kind = 'circuit' AND id = ANY(:ids)", given)
        later(session, "DELETE FROM circuit WHERE region_id = :region_id AND id = ANY(:ids)", given)
    return deltas
