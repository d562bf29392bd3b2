"""Trunks, rooms, batteries and numbers of the offices: Q20, Q21, Q22 and Q24."""

from collections import defaultdict

from app.engineering.power import battery_hours, direct_current_a, holds_without_one
from app.engineering.traffic import blocking_ratio, circuit_count, e1_count
from app.network.queries.batteries import required_hours
from app.reports.questions.asker import Asker, Grids
from app.reports.questions.tables import Answer, Table

TRUNKS = ("code", "e1_count", "channels", "erlang", "blocking", "circuits_needed", "e1_needed", "e1_missing")
ROOMS = ("code", "racks", "free_u", "most_free_u", "free_w", "modules", "module_a", "site_load_a", "lacks_u", "lacks_w", "lacks_module")
BATTERIES = ("code", "capacity_ah", "load_a", "hours_held", "hours_needed", "hours_short")


def trunk_groups(asker: Asker) -> Answer:
    """Q20: blocking of each trunk group in the busy hour, and the E1s that it needs; the worst first."""
    most = asker.values["most_percent"] / 100
    found = []
    for row in asker.rows("trunk_groups"):
        needed = circuit_count(row.busy_hour_erlang, most)
        e1s = e1_count(needed)
        blocked = blocking_ratio(row.channel_count, row.busy_hour_erlang)
        told = (row.code, row.e1_count, row.channel_count, row.busy_hour_erlang, blocked, needed, e1s, max(e1s - row.e1_count, 0))
        found.append((told, ("trunk_group", row.id)))
    found.sort(key=lambda one: (-one[0][4], one[0][0]))
    short = sum(told[-1] > 0 for told, _ in found)
    table = Table("trunk_groups", TRUNKS, [told for told, _ in found], [thing for _, thing in found], ("erlang", "channels"))
    return Answer([table], [("trunks_short", {"count": short, "all": len(found)})])


def rooms_lacking(asker: Asker) -> Answer:
    """Q21: rooms in which the next rack's equipment finds no place, no power, or no spare rectifier."""
    asked, grids = asker.values, Grids(asker)
    added_a = direct_current_a(asked["need_kw"] * 1000, 53.5)
    rows, things = [], []
    for row in asker.rows("rooms"):
        if not grids.holds(row.grid_id):
            continue
        held = row.module_count is not None and holds_without_one(row.module_count, row.module_a, (row.load_a or 0) + added_a)
        lacks = (row.most_free_u < asked["need_u"], row.most_free_w is None or row.most_free_w < asked["need_kw"] * 1000, not held)
        if any(lacks):
            figures = (row.rack_count, row.free_u, row.most_free_u, row.most_free_w, row.module_count, row.module_a, row.load_a)
            rows.append((row.code, *figures, *lacks))
            things.append(("room", row.id))
    return Answer([Table("rooms_lacking", ROOMS, rows, things, ("most_free_u",))])


def short_batteries(asker: Asker) -> Answer:
    """Q22: sites whose batteries bear the load for less than the hours required; where no load was read nothing is told."""
    rows, things = [], []
    for row in asker.rows("batteries"):
        needed, degrees = required_hours(row.site_key)
        held = battery_hours(row.capacity_ah, row.load_a, degrees) if row.load_a and row.capacity_ah else None
        if row.load_a and (held is None or held < needed):
            rows.append((row.code, row.capacity_ah, row.load_a, held, needed, needed - (held or 0)))
            things.append(("site", row.id))
    order = sorted(range(len(rows)), key=lambda place: (-rows[place][-1], rows[place][0]))
    table = Table(
        "short_batteries", BATTERIES, [rows[place] for place in order], [things[place] for place in order], ("hours_held", "hours_needed")
    )
    return Answer([table])


def free_numbers(asker: Asker) -> Answer:
    """Q24: numbers of each office and block: free, reserved, ageing; and blocks of which nothing is taken."""
    blocks = asker.rows("number_blocks")
    offices: dict[tuple, list[int]] = defaultdict(lambda: [0] * 6)
    for row in blocks:
        sums = offices[row.office, row.equipment_id]
        taken = row.in_use + row.reserved + row.releasing
        for place, value in enumerate((row.installed, row.idle, row.in_use, row.reserved, row.releasing, taken == 0)):
            sums[place] += value
    names = ("code", "numbers", "idle_numbers", "in_use", "reserved", "ageing", "free_blocks")
    sums = [(code, *values) for (code, _), values in sorted(offices.items())]
    things = [("equipment", key) for (_, key), _ in sorted(offices.items())]
    own = [(row.code, row.office, row.installed, row.idle, row.in_use, row.reserved, row.releasing) for row in blocks]
    tables = [
        Table("numbers_by_office", names, sums, things, ("numbers", "idle_numbers")),
        Table("number_blocks", ("code", "office", "numbers", "idle_numbers", "in_use", "reserved", "ageing"), own,
              [("number_block", row.id) for row in blocks]),
    ]  # fmt: skip
    return Answer(tables)


QUESTIONS = {"Q20": trunk_groups, "Q21": rooms_lacking, "Q22": short_batteries, "Q24": free_numbers}
