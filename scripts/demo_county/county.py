"""The plan of one county: ground, access, demand, plant and offices, all in memory and not yet written."""
import random
from dataclasses import dataclass, replace

from scripts.demo_county import budget as budgets
from scripts.demo_county.access import TownAccess, lay_access
from scripts.demo_county.backbone import Backbone, add_line_cables, bury_lines, plan_backbone
from scripts.demo_county.cables import count_segments
from scripts.demo_county.demand import CabinetDemand, draw_demand
from scripts.demo_county.geography import Land, build_land
from scripts.demo_county.joints import adsl_lines
from scripts.demo_county.lan import LAN_PORTS, UPLINKS, add_lan
from scripts.demo_county.offices import add_frames, equip, open_office, share_line_ports
from scripts.demo_county.overlay import Overlay, build_overlay, plan_overlay
from scripts.demo_county.places import SEAT, County
from scripts.demo_county.plant import TownPlant, put_up, split_light
from scripts.demo_county.pole_lines import lay_trunk_lines, lay_village_lines
from scripts.demo_county.sizes import least_conductors, spend
from scripts.demo_county.streets import lattice_radius_m, lay_streets
from scripts.demo_county.structures import Ground, TownGround, outline_in_metres, to_metres

INSET_M = 60.0
# The least conductors may take this part of the budget; the rest buys larger cables.
TIGHT = 0.95
RICHNESS = (1.0, 0.85, 0.7, 0.55, 0.4, 0.3, 0.2, 0.1, 0.0)


@dataclass
class CountyPlan:
    """Everything drawn of a county before it is written."""

    county: County
    budget: budgets.CountyBudget
    land: Land
    ground: Ground
    plants: list[TownPlant]
    lines: list[tuple[int, int, list[int]]]
    backbone: Backbone
    overlay: Overlay


def draw_county(county: County, scale: float, seed: int) -> CountyPlan:
    """The plan of ``county`` at ``scale`` (above 0, at most 1), the same for the same ``seed``."""
    rng = random.Random(f"{seed}/{county.code}/{scale}")  # noqa: S311 - repeatable, not secret
    budget = budgets.county_budget(county, scale, rng)
    counts = [(town.neighbourhoods, town.villages) for town in budget.towns]
    land = build_land(county, counts, [lattice_radius_m(town.manholes) for town in budget.towns], rng)
    ground, lines, backbone = _draw_ground(county, budget, land, rng)
    buried = bury_lines(ground, backbone, lines, _own_rng(seed, county, "buried"))
    accesses = _lay_accesses(ground, budget, rng)
    demands = _draw_demands(ground, accesses, budget, f"{seed}/{county.code}")
    offices = [open_office(town) for town in ground.towns]
    for some, is_late in ((lines, False), (buried, True)):
        for trunk in add_line_cables(ground, some, backbone, offices, is_late=is_late):
            accesses[trunk.town].feeders.append(trunk)
    for medium, total in (("fibre", budget.strands), ("copper", budget.pairs)):
        trunks = [trunk for access in accesses for trunk in access.trunks() if trunk.medium == medium and not trunk.is_late]
        if trunks:
            spend(ground, trunks, [town.fill for town in budget.towns], total, rng)
    ground.finish([one.geometry for one in land.communities])
    overlay = plan_overlay(backbone, [town.prefix for town in ground.towns])
    plants = [TownPlant(*parts) for parts in zip(ground.towns, offices, accesses, demands, strict=True)]
    _build(ground, plants, county, budget, rng)
    build_overlay(overlay, ground, plants, backbone, _ports_used(plants), (county.number, scale), _own_rng(seed, county, "overlay"))
    return CountyPlan(county, budget, land, ground, plants, lines, backbone, overlay)


def _draw_ground(county: County, budget: budgets.CountyBudget, land: Land, rng: random.Random) -> tuple[Ground, list, Backbone]:
    inner = outline_in_metres(land.outline, INSET_M)
    ground = Ground()
    for index, (town, seat) in enumerate(zip(county.towns, to_metres(list(land.seats)), strict=True)):
        ground.towns.append(TownGround(index, f"{county.prefix}-{town.abbreviation}", seat))
        lay_streets(ground, ground.towns[index], budget.towns[index].manholes, rng)
    poles = sum(town.poles for town in budget.towns)
    lines = lay_trunk_lines(ground, [town.abbreviation for town in county.towns], poles, inner, rng)
    left = 1 - sum(len(nodes) for *_, nodes in lines) / max(1, poles)
    for town, own in zip(ground.towns, budget.towns, strict=True):
        villages = [(number, one.seed) for number, one in enumerate(land.communities) if one.town == town.index and one.is_village]
        spots = to_metres([seed for _, seed in villages])
        wanted = [(number, spot) for (number, _), spot in zip(villages, spots, strict=True)]
        lay_village_lines(ground, town, wanted, round(own.poles * left), inner, rng)
    return ground, lines, plan_backbone(ground, lines, inner, SEAT)


def _own_rng(seed: int, county: County, name: str) -> random.Random:
    """Numbers for one part alone, so that what it draws leaves the others as they are."""
    return random.Random(f"{seed}/{county.code}/{name}")  # noqa: S311 - repeatable, not secret


def _lay_accesses(ground: Ground, budget: budgets.CountyBudget, rng: random.Random) -> list[TownAccess]:
    """The access of every town; segments that one town could not use go to the next."""
    accesses = []
    left = 0
    for town, own in zip(ground.towns, budget.towns, strict=True):
        access = lay_access(ground, town, replace(own, segments=own.segments + left), rng)
        left += own.segments - sum(count_segments(ground, trunk) for trunk in access.trunks())
        accesses.append(access)
    return accesses


def _draw_demands(ground: Ground, accesses: list[TownAccess], budget: budgets.CountyBudget, seed: str) -> list[list[CabinetDemand]]:
    """Demand as rich as the county's conductors allow, for each medium by itself."""
    richness = {}
    for medium, total in (("fibre", budget.strands), ("copper", budget.pairs)):
        trunks = [trunk for access in accesses for trunk in access.trunks() if trunk.medium == medium]
        for level in RICHNESS:
            richness[medium] = level
            for access in accesses:
                draw_demand(access, {"fibre": 0.0, "copper": 0.0} | richness, seed)
            if least_conductors(ground, trunks) <= TIGHT * total:
                break
    return [draw_demand(access, richness, seed) for access in accesses]


def _build(ground: Ground, plants: list[TownPlant], county: County, budget: budgets.CountyBudget, rng: random.Random) -> None:
    """Panels, segments, splitters, frames, chassis and cards of every town."""
    for plant in plants:
        put_up(ground, plant, rng)
        split_light(ground, plant)
    for plant in plants:
        add_frames(plant.office, ground.structures[plant.town.office].code, rng)
    fills = [town.fill for town in budget.towns]
    idle = [(1 - fill) ** 2 * town.population for fill, town in zip(fills, county.towns, strict=True)]
    cards = share_line_ports(_ports_used(plants), fills, idle, budget.line_ports)
    for index, plant in enumerate(plants):
        equip(plant.office, {kind: own[index] for kind, own in cards.items()}, index == SEAT, rng)
    left = max(0, budget.line_ports - sum(plant.office.port_count() for plant in plants)) // (LAN_PORTS + UPLINKS)
    for plant, count, fill in zip(plants, budgets.share(left, [float(town.population) for town in county.towns]), fills, strict=True):
        add_lan(ground, plant, count, fill, rng)


def _ports_used(plants: list[TownPlant]) -> dict[str, list[int]]:
    used: dict[str, list[int]] = {"pon": [], "adsl": [], "pots": []}
    for plant in plants:
        fast = sum(adsl_lines(demand) for demand in plant.demands)
        used["pon"].append(sum(len(demand.splitters) for demand in plant.demands))
        used["adsl"].append(fast)
        used["pots"].append(sum(len(demand.lines) for demand in plant.demands) - fast)
    return used
