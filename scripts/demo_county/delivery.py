"""A county's plan written as survey rows, layer by layer."""
import random
from collections.abc import Iterator

import shapely

from scripts.demo_county.assets import carded
from scripts.demo_county.broadband import prefixes, ride_lan
from scripts.demo_county.county import CountyPlan
from scripts.demo_county.customers import Market, draw_market
from scripts.demo_county.homes import Homes, build_homes, serving_rows
from scripts.demo_county.joints import patches, splices, terminations
from scripts.demo_county.observations import observation_rows
from scripts.demo_county.offices import maintenance_code
from scripts.demo_county.plant import TownPlant
from scripts.demo_county.roads import road_rows
from scripts.demo_county.runs import Ducts, lay, run_rows
from scripts.demo_county.states import FAULTY_PORT_SHARE, FAULTY_TERMINAL_SHARE, conductor_rows, port_rows
from scripts.demo_county.structures import Ground
from scripts.demo_county.switching import block_rows, office_rows
from scripts.demo_county.writers import SurveyFolder

CREW_COMMUNITIES = 6
AREA_RADIUS_DEGREES = 0.03
AREAS = 5


def deliver(plan: CountyPlan, folder: SurveyFolder, seed: int) -> tuple[Homes, Market]:
    """Append a county to the files of ``folder``; its homes, and who uses the network."""
    rng = random.Random(f"{seed}/{plan.county.code}/delivery")  # noqa: S311 - repeatable, not secret
    _grids(plan, folder)
    _units(plan, folder)
    _structures(plan, folder, rng)
    roads = [*road_rows(plan.ground)]
    folder.add_map("road", [shapely.LineString(line) for _, line in roads], [row for row, _ in roads])
    ducts = Ducts(plan.ground, [town.fill for town in plan.budget.towns])
    segments = [segment for plant in plan.plants for segment in plant.segments]
    ways = lay(plan.ground, ducts, segments, rng)
    folder.add("duct", ducts.rows(rng))
    folder.add("cable_run", run_rows(plan.ground, ducts, segments, ways))
    ledger = random.Random(f"{seed}/{plan.county.code}/ledger")  # noqa: S311 - repeatable, not secret
    for plant in plan.plants:
        plant.office.equipment = [*carded(plant.office.equipment, plan.county.code, ledger)]
        _inside(plan.ground, plant, folder)
        _cables(plan.ground, plant, folder)
        _joints(plant, folder, rng)
        folder.add("equipment", carded(plant.equipment, plan.county.code, ledger))
        folder.add("conductor_state", conductor_rows(plant.segments, rng))
        folder.add("port_state", _port_states(plant, rng))
    for plant in plan.plants:
        folder.add("port_observation", observation_rows(plant))
    homes, market = _market(plan, folder, random.Random(f"{seed}/{plan.county.code}/market"))  # noqa: S311 - repeatable, not secret
    _overlay(plan, market, folder)
    return homes, market


def _market(plan: CountyPlan, folder: SurveyFolder, rng: random.Random) -> tuple[Homes, Market]:
    """Homes, customers, services and what is known of their lines."""
    homes = build_homes(plan.ground, plan.land, plan.plants, plan.budget.scale, rng)
    folder.buildings.add(homes.lonlat.round(8), homes.buildings)
    folder.add("address", homes.addresses)
    folder.add("serving", serving_rows(plan.ground, homes))
    market = draw_market(plan.county.prefix, plan.overlay, plan.plants, homes, plan.budget.scale, rng)
    folder.add("customer", market.customers)
    folder.add("service", market.services)
    folder.add("line_record", market.lines)
    folder.requests.add(market.places, market.requests)
    return homes, market


def _overlay(plan: CountyPlan, market: Market, folder: SurveyFolder) -> None:
    """Switching, transmission, data and power."""
    overlay = plan.overlay
    folder.add_sheet("switch_office", office_rows(overlay.switching))
    folder.add_sheet("trunk_group", overlay.switching.groups)
    folder.add_sheet("number_block", block_rows(overlay.switching))
    folder.add_sheet("number_state", market.number_rows())
    power = overlay.power
    for layer, rows in (("power_rating", power.ratings), ("power_feed", power.feeds), ("power_reading", power.readings)):
        folder.add_sheet(layer, rows)
    book = overlay.book
    for plant, town in zip(plan.plants, plan.budget.towns, strict=True):
        for port in plant.trees:
            book.tree(port)
        ride_lan(book, plant, town.fill, random.Random(plant.town.prefix))  # noqa: S311 - repeatable, not secret
    for layer, rows in (("patch", book.patches), ("circuit", book.circuits), ("circuit_carrier", book.carriers)):
        folder.add(layer, rows)
    folder.add("ring", book.rings)
    folder.add("ring_member", book.members)
    folder.add("vlan", overlay.vlans.layer_rows())
    folder.add("ip_prefix", prefixes(plan.county.number, overlay.vlans.gateways))


def _grids(plan: CountyPlan, folder: SurveyFolder) -> None:
    county, land = plan.county, plan.land
    rows = [("county", county.code, f"{county.name_zh}(演示)", f"{county.name_en} (synthetic)", "")]
    shapes = [land.county()]
    for index, town in enumerate(county.towns):
        rows.append(("town", town.code, town.name_zh, town.name_en, county.code))
        shapes.append(land.town(index))
    for one in land.communities:
        rows.append(("community", one.code, one.name_zh, one.name_en, county.towns[one.town].code))
        shapes.append(one.geometry)
    folder.add_map("grid", shapes, rows)
    areas = [shapely.Point(seat).buffer(AREA_RADIUS_DEGREES, quad_segs=6) for seat in _largest_seats(plan)]
    folder.add_map("customer_area", areas, [
        (f"{county.prefix}-DKH{number:02d}", f"演示大客户片区{number}", f"Synthetic customer area {number}")
        for number in range(1, len(areas) + 1)
    ])


def _largest_seats(plan: CountyPlan) -> list[tuple[float, float]]:
    order = sorted(range(len(plan.county.towns)), key=lambda index: -plan.county.towns[index].population)
    return [plan.land.seats[index] for index in order[:AREAS]]


def _units(plan: CountyPlan, folder: SurveyFolder) -> None:
    """Units of all four kinds; several serve one grid, and a crew serves several communities."""
    county = plan.county
    rows = [
        (f"{county.prefix}-ZH", f"{county.name_zh}营维部综合管理(演示)", "management", county.code),
        (f"{county.prefix}-KF", f"{county.name_zh}营维部客户服务(演示)", "customer_service", county.code),
        (f"{county.prefix}-ZC", f"{county.name_zh}营维部综合支撑(演示)", "support", county.code),
    ]
    for town, own in zip(plan.ground.towns, county.towns, strict=True):
        rows.append((maintenance_code(town), f"{own.name_zh}营维处(演示)", "maintenance", own.code))
        communities = [one for one in plan.land.communities if one.town == town.index]
        for number, one in enumerate(communities):
            crew = number // CREW_COMMUNITIES + 1
            rows.append((f"{town.prefix}-YWB{crew:02d}", f"{own.name_zh}营维{crew}班(演示)", "maintenance", one.code))
    folder.add_sheet("maintenance_unit", rows)


def _structures(plan: CountyPlan, folder: SurveyFolder, rng: random.Random) -> None:
    ground = plan.ground
    rows = []
    for one in ground.structures:
        accuracy = rng.choice((0.3, 0.5, 0.5, 1.0, 2.0))
        built = f"{rng.randint(1999, 2020)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        unit = maintenance_code(ground.towns[one.town])
        rows.append((one.code, one.kind, one.name, plan.land.communities[one.community].code, "in_service", "", built, accuracy, unit))
    folder.add_map("structure", shapely.points([(one.x, one.y) for one in ground.structures]), rows)
    codes = [one.code for one in ground.structures]
    folder.add_map("section", [_line(ground, one) for one in ground.sections], [
        (one.code, one.kind, codes[one.a], codes[one.z], round(one.length_m, 3), "in_service", "", "") for one in ground.sections
    ])


def _line(ground: Ground, section) -> shapely.LineString:
    return shapely.LineString([ground.spot(section.a), *([section.bend] if section.bend else []), ground.spot(section.z)])


def _inside(ground: Ground, plant: TownPlant, folder: SurveyFolder) -> None:
    office = plant.office
    folder.add_sheet("site", [(office.site, ground.structures[plant.town.office].code, "电信局站(演示)")])
    folder.add_sheet("room", office.rooms)
    folder.add_sheet("rack", office.racks)
    folder.add_sheet("equipment", office.equipment)
    folder.add_sheet("card", office.cards)


def _cables(ground: Ground, plant: TownPlant, folder: SurveyFolder) -> None:
    codes = ground.structures
    folder.add("cable", plant.cables)
    folder.add("segment", (
        (one.cable, one.own, _product(one.medium, one.size), codes[one.nodes[0]].code, codes[one.nodes[-1]].code, one.sheath_m,
         one.size, one.life, "", one.built_on)
        for one in plant.segments
    ))


def _product(medium: str, size: int) -> str:
    return f"{'GYTA' if medium == 'fibre' else 'HYA'}-{size}"


def _joints(plant: TownPlant, folder: SurveyFolder, rng: random.Random) -> None:
    for trunk in plant.trunks:
        folder.add("splice", splices(trunk, rng))
        folder.add("termination", terminations(trunk))
    folder.add("patch", patches(plant, rng))


def _port_states(plant: TownPlant, rng: random.Random) -> Iterator[tuple]:
    office = plant.office
    yield from port_rows([*office.ports.values(), *plant.line_banks], FAULTY_PORT_SHARE, rng)
    yield from port_rows([office.odf, office.mdf, *plant.banks], FAULTY_TERMINAL_SHARE, rng)
