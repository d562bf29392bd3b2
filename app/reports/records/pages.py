"""A record put together: facts, states, place, lists, ways, users and changes. The statements are few and never grow with the rows."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.database import KEY_MAX
from app.core.errors import NotFoundError
from app.engineering.colours import pair_colour, strand_colour
from app.network.dictionary import label, word_label
from app.network.rules.terminations import BACK, FRONT, SPLIT_IN, SPLIT_OUT, conductor_end, port_end
from app.reports.records.history import Change, list_changes
from app.reports.records.kinds import FIELDS, KINDS, MANY_USERS, MANY_USERS_EQUIPMENT, OWNERS, PARTS, Bare, Kind, Link, List, kind_of_table
from app.reports.records.labels import name_things
from app.reports.records.lines import Line, list_lines
from app.reports.records.place import Place, find_place, map_target
from app.reports.records.statements import statement
from app.reports.records.tables import Table
from app.reports.records.usage import Usage, find_usage
from app.reports.records.values import EMPTY, STATES, Cell, Reader, head_label, kind_word, pick_name, show, tell, title
from app.services.queries.areas import keep_inside
from app.survey.queries import list_photos_of
from app.topology.joined import list_conductors_joined, list_joint_ends, list_ports_joined, list_ways

PAGE = 50
HIDDEN = {
    "region_id",
    "id",
    "code",
    "code_key",
    "change_id",
    "geom",
    "geom_3857",
    "batch_id",
    "source_uuid",
    "is_subduct",
    "parent_is_subduct",
    "parent_level",
    "project_id",
    "split_no",
    *STATES,
}


@dataclass
class Record:
    """A page about one thing; ``facts`` are (label, cell)."""

    kind: str
    id: int
    code: str
    name: str | None
    what: str
    states: list[Cell] = field(default_factory=list)
    facts: list[tuple[str, Cell]] = field(default_factory=list)
    rating: list[tuple[str, Cell]] = field(default_factory=list)
    place: Place | None = None
    map_target: tuple[str, int] | None = None
    tables: list[Table] = field(default_factory=list)
    ways: list[Table] = field(default_factory=list)
    usage: Usage | None = None
    user_tables: list[Table] = field(default_factory=list)
    users_follow: bool = False
    lines: list[Line] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    photos: list[dict] = field(default_factory=list)


def get_record(
    session: Session, region_id: int, thing: tuple[str, int], reader: Reader, after: dict[str, int] | None = None,
    grids: tuple[int, ...] | None = None,
) -> Record:
    """The record of a thing (kind, id).

    Parameters
    ----------
    after
        For each list by name, the key after which its page begins.
    grids
        Only lines of services in these; ``narrow_record`` does the rest. None is the whole region.

    Raises
    ------
    NotFoundError
        ``KIND_UNKNOWN`` or ``THING_UNKNOWN``.
    """
    name, key = thing
    kind, head = read_head(session, region_id, name, key)
    changes = list_changes(session, region_id, kind.model.__tablename__, head, reader)
    names = name_things(session, region_id, [*_linked(kind, head), (name, key)])
    own = names.get((name, key), {"code": str(key)})
    extra = read_extra(session, region_id, name, head)
    told = {**head, **extra, **own}
    record = Record(name, key, own["code"], _shown_name(name, told, reader), kind_word(name, told, reader), changes=changes)
    record.states = [tell(kind.model.__tablename__, axis, head[axis], reader) for axis in STATES if head.get(axis)]
    record.facts = [*list_facts(kind, head, names, reader), *extra_facts(name, told, reader)]
    record.rating = list_rating(extra, reader)
    record.photos = list_photos_of(session, region_id, thing)
    record.place = find_place(session, region_id, name, key, reader)
    record.map_target = map_target(name, key, head)
    pages = bounded(after)
    plans = [plan for plan in kind.lists if not plan.only or told.get("model_kind") in plan.only]
    listed = [(plan, rows) for plan in plans if (rows := read_list(session, region_id, (name, head), plan, pages)) or plan.name in pages]
    record.tables = [make_table(plan, rows, reader, pages) for plan, rows in listed]
    record.ways = list_way_tables(session, region_id, name, head, reader) if kind.ways else []
    if name in ("customer", "service"):
        services = (
            [key] if name == "service" else [row["id"] for plan, rows in listed if plan.name == "services_of_customer" for row in rows]
        )
        if grids is not None:
            kept = keep_inside(session, region_id, grids, [("service", service) for service in services])
            services = [service for service in services if ("service", service) in kept]
        record.lines, under = list_lines(session, region_id, services, reader)
        record.tables += under
    if has_many_users(name, told):
        record.users_follow = True
    else:
        add_users(session, region_id, record, reader, pages)
    return record


def has_many_users(name: str, told: dict) -> bool:
    """Whether the users of such a thing may be too many to be counted while somebody waits for the page."""
    return name in MANY_USERS or (name == "equipment" and told.get("model_kind") in MANY_USERS_EQUIPMENT)


def get_users(session: Session, region_id: int, thing: tuple[str, int], reader: Reader, after: dict[str, int] | None = None) -> Record:
    """The part of a thing's record that tells who uses it.

    Raises
    ------
    NotFoundError
        ``KIND_UNKNOWN`` or ``THING_UNKNOWN``.
    """
    name, key = thing
    read_head(session, region_id, name, key)
    own = name_things(session, region_id, [thing]).get(thing, {"code": str(key)})
    record = Record(name, key, own["code"], _shown_name(name, own, reader), word_label("kind", name, reader.language))
    add_users(session, region_id, record, reader, bounded(after))
    return record


def bounded(after: dict[str, int] | None) -> dict[str, int]:
    """The keys after which lists begin, within what a key can be."""
    return {name: min(max(value, 0), KEY_MAX) for name, value in (after or {}).items()}


def add_users(session: Session, region_id: int, record: Record, reader: Reader, pages: dict[str, int]) -> None:
    """Count who uses the thing, and list them by pages."""
    after = (pages.get("used_services", 0), pages.get("used_circuits", 0), PAGE + 1)
    record.usage = find_usage(session, region_id, record.kind, record.id, after)
    if record.usage is not None:
        record.user_tables = usage_tables(record.usage, reader, pages)


def read_head(session: Session, region_id: int, name: str, key: int) -> tuple[Kind, dict]:
    """The kind, and the row without its geometry.

    Raises
    ------
    NotFoundError
        ``KIND_UNKNOWN`` or ``THING_UNKNOWN``.
    """
    kind = KINDS.get(name)
    if kind is None:
        raise NotFoundError("KIND_UNKNOWN", "There is no such kind of thing.", found=name, expected=", ".join(KINDS))
    table = kind.model.__table__
    wanted = [column for column in table.columns if not column.name.startswith("geom")]
    row = None
    if 0 <= key <= KEY_MAX:
        row = session.execute(select(*wanted).where(table.c.region_id == region_id, table.c.id == key)).mappings().one_or_none()
    if row is None:
        raise NotFoundError("THING_UNKNOWN", "There is no such thing.", subject=f"{name} {key}")
    return kind, dict(row)


def read_extra(session: Session, region_id: int, name: str, head: dict) -> dict:
    """What the row itself does not tell: the model of equipment and its rating, the medium of a strand's segment."""
    if name in ("equipment", "card", "conductor"):
        given = {"region_id": region_id, "id": head["id"]}
        return dict(session.execute(statement(f"extra_{name}"), given).mappings().one())
    return {}


def _shown_name(name: str, told: dict, reader: Reader) -> str | None:
    if name == "customer":
        return tell("customer", "name", told.get("name"), reader).text or None
    return pick_name(told, reader)


def _linked(kind: Kind, head: dict) -> list[tuple[str, int]]:
    """The things that the row names by its foreign keys."""
    return [(target, head[column]) for column, target in _references(kind).items() if head.get(column) is not None]


def _references(kind: Kind) -> dict[str, str]:
    found = {}
    for constraint in kind.model.__table__.foreign_key_constraints:
        target = kind_of_table(constraint.referred_table.name)
        columns = [column.name for column in constraint.columns if column.name.endswith("_id") and column.name != "region_id"]
        if (target in KINDS or target == "project") and columns:
            found[columns[-1]] = target
    return found


def list_facts(kind: Kind, head: dict, names: dict, reader: Reader) -> list[tuple[str, Cell]]:
    """What the dictionary tells of the row; things that it names are links."""
    table, facts, references = kind.model.__tablename__, [], _references(kind)
    for column in kind.model.__table__.columns:
        value = head.get(column.name)
        if value is None or column.name in HIDDEN or (column.name.endswith("_id") and column.name not in references):
            continue
        if column.name in references:
            target = (references[column.name], value)
            known = names.get(target)
            if known is None or target[0] == "project":
                continue
            text_of = pick_name(known, reader) if target[0] in ("grid", "maintenance_unit") else None
            facts.append((label(table, column.name, reader.language), Cell(text_of or known["code"], *target)))
        elif not (column.name in ("name_zh", "name_en") or (table, column.name) == ("customer", "name")):
            facts.append((head_label(table, column.name, reader), tell(table, column.name, value, reader)))
    return facts


def extra_facts(name: str, told: dict, reader: Reader) -> list[tuple[str, Cell]]:
    """Facts that are derived: the model's name, the colour of a strand or pair."""
    if told.get("model"):
        made = told.get("model_name_en" if reader.language == "en" else "model_name_zh")
        return [(title("model", reader), Cell(f"{told['model']} · {made}" if made else told["model"]))]
    if name == "conductor" and told.get("medium"):
        return [(title("colour", reader), Cell(colour_of(told, reader)))]
    return []


def colour_of(told: dict, reader: Reader) -> str:
    """Tube and fibre by colour, or the two wires of a pair."""
    pick = (lambda row: row.zh) if reader.language == "zh" else (lambda row: row.en)
    if told["medium"] == "fibre":
        found = strand_colour(told["no"], told["tube_size"] or 12)
        return f"{pick(found.tube_colour)} / {pick(found.fibre_colour)}"
    found = pair_colour(told["no"])
    return f"{pick(found.lead)} / {pick(found.mate)}"


def list_rating(extra: dict, reader: Reader) -> list[tuple[str, Cell]]:
    """What power equipment is rated for."""
    rating = extra.get("rating") or {}
    wanted = (
        (column, value)
        for column, value in rating.items()
        if column not in ("region_id", "equipment_id", "change_id") and value is not None
    )
    return [(head_label("power_rating", column, reader), tell("power_rating", column, value, reader)) for column, value in wanted]


def read_list(session: Session, region_id: int, thing: tuple[str, dict], plan: List, pages: dict[str, int]) -> list[dict]:
    """A page of a list and one row more, which says that there is a next page."""
    name, head = thing
    key, after, limit = head[OWNERS.get((name, plan.name), "id")], pages.get(plan.name, 0), PAGE + 1
    if plan.name == "ports":
        equipment, card = (head["equipment_id"], key) if name == "card" else (key, None)
        return list_ports_joined(session, region_id, equipment, after, limit, card)
    if plan.name == "conductors":
        return list_conductors_joined(session, region_id, key, after, limit)
    if plan.name == "joint_ends":
        return list_joint_ends(session, region_id, key)
    given = {"region_id": region_id, "id": key, "after": after, "limit": limit}
    return [dict(row) for row in session.execute(statement(plan.name, **PARTS.get(name, {})), given).mappings()]


def make_table(plan: List, rows: list[dict], reader: Reader, pages: dict[str, int]) -> Table:
    """The page of a list in words; columns in which no row has anything are left out."""
    shown = rows[:PAGE]
    is_thing = bool(shown) and "kind" in shown[0]
    columns = [column for column in plan.columns if any(_value(column, row) is not None for row in shown)]
    headers = [title("thing", reader)] * is_thing + [_header(column, reader) for column in columns]
    cells = [([_own(row)] if is_thing else []) + [_cell(column, row, reader) for column in columns] for row in shown]
    later = pages.get(plan.name, 0) > 0
    next_key = shown[-1]["key"] if len(rows) > PAGE else None
    return Table(plan.name, title(plan.name, reader), headers, cells, rows[0]["total"] if rows else 0, next_key, later)


def _own(row: dict) -> Cell:
    return Cell(row["code"] or "", row["kind"], row["id"])


def _value(column, row: dict):
    if isinstance(column, Link):
        return row.get(f"{column.prefix}_id")
    return row.get(column.field if isinstance(column, Bare) else _field(column))


def _field(column) -> str:
    return column.field or FIELDS.get((column.table, column.column), column.column)


def _header(column, reader: Reader) -> str:
    return title(column.title, reader) if isinstance(column, Link | Bare) else head_label(column.table, column.column, reader)


def _cell(column, row: dict, reader: Reader) -> Cell:
    value = _value(column, row)
    if value is None:
        return EMPTY
    if isinstance(column, Link):
        kind = column.kind or row.get(f"{column.prefix}_kind")
        return Cell(row[f"{column.prefix}_code"] or "", kind, value) if kind else EMPTY
    if isinstance(column, Bare):
        return Cell(show(value, reader), is_number=isinstance(value, int | float))
    return tell(column.table, column.column, value, reader)


def list_way_tables(session: Session, region_id: int, name: str, head: dict, reader: Reader) -> list[Table]:
    """The ways out of both ends of a conductor, or out of the faces of a port, hop by hop."""
    if name == "conductor":
        starts = {conductor_end(head["id"], face): title(end, reader) for face, end in enumerate(("a_end", "z_end"))}
    else:
        faces = {"panel": ((BACK, "back"), (FRONT, "front")), "split_in": ((SPLIT_IN, "front"),), "split_out": ((SPLIT_OUT, "front"),)}
        starts = {port_end(head["id"], face): title(end, reader) for face, end in faces.get(head["role"], ((FRONT, "front"),))}
    found = list_ways(session, region_id, list(starts))
    return [way_table(f"{title('way', reader)} {starts[start]}", hops, reader) for start, hops in found.items()]


def way_table(heading: str, hops: list[dict], reader: Reader) -> Table:
    """One way as a table: hop, joint, thing, length, loss."""
    headers = [title(name, reader) for name in ("hop", "joined_by", "joined_in", "thing", "length", "loss")]
    rows = [
        [
            Cell(str(hop["hop"]), is_number=True),
            Cell(word_label("joint_kind", hop["joint_kind"], reader.language), "joint", hop["joint_id"]),
            Cell(hop["joint_equipment_code"], "equipment", hop["joint_equipment_id"]) if hop["joint_equipment_id"] else EMPTY,
            Cell(hop["thing_code"] or "", hop["thing_kind"], hop["thing_id"]),
            Cell(show(hop["sheath_m"], reader), is_number=True) if hop["sheath_m"] is not None else EMPTY,
            Cell(show(round(hop["loss_db"], 2), reader), is_number=True) if hop["loss_db"] is not None else EMPTY,
        ]
        for hop in hops
    ]
    return Table("way", heading, headers, rows, hops[0]["total"])


def usage_tables(usage: Usage, reader: Reader, pages: dict[str, int]) -> list[Table]:
    """Services and circuits on the thing, a page of each."""
    services = [
        [
            Cell(row["code"], "service", row["id"]),
            Cell(row["customer_code"], "customer", row["customer_id"]),
            tell("customer", "segment", row["segment"], reader),
            tell("customer", "name", row["name"], reader),
            *(tell("service", name, row[name], reader) for name in ("product", "rate_mbit", "state")),
        ]
        for row in usage.services[:PAGE]
    ]
    circuits = [
        [
            Cell(row["code"], "circuit", row["id"]),
            *(tell("circuit", name, row[name], reader) for name in ("kind", "rate", "channel_count", "use")),
        ]
        for row in usage.circuits[:PAGE]
    ]
    headers = {
        "used_services": [
            title("service", reader),
            title("customer", reader),
            *(head_label("customer", name, reader) for name in ("segment", "name")),
            *(head_label("service", name, reader) for name in ("product", "rate_mbit", "state")),
        ],
        "used_circuits": [
            title("circuit", reader),
            *(head_label("circuit", name, reader) for name in ("kind", "rate", "channel_count", "use")),
        ],
    }
    found = []
    for name, rows, listed, total in (
        ("used_services", services, usage.services, usage.service_count),
        ("used_circuits", circuits, usage.circuits, usage.circuit_count),
    ):
        if total:
            next_key = listed[PAGE - 1]["id"] if len(listed) > PAGE else None
            found.append(Table(name, title(name, reader), headers[name], rows, total, next_key, pages.get(name, 0) > 0))
    return found
