"""The networks that run over a county's plant: strands are taken before the cables are built, equipment is mounted after."""
import random
from dataclasses import dataclass, field

from scripts.demo_county.backbone import Backbone
from scripts.demo_county.broadband import Route, VlanPlan, build_broadband, plan_routes
from scripts.demo_county.circuits import CircuitBook
from scripts.demo_county.plant import TownPlant
from scripts.demo_county.power import PowerBook, build_power
from scripts.demo_county.structures import Ground
from scripts.demo_county.switching import Switching, plan_switching
from scripts.demo_county.transmission import Section, Trail, build_transmission, plan_sections

LEASED_LINES = 240
LEAST_LEASED_LINES = 6


@dataclass
class Overlay:
    """What a county's switching, transmission, data and power are; filled in two steps."""

    sections: list[Section]
    routes: list[Route]
    book: CircuitBook = field(default_factory=CircuitBook)
    power: PowerBook = field(default_factory=PowerBook)
    leased: list[Trail] = field(default_factory=list)
    switching: Switching | None = None
    vlans: VlanPlan | None = None


def plan_overlay(backbone: Backbone, names: list[str]) -> Overlay:
    """Take the strands that sections and uplinks need; ``names`` are the prefixes of the towns."""
    return Overlay(plan_sections(backbone, names), plan_routes(backbone, len(names)))


def build_overlay(
    overlay: Overlay, ground: Ground, plants: list[TownPlant], backbone: Backbone, used: dict[str, list[int]], county: tuple[int, float],
    rng: random.Random,
) -> None:
    """Mount everything, and note circuits, feeds and readings.

    Parameters
    ----------
    used
        Line ports in use by kind and town.
    county
        Its number and its scale.
    """
    number, scale = county
    fills = [plant.access.fill for plant in plants]
    overlay.switching = plan_switching(plants, used, backbone.seat, number, rng)
    overlay.leased = _leased(plants, scale, rng)
    build_transmission(plants, backbone, overlay.sections, overlay.switching.trails + overlay.leased, overlay.book, rng)
    overlay.vlans = build_broadband(plants, backbone, overlay.routes, fills, overlay.book, rng)
    for town, plant in enumerate(plants):
        build_power(plant.office, ground.structures[plant.town.office].code, town == backbone.seat, overlay.power, rng)


def _leased(plants: list[TownPlant], scale: float, rng: random.Random) -> list[Trail]:
    """E1s that large customers lease between two towns."""
    trails = []
    for number in range(1, max(LEAST_LEASED_LINES, round(LEASED_LINES * scale)) + 1):
        one, two = rng.sample(range(len(plants)), 2)
        short = plants[two].town.prefix.split("-")[1]
        trails.append(Trail(f"{plants[one].town.prefix}-{short}.2M.{number:04d}", one, two, "大客户专线"))
    return trails
