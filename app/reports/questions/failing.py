"""What fails, what is weak, and which lines bear no more: Q9, Q10, Q18 and Q19."""

import json
from datetime import datetime, time

from app.core.errors import InputError
from app.engineering.nearest import find_nearest
from app.operations.rules.lines import judge_copper
from app.reports.answers.impacts import Outage, find_answer
from app.reports.answers.weak import plain_weak
from app.reports.questions.asker import Asker, Grids, spots_of
from app.reports.questions.capacity import data_day
from app.reports.questions.demand import list_spots
from app.reports.questions.tables import Answer, Table
from app.topology.impact_text import STATES
from app.topology.pon_budget import list_pon_faults
from app.topology.trace_loss import pair_ohm_per_km

SLOW = ("code", "customer", "grid_name", "loop_ohm", "plant_m", "limit_ohm", "verdict", "fibre_at", "fibre_m")


def who_fails(asker: Asker) -> Answer:
    """Q9: services and customers that fall when things fail together, and what to mend first."""
    asked = asker.values
    outage = Outage(asked["codes"] or (), datetime.combine(data_day(asker), time(8)), asked["hours"], read_json(asked["area"]))
    found = find_answer(asker.session, asker.region_id, outage, asker.role).found
    counts = [(state, sum(one.state == state for one in found.services)) for state in STATES]
    services = [(one.code, one.state, one.product, one.customer, one.segment, one.hours) for one in found.services]
    people = [(one.code, one.segment, one.down, one.later, one.weakened) for one in found.customers]
    mending = [(place, one.kind, one.code, one.services, one.large_customers) for place, one in enumerate(found.restoration, 1)]
    tables = [
        Table("hit_by_state", ("hit", "services"), counts, chart=("services",)),
        Table(
            "services_hit",
            ("code", "hit", "product", "customer", "segment", "hours"),
            services,
            [("service", one.id) for one in found.services],
        ),
        Table("customers_hit", ("customer", "segment", "down", "later", "weakened"), people),
        Table("mending", ("place_no", "kind", "code", "services", "large"), mending, [(one.kind, one.id) for one in found.restoration]),
    ]
    large = sum(one.segment == "large" for one in found.customers)
    return Answer(tables, [("hit_sum", {"services": len(services), "customers": len(people), "large": large})])


def read_json(value: str | None):
    """What a GeoJSON text says; None for none.

    Raises
    ------
    InputError
        ``INPUT_BAD``.
    """
    try:
        return None if value is None else json.loads(value)
    except ValueError as fault:
        raise InputError("INPUT_BAD", "the area is no GeoJSON", found=value[:40], expected="a GeoJSON polygon, lon and lat") from fault


def weakest(asker: Asker) -> Answer:
    """Q10: single elements with which most services fall."""
    asked = asker.values
    points = plain_weak(asker.session, asker.region_id, asked["speciality"], asked["grid"], asked["count"])["points"]
    rows = [(place, one["kind"], one["code"], one["services"], one["customers"], one["large"]) for place, one in enumerate(points, 1)]
    things = [("equipment" if one["kind"] == "power" else one["kind"], one["id"]) for one in points]
    return Answer(
        [Table("weakest", ("place_no", "kind", "code", "services", "customers", "large"), rows, things, ("services", "customers"))]
    )


def trees_beyond(asker: Asker) -> Answer:
    """Q18: PON trees that lose more, or less, than their class bears, or split too often."""
    found = list_pon_faults(asker.session, asker.region_id)
    keys = {row.code: row.id for row in asker.rows("circuit_keys", codes=[one.circuit for one in found])}
    rows = [
        (one.circuit, "|".join(one.faults), one.pon_class, one.most_loss_db, one.bears_db, one.splits, one.channels, one.most_metres)
        for one in found
    ]
    names = ("code", "pon_fault", "pon_class", "loss_db", "bears_db", "splits", "channels", "plant_m")
    return Answer([Table("trees_beyond", names, rows, [("circuit", keys[one.circuit]) for one in found], ("loss_db", "bears_db"))])


def slow_copper(asker: Asker) -> Answer:
    """Q19: ADSL lines whose pair does not carry a rate, with the nearest fibre box that has something free."""
    grids, rate = Grids(asker), asker.values["rate_mbit"]
    lines: dict[int, list] = {}
    for row in asker.rows("copper_lines"):
        lines.setdefault(row.id, []).append(row)
    found = []
    for parts in lines.values():
        ohm = sum(pair_ohm_per_km(part.model) * part.metres / 1000 for part in parts)
        metres = sum(part.metres for part in parts)
        reasons, limit = judge_copper("adsl", rate, ohm, metres)
        if reasons and grids.holds(parts[0].grid_id):
            found.append((parts[0], ohm, metres, limit, "no" if reasons[0].code == "COPPER" else "works"))
    found.sort(key=lambda one: (-one[1], one[0].code))
    boxes = list_spots(asker, "ftth")
    near, metres_to = find_nearest(spots_of([one[0] for one in found]), spots_of(boxes)) if found and boxes else ((), ())
    rows = [
        (row.code, row.customer, grids.name(grids.rows.get(row.grid_id)), ohm, metres, limit, verdict,
         boxes[near[place]].code if boxes else None, float(metres_to[place]) if boxes else None)
        for place, (row, ohm, metres, limit, verdict) in enumerate(found)
    ]  # fmt: skip
    return Answer(
        [Table("slow_copper", SLOW, rows, [("service", row[0].id) for row in found], ("loop_ohm",))],
        [("lines_seen", {"count": len(lines)})],
    )


QUESTIONS = {"Q9": who_fails, "Q10": weakest, "Q18": trees_beyond, "Q19": slow_copper}
