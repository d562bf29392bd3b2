"""The town in use: its office gets power, switching, transmission and a data gateway, its people numbers, lines and services.

Power at CO-1: MAINS-1 > ATS-1 > ACP-1 > RECT-1 (4 modules of 50 A, read 40 A in January and 60 A in February) > DCP-1 and DCP-2 > rack
C01 by feed A from the one and B from the other; BAT-1 and BAT-2, 300 Ah each, on a panel each. The rack may take 2 kW.
Switching: SW-1 with one card of 32 lines is the office OFF-1, with trunk group TG-1 (2 E1, 31.6 Erlang) to Jingzhou, and the block
5220000 of 20 numbers: four in use, one reserved, one ageing.
Transmission: SDH-1 at CO-1 and SDH-2 at FC-1 with sections SEC-A and SEC-Z (STM-1, strands 3 and 4 of CB-104) as ring RING-1, and the
E1 trail LL-1 over channel 1 of both, protected 1+1. Data: OLT-1 - UL-1 (1000 Mbit/s, peak 350.5) - BRAS-1, VLANs 100:1 to 100:3.
Use: B-E (20 households, 12 of them served by FB-1) and B-W (6 households, served by DP-1 with POTS alone). FT-1 takes fibre on the tree
PON-1; PT-1 to PT-4 take telephones on pairs 1 to 4; LL-S is the leased line; FT-0 has left. The network's own management
saw PON port 0 and the lines of the telephones up, and the line behind them down.
"""

from datetime import UTC, date, datetime

from sqlalchemy import insert, text

from app.network.models import (
    CodeIndex,
    IpPrefix,
    PortObservation,
    PowerFeed,
    PowerRating,
    PowerReading,
    SwitchOffice,
    TrunkGroup,
    Vlan,
)
from app.network.rules.terminations import FRONT, SPLIT_IN, SPLIT_OUT
from app.services.models import (
    Address,
    Building,
    Circuit,
    CircuitCarrier,
    Customer,
    Number,
    NumberBlock,
    Ring,
    RingMember,
    Service,
    ServiceResource,
    Serving,
)
from tests.factories.plant import insert_card, install, join_ends
from tests.town import EAST, WEST, Town

# Code: kind, watts, ports (number, type).
MODELS = {
    "T-MAINS": ("mains", 0, ()),
    "T-ATS": ("ats", 0, ()),
    "T-ACP": ("ac_panel", 0, ()),
    "T-RECT": ("rectifier", 0, ()),
    "T-DCP": ("dc_panel", 0, ()),
    "T-BAT": ("battery", 0, ()),
    "T-SDH": ("sdh", 60, (("L1", "stm1"), ("L2", "stm1"), ("T1", "e1"), ("T2", "e1"))),
    "T-BRAS": ("bras", 350, (("1/0", "ge"), ("1/1", "ge"))),
}
POWER = {
    **{"MAINS-1": "T-MAINS", "ATS-1": "T-ATS", "ACP-1": "T-ACP", "RECT-1": "T-RECT"},
    **{"DCP-1": "T-DCP", "DCP-2": "T-DCP", "BAT-1": "T-BAT", "BAT-2": "T-BAT"},
}
# Source, outlet, load, side, breaker A, load A.
FEEDS = [
    ("MAINS-1", "1", "ATS-1", "A", 100, 12),
    ("ATS-1", "1", "ACP-1", "A", 100, 12),
    ("ACP-1", "1", "RECT-1", "A", 63, 12),
    ("RECT-1", "1", "DCP-1", "A", 200, 31),
    ("RECT-1", "2", "DCP-2", "A", 200, 29),
    ("BAT-1", "1", "DCP-1", "B", 200, None),
    ("BAT-2", "1", "DCP-2", "B", 200, None),
    ("DCP-1", "A1", "CO-1/R01/C01", "A", 63, 31),
    ("DCP-2", "B1", "CO-1/R01/C01", "B", 63, 29),
]
# Building: community, longitude, latitude, households of its addresses.
BUILDINGS = {"B-E": (EAST, 112.2339, 30.0613, {"101": 12, "102": 8}), "B-W": (WEST, 112.2330, 30.0582, {"101": 6})}
SERVED = {"B-E/101": ("pon", "FB-1"), "B-W/101": ("pots", "DP-1")}
NUMBERS_IN_USE = ["5220001", "5220002", "5220003", "5220004"]


def add_model(town: Town, code: str, kind: str, power_w: float = 0, ports=()) -> None:
    """A product that the catalogue lacks."""
    town.session.execute(
        text("INSERT INTO equipment_model (code, kind, power_w) VALUES (:code, :kind, :power_w) ON CONFLICT DO NOTHING"),
        {"code": code, "kind": kind, "power_w": power_w},
    )
    for no, port_type in ports:
        town.session.execute(
            text(
                "INSERT INTO model_port (model_id, no, role, port_type) SELECT id, :no, 'plain', :type FROM equipment_model"
                " WHERE code = :code ON CONFLICT DO NOTHING"
            ),
            {"code": code, "no": no, "type": port_type},
        )


def put_in_use(town: Town) -> "Use":
    """The town's new keys, after all rows of power, switching, transmission, data, customers and services are written."""
    use = Use(town)
    for step in (
        use.add_equipment, use.add_power, use.add_switching, use.add_transmission, use.add_data, use.add_homes, use.add_services,
        use.add_observations,
    ):  # fmt: skip
        step()
    use.add_index()
    town.session.flush()
    return use


def add_second_level(use: "Use") -> None:
    """Two splitters of the second level behind SP-1, beside FT-1: FT-2 hangs on SP-2, a neighbour FT-3 on SP-3."""
    town, session = use.town, use.town.session
    for code in ("SP-2", "SP-3"):
        town.equipment[code] = install(session, town.region_id, code, "POS-1X8", town.structure["P-1"])
        use.put(CodeIndex, code_key=code, kind="equipment", id=town.equipment[code], code=code)
    owners = {key: code for code, key in town.equipment.items()}
    for key, owner, no in session.execute(text("SELECT id, equipment_id, no FROM port WHERE region_id = :r"), {"r": town.region_id}):
        town.port[owners[owner], no] = key
    seq = 20
    for no, code in ((2, "SP-2"), (3, "SP-3")):
        face, strand = town.face, ("CB-201/S01", no)
        join_ends(session, town.region_id, "patch", [(face("SP-1", f"OUT-{no:02}", SPLIT_OUT), face("GJ-1", f"B-{no:02}", FRONT))])
        join_ends(session, town.region_id, "patch", [(face("FB-1", f"A-{no:02}", FRONT), face(code, "IN-1", SPLIT_IN))])
        things = [("SP-1", f"OUT-{no:02}"), ("GJ-1", f"B-{no:02}"), strand, ("FB-1", f"A-{no:02}"), (code, "IN-1")]
        for thing in things:
            held = {"port_id": town.port[thing]} if thing in town.port else {"conductor_id": town.strand[thing]}
            seq += 1
            use.put(CircuitCarrier, circuit_id=use.keys["circuit", "PON-1"], path_no=1, seq=seq, **held)
        ends = {"z_port_id": town.port[code, "OUT-01"]}
        use.serve(f"FT-{no}", "ftth", use.keys["customer", "C-1"], "B-E/101", ends, [("PON-1", "channel", no), (code, "OUT-01")])
        for kind, own in (("service", f"FT-{no}"), ("circuit", f"AC-FT-{no}")):
            use.put(CodeIndex, code_key=own, kind=kind, id=use.keys[kind, own], code=own)
    session.flush()


class Use:
    """Keys by kind and code, as in ``keys["circuit", "PON-1"]``; plant that is added stands in the town's own keys."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.keys: dict[tuple[str, str], int] = {}

    def add(self, kind: str, model, code: str | None = None, /, **values) -> int:
        named = {"code": code} if hasattr(model, "code") else {}
        key = self.town.add(model, **named, **values)
        self.keys[kind, code] = key
        return key

    def put(self, model, **values) -> None:
        self.town.session.execute(insert(model).values(region_id=self.town.region_id, **values))

    def add_equipment(self) -> None:
        town = self.town
        for code, (kind, power, ports) in MODELS.items():
            add_model(town, code, kind, power, ports)
        rack = town.rack["CO-1/R01/C01"]
        for code, model, place, held in [
            *((code, model, "CO-1", None) for code, model in POWER.items()),
            ("SW-1", "SW-32", "CO-1", rack),
            ("SDH-1", "T-SDH", "CO-1", rack),
            ("SDH-2", "T-SDH", "FC-1", None),
            ("BRAS-1", "T-BRAS", "CO-1", rack),
        ]:
            units = range(20, 40) if code == "SW-1" else ()
            town.equipment[code] = install(town.session, town.region_id, code, model, town.structure[place], held, units)
        insert_card(town.session, town.region_id, town.equipment["SW-1"], "0/1", "LC-32")
        insert_card(town.session, town.region_id, town.equipment["OLT-1"], "0/9", "UP-GE-2")
        owners = {key: code for code, key in town.equipment.items()}
        for key, owner, no in town.session.execute(
            text("SELECT id, equipment_id, no FROM port WHERE region_id = :region_id"), {"region_id": town.region_id}
        ):
            town.port[owners[owner], no] = key

    def add_power(self) -> None:
        town, of = self.town, self.town.equipment
        town.session.execute(text("UPDATE rack SET power_kw = 2 WHERE region_id = :region_id"), {"region_id": town.region_id})
        self.put(PowerRating, equipment_id=of["RECT-1"], module_count=4, module_a=50)
        for code in ("BAT-1", "BAT-2"):
            self.put(PowerRating, equipment_id=of[code], capacity_ah=300, cell_count=24)
        for day, load in ((date(2026, 1, 31), 40.0), (date(2026, 2, 28), 60.0)):
            self.put(PowerReading, equipment_id=of["RECT-1"], metric="load_a", read_on=day, value=load)
        for source, outlet, load, side, breaker, drawn in FEEDS:
            target = {"load_rack_id": town.rack[load]} if load in town.rack else {"load_equipment_id": of[load]}
            self.keys["power_feed", f"{source}:{outlet}"] = town.add(
                PowerFeed, source_equipment_id=of[source], outlet_no=outlet, side=side, breaker_a=breaker, load_a=drawn, **target
            )

    def add_switching(self) -> None:
        town = self.town
        office = self.add("switch_office", SwitchOffice, "OFF-1", equipment_id=town.equipment["SW-1"], role="host")
        self.add(
            "trunk_group", TrunkGroup, "TG-1", a_office_id=office, far_end="荆州汇接局", direction="both", e1_count=2, busy_hour_erlang=31.6
        )
        block = self.add("number_block", NumberBlock, "5220000", office_id=office, number_count=20)
        for place in range(20):
            digits = f"{5220000 + place}"
            use = "in_use" if digits in NUMBERS_IN_USE else {5: "reserved", 6: "ageing"}.get(place, "idle")
            until = date(2026, 6, 1) if use == "ageing" else None
            self.keys["number", digits] = town.add(Number, block_id=block, digits=digits, use=use, ageing_until=until)
        for place, number in enumerate(range(1, 5)):
            self._join("jumper", "MDF-1", ("SW-1", f"0/1/{place}"), ("MDF-1", f"V01-{number:03}"))

    def add_transmission(self) -> None:
        town = self.town
        for line, name, number in (("L1", "SEC-A", 3), ("L2", "SEC-Z", 4)):
            terminal = f"A-{number:02}"
            self._join("patch", "ODF-1", ("SDH-1", line), ("ODF-1", terminal))
            self._join("patch", "GJ-1", ("GJ-1", terminal), ("SDH-2", line))
            ends = {"a_port_id": town.port["SDH-1", line], "z_port_id": town.port["SDH-2", line]}
            self.add("circuit", Circuit, name, kind="section", rate="stm1", channel_count=63, use="in_use", **ends)
            strands = [("CB-104/S01", number), ("CB-104/S02", number)]
            self.carry(name, [("SDH-1", line), ("ODF-1", terminal), *strands, ("GJ-1", terminal), ("SDH-2", line)])
        self.add("ring", Ring, "RING-1", rate="stm1")
        for seq, name in enumerate(("SEC-A", "SEC-Z"), start=1):
            self.put(RingMember, ring_id=self.keys["ring", "RING-1"], seq=seq, circuit_id=self.keys["circuit", name])
        ends = {"a_port_id": town.port["SDH-1", "T1"], "z_port_id": town.port["SDH-2", "T1"]}
        self.add("circuit", Circuit, "LL-1", kind="trail", rate="e1", protection="1+1", use="in_use", **ends)
        self.carry("LL-1", [("SDH-1", "T1"), ("SEC-A", "channel", 1), ("SDH-2", "T1")])
        self.carry("LL-1", [("SEC-Z", "channel", 1)], path_no=2)

    def add_data(self) -> None:
        town = self.town
        self._join("patch", None, ("OLT-1", "0/9/0"), ("BRAS-1", "1/0"))
        ends = {"a_port_id": town.port["OLT-1", "0/9/0"], "z_port_id": town.port["BRAS-1", "1/0"]}
        self.add("circuit", Circuit, "UL-1", kind="uplink", rate="ge", rate_mbit=1000, peak_mbit=350.5, use="in_use", **ends)
        self.carry("UL-1", [("OLT-1", "0/9/0"), ("BRAS-1", "1/0")])
        for inner in (1, 2, 3):
            use = "in_use" if inner == 1 else "idle"
            self.keys["vlan", f"BRAS-1:100.{inner}"] = town.add(
                Vlan, gateway_equipment_id=town.equipment["BRAS-1"], s_vlan=100, c_vlan=inner, use=use
            )
        wide = town.add(IpPrefix, prefix="10.0.0.0/8", use="in_use")
        narrow = town.add(IpPrefix, prefix="10.1.0.0/16", parent_id=wide, gateway_equipment_id=town.equipment["BRAS-1"], use="in_use")
        self.keys |= {("ip_prefix", "10.0.0.0/8"): wide, ("ip_prefix", "10.1.0.0/16"): narrow}

    def add_homes(self) -> None:
        town = self.town
        for code, (grid, lon, lat, units) in BUILDINGS.items():
            building = self.add("building", Building, code, grid_id=town.grid[grid], geom=f"SRID=4490;POINT({lon} {lat})")
            for unit, households in units.items():
                address = town.add(Address, building_id=building, code=unit, household_count=households)
                self.keys["address", f"{code}/{unit}"] = address
        for address, (technology, point) in SERVED.items():
            self.put(Serving, address_id=self.keys["address", address], technology=technology, equipment_id=town.equipment[point])

    def add_services(self) -> None:
        town = self.town
        customer = self.add("customer", Customer, "C-1", segment="public", name="演示用户000001")
        large = self.add("customer", Customer, "C-2", segment="large", name="演示公司")
        self.add("circuit", Circuit, "PON-1", kind="pon_tree", topology="tree", rate="gpon", channel_count=64, use="in_use",
                 a_port_id=town.port["OLT-1", "0/1/0"])  # fmt: skip
        feeder = [("CB-104/S01", 1), ("CB-104/S02", 1)]
        self.carry("PON-1", [("OLT-1", "0/1/0"), ("ODF-1", "A-01"), *feeder, ("GJ-1", "A-01"), ("SP-1", "IN-1")])
        self.serve("FT-1", "ftth", customer, "B-E/101", {"z_port_id": town.port["FB-1", "A-01"]},
                   [("PON-1", "channel", 1), ("SP-1", "OUT-01"), ("GJ-1", "B-01"), ("CB-201/S01", 1), ("FB-1", "A-01")])  # fmt: skip
        self.hold("FT-1", vlan_id=self.keys["vlan", "BRAS-1:100.1"])
        for no in range(1, 5):
            ends = {"a_port_id": town.port["SW-1", f"0/1/{no - 1}"], "z_port_id": town.port["DP-1", f"{no:02}"]}
            self.serve(f"PT-{no}", "pots", customer, "B-W/101", ends, [
                ("SW-1", f"0/1/{no - 1}"), ("MDF-1", f"V01-{no:03}"), ("CC-301/S01", no), ("XC-1", f"M-{no:03}"), ("XC-1", f"P-{no:03}"),
                ("CC-302/S01", no), ("DP-1", f"{no:02}"),
            ])  # fmt: skip
            self.hold(f"PT-{no}", number_id=self.keys["number", NUMBERS_IN_USE[no - 1]])
        self.add("service", Service, "LL-S", customer_id=large, product="leased_line", state="active", started_on=date(2025, 3, 1))
        self.hold("LL-S", circuit_id=self.keys["circuit", "LL-1"])
        self.add("service", Service, "FT-0", customer_id=customer, address_id=self.keys["address", "B-E/102"], product="ftth",
                 state="terminated", started_on=date(2024, 1, 1), ended_on=date(2025, 1, 1))  # fmt: skip

    def serve(self, code: str, product: str, customer: int, address: str, ends: dict, carriers: list) -> None:
        """A live service with its access line."""
        self.add("circuit", Circuit, f"AC-{code}", kind="access", use="in_use", **ends)
        self.carry(f"AC-{code}", carriers)
        self.add("service", Service, code, customer_id=customer, address_id=self.keys["address", address], product=product, state="active",
                 started_on=date(2025, 3, 1))  # fmt: skip
        self.hold(code, circuit_id=self.keys["circuit", f"AC-{code}"])

    def hold(self, service: str, **held) -> None:
        self.town.add(ServiceResource, service_id=self.keys["service", service], started_on=date(2025, 3, 1), **held)

    def carry(self, circuit: str, carriers: list, path_no: int = 1) -> None:
        """Ports ``(equipment, no)``, conductors ``(segment, no)``, and channels ``(circuit, "channel", no)``; what carries is in use."""
        town = self.town
        for seq, carrier in enumerate(carriers, start=1):
            if len(carrier) == 3:
                held = {"lower_circuit_id": self.keys["circuit", carrier[0]], "channel_no": carrier[2]}
            elif carrier in town.port:
                held = {"port_id": town.port[carrier]}
            else:
                held = {"conductor_id": town.strand[carrier]}
            self.put(CircuitCarrier, circuit_id=self.keys["circuit", circuit], path_no=path_no, seq=seq, **held)
            for column, table in (("port_id", "port"), ("conductor_id", "conductor")):
                if column in held:
                    sql = text(f"UPDATE {table} SET use = 'in_use' WHERE region_id = :region_id AND id = :id AND use <> 'in_use'")
                    town.session.execute(sql, {"region_id": town.region_id, "id": held[column]})

    def add_observations(self) -> None:
        seen = {("OLT-1", "0/1/0"): "up", **{("SW-1", f"0/1/{line}"): "up" for line in range(4)}, ("SW-1", "0/1/4"): "down"}
        for port, state in seen.items():
            at = datetime(2026, 2, 28, 18, 15, tzinfo=UTC)
            self.put(PortObservation, port_id=self.town.port[port], oper_state=state, seen_at=at, source="NMS-1")

    def add_index(self) -> None:
        town = self.town
        own = {("equipment", code): town.equipment[code] for code in (*POWER, "SW-1", "SDH-1", "SDH-2", "BRAS-1")}
        told = {**own, **{(kind, code): key for (kind, code), key in self.keys.items() if kind not in ("vlan", "ip_prefix", "power_feed")}}
        for (kind, code), key in told.items():
            self.put(CodeIndex, code_key=code, kind=kind, id=key, code=code)

    def _join(self, kind: str, equipment: str | None, one: tuple[str, str], two: tuple[str, str]) -> None:
        town = self.town
        ends = [(town.face(*one, FRONT), town.face(*two, FRONT))]
        join_ends(town.session, town.region_id, kind, ends, town.equipment[equipment] if equipment else None)
