"""Ten million strands and one million joints: what the keys refuse, and how fast a trace is.

Every chain has 40 joints and 41 strands far apart in the table, as strands of different segments are.
"""
import io
import random
import time

from psycopg2 import errors
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.network.rules.terminations import A_END, SPLIT_IN, SPLIT_OUT, Z_END, conductor_end, port_end
from app.topology.trace import trace_hops
from scripts.benchmarks.results import Result, median
from scripts.benchmarks.scratch import REGION, scratch_database

HOPS, STRANDS_OF_SEGMENT, TRACES, OUTPUTS = 40, 144, 200, 64
TABLES = ("joint_end", "joint", "conductor", "cable_segment")
KEYS = text(
    "SELECT conrelid::regclass::text AS tbl, conname AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint"
    " WHERE contype IN ('p', 'u', 'f') AND (conrelid = ANY(CAST(:tables AS regclass[])) OR confrelid = ANY(CAST(:tables AS regclass[])))"
    " ORDER BY array_position(ARRAY['f', 'u', 'p'], contype::text), conrelid = confrelid DESC"
)
INDEXES = text(
    "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(:tables) AND indexname NOT IN (SELECT conname FROM pg_constraint)"
)

NEXT_JOINT = text("SELECT setval(pg_get_serial_sequence('joint', 'id'), :next, false)")


def add_options(parser) -> None:
    parser.add_argument("--conductors", type=int, default=10_000_000, help="strands for continuity (default: ten million)")
    parser.add_argument("--joints", type=int, default=1_000_000, help="joints for continuity (default: one million)")


def measure(url: str, options) -> list[Result]:
    """Times of load and trace; a refusal that does not come ends the measurement."""
    chains = options.joints // HOPS
    stride = (options.conductors - 3 * OUTPUTS) // (HOPS + 1)
    if not 0 < chains <= stride:
        raise SystemExit("continuity needs 40 joints or more, and more strands than joints")
    with scratch_database(url, "continuity") as engine:
        copied, keyed = _load(engine, options.conductors, chains, stride)
        tree = _add_tree(engine, options.conductors)
        _check_refusals(engine, stride)
        starts = [conductor_end(1 + chain, Z_END) for chain in random.Random(1).choices(range(chains), k=TRACES)]  # noqa: S311
        return [
            Result(f"COPY of {options.conductors:,} strands and {chains * HOPS:,} joints", copied, "s"),
            Result("keys and indexes built afterwards", keyed, "s"),
            Result("second joint on a termination, and lone half: refused", 0, ""),
            Result(f"trace of {HOPS} joints by one statement, median of {TRACES}", _trace_ms(engine, starts, HOPS), "ms", 2),
            Result(f"trace of a 1:{OUTPUTS} splitter, {2 * OUTPUTS + 1} joints, median of {TRACES}",
                   _trace_ms(engine, [tree] * TRACES, 2 * OUTPUTS + 1), "ms"),
        ]


class _Rows(io.RawIOBase):
    """Lines of an iterator, read as a file without holding them all."""

    def __init__(self, lines):
        self._lines, self._rest = iter(lines), b""

    def readable(self):
        return True

    def readinto(self, buffer):
        while len(self._rest) < len(buffer):
            lines = [line for _, line in zip(range(5000), self._lines, strict=False)]
            if not lines:
                break
            self._rest += "".join(lines).encode()
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer):]
        buffer[: len(taken)] = taken
        return len(taken)


def _load(engine, conductors: int, chains: int, stride: int) -> tuple[float, float]:
    """Seconds of COPY, and of building the keys."""
    with engine.begin() as connection:
        change = connection.execute(text("SELECT netgrid_open_change(:region)"), {"region": REGION}).scalar_one()
        cable, start, end = _add_frame(connection)
        keys = connection.execute(KEYS, {"tables": list(TABLES)}).all()
        indexes = connection.execute(INDEXES, {"tables": list(TABLES)}).all()
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        for key in keys:
            connection.execute(text(f"ALTER TABLE {key.tbl} DROP CONSTRAINT {key.name}"))
        for name, _ in indexes:
            connection.execute(text(f"DROP INDEX {name}"))
        for table in TABLES:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER journal"))
        began = time.perf_counter()
        _copy_all(connection, change, (cable, start, end), conductors, chains, stride)
        copied = time.perf_counter()
        for key in reversed(keys):
            connection.execute(text(f"ALTER TABLE {key.tbl} ADD CONSTRAINT {key.name} {key.definition}"))
        for _, definition in indexes:
            connection.execute(text(definition))
        for table in TABLES:
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER journal"))
        connection.execute(NEXT_JOINT, {"next": chains * HOPS + 1})
        keyed = time.perf_counter()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"VACUUM ANALYZE {', '.join(TABLES)}"))
    return copied - began, keyed - copied


def _add_frame(connection) -> tuple[int, int, int]:
    """Keys of a cable and of the two structures between which all segments lie."""
    places = [
        connection.execute(
            text(
                "INSERT INTO structure (region_id, code, kind, geom)"
                " VALUES (:region, :code, 'manhole', ST_SetSRID(ST_MakePoint(112.2, 30.0), 4490)) RETURNING id"
            ),
            {"region": REGION, "code": code},
        ).scalar_one()
        for code in ("MH-A", "MH-Z")
    ]
    cable = text("INSERT INTO cable (region_id, code, medium) VALUES (:region, 'CB-1', 'fibre') RETURNING id")
    return connection.execute(cable, {"region": REGION}).scalar_one(), *places


def _copy_all(connection, change: int, frame: tuple, conductors: int, chains: int, stride: int) -> None:
    cable, start, end = frame
    segments = -(-conductors // STRANDS_OF_SEGMENT)
    common = f"{STRANDS_OF_SEGMENT}\t100\t{start}\t{end}\t{change}\n"
    _copy(
        connection,
        "cable_segment (region_id, id, cable_id, medium, code, conductor_count, sheath_m, a_structure_id, z_structure_id, change_id)",
        (f"{REGION}\t{key}\t{cable}\tfibre\tS{key}\t{common}" for key in range(1, segments + 1)),
    )
    _copy(
        connection, "conductor (region_id, id, segment_id, no, change_id)",
        (f"{REGION}\t{key + 1}\t{key // STRANDS_OF_SEGMENT + 1}\t{key % STRANDS_OF_SEGMENT + 1}\t{change}\n" for key in range(conductors)),
    )
    joints = (f"{REGION}\t{key}\tsplice\t{change}\n" for key in range(1, chains * HOPS + 1))
    _copy(connection, "joint (region_id, id, kind, change_id)", joints)
    _copy(connection, "joint_end (region_id, joint_id, conductor_id, face, mate_key, change_id)", _end_lines(change, chains, stride))


def _end_lines(change: int, chains: int, stride: int):
    """Two lines for each joint: the Z end of a strand on the A end of the strand one stride on."""
    joint = 0
    for chain in range(chains):
        for hop in range(HOPS):
            joint += 1
            near = hop * stride + chain + 1
            far = near + stride
            yield f"{REGION}\t{joint}\t{near}\t1\t{far * 8}\t{change}\n{REGION}\t{joint}\t{far}\t0\t{near * 8 + 1}\t{change}\n"


def _copy(connection, target: str, lines) -> None:
    with connection.connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {target} FROM STDIN", io.BufferedReader(_Rows(lines), 1 << 16), size=1 << 16)


def _add_tree(engine, conductors: int) -> int:
    """The termination from which a strand leads to a splitter, and each output over one strand to another."""
    last = conductors - 2 * OUTPUTS
    with Session(engine) as session, session.begin():
        product = session.execute(text("SELECT id FROM equipment_model WHERE code = :code"), {"code": f"POS-1X{OUTPUTS}"}).scalar_one()
        equipment = session.execute(
            text(
                "INSERT INTO equipment (region_id, code, model_id, structure_id) SELECT region_id, 'SP-1', :model, id FROM structure"
                " WHERE region_id = :region AND code_key = 'MH-A' RETURNING id"
            ),
            {"region": REGION, "model": product},
        ).scalar_one()
        ports = session.execute(
            text(
                "INSERT INTO port (region_id, equipment_id, no, role, split_no, port_type)"
                " SELECT :region, :equipment, no, role, split_no, port_type FROM model_port WHERE model_id = :model RETURNING id, role"
            ),
            {"region": REGION, "equipment": equipment, "model": product},
        ).all()
        (entry,) = [key for key, role in ports if role == "split_in"]
        start = conductor_end(last, Z_END)
        _join(session, start, port_end(entry, SPLIT_IN))
        for number, key in enumerate((key for key, role in ports if role == "split_out"), start=1):
            _join(session, port_end(key, SPLIT_OUT), conductor_end(last + number, A_END))
            _join(session, conductor_end(last + number, Z_END), conductor_end(last + OUTPUTS + number, A_END))
    return start


HALVES = text(
    "WITH new AS (INSERT INTO joint (region_id, kind) VALUES (:region, 'splice') RETURNING id)"
    " INSERT INTO joint_end (region_id, joint_id, conductor_id, port_id, face, mate_key)"
    " SELECT :region, new.id, CASE WHEN own & 7 < 4 THEN own >> 3 END, CASE WHEN own & 7 >= 4 THEN own >> 3 END, own & 3, mate"
    " FROM new, unnest(CAST(:owns AS bigint[]), CAST(:mates AS bigint[])) AS half (own, mate)"
)


def _join(session, left: int, right: int, is_whole: bool = True) -> None:
    owns, mates = ([left, right], [right, left]) if is_whole else ([left], [right])
    session.execute(HALVES, {"region": REGION, "owns": owns, "mates": mates})


def _check_refusals(engine, stride: int) -> None:
    """Raise where the database takes a second joint on a termination, or half a joint."""
    free = conductor_end(HOPS * stride + 1, Z_END)
    for left, right, is_whole, expected in (
        (conductor_end(1, Z_END), free, True, errors.UniqueViolation),
        (free, conductor_end(1, A_END), False, errors.ForeignKeyViolation),
    ):
        try:
            with Session(engine) as session, session.begin():
                _join(session, left, right, is_whole)
        except IntegrityError as error:
            if isinstance(error.orig, expected):
                continue
            raise
        raise SystemExit(f"the database took a joint that it must refuse ({expected.__name__})")


def _trace_ms(engine, starts: list[int], joints: int) -> float:
    """Median milliseconds of a trace, client included, each found whole."""
    times = []
    with Session(engine) as session:
        for start in starts:
            began = time.perf_counter()
            hops = trace_hops(session, REGION, start)
            times.append((time.perf_counter() - began) * 1000)
            if len(hops) != joints:
                raise SystemExit(f"a trace found {len(hops)} joints instead of {joints}")
    return median(times)
