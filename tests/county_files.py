"""The demo county's files as tests read them: joints between ends, walks along them, and states by member."""

from scripts.demo_county.catalogue import expand, product_ports
from scripts.demo_county.survey_files import read_rows

LIVE = ("in_use", "releasing")


def strands(text: str) -> list[int]:
    found = []
    for part in text.split(","):
        low, _, high = part.partition("-")
        found += range(int(low), int(high or low) + 1)
    return found


class Joints:
    """End -> its mate. An end is (segment, number, side a or z) or (equipment, port, face)."""

    def __init__(self, folder) -> None:
        self.mates: dict[tuple, tuple] = {}
        self.segments = {f"{row['cable']}/{row['code']}": row for row in read_rows(folder, "segment")}
        equipment = list(read_rows(folder, "equipment"))
        self.places = {row["code"]: structure(folder, row) for row in equipment}
        self.roles = {row["code"]: {port.no: port.role for port in product_ports().get(row["model"], ())} for row in equipment}
        for row in read_rows(folder, "splice"):
            self.join(*(self.strands(row[f"{end}_segment"], row[f"{end}_strands"], row["closure"]) for end in ("from", "to")))
        for row in read_rows(folder, "termination"):
            backs = [(row["panel"], port, "back") for port in expand(row["ports"])]
            self.join(backs, self.strands(row["segment"], row["strands"], row["panel"]))
        for row in read_rows(folder, "patch"):
            self.join(*(self.fronts(row[f"{end}_equipment"], row[f"{end}_ports"]) for end in ("from", "to")))

    def strands(self, segment: str, numbers: str, equipment: str) -> list[tuple]:
        """The ends of the segment's strands at the equipment."""
        place = self.places[equipment]
        sides = [side for side in "az" if self.segments[segment][f"{side}_structure"] == place]
        assert len(sides) == 1, (segment, place)
        return [(segment, number, sides[0]) for number in strands(numbers)]

    def fronts(self, equipment: str, ports: str) -> list[tuple]:
        return [(equipment, port, self.roles[equipment].get(port, "plain")) for port in expand(ports)]

    def join(self, ones: list[tuple], twos: list[tuple]) -> None:
        for one, two in zip(ones, twos, strict=True):
            assert one not in self.mates and two not in self.mates, f"{one} or {two} is joined twice"
            self.mates[one], self.mates[two] = two, one


def structure(folder, row: dict) -> str:
    if row["structure"]:
        return row["structure"]
    site = row["rack"].split("/")[0]
    return next(own["structure"] for own in read_rows(folder, "site") if own["code"] == site)


def walk(mates: dict, segments: set, end: tuple) -> list[tuple]:
    """Ends met from ``end`` outwards, through cables, panels and splitters, until nothing follows."""
    met = []
    while end in mates:
        there = mates[end]
        met.append(there)
        owner, number, face = there
        if owner in segments:
            end = (owner, number, "z" if face == "a" else "a")
        elif face in ("panel", "back"):
            end = (owner, number, "back" if face == "panel" else "panel")
        elif face == "split_out":
            end = (owner, "IN-1", "split_in")
        else:
            break
    return met


def states(folder, layer: str, owner: str, field: str, read) -> dict[tuple, str]:
    return {(row[owner], member): row["use"] for row in read_rows(folder, layer) for member in read(row[field]) if row["use"] in LIVE}
