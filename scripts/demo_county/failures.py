"""Who falls when things fail, by walking the joints in a folder of demo files: it knows nothing of what circuits claim to be carried by.

Only which sections a trail rides, and which circuits are ways out of equipment, is taken from the circuits' own rows.
"""
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from app.engineering.power import battery_hours
from scripts.demo_county.catalogue import products
from scripts.demo_county.chains import Member, Plant, read_plant, service_chain
from scripts.demo_county.survey_files import read_features, read_rows

# Where the batteries stand, in degrees Celsius.
BATTERY_C = 15
Thing = tuple[str, str]


@dataclass(frozen=True)
class Way:
    """What a way passes and the equipment in which its joints lie; ``is_whole`` where it goes from port to port."""

    members: tuple[Member, ...]
    joints: frozenset[str]
    is_whole: bool = True


@dataclass(frozen=True)
class Trail:
    """A circuit over channels: the ports at its ends, and for each path the sections that it rides."""

    members: tuple[Member, ...]
    paths: tuple[tuple[str, ...], ...]
    is_protected: bool


@dataclass
class Broken:
    """What no longer works at some hour: segments, strands, and equipment, whether it failed itself or lost power."""

    segments: set[str] = field(default_factory=set)
    strands: set[Member] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    dead: set[str] = field(default_factory=set)


class County:
    """A folder of demo files; every way is walked once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plant: Plant = read_plant(folder)
        self.live = [row for row in self.plant.services if row["access_equipment"] or (row["circuit"] and row["state"] == "active")]
        self.chains = {row["code"]: service_chain(self.plant, row) for row in self.live if row["access_equipment"]}
        self.circuits = {row["code"]: row for row in read_rows(folder, "circuit")}

    @cached_property
    def ways(self) -> dict[str, Way]:
        """Of each access line the way from the drop to the office; of each section and uplink that from port to port."""
        found = {}
        for code, chain in self.chains.items():
            ends = [end for member in chain.members for end in self._ends(member) if end in self.plant.mates]
            found[code] = Way(chain.members, frozenset(self._joints(ends, set(chain.members))), chain.head is not None)
        for code, row in self.circuits.items():
            if row["kind"] in ("section", "uplink"):
                found[code] = self._between((row["a_equipment"], row["a_port"]), (row["z_equipment"], row["z_port"]))
        return found

    def _ends(self, member: Member) -> list[tuple]:
        owner, number = member
        if owner in self.plant.segments:
            return [(owner, number, "a"), (owner, number, "z")]
        role = self.plant.roles[owner, number]
        return [(owner, number, face) for face in (("front", "back") if role == "panel" else (role,))]

    def _joints(self, ends: Iterable[tuple], passed: set[Member]) -> Iterable[str]:
        """Where the joints between two things passed lie; what else hangs on them is of no account."""
        return (self.plant.inside[end] for end in ends if self.plant.mates[end][:2] in passed)

    def _between(self, near: Member, far: Member) -> Way:
        chain, joints = self.plant.onward(*near)
        return Way(chain.members, frozenset(joints), chain.head == far)

    @cached_property
    def trails(self) -> dict[str, Trail]:
        carriers = defaultdict(list)
        for row in read_rows(self.folder, "circuit_carrier"):
            carriers[row["circuit"]].append(row)
        found = {}
        for code, rows in carriers.items():
            if self.circuits[code]["kind"] == "trail":
                paths = defaultdict(list)
                for row in rows:
                    paths[row["path_no"]] += [row["lower_circuit"]] if row["lower_circuit"] else []
                members = tuple((row["equipment"], row["port"]) for row in rows if row["equipment"])
                found[code] = Trail(members, tuple(map(tuple, paths.values())), self.circuits[code]["protection"] != "none")
        return found

    @cached_property
    def runs(self) -> dict[str, set[str]]:
        """Segments by section."""
        found = defaultdict(set)
        for row in read_rows(self.folder, "cable_run"):
            found[row["section"]].add(row["segment"])
        return found

    @cached_property
    def sections(self) -> dict[str, tuple[str, str]]:
        """The two structures of each section."""
        rows, _ = read_features(self.folder / "structures.gpkg", "section")
        return {row["code"]: (row["a_structure"], row["z_structure"]) for row in rows}

    @cached_property
    def power(self) -> "Power":
        return Power(self.folder, self.plant)

    @cached_property
    def uplinks(self) -> dict[str, list[str]]:
        """Circuits that lead out of each equipment."""
        found = defaultdict(list)
        for code, row in self.circuits.items():
            if row["kind"] == "uplink":
                found[row["a_equipment"]].append(code)
        return found

    def things(self) -> dict[str, list[str]]:
        """What may fail, by kind, as codes."""
        strands = sorted({member for way in self.ways.values() for member in way.members if member[0] in self.plant.segments})
        return {
            "section": sorted(self.runs), "segment": sorted(self.plant.segments),
            "cable": sorted({segment.rpartition("/")[0] for segment in self.plant.segments}),
            "conductor": [f"{segment}:{number}" for segment, number in strands], "equipment": sorted(self.plant.kinds),
            "structure": sorted(set(self.plant.places.values())), "power_feed": sorted(self.power.feeds),
        }  # fmt: skip

    def broken(self, things: Iterable[Thing], hours: float) -> Broken:
        """What no longer works after so many hours when these things fail."""
        named = defaultdict(set)
        for kind, code in things:
            named[kind].add(code)
        sections = named["section"] | {code for code, ends in self.sections.items() if named["structure"] & set(ends)}
        failed = named["equipment"] | {code for code, place in self.plant.places.items() if place in named["structure"]}
        segments = named["segment"].union(*(self.runs.get(section, set()) for section in sections))
        segments |= {code for code in self.plant.segments if code.rpartition("/")[0] in named["cable"]}
        strands = {(code.rpartition(":")[0], int(code.rpartition(":")[2])) for code in named["conductor"]}
        return Broken(segments, strands, failed, failed | self.power.dark(failed, named["power_feed"], hours))

    def fallen(self, broken: Broken) -> set[str]:
        """The services that don't work."""
        found = set()
        for row in self.live:
            code = row["code"]
            works = self._is_lit(code, broken) if code in self.chains else self._holds(row["circuit"], broken)
            if row["gateway"] in broken.dead or not works:
                found.add(code)
        return found

    def weakened(self, broken: Broken) -> set[str]:
        """The leased lines that hold over one of two paths."""
        found = set()
        for row in self.live:
            trail = self.trails.get(row["circuit"])
            if trail and len(trail.paths) > 1 and self._holds(row["circuit"], broken):
                if not all(self._rides(path, broken) for path in trail.paths):
                    found.add(row["code"])
        return found

    def _is_lit(self, code: str, broken: Broken) -> bool:
        head = self.chains[code].head
        return self._works(self.ways[code], broken) and head is not None and self._leads_out(head[0], broken)

    def _leads_out(self, equipment: str, broken: Broken) -> bool:
        ways = self.uplinks.get(equipment)
        return not ways or any(
            self._works(self.ways[code], broken) and self._leads_out(self.circuits[code]["z_equipment"], broken) for code in ways
        )

    def _holds(self, circuit: str, broken: Broken) -> bool:
        trail = self.trails[circuit]
        if any(owner in broken.dead for owner, _ in trail.members):
            return False
        paths = [self._rides(path, broken) for path in trail.paths]
        return any(paths) if trail.is_protected else all(paths)

    def _rides(self, path: tuple[str, ...], broken: Broken) -> bool:
        return all(self._works(self.ways[section], broken) for section in path)

    def _works(self, way: Way, broken: Broken) -> bool:
        if not way.is_whole or not way.joints.isdisjoint(broken.failed):
            return False
        return not any(member[0] in broken.segments or member in broken.strands or member[0] in broken.dead for member in way.members)


class Power:
    """Feeds of a folder of demo files, and how long the batteries bear their office."""

    def __init__(self, folder: Path, plant: Plant) -> None:
        self.plant = plant
        self.feeds = {f"{row['source']}/{row['outlet_no']}": row for row in read_rows(folder, "power_feed")}
        self.into: dict[str, list[str]] = defaultdict(list)
        for code, row in self.feeds.items():
            self.into[row["load_equipment"] or row["load_rack"]].append(code)
        self.charge = {row["equipment"]: float(row["capacity_ah"]) for row in read_rows(folder, "power_rating") if row["capacity_ah"]}
        self.loads: dict[str, float] = defaultdict(float)
        newest: dict[str, tuple[str, float]] = {}
        for row in read_rows(folder, "power_reading"):
            if row["load_a"] and plant.kinds[row["equipment"]] == "rectifier":
                newest[row["equipment"]] = max(newest.get(row["equipment"], ("", 0.0)), (row["read_on"], float(row["load_a"])))
        for equipment, (_, load) in newest.items():
            self.loads[plant.places[equipment]] += load
        cards = {row["equipment"] for row in read_rows(folder, "card") if row["model"] in products() and products()[row["model"]].power_w}
        self.in_rack = {
            row["code"]: row["rack"] for row in read_rows(folder, "equipment")
            if row["rack"] and row["model"] in products() and (products()[row["model"]].power_w or row["code"] in cards)
        }  # fmt: skip

    def dark(self, failed: set[str], cut: set[str], hours: float) -> set[str]:
        """Equipment without power after so many hours."""
        if not cut and not failed & {row["source"] for row in self.feeds.values()}:
            return set()
        sources = {row["source"] for row in self.feeds.values()}
        alive = {source for source in sources if source not in self.into and source not in failed and self._bears(source, failed, hours)}
        while True:
            more = {load for load, feeds in self.into.items() if load not in alive | failed
                    and any(code not in cut and self.feeds[code]["source"] in alive for code in feeds)}  # fmt: skip
            if not more:
                break
            alive |= more
        dark = {load for load in self.into if load not in alive}
        return dark | {code for code, rack in self.in_rack.items() if rack in dark and code not in self.into}

    def _bears(self, source: str, failed: set[str], hours: float) -> bool:
        """True for mains and gensets, and for batteries that are not empty."""
        if self.plant.kinds[source] != "battery":
            return True
        place = self.plant.places[source]
        own = sum(charge for code, charge in self.charge.items() if self.plant.places[code] == place and code not in failed)
        return (battery_hours(own, self.loads[place], BATTERY_C) or 0.0) > hours
