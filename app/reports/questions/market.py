"""Where we have how much of the market, whom to visit, and what capacity nobody can use: M1 and S1."""

from collections import defaultdict

from sqlalchemy.orm import Session

from app.engineering.market import penetration_ratio, take_ratio
from app.engineering.tables import read_table
from app.network.models.grids import LEVELS
from app.planning.price_book import price
from app.reports.questions.asker import Asker, Grids
from app.reports.questions.demand import AccessKind
from app.reports.questions.money import tariffs
from app.reports.questions.registry import FOLDER
from app.reports.questions.tables import Answer, Table

BROADBAND = ("ftth", "adsl", "vdsl", "lan")
# What an address is served with, for a product.
ACCESS = {"ftth": "pon", "adsl": "adsl", "vdsl": "vdsl", "lan": "lan"}
SHARES = ("grid_code", "grid_name", "households", "homes", "connected", "take", "broadband", "penetration", "to_win", "revenue_year")
VISITS = ("code", "grid_code", "grid_name", "to_win", "product", "access", "idle", "drop_m", "penetration")


def market_share(asker: Asker) -> Answer:
    """M1: by grid how many households take broadband of ours; whom to visit, where it is little first and something is idle."""
    grids, level = Grids(asker), LEVELS[asker.values["level"]]
    sums: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    lines: dict[int, list[int]] = defaultdict(lambda: [0, 0])

    def add(grid_id: int | None, **counts: int) -> None:
        if grid_id is not None and grids.holds(grid_id) and (upper := grids.upper(grid_id, level)) is not None:
            for name, count in counts.items():
                sums[upper.id][name] += count

    for row in asker.rows("households"):
        add(row.grid_id, households=row.households)
        lines[row.grid_id][0] += row.households
    for row in asker.rows("homes"):
        # A grid's homes hold those of the grids inside it.
        if grids.rows[row.grid_id].level == LEVELS["community"]:
            add(row.grid_id, homes=row.homes, connected=row.connected)
    for row in asker.rows("market"):
        add(row.grid_id, fen=row.live * tariffs().get(row.product, 0) * 12)
        if row.product in BROADBAND and row.grid_id is not None:
            add(row.grid_id, broadband=row.live)
            lines[row.grid_id][1] += row.live
    shares = []
    for key, held in sums.items():
        grid = grids.rows[key]
        # One service is one household; a business that has more takes no more households than there are.
        ours = min(held["broadband"], held["households"])
        shares.append((
            grid.code, grids.name(grid), held["households"], held["homes"], held["connected"], take_ratio(held["connected"], held["homes"]),
            ours, penetration_ratio(ours, held["households"]), held["homes"] - held["connected"], held["fen"],
        ))  # fmt: skip
    shares.sort(key=lambda row: (row[7] if row[7] is not None else 2, row[0]))
    keys = {row.code: row.id for row in grids.rows.values()}
    own = {key: min(ours, whole) / whole for key, (whole, ours) in lines.items() if whole}
    found = list_visits(asker, grids, own)
    told = [
        (row.code, grids.rows[row.grid_id].code, grids.name(grids.rows[row.grid_id]), row.to_win, asker.values["product"], row.access,
         row.idle, row.distance_m, own.get(row.grid_id))
        for row in found
    ]  # fmt: skip
    ours, whole = sum(row[6] for row in shares), sum(row[2] for row in shares)
    notes = [("market_sum", {"ours": ours, "whole": whole, "percent": f"{100 * ours / whole:.1f}"})] if whole else []
    return Answer([
        Table("market_share", SHARES, shares, [("grid", keys[row[0]]) for row in shares], ("households", "broadband")),
        Table("visits", VISITS, told, [("address", row.id) for row in found]),
    ], notes)  # fmt: skip


def list_visits(asker: Asker, grids: Grids, own: dict[int, float]) -> list:
    """Addresses to visit: no more at a place than is idle there, where we have least of the households first."""
    product = asker.values["product"]
    kinds = [row for row in read_table("access_kinds.csv", AccessKind, FOLDER) if row.product == product]
    counted = {"kinds": [row.kind for row in kinds], "technologies": [row.technology or "" for row in kinds]}
    rows = asker.rows("visits", access=ACCESS[product], **counted)
    inside = [row for row in rows if row.grid_id in grids.rows and grids.holds(row.grid_id)]
    inside.sort(key=lambda row: (own.get(row.grid_id, 0.0), row.distance_m or 0.0, row.code))
    taken: dict[int, int] = defaultdict(int)
    found = []
    for row in inside:
        if taken[row.structure_id] < row.idle and len(found) < asker.values["count"]:
            taken[row.structure_id] += 1
            found.append(row)
    return found


def find_places(
    session: Session, region_id: int, product: str, grid: str, count: int, language: str
) -> list[tuple[int, str]]:
    """The list to visit of M1 as keys of addresses and codes of access points.

    Raises
    ------
    NotFoundError
        ``GRID_UNKNOWN``.
    """
    asker = Asker(session, region_id, {"product": product, "grid": grid.strip() or None, "count": count, "level": "community"}, language)
    answer = market_share(asker)
    table = answer.tables[1]
    access = table.columns.index("access")
    return [(thing[1], row[access]) for thing, row in zip(table.things, table.rows, strict=True)]


def stranded(asker: Asker) -> Answer:
    """S1: voice ports that no idle pair reaches and pairs without a port, and idle strands behind boxes that are full."""
    grids = Grids(asker)
    least = asker.values["least_idle"]
    offices = [row for row in asker.rows("office_match") if abs(row.idle_ports - row.idle_pairs) >= least]
    told = [
        (row.code, row.ports, row.idle_ports, row.idle_pairs, max(row.idle_ports - row.idle_pairs, 0),
         max(row.idle_pairs - row.idle_ports, 0))
        for row in offices
    ]  # fmt: skip
    boxes = [row for row in asker.rows("full_boxes") if row.idle >= least and grids.holds(row.grid_id)]
    split = price("splitter_8")
    behind = [
        (row.code, getattr(grids.rows.get(row.grid_id), "code", ""), row.outputs, row.segment, row.strands, row.idle, row.sheath_m,
         split.size * row.idle, split.fen_each)
        for row in boxes
    ]  # fmt: skip
    notes = [("stranded_sum", {
        "ports": sum(row[4] for row in told), "pairs": sum(row[5] for row in told), "strands": sum(row[5] for row in behind),
        "boxes": len(behind),
    })]  # fmt: skip
    return Answer([
        Table("stranded_offices", ("code", "ports", "idle_ports", "idle_pairs", "ports_over_pairs", "pairs_over"), told,
              [("structure", row.id) for row in offices], ("ports_over_pairs", "pairs_over")),
        Table("full_boxes", ("code", "grid_code", "outputs", "cable_end", "strands", "idle", "metres", "lines_possible", "cost"), behind,
              [("equipment", row.id) for row in boxes]),
    ], notes)  # fmt: skip


QUESTIONS = {"M1": market_share, "S1": stranded}
