"""What the questions should be answered, counted from the demo county's files in plain Python: never from the database."""

from collections import defaultdict
from datetime import date
from functools import cached_property

import networkx
import numpy
from pyproj import Geod, Transformer

from app.survey.datum import gcj02_to_wgs84
from scripts.demo_county.catalogue import expand, product_ports, products
from scripts.demo_county.failures import County
from scripts.demo_county.survey_files import read_buildings, read_features, read_grounds, read_requests, read_rows
from scripts.demo_county.truth import BROKEN, recount
from scripts.demo_county.truth_use import recount_use

GEOD = Geod(ellps="GRS80")
LIVE = ("active", "suspended")
FIBRE, LIFE = ("olt", "odf", "fibre_cabinet", "fibre_box"), "in_service"
HELD = ("in_use", "reserved", "releasing")


def metres(one, other) -> float:
    """Geodesic, between two lon, lat."""
    return GEOD.inv(*one, *other)[2]


class Truth:
    """A folder of demo files, each figure counted once."""

    def __init__(self, folder) -> None:
        self.folder = folder

    def rows(self, layer: str) -> list[dict]:
        return list(read_rows(self.folder, layer))

    @cached_property
    def county(self) -> County:
        return County(self.folder)

    @cached_property
    def grounds(self):
        return read_grounds(self.folder)

    @cached_property
    def counts(self) -> dict:
        """Counts by (grid, kind, technology)."""
        return {**recount(self.folder), **recount_use(self.folder)}

    def pace(self, services: list[dict]) -> tuple[str, float]:
        """How the pace of services is to be taken, and net additions a month; two years without returning seasons."""
        months = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)]
        net = [sum(one["started_on"].startswith(month) - one["ended_on"].startswith(month) for one in services) for month in months]

        def ways(series):
            slope, start = numpy.polyfit(range(12), series[-12:], 1)
            means = {name: sum(series[-count:]) / count for name, count in (("year", 12), ("half", 6), ("quarter", 3))}
            return {**means, "trend": start + slope * (11 + 3.5)}

        came = [sum(net[18 : month + 1]) for month in range(18, 24)]
        wrong = {way: sum(abs(pace * (place + 1) - sums) for place, sums in enumerate(came)) for way, pace in ways(net[:18]).items()}
        best = min(wrong, key=wrong.get)
        return best, ways(net)[best]

    @cached_property
    def equipment(self) -> dict[str, dict]:
        return {row["code"]: row for row in self.rows("equipment")}

    @cached_property
    def places(self) -> dict[str, str]:
        """The structure of each equipment."""
        return self.county.plant.places

    @cached_property
    def members(self) -> dict[tuple[str, str, str], list[str]]:
        """The states of the ports of each equipment, by kind and technology: idle, a use, or broken."""
        told: dict[str, dict[str, tuple]] = defaultdict(dict)
        for row in self.rows("port_state"):
            for no in expand(row["ports"]):
                old = told[row["equipment"]].get(no, ("", ""))
                told[row["equipment"]][no] = (row["use"] or old[0], row["health"] or old[1])
        cards = defaultdict(list)
        for row in self.rows("card"):
            cards[row["equipment"]].append(row)
        found = defaultdict(list)
        for code, row in self.equipment.items():
            ports = [(port.no, port) for port in product_ports().get(row["model"], ())]
            for card in cards[code]:
                ports += [(f"{card['slot_no']}/{port.no}", port) for port in product_ports().get(card["model"], ())]
            for no, port in ports:
                kind = {"plain": "port", "panel": "terminal", "split_out": "splitter_output"}.get(port.role)
                technology = {"port": port.port_type, "terminal": products()[row["model"]].kind}.get(kind, "")
                use, health = told[code].get(no, ("", ""))
                found[code, kind, technology].append(use if use in HELD else "broken" if health in BROKEN else "idle")
        return found

    def idle_spots(self, kind: str, technology: str) -> dict[str, int]:
        """What is idle at each equipment in service, where anything is."""
        found = {}
        for (code, own, of), states in self.members.items():
            if (own, of) == (kind, technology) and "idle" in states and (self.equipment[code]["life"] or "in_service") == "in_service":
                found[code] = states.count("idle")
        return found

    @cached_property
    def waiting(self) -> list[dict]:
        """Open requests with their places, lon and lat."""
        found = []
        for row, place in read_requests(self.folder):
            if row["state"] == "open":
                found.append({**row, "at": tuple(gcj02_to_wgs84(numpy.array([place]))[0])})
        return found

    def nearest(self, at, spots: dict[str, int]) -> tuple[float, str]:
        """The nearest equipment and the metres to it, one by one."""
        return min((metres(at, self.grounds.place[self.places[code]]), code) for code in spots)

    @cached_property
    def communities(self) -> dict[str, str]:
        """The community of each building."""
        return {row["code"]: row["community"] for row in read_buildings(self.folder)[0]}

    @cached_property
    def spots(self) -> dict[str, tuple[float, float]]:
        """Lon and lat of each building."""
        rows, places = read_buildings(self.folder)
        return {row["code"]: tuple(place) for row, place in zip(rows, places.tolist(), strict=True)}

    @cached_property
    def homes(self) -> dict[str, int]:
        """Households by building."""
        found: dict[str, int] = defaultdict(int)
        for row in self.rows("address"):
            found[row["building"]] += int(row["household_count"])
        return found

    @cached_property
    def graph(self) -> networkx.Graph:
        """Structures and sections in service, by geodesic metres."""
        to_degrees = Transformer.from_crs("EPSG:4546", "EPSG:4490", always_xy=True).transform
        graph = networkx.Graph()
        for row, shape in zip(*read_features(self.folder / "structures.gpkg", "section"), strict=True):
            if (row["life"] or "in_service") in ("in_service", "built", "pending_removal"):
                lon, lat = to_degrees(*shape.xy)
                graph.add_edge(row["a_structure"], row["z_structure"], code=row["code"], metres=GEOD.line_length(lon, lat))
        return graph

    @cached_property
    def live(self) -> list[dict]:
        return [row for row in self.county.plant.services if row["state"] in LIVE]

    def grid_of(self, service: dict) -> str:
        """The community in which a service is taken."""
        return self.communities[service["address"].rpartition("/")[0]]

    def net_adds(self, product: str, until: date, months: int) -> list[int]:
        """Starts less ends in each of the months before a day, the oldest first."""
        found = [0] * months
        for row in self.county.plant.services:
            for day, count in ((row["started_on"], 1), (row["ended_on"], -1)):
                if row["product"] == product and day:
                    year, month, _ = map(int, day.split("-"))
                    back = 12 * (until.year - year) + until.month - month
                    if 1 <= back <= months:
                        found[months - back] += count
        return found

    def segment_metres(self) -> dict[str, tuple[float, str]]:
        """Sheath metres and model of each segment."""
        return {f"{row['cable']}/{row['code']}": (float(row["sheath_m"]), row["model"]) for row in self.rows("segment")}

    def sections_of(self) -> dict[str, set[str]]:
        """The sections in which each segment lies."""
        found = defaultdict(set)
        for row in self.rows("cable_run"):
            found[row["segment"]].add(row["section"])
        return found

    def villages(self) -> dict[str, tuple[int, float]]:
        """Households of each community, and the metres from their middle to the nearest fibre."""
        kinds = self.county.plant.kinds
        fibre = {self.places[code] for code, kind in kinds.items() if kind in FIBRE and (self.equipment[code]["life"] or LIFE) == LIFE}
        found = {}
        for grid in sorted(set(self.communities.values())):
            held = [(self.spots[code], self.homes[code]) for code, own in self.communities.items() if own == grid and self.homes[code]]
            total = sum(count for _, count in held)
            if total:
                middle = tuple(sum(spot[axis] * count for spot, count in held) / total for axis in (0, 1))
                found[grid] = (total, min(metres(middle, self.grounds.place[code]) for code in fibre))
        return found

    def free_units(self) -> dict[str, int]:
        """The most units that are free in a rack of each room."""
        taken: dict[str, int] = defaultdict(int)
        for row in self.equipment.values():
            if row["rack"] and row["start_u"]:
                taken[row["rack"]] += products()[row["model"]].height_u
        rooms: dict[str, int] = defaultdict(int)
        for row in self.rows("rack"):
            rooms[row["room"]] = max(rooms[row["room"]], int(float(row["height_u"])) - taken[f"{row['room']}/{row['code']}"])
        return rooms

    def charges(self) -> dict[str, tuple[float, float]]:
        """Ampere-hours of the batteries of each site, and what its rectifiers showed last."""
        shown = {}
        for row in sorted(self.rows("power_reading"), key=lambda one: one["read_on"]):
            if row["load_a"] and self.county.plant.kinds[row["equipment"]] == "rectifier":
                shown[row["equipment"]] = float(row["load_a"])
        found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for row in self.rows("power_rating"):
            if row["capacity_ah"]:
                found[row["equipment"].split("/")[0]][0] += float(row["capacity_ah"])
        for code, amps in shown.items():
            found[code.split("/")[0]][1] += amps
        return {site: (charge, amps) for site, (charge, amps) in found.items() if charge}

    def head_of(self, hops: list[str]) -> str:
        """The office port to which the joints of the files lead over these hops, with a patch where the way stops in between."""
        code = hops[0]
        while True:
            owner, _, no = code.rpartition("/")
            chain = self.county.plant.chain(owner, no)
            if chain.head is not None:
                return "/".join(chain.head)
            code = hops[hops.index("/".join(map(str, chain.members[-1]))) + 1]

    def density(self, grid: str) -> float:
        """Households on a km2 of a community."""
        total = sum(self.homes[code] for code, own in self.communities.items() if own == grid)
        return total / abs(GEOD.geometry_area_perimeter(self.grounds.polygon[grid])[0]) * 1e6
