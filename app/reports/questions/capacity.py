"""What runs out, what idles, what is missing, what does not match: Q5, Q6, Q11 and Q12."""

from datetime import date

from sqlalchemy import text

from app.core.errors import InputError
from app.network.models.grids import LEVELS
from app.planning.chains import list_bounds
from app.planning.exhaustion import list_exhaustion
from app.planning.needs import list_needs
from app.planning.price_book import price
from app.planning.running_owners import list_owners
from app.planning.scenarios import find_factors
from app.reports.questions.asker import Asker, Grids
from app.reports.questions.tables import Answer, Table

RUNNING = ("is_first", "grid_code", "grid_name", "resource", "technology", "usable", "used", "used_ratio", "growth", "growth_low",
           "growth_high", "taken_from", "state", "due_on", "earliest_on", "latest_on")  # fmt: skip
NEEDS = ("resource", "technology", "grid_code", "needed", "idle", "missing", "item", "pieces", "cost", "days")
IDLE = ("code", "resource", "technology", "grid_code", "installed", "in_use", "fill", "in_service_on", "months", "book_value")


def data_day(asker: Asker) -> date:
    """The day of which the data tells: the last start or end of a service, or the last change. One statement."""
    sql = """SELECT coalesce(max(greatest(started_on, ended_on)), (SELECT max(at)::date FROM change WHERE region_id = :region_id),
                             current_date)
             FROM service WHERE region_id = :region_id"""
    return asker.values.get("on_day") or asker.session.execute(text(sql), {"region_id": asker.region_id}).scalar_one()


def what_runs_out(asker: Asker) -> Answer:
    """Q5: when each resource runs out at the pace that would have foretold the last months best, and how good such forecasts were."""
    asked = asker.values
    rows = list_exhaustion(
        asker.session, asker.region_id, LEVELS[asked["level"]], threshold_ratio=asked["threshold"] / 100, grid_code=asked["grid"],
        resource=None, factors=find_factors(asker.session, asker.region_id, asked["scenario"]),
    )  # fmt: skip
    bounds = list_bounds(rows)
    if asked["resource"]:
        rows = [row for row in rows if row.resource == asked["resource"]]
    owners = list_owners(asker.session, asker.region_id, rows, asked["threshold"] / 100) if asked["resource"] or asked["grid"] else []
    if asked["months"] is not None:
        rows = [row for row in rows if row.forecast.months is not None and row.forecast.months <= asked["months"]]
    keys = {row.code: row.id for row in asker.rows("grids")}
    told = [
        (row.is_first, row.grid_code, asker.name(row), row.resource, row.technology, row.installed, row.used,
         row.used / row.installed if row.installed else None, row.growth.per_month,
         row.growth.low, row.growth.high, row.growth.taken_from, row.forecast.state, row.due_on, row.earliest_on, row.latest_on)
        for row in rows
    ]  # fmt: skip
    things = [("grid", keys[row.grid_code]) for row in rows]
    tested = [row for row in rows if row.tested]
    errors = [
        (row.grid_code, asker.name(row), row.resource, row.technology, row.tested.months, row.tested.error, row.tested.naive_error)
        for row in tested
    ]
    names = ("grid_code", "grid_name", "resource", "technology", "months", "forecast_error", "naive_error")
    bound_rows = [
        (row.grid_code, asker.name(row), row.product, row.free_at_end, row.lines, row.tightest.resource, row.tightest.technology,
         row.first and row.first.resource, row.due_on)
        for row in bounds
    ]  # fmt: skip
    bound_names = ("grid_code", "grid_name", "product", "free_at_end", "lines_possible", "tightest", "technology", "first_out", "due_on")
    owner_rows = [
        (row.code, row.resource, row.technology, row.grid_code, row.installed, row.used, row.per_month, row.state, row.due_on)
        for row in owners
    ]
    owner_names = ("code", "resource", "technology", "grid_code", "usable", "used", "growth", "state", "due_on")
    sums = {"ours": round(sum(row.tested.error for row in tested), 1), "naive": round(sum(row.tested.naive_error for row in tested), 1)}
    tables = [
        Table("running_out", RUNNING, told, things, ("used_ratio",)),
        Table("bounds", bound_names, bound_rows, [("grid", keys[row.grid_code]) for row in bounds], ("free_at_end", "lines_possible")),
        Table("backtest", names, errors, [("grid", keys[row.grid_code]) for row in tested], ("forecast_error", "naive_error")),
    ]
    if owners:
        tables.insert(2, Table("owners_running", owner_names, owner_rows, [(row.kind, row.id) for row in owners]))
    return Answer(tables, [("backtest_sums", {"count": len(tested), **sums})] if tested else [])


def low_use(asker: Asker) -> Answer:
    """Q6: equipment and cable segments that are little used although long in service."""
    grids, day = Grids(asker), data_day(asker)
    rows = [row for row in asker.rows("low_use", day=day, most_ratio=asker.values["most_percent"] / 100) if grids.holds(row.grid_id)]
    told = [
        (row.code, row.kind, row.technology, getattr(grids.rows.get(row.grid_id), "code", ""), row.installed, row.in_use,
         row.in_use / row.installed, row.in_service_on, row.months, row.asset_value_fen)
        for row in rows
    ]  # fmt: skip
    owners = {(row.owner, row.id): row.asset_value_fen or 0 for row in rows}
    notes = [("low_use_sum", {"count": len(owners), "wan": f"{sum(owners.values()) / 1_000_000:.2f}", "day": day.isoformat()})]
    return Answer([Table("low_use", IDLE, told, [(row.owner, row.id) for row in rows], ("installed", "in_use"))], notes)


def missing_for_lines(asker: Asker) -> Answer:
    """Q11: what so many more lines in a community need, and what of it is missing."""
    grids = Grids(asker)
    if grids.asked.level != LEVELS["community"]:
        raise InputError("NOT_A_COMMUNITY", "lines are added in a community", found=grids.asked.code, expected="code of a community")
    needs = list_needs(asker.session, asker.region_id, grids.asked.id, asker.values["product"], asker.values["lines"])
    return Answer([needs_table(asker, needs)], needs_notes(needs))


def needs_table(asker: Asker, needs: list) -> Table:
    """What is needed, idle and missing, with what is to be bought."""
    rows = [
        (need.resource, need.technology, need.grid_code, need.needed, need.idle, need.missing,
         price(need.item).name(asker.language) if need.item and need.missing else None, need.pieces, need.fen, need.days)
        for need in needs
    ]  # fmt: skip
    return Table("needs", NEEDS, rows, [("grid", need.grid_id) for need in needs], ("needed", "idle"))


def needs_notes(needs: list) -> list:
    """What all of it costs and how long it takes."""
    lacking = [need for need in needs if need.missing]
    if not lacking:
        return [("nothing_missing", {})]
    told = [("missing_sum", {"count": len(lacking), "wan": f"{sum(need.fen or 0 for need in needs) / 1_000_000:.2f}",
                             "days": max(need.days for need in needs)})]  # fmt: skip
    return told + [("by_metres", {})] * any(need.fen is None for need in needs)


def offices_matched(asker: Asker) -> Answer:
    """Q12: idle pairs at the frame, voice ports and numbers of each office, and what is over on each side."""
    rows = asker.rows("office_match")
    told = [
        (row.code, row.pairs, row.idle_pairs, row.ports, row.idle_ports, row.numbers, row.idle_numbers,
         max(row.idle_pairs - row.idle_ports, 0), max(row.idle_ports - row.idle_pairs, 0), max(row.idle_numbers - row.idle_ports, 0),
         max(row.idle_ports - row.idle_numbers, 0))
        for row in rows
    ]  # fmt: skip
    names = ("code", "pairs", "idle_pairs", "ports", "idle_ports", "numbers", "idle_numbers", "pairs_over", "ports_over_pairs",
             "numbers_over", "ports_over_numbers")  # fmt: skip
    things = [("structure", row.id) for row in rows]
    return Answer([Table("office_match", names, told, things, ("idle_pairs", "idle_ports", "idle_numbers"))])


QUESTIONS = {"Q5": what_runs_out, "Q6": low_use, "Q11": missing_for_lines, "Q12": offices_matched}
