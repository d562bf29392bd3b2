"""Typical survey faults, added as rows of their own so that nothing else in the files depends on them, and a list of them."""
import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

import shapely

from scripts.demo_county.county import CountyPlan
from scripts.demo_county.customers import Market
from scripts.demo_county.homes import Homes
from scripts.demo_county.offices import maintenance_code
from scripts.demo_county.places import SEAT
from scripts.demo_county.structures import to_metres
from scripts.demo_county.use_faults import UseInjector
from scripts.demo_county.writers import SurveyFolder

LONG_SECTION_M = 900.0
NEAR_M = 0.2
OUTSIDE_DEGREES = 0.02


@dataclass(frozen=True)
class Fault:
    """One injected fault.

    Attributes
    ----------
    rule
        Rule that names it: of the domain (K6, O19 ..) or the finding's own.
    row
        Row number in the file (the header is row 1); for a GeoPackage the fid.
    expected
        ``warning``: loads, and the check names it; ``error``: refused unless only valid rows are wanted; ``told``: loads, and the
        import says what is doubtful.
    falls
        Other injected rows that are refused with it.
    checks
        Everything that the network's checks name because of it, as rule and full code.
    """

    rule: str
    file: str
    sheet: str
    row: int
    subject: str
    severity: str
    expected: str
    description: str
    falls: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()


class _Injector:
    """Adds faulty rows to the seat of the first county."""

    def __init__(self, plan: CountyPlan, folder: SurveyFolder) -> None:
        self.folder = folder
        self.plan = plan
        self.ground = plan.ground
        self.town = plan.ground.towns[SEAT]
        self.prefix = f"{self.town.prefix}-X"
        self.unit = maintenance_code(self.town)
        self.faults: list[Fault] = []
        self.codes = [one.code for one in self.ground.structures]
        self.office = self.codes[self.town.office]

    def note(
        self, rule: str, place: tuple, subject: str, severity: str, description: str, *,
        falls: tuple[str, ...] = (), checks: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        """Add to the list; ``place`` is (file, row) or (file, sheet, row), ``checks`` what a check names if not the subject alone."""
        file, sheet, row = place if len(place) == 3 else (place[0], "", place[1])
        told = "warning" if severity == "told" else severity
        if severity == "warning":
            checks = checks or (f"{rule} {subject}",)
        self.faults.append(Fault(rule, file, sheet, row, subject, told, severity, description, falls, checks))

    def structures(self) -> None:
        """A pole outside every grid, and a manhole on top of another."""
        east = max(shapely.get_coordinates(self.plan.land.outline).tolist())
        spot = to_metres([(east[0] + OUTSIDE_DEGREES, east[1])])[0]
        name, fid = self._structure(f"{self.prefix}/P001", "pole", spot, "")
        self.note("O19", (name, "structure", fid), f"{self.prefix}/P001", "warning", "a pole outside every community")
        twin = self.ground.structures[self.town.manholes[0]]
        community = self.plan.land.communities[twin.community].code
        code = f"{twin.code}X"
        name, fid = self._structure(code, "manhole", (twin.x + NEAR_M, twin.y), community)
        description = f"a manhole {NEAR_M} m from {twin.code}: a possible duplicate"
        self.note("D1", (name, "structure", fid), code, "warning", description, checks=(f"D1 {twin.code}",))

    def _structure(self, code: str, kind: str, spot: tuple[float, float], community: str) -> tuple[str, int]:
        row = (code, kind, "演示错误", community, "in_service", "", "2019-05-01", 1.0, self.unit)
        return self.folder.add_map("structure", [shapely.Point(round(spot[0], 3), round(spot[1], 3))], [row])

    def long_section(self) -> None:
        """A duct section far longer than any that is dug between two manholes."""
        nodes = self.town.manholes
        a, z = min(
            ((one, two) for one in nodes[:40] for two in nodes if one < two),
            key=lambda pair: abs(math.dist(self.ground.spot(pair[0]), self.ground.spot(pair[1])) - LONG_SECTION_M),
        )
        line = shapely.LineString([self.ground.spot(a), self.ground.spot(z)])
        code = f"{self.prefix}-LONG"
        place = self.folder.add_map("section", [line], [(code, "duct_section", self.codes[a], self.codes[z], "", "in_service", "", "")])
        self.note("B6", (place[0], "section", place[1]), code, "warning", f"a duct section of {line.length:.0f} m, usual are 5 to 200 m")

    def cables(self) -> None:
        """A cable in a hole that has subducts, and one shorter than its way."""
        number = self._tubed_section()
        section = self.ground.sections[number]
        crowded = self._cable("K6", section, math.ceil(section.length_m * 10.2) / 10)
        place = self.folder.add("cable_run", [(crowded, 1, section.code, "1", "", "", "", "")])
        description = f"a cable straight in hole 1 of {section.code}, which has subducts"
        self.note("K6", place, crowded, "warning", description, checks=(f"K6 {section.code}/K01",))
        short = self._cable("K18", section, round(section.length_m * 0.6, 1))
        row = self._last_segment
        self.folder.add("cable_run", [(short, 1, section.code, "", "", "", "", "")])
        self.note("K18", row, short, "error", "a sheath shorter than its way over the ground", falls=(f"cable_run {short} 1",))
        self._states(crowded)

    def _tubed_section(self) -> int:
        """A section under a cable of fibre: its hole 1 has subducts."""
        plant = self.plan.plants[SEAT]
        for segment in plant.segments:
            if segment.medium == "fibre" and segment.life == "in_service":
                for one, two in zip(segment.nodes, segment.nodes[1:], strict=False):
                    number = next(own for near, own in self.ground.links[one] if near == two)
                    if self.ground.sections[number].kind == "duct_section":
                        return number
        raise RuntimeError("no fibre cable lies in a duct")

    def _cable(self, rule: str, section, sheath_m: float) -> str:
        code = f"{self.prefix}-{rule}.GL01.24F"
        self.folder.add("cable", [(code, "fibre", "演示错误光缆", "in_service", "", "2019-05-01")])
        self._last_segment = self.folder.add("segment", [
            (code, "S01", "GYTA-24", self.codes[section.a], self.codes[section.z], sheath_m, 24, "in_service", "", "2019-05-01")
        ])
        return f"{code}/S01"

    def _states(self, segment: str) -> None:
        place = self.folder.add("conductor_state", [(segment, "25", "in_use", "", "")])
        self.note("I8", place, segment, "error", "strand 25 of a cable with 24")
        place = self.folder.add("conductor_state", [(segment, "1", "坏了一半", "", "")])
        self.note("VALUE_CHOICE", place, segment, "error", "a status word that nobody knows")

    def second_splice(self) -> None:
        """A strand end spliced a second time."""
        trunk = next(
            one for one in self.plan.plants[SEAT].trunks
            if one.medium == "fibre" and one.life == "in_service" and one.breaks and one.leaves[0].pieces
        )
        before, branch = trunk.pieces[0].code, trunk.leaves[0].pieces[0].code
        closure = trunk.closures[trunk.path[trunk.breaks[0]]]
        place = self.folder.add("splice", [(before, "1", branch, "2", closure, "9", "splice", 0.05, "", "")])
        self.note("K2", place, before, "error", "strand 1 and strand 2 are spliced already in this closure")

    def equipment(self) -> None:
        """Unknown structure, unknown model, a bad date, and one code told twice."""
        cases = (
            ("PARENT_MISSING", "GF9001", "GF-12", f"{self.prefix}/NOWHERE", "", "a box at a structure that no file brings"),
            ("MODEL_MISSING", "GF9002", "GF-999", self.office, "", "a model that the catalogue lacks"),
            ("VALUE_DATE", "GF9003", "GF-12", self.office, "2019-13-45", "a day that no calendar has"),
        )
        for rule, own, model, structure, built, description in cases:
            place = self._box(own, model, structure, "演示错误", built)
            self.note(rule, place, f"{self.prefix}/{own}", "error", description)
        self._box("GF9004", "GF-12", self.office, "演示错误甲", "")
        place = self._box("GF9004", "GF-24", self.office, "演示错误乙", "")
        description = f"one code twice with different content, first in row {place[1] - 1}"
        self.note("I1_CONTRADICTED", place, f"{self.prefix}/GF9004", "error", description)

    def _box(self, own: str, model: str, structure: str, name: str, built: str) -> tuple[str, int]:
        row = (f"{self.prefix}/{own}", model, structure, "", "", "", name, "", "", "in_service", "", built, self.unit)
        return self.folder.add("equipment", [row])

    def rack(self) -> None:
        """A rack with more power than its limit, and two things in one unit."""
        room = f"{self.town.prefix}/R0201"
        rack = f"{room}/X01-01"
        place = self.folder.add_sheet("rack", [(room, "X01-01", 42, 0.3)])
        checks = (f"K12 {rack}", f"O16 {rack}")
        self.note("K12", place, rack, "warning", "chassis of 0.5 kW in a rack for 0.3 kW that has no feeds", checks=checks)
        for number, (model, start) in enumerate((("OLT-16", 1), ("AG-16", 16), ("DSLAM-16", 29)), start=1):
            self._chassis(f"XCH{number:02d}", model, rack, start)
        place = self._chassis("XCH04", "OLT-8", rack, 30)
        self.note("K12", place, f"{self.town.prefix}/XCH04", "error", "units 30 to 38 of the rack, which hold another chassis")

    def _chassis(self, own: str, model: str, rack: str, start: int) -> tuple[str, str, int]:
        place = ("", rack, start, "front", "演示错误", "", f"ZC-X-{own}", "in_service", "", "2019-05-01", self.unit)
        row = (f"{self.town.prefix}/{own}", model, *place)
        return self.folder.add_sheet("equipment", [row])


def inject(plan: CountyPlan, folder: SurveyFolder, homes: Homes, market: Market) -> None:
    """Add the faults to the files of ``folder`` and write ``faults.json`` beside them."""
    injector = _Injector(plan, folder)
    injector.structures()
    injector.long_section()
    injector.cables()
    injector.second_splice()
    injector.equipment()
    injector.rack()
    UseInjector(injector, homes, market).inject()
    text = json.dumps([asdict(fault) for fault in injector.faults], ensure_ascii=False, indent=1)
    (Path(folder.folder) / "faults.json").write_text(text + "\n", encoding="utf-8")
