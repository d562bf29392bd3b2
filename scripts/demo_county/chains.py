"""The way of a customer's line, found in the files alone: from the port at which the drop leaves to the office."""
from dataclasses import dataclass, field
from pathlib import Path

from scripts.demo_county.catalogue import expand, product_ports, products
from scripts.demo_county.survey_files import read_grounds, read_rows

# An end is (segment, number, side a or z) or (equipment, port, face); what is passed is (owner, number).
End = tuple[str, int | str, str]
Member = tuple[str, int | str]


@dataclass(frozen=True)
class Chain:
    """A customer's line.

    Attributes
    ----------
    members
        Strands, pairs and ports from the customer's port up, as (segment, number) or (equipment, port).
    head
        The office port reached; None where the way ends before.
    splitters
        Splitters passed, the customer's first.
    """

    members: tuple[Member, ...]
    head: Member | None
    splitters: tuple[str, ...]


@dataclass
class Plant:
    """The joints of a folder of files and what is needed to pass through things.

    ``inside`` is the equipment in which an end is joined, ``uplinks`` the first port by which equipment leads on.
    ``racked`` is what stands in a rack.
    """

    mates: dict[End, End]
    segments: set[str]
    roles: dict[tuple[str, str], str]
    kinds: dict[str, str]
    places: dict[str, str]
    services: list[dict[str, str]] = field(default_factory=list)
    inside: dict[End, str] = field(default_factory=dict)
    uplinks: dict[str, Member] = field(default_factory=dict)
    racked: set[str] = field(default_factory=set)

    def chain(self, equipment: str, port: str) -> Chain:
        """The way from a port at which a customer's drop leaves."""
        members: list[Member] = [(equipment, port)]
        splitters: list[str] = []
        end = self._behind((equipment, port, self._face(equipment, port)), members, splitters)
        while end is not None:
            mate = self.mates.get(end)
            if mate is None:
                return Chain(tuple(members), None, tuple(splitters))
            members.append(mate[:2])
            end = self._behind(mate, members, splitters)
        return Chain(tuple(members), members[-1], tuple(splitters))

    def head_end(self, equipment: str, port: str) -> Chain:
        """The way of a line that begins at an office or LAN port: the port itself."""
        return Chain(((equipment, port),), (equipment, port), ())

    def onward(self, equipment: str, port: str) -> tuple[Chain, set[str]]:
        """The way from a port of equipment to the port that it is joined to, and the equipment in which the joints lie."""
        members: list[Member] = [(equipment, port)]
        splitters: list[str] = []
        joints, end = set(), (equipment, port, self.roles[equipment, port])
        while end is not None:
            mate = self.mates.get(end)
            if mate is None:
                return Chain(tuple(members), None, tuple(splitters)), joints
            joints.add(self.inside[end])
            members.append(mate[:2])
            end = self._behind(mate, members, splitters)
        return Chain(tuple(members), members[-1], tuple(splitters)), joints

    def to_office(self, chain: Chain) -> list[Chain]:
        """The ways by which the equipment outdoors at a line's head leads on, one after the other, to what stands in an office."""
        ways: list[Chain] = []
        while chain.head is not None and chain.head[0] in self.uplinks and chain.head[0] not in self.racked:
            chain = self.onward(*self.uplinks[chain.head[0]])[0]
            ways.append(chain)
        return ways

    def _face(self, equipment: str, port: str) -> str:
        """How a customer's drop meets the port: at a panel on the front."""
        role = self.roles[equipment, port]
        return "front" if role == "panel" else role

    def _behind(self, end: End, members: list[Member], splitters: list[str]) -> End | None:
        """The other side of what an end belongs to; None at a port of equipment."""
        owner, number, face = end
        if owner in self.segments:
            return (owner, number, "z" if face == "a" else "a")
        if face in ("front", "back"):
            return (owner, number, "back" if face == "front" else "front")
        if face == "split_out":
            splitters.append(owner)
            members.append((owner, "IN-1"))
            return (owner, "IN-1", "split_in")
        return None


def read_plant(folder: Path) -> Plant:
    """Joints and services of a folder of files; rows that contradict earlier ones are passed over, as the import refuses them."""
    segments = {f"{row['cable']}/{row['code']}": row for row in read_rows(folder, "segment")}
    kinds, places, roles = {}, {}, {}
    structures = {row["code"]: row["structure"] for row in read_rows(folder, "site")}
    for row in read_rows(folder, "equipment"):
        if row["model"] not in products():
            continue
        kinds[row["code"]] = products()[row["model"]].kind
        places[row["code"]] = row["structure"] or structures[row["rack"].split("/")[0]]
        for port in product_ports().get(row["model"], ()):
            roles[row["code"], port.no] = port.role
    for row in read_rows(folder, "card"):
        for port in product_ports().get(row["model"], ()):
            roles[row["equipment"], f"{row['slot_no']}/{port.no}"] = port.role
    plant = Plant({}, set(segments), roles, kinds, places)
    _join_all(folder, plant, segments)
    plant.services = list(read_rows(folder, "service"))
    plant.racked = {row["code"] for row in read_rows(folder, "equipment") if row["rack"]}
    for row in read_rows(folder, "circuit"):
        if row["kind"] == "uplink":
            plant.uplinks.setdefault(row["a_equipment"], (row["a_equipment"], row["a_port"]))
    return plant


def _join_all(folder: Path, plant: Plant, segments: dict[str, dict]) -> None:
    def conductors(segment: str, numbers: str, equipment: str) -> list[End]:
        place = plant.places[equipment]
        side = "a" if segments[segment]["a_structure"] == place else "z"
        return [(segment, number, side) for number in _numbers(numbers)]

    def fronts(equipment: str, ports: str) -> list[End]:
        return [(equipment, port, plant._face(equipment, port)) for port in expand(ports)]

    for row in read_rows(folder, "splice"):
        sides = [conductors(row[f"{end}_segment"], row[f"{end}_strands"], row["closure"]) for end in ("from", "to")]
        _join(plant, *sides, row["closure"])
    for row in read_rows(folder, "termination"):
        backs = [(row["panel"], port, "back") for port in expand(row["ports"])]
        _join(plant, backs, conductors(row["segment"], row["strands"], row["panel"]), row["panel"])
    for row in read_rows(folder, "patch"):
        sides = [fronts(row[f"{end}_equipment"], row[f"{end}_ports"]) for end in ("from", "to")]
        _join(plant, *sides, row["from_equipment"])


def _join(plant: Plant, ones: list[End], twos: list[End], equipment: str) -> None:
    for one, two in zip(ones, twos, strict=True):
        if one not in plant.mates and two not in plant.mates:
            plant.mates[one], plant.mates[two] = two, one
            plant.inside[one] = plant.inside[two] = equipment


def _numbers(text: str) -> list[int]:
    found: list[int] = []
    for part in text.split(","):
        low, _, high = part.partition("-")
        found += range(int(low), int(high or low) + 1)
    return found


def service_chain(plant: Plant, service: dict[str, str]) -> Chain:
    """The way of a live service's line.

    Raises
    ------
    KeyError
        The service names no port of the files.
    """
    equipment, port = service["access_equipment"], service["access_port"]
    if plant.roles[equipment, port] == "plain":
        return plant.head_end(equipment, port)
    return plant.chain(equipment, port)


def ducts_of(folder: Path, members: tuple[Member, ...]) -> set[str]:
    """Sections that the cables of a line run through."""
    segments = {owner for owner, number in members if isinstance(number, int)}
    return {row["section"] for row in read_rows(folder, "cable_run") if row["segment"] in segments}


__all__ = ["Chain", "Plant", "ducts_of", "read_grounds", "read_plant", "service_chain"]
