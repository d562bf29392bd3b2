"""A small town whose figures were worked out by hand; all tiers share it.

The route, seen from above, north up; lengths in metres as surveyed, the points lie where they say within 0.1 m::

                                                     P-1
                                                      |  SEC-5 pole span 150
                                   HH-3 --SEC-4 100- FC-1
                                    |  SEC-3 110
    CO-1 --SEC-1 100-- MH-1 --SEC-2 200-- MH-2               HH-9 (far east, in no grid)
                                    |  SEC-6 80
                                   JC-1 --SEC-7 pole span 60-- P-2

County 421022 > town 421022100 > communities W 421022100201 and E 421022100202. The border between W and E runs 50 m east of
HH-3 and JC-1: SEC-4 lies half in each, SEC-7 5/6 in W and 1/6 in E; CO-1, MH-1, MH-2, HH-3 and JC-1 stand in W, FC-1, P-1 and
P-2 in E.

Fibre: OLT-1 port 0/1/0 -patch- ODF-1 A-01 -termination- CB-104/S01:1 -splice 0.05 dB in CL-1- CB-104/S02:1 -termination-
GJ-1 A-01 -patch- SP-1 IN-1 > SP-1 OUT-01 -patch- GJ-1 B-01 -termination- CB-201/S01:1 -termination- FB-1 A-01: eight joints.
Strands 1-12 of both segments of CB-104 are spliced and terminated, strands 13-24 are not.
S01 follows SEC-1, SEC-2 (300 m, 15 m coil at each end: sheath 330); S02 SEC-3, SEC-4 (210 m, coils 15 and 10: sheath 235);
CB-201/S01 SEC-5 (150 m, one coil 10: sheath 160). CB-105/S01 is planned, CO-1 to MH-1, 12 strands, sheath 110.

Copper: MDF-1 V01-001..100 - CC-301/S01 pairs 1-100 - XC-1 M-001..100; XC-1 P-001..010 - CC-302/S01 pairs 1-10 - DP-1 01..10;
jumpers M-001 to M-004 on P-001 to P-004. CC-301 follows SEC-1, SEC-2, SEC-6 (380 m, one coil 10: sheath 390), CC-302 SEC-7
(60 m, one coil 5: sheath 65).

Out of order: port 0/1/7 of OLT-1, strand 24 of CB-104/S01, pair 7 of CC-302/S01, hole 4 of SEC-1. Reserved: strand 2 of CB-104
on both segments, ODF-1 A-02, subduct 2 in hole 1 of SEC-1 (for CB-105). FB-9, at HH-9, stands outside every grid.

Shares of grids: S02 runs 110 + 50 of 210 m in W = 16/21 and 5/21 in E; CC-302 5/6 and 1/6; CB-201 all in E; the rest all in W.
"""

from dataclasses import dataclass, field

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.network.models import Cable, CableRun, CodeIndex, Duct, Grid, GridShare, Rack, Room, Section, Site, Structure
from app.network.rules.terminations import A_END, BACK, FRONT, SPLIT_IN, SPLIT_OUT, Z_END, conductor_end, port_end
from tests.factories.plant import add, insert_card, install, join_ends, pull_segment

WEST, EAST = "421022100201", "421022100202"
COUNTY, TOWN = "421022", "421022100"
_NORTH, _SOUTH, _LEFT, _BORDER, _RIGHT = 30.07, 30.05, 112.22, 112.2333296, 112.25

# Code: kind, longitude, latitude, grid.
STRUCTURES = {
    "CO-1": ("building", 112.2297, 30.0590, WEST),
    "MH-1": ("manhole", 112.230737, 30.0590, WEST),
    "MH-2": ("manhole", 112.2328111, 30.0590, WEST),
    "HH-3": ("handhole", 112.2328111, 30.0599923, WEST),
    "JC-1": ("street_cabinet", 112.2328111, 30.0582783, WEST),
    "FC-1": ("street_cabinet", 112.2338481, 30.0599922, EAST),
    "P-1": ("pole", 112.2338481, 30.0613454, EAST),
    "P-2": ("pole", 112.2334333, 30.0582783, EAST),
    "HH-9": ("handhole", 112.3, 30.0590, None),
}
# Code: kind, from, to, metres, number of holes, number of subducts in hole 1.
SECTIONS = {
    "SEC-1": ("duct_section", "CO-1", "MH-1", 100.0, 4, 3),
    "SEC-2": ("duct_section", "MH-1", "MH-2", 200.0, 4, 3),
    "SEC-3": ("duct_section", "MH-2", "HH-3", 110.0, 2, 2),
    "SEC-4": ("duct_section", "HH-3", "FC-1", 100.0, 2, 0),
    "SEC-5": ("pole_span", "FC-1", "P-1", 150.0, 0, 0),
    "SEC-6": ("duct_section", "MH-2", "JC-1", 80.0, 2, 0),
    "SEC-7": ("pole_span", "JC-1", "P-2", 60.0, 0, 0),
}
# Cable: medium, and its segments: model, from, to, sheath metres, coil before and after, run of (section, hole, subduct), life.
CABLES = {
    "CB-104": (
        "fibre",
        {
            "S01": ("GYTA-24", "CO-1", "MH-2", 330.0, 15, 15, [("SEC-1", 1, 1), ("SEC-2", 1, 1)], "in_service"),
            "S02": ("GYTA-24", "MH-2", "FC-1", 235.0, 15, 10, [("SEC-3", 1, 1), ("SEC-4", 1, None)], "in_service"),
        },
    ),
    "CB-201": ("fibre", {"S01": ("GYTA-12", "FC-1", "P-1", 160.0, 10, 0, [("SEC-5", None, None)], "in_service")}),
    "CB-105": ("fibre", {"S01": ("GYTA-12", "CO-1", "MH-1", 110.0, 0, 10, [("SEC-1", 1, 2)], "planned")}),
    "CC-301": (
        "copper",
        {
            "S01": ("HYA-100", "CO-1", "JC-1", 390.0, 10, 0, [("SEC-1", 2, None), ("SEC-2", 2, None), ("SEC-6", 1, None)], "in_service"),
        },
    ),
    "CC-302": ("copper", {"S01": ("HYA-10", "JC-1", "P-2", 65.0, 5, 0, [("SEC-7", None, None)], "in_service")}),
}
# Code: model, structure, front units of rack C01.
EQUIPMENT = {
    "ODF-1": ("ODF-72", "CO-1", range(1, 5)),
    "OLT-1": ("OLT-8", "CO-1", range(10, 19)),
    "MDF-1": ("MDF-500", "CO-1", ()),
    "CL-1": ("GT-24", "MH-2", ()),
    "GJ-1": ("GJ-144", "FC-1", ()),
    "SP-1": ("POS-1X8", "FC-1", ()),
    "FB-1": ("GF-12", "P-1", ()),
    "XC-1": ("J-600", "JC-1", ()),
    "DP-1": ("DP-10", "P-2", ()),
    "FB-9": ("GF-12", "HH-9", ()),
}
# Shares of the lines that do not lie in W alone.
SHARES = {
    "SEC-4": {WEST: 1 / 2, EAST: 1 / 2},
    "SEC-5": {EAST: 1.0},
    "SEC-7": {WEST: 5 / 6, EAST: 1 / 6},
    "CB-104/S02": {WEST: 16 / 21, EAST: 5 / 21},
    "CB-201/S01": {EAST: 1.0},
    "CC-302/S01": {WEST: 5 / 6, EAST: 1 / 6},
}
# Kind, owner, technology: installed, in use, reserved, releasing, unusable, planned.
TALLIES = {
    ("port", "OLT-1", "pon"): (8, 1, 0, 0, 1, 0),
    ("terminal", "ODF-1", "odf"): (72, 1, 1, 0, 0, 0),
    ("terminal", "MDF-1", "mdf"): (500, 4, 0, 0, 0, 0),
    ("terminal", "GJ-1", "fibre_cabinet"): (144, 2, 0, 0, 0, 0),
    ("terminal", "XC-1", "copper_cabinet"): (600, 8, 0, 0, 0, 0),
    ("terminal", "FB-1", "fibre_box"): (12, 1, 0, 0, 0, 0),
    ("terminal", "FB-9", "fibre_box"): (12, 0, 0, 0, 0, 0),
    ("terminal", "DP-1", "dp"): (10, 4, 0, 0, 0, 0),
    ("splitter_output", "SP-1", ""): (8, 1, 0, 0, 0, 0),
    ("strand", "CB-104/S01", ""): (24, 1, 1, 0, 1, 0),
    ("strand", "CB-104/S02", ""): (24, 1, 1, 0, 0, 0),
    ("strand", "CB-201/S01", ""): (12, 1, 0, 0, 0, 0),
    ("strand", "CB-105/S01", ""): (0, 0, 0, 0, 0, 12),
    ("pair", "CC-301/S01", ""): (100, 4, 0, 0, 0, 0),
    ("pair", "CC-302/S01", ""): (10, 4, 0, 0, 1, 0),
    ("duct", "SEC-1", ""): (4, 2, 0, 0, 1, 0),
    ("duct", "SEC-2", ""): (4, 2, 0, 0, 0, 0),
    ("duct", "SEC-3", ""): (2, 1, 0, 0, 0, 0),
    ("duct", "SEC-4", ""): (2, 1, 0, 0, 0, 0),
    ("duct", "SEC-6", ""): (2, 1, 0, 0, 0, 0),
    ("subduct", "SEC-1", ""): (3, 1, 1, 0, 0, 0),
    ("subduct", "SEC-2", ""): (3, 1, 0, 0, 0, 0),
    ("subduct", "SEC-3", ""): (2, 1, 0, 0, 0, 0),
    ("rack_unit", "CO-1/R01/C01", ""): (42, 13, 0, 0, 0, 0),
    ("slot", "OLT-1", ""): (10, 1, 0, 0, 0, 0),
}
# Strand-metres: S01 330 x 24 = 7920, S02 235 x 24 = 5640, CB-201 160 x 12 = 1920; pair-metres: 390 x 100, 65 x 10.
STRAND_METRES, PAIR_METRES = 7920 + 5640 + 1920, 39000 + 650
# From OLT-1 to FB-1: three segments of sheath, eight joints.
LIGHT_PATH_M, LIGHT_PATH_JOINTS = 330 + 235 + 160, 8


@dataclass
class Town:
    """Keys by code: ``structure["MH-1"]``, ``port["ODF-1", "A-01"]``, ``strand["CB-104/S01", 17]``, ``duct["SEC-1", 1, None]``."""

    session: Session
    region_id: int
    grid: dict = field(default_factory=dict)
    structure: dict = field(default_factory=dict)
    section: dict = field(default_factory=dict)
    duct: dict = field(default_factory=dict)
    cable: dict = field(default_factory=dict)
    segment: dict = field(default_factory=dict)
    strand: dict = field(default_factory=dict)
    site: dict = field(default_factory=dict)
    rack: dict = field(default_factory=dict)
    equipment: dict = field(default_factory=dict)
    port: dict = field(default_factory=dict)

    def add(self, model, **values) -> int:
        return add(self.session, model, region_id=self.region_id, **values)

    def end(self, segment: str, no: int, face: int) -> int:
        """The termination at an end of a strand or pair."""
        return conductor_end(self.strand[segment, no], face)

    def face(self, equipment: str, no: str, face: int) -> int:
        """The termination at a face of a port."""
        return port_end(self.port[equipment, no], face)


def build_town(session: Session, region_id: int) -> Town:
    """The town's keys, after all its rows are written."""
    town = Town(session, region_id)
    for step in (
        _add_grids,
        _add_route,
        _add_ducts,
        _add_office,
        _add_equipment,
        _add_cables,
        _read_members,
        _add_fibre_joints,
        _add_copper_joints,
        _set_states,
        _add_derived,
    ):
        step(town)
    session.flush()
    return town


def _box(left: float, right: float) -> str:
    corners = ((left, _SOUTH), (right, _SOUTH), (right, _NORTH), (left, _NORTH), (left, _SOUTH))
    return f"SRID=4490;MULTIPOLYGON((({', '.join(f'{x} {y}' for x, y in corners)})))"


def _add_grids(town: Town) -> None:
    for level, parent, code, name, left, right in (
        (1, None, COUNTY, "公安县", _LEFT, _RIGHT),
        (2, COUNTY, TOWN, "斗湖堤镇", _LEFT, _RIGHT),
        (3, TOWN, WEST, "西社区", _LEFT, _BORDER),
        (3, TOWN, EAST, "东社区", _BORDER, _RIGHT),
    ):
        town.grid[code] = town.add(Grid, level=level, parent_id=town.grid.get(parent), code=code, name_zh=name, geom=_box(left, right))


def _add_route(town: Town) -> None:
    for code, (kind, lon, lat, grid) in STRUCTURES.items():
        point = f"SRID=4490;POINT({lon} {lat})"
        town.structure[code] = town.add(Structure, code=code, kind=kind, grid_id=town.grid.get(grid), geom=point)
    for code, (kind, start, end, metres, _, _) in SECTIONS.items():
        ends = ", ".join(f"{STRUCTURES[place][1]} {STRUCTURES[place][2]}" for place in (start, end))
        town.section[code] = town.add(
            Section,
            code=code,
            kind=kind,
            a_structure_id=town.structure[start],
            z_structure_id=town.structure[end],
            length_m=metres,
            geom=f"SRID=4490;LINESTRING({ends})",
        )


def _add_ducts(town: Town) -> None:
    for code, (*_, holes, subducts) in SECTIONS.items():
        for hole in range(1, holes + 1):
            town.duct[code, hole, None] = town.add(Duct, section_id=town.section[code], no=str(hole), inner_mm=100)
        for subduct in range(1, subducts + 1):
            parent = town.duct[code, 1, None]
            town.duct[code, 1, subduct] = town.add(Duct, section_id=town.section[code], parent_id=parent, no=str(subduct), inner_mm=28)


def _add_office(town: Town) -> None:
    town.site["CO-1"] = town.add(Site, code="CO-1", structure_id=town.structure["CO-1"], name_zh="公安局")
    room = town.add(Room, site_id=town.site["CO-1"], code="R01", name_zh="传输机房")
    town.rack["CO-1/R01/C01"] = town.add(Rack, room_id=room, code="C01", height_u=42)


def _add_equipment(town: Town) -> None:
    for code, (model, place, units) in EQUIPMENT.items():
        rack = town.rack["CO-1/R01/C01"] if units else None
        town.equipment[code] = install(town.session, town.region_id, code, model, town.structure[place], rack, units)
    insert_card(town.session, town.region_id, town.equipment["OLT-1"], "0/1", "PON-8")


def _add_cables(town: Town) -> None:
    for code, (medium, segments) in CABLES.items():
        life = next(iter(segments.values()))[-1]
        town.cable[code] = town.add(Cable, code=code, medium=medium, life=life)
        for own, (model, start, end, sheath, before, after, run, life) in segments.items():
            key = pull_segment(
                town.session,
                town.region_id,
                (town.cable[code], medium),
                own,
                model,
                (town.structure[start], town.structure[end]),
                sheath_m=sheath,
                life=life,
            )
            town.segment[f"{code}/{own}"] = key
            town.session.execute(insert(CableRun), list(_run_rows(town, key, run, (before, after), life == "planned")))


def _run_rows(town: Town, segment: int, run: list, slack: tuple, is_planned: bool):
    for seq, (section, hole, subduct) in enumerate(run, start=1):
        yield {
            "region_id": town.region_id,
            "segment_id": segment,
            "seq": seq,
            "section_id": town.section[section],
            "is_reversed": False,
            "duct_id": town.duct[section, hole, subduct] if hole else None,
            "is_subduct": (subduct is not None) if hole else None,
            "is_planned": is_planned,
            "slack_before_m": slack[0] if seq == 1 else 0,
            "slack_after_m": slack[1] if seq == len(run) else 0,
        }


def _read_members(town: Town) -> None:
    region = {"region_id": town.region_id}
    segments = {key: code for code, key in town.segment.items()}
    for key, segment, no in town.session.execute(text("SELECT id, segment_id, no FROM conductor WHERE region_id = :region_id"), region):
        town.strand[segments[segment], no] = key
    owners = {key: code for code, key in town.equipment.items()}
    for key, owner, no in town.session.execute(text("SELECT id, equipment_id, no FROM port WHERE region_id = :region_id"), region):
        town.port[owners[owner], no] = key


def _join(town: Town, kind: str, equipment: str, pairs: list, loss_db=None) -> None:
    join_ends(town.session, town.region_id, kind, pairs, town.equipment[equipment], loss_db)


def _add_fibre_joints(town: Town) -> None:
    end, face, dozen = town.end, town.face, range(1, 13)
    _join(town, "patch", "ODF-1", [(face("OLT-1", "0/1/0", FRONT), face("ODF-1", "A-01", FRONT))])
    _join(town, "termination", "ODF-1", [(face("ODF-1", f"A-{no:02}", BACK), end("CB-104/S01", no, A_END)) for no in dozen])
    _join(town, "splice", "CL-1", [(end("CB-104/S01", no, Z_END), end("CB-104/S02", no, A_END)) for no in dozen], 0.05)
    _join(town, "termination", "GJ-1", [(end("CB-104/S02", no, Z_END), face("GJ-1", f"A-{no:02}", BACK)) for no in dozen])
    _join(town, "patch", "GJ-1", [(face("GJ-1", "A-01", FRONT), face("SP-1", "IN-1", SPLIT_IN))])
    _join(town, "patch", "GJ-1", [(face("SP-1", "OUT-01", SPLIT_OUT), face("GJ-1", "B-01", FRONT))])
    _join(town, "termination", "GJ-1", [(face("GJ-1", f"B-{no:02}", BACK), end("CB-201/S01", no, A_END)) for no in dozen])
    _join(town, "termination", "FB-1", [(end("CB-201/S01", no, Z_END), face("FB-1", f"A-{no:02}", BACK)) for no in dozen])


def _add_copper_joints(town: Town) -> None:
    end, face, hundred, ten = town.end, town.face, range(1, 101), range(1, 11)
    _join(town, "termination", "MDF-1", [(face("MDF-1", f"V01-{no:03}", BACK), end("CC-301/S01", no, A_END)) for no in hundred])
    _join(town, "termination", "XC-1", [(end("CC-301/S01", no, Z_END), face("XC-1", f"M-{no:03}", BACK)) for no in hundred])
    _join(town, "jumper", "XC-1", [(face("XC-1", f"M-{no:03}", FRONT), face("XC-1", f"P-{no:03}", FRONT)) for no in range(1, 5)])
    _join(town, "termination", "XC-1", [(face("XC-1", f"P-{no:03}", BACK), end("CC-302/S01", no, A_END)) for no in ten])
    _join(town, "termination", "DP-1", [(end("CC-302/S01", no, Z_END), face("DP-1", f"{no:02}", BACK)) for no in ten])


def _set_states(town: Town) -> None:
    port, strand, duct = town.port, town.strand, town.duct
    quads = [f"{no:03}" for no in range(1, 5)]
    _set(
        town,
        "port",
        "use = 'in_use'",
        [
            *(port[key] for key in (("OLT-1", "0/1/0"), ("ODF-1", "A-01"), ("GJ-1", "A-01"), ("GJ-1", "B-01"))),
            *(port[key] for key in (("SP-1", "IN-1"), ("SP-1", "OUT-01"), ("FB-1", "A-01"))),
            *(port["MDF-1", f"V01-{no}"] for no in quads),
            *(port["XC-1", f"M-{no}"] for no in quads),
            *(port["XC-1", f"P-{no}"] for no in quads),
            *(port["DP-1", no[1:]] for no in quads),
        ],
    )
    _set(town, "port", "use = 'reserved'", [port["ODF-1", "A-02"]])
    _set(town, "port", "health = 'faulty'", [port["OLT-1", "0/1/7"]])
    _set(
        town,
        "conductor",
        "use = 'in_use'",
        [
            *(strand[segment, 1] for segment in ("CB-104/S01", "CB-104/S02", "CB-201/S01")),
            *(strand[segment, no] for segment in ("CC-301/S01", "CC-302/S01") for no in range(1, 5)),
        ],
    )
    _set(town, "conductor", "use = 'reserved'", [strand["CB-104/S01", 2], strand["CB-104/S02", 2]])
    _set(town, "conductor", "health = 'faulty'", [strand["CB-104/S01", 24], strand["CC-302/S01", 7]])
    _set(
        town,
        "duct",
        "use = 'in_use'",
        [
            *(duct[section, 1, None] for section in ("SEC-1", "SEC-2", "SEC-3", "SEC-4", "SEC-6")),
            *(duct[section, 2, None] for section in ("SEC-1", "SEC-2")),
            *(duct[section, 1, 1] for section in ("SEC-1", "SEC-2", "SEC-3")),
        ],
    )
    _set(town, "duct", "use = 'reserved'", [duct["SEC-1", 1, 2]])
    _set(town, "duct", "health = 'blocked'", [duct["SEC-1", 4, None]])


def _set(town: Town, table: str, change: str, keys: list[int]) -> None:
    statement = text(f"UPDATE {table} SET {change} WHERE region_id = :region_id AND id = ANY(:keys)")
    town.session.execute(statement, {"region_id": town.region_id, "keys": keys})


def _add_derived(town: Town) -> None:
    shares = []
    for kind, owners in (("section", town.section), ("segment", town.segment)):
        for code, key in owners.items():
            for grid, share in SHARES.get(code, {WEST: 1.0}).items():
                shares.append(
                    {"region_id": town.region_id, "owner_kind": kind, "owner_id": key, "grid_id": town.grid[grid], "share": share}
                )
    town.session.execute(insert(GridShare), shares)
    town.session.execute(
        text(
            "INSERT INTO segment_line (region_id, segment_id, geom, geom_3857)"
            " SELECT r.region_id, r.segment_id, ST_Collect(s.geom ORDER BY r.seq), ST_Collect(s.geom_3857 ORDER BY r.seq)"
            " FROM cable_run r JOIN section s ON s.region_id = r.region_id AND s.id = r.section_id"
            " WHERE r.region_id = :region_id GROUP BY r.region_id, r.segment_id"
        ),
        {"region_id": town.region_id},
    )
    plates = [
        {"region_id": town.region_id, "code_key": code, "kind": kind, "id": key, "code": code}
        for kind, owners in (
            ("grid", town.grid),
            ("structure", town.structure),
            ("section", town.section),
            ("cable", town.cable),
            ("segment", town.segment),
            ("equipment", town.equipment),
            ("site", town.site),
            ("rack", town.rack),
        )
        for code, key in owners.items()
    ]
    town.session.execute(insert(CodeIndex), plates)
