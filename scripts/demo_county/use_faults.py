"""Faults in switching, transmission, data, power, customers and services, each in rows of its own."""
from scripts.demo_county.banks import Bank
from scripts.demo_county.customers import Market
from scripts.demo_county.homes import Homes, Spot
from scripts.demo_county.observations import SEEN_BY, SEEN_LATER
from scripts.demo_county.places import SEAT
from scripts.demo_county.switching import AREA_CODE

# Positions of fields in the rows of the layer ``service``.
STATE, NUMBER, GATEWAY = 6, 13, 14
FREE_CHANNELS = (200, 201)
E1_PORTS = 21


class UseInjector:
    """Adds faulty rows of use; ``injector`` keeps the list."""

    def __init__(self, injector, homes: Homes, market: Market) -> None:
        self.injector = injector
        self.folder = injector.folder
        self.plan = injector.plan
        self.plant = injector.plan.plants[SEAT]
        self.site = self.plant.office.site
        self.prefix = injector.plan.county.prefix
        self.homes = homes
        self.market = market
        self.book = injector.plan.overlay.book
        self.count = 0

    def inject(self) -> None:
        """Add them all."""
        self.services()
        self.reservation()
        self.line()
        self.numbers()
        self.feeds()
        self.channels()
        self.trees()
        self.data()
        self.states()

    def _told(self, rule: str, place: tuple, subject: str, description: str) -> None:
        self.injector.note(rule, place, subject, "error", description)

    def _checked(self, rule: str, place: tuple, subject: str, description: str, *checks: str) -> None:
        self.injector.note(rule, place, subject, "warning", description, checks=checks)

    def _service(self, product: str, address: str, **facts) -> tuple[tuple, str]:
        self.count += 1
        code = f"{self.prefix}-YWX{self.count:05d}"
        row = (
            code, self.market.customers[0][0], address, product, "", "", facts.get("state", "active"), "2024-03-01", "", "",
            *facts.get("access", ("", "")), "", facts.get("number", ""), *facts.get("vlan", ("", "", "")),
        )
        return self.folder.add("service", [row]), code

    def services(self) -> None:
        """Numbers and VLANs outside their blocks or held twice, a port taken twice, an end without a day."""
        live = next(row for row in self.market.services if row[STATE] == "active" and row[NUMBER] and row[GATEWAY])
        address = live[2]
        cases = (
            ("NUMBER_MISSING", "adsl", {"number": f"{AREA_CODE}9999999"}, "a number outside every block"),
            ("K10", "adsl", {"number": live[NUMBER]}, f"the number of {live[0]}"),
            ("K11", "adsl", {"vlan": live[GATEWAY:]}, f"the VLAN of {live[0]}"),
            ("O6", "adsl", {"access": live[10:12]}, f"the port of {live[0]}"),
            ("VLAN_RANGE", "adsl", {"vlan": (live[GATEWAY], 5000, 1)}, "an outer tag above 4094"),
            ("SERVICE_DATES", "adsl", {"state": "terminated"}, "given up, and no day of it"),
        )
        for rule, product, facts, description in cases:
            place, code = self._service(product, address, **facts)
            self._told(rule, place, code, description)
        bank, port = self._idle_lan()
        place, code = self._service("lan", self._without_lan(), access=bank.port(port))
        checks = (f"O14 {code}", f"O5 {'/'.join(bank.port(port))}")
        self._checked("O14", place, code, "a LAN service at an address that no switch serves", *checks)

    def _idle_lan(self) -> tuple[Bank, int]:
        return next((one.ports, port) for one in self.plant.lan for port in range(one.ports.size) if port not in one.ports.use)

    def _without_lan(self) -> str:
        return next(spot.units[0][0] for spot in self.homes.spots if "lan" not in spot.points and spot.town == SEAT)

    def reservation(self) -> None:
        """A reservation that nobody used."""
        vlans = self.plan.overlay.vlans
        (gateway, outer), (_, home) = next(iter(vlans.rows.items()))
        spot = next(spot for spot in self.homes.spots if spot.points)
        place, code = self._service("ftth", spot.units[0][0], state="reserved", vlan=(gateway, outer, home[2] + 1))
        self._checked("O3", place, code, "reserved long ago")

    def line(self) -> None:
        """A telephone on a terminal that nothing is jumpered to, and a ledger that says it works."""
        spot, (dp, port) = self._idle_dp()
        office = self.plan.overlay.switching.host
        number = office.digits(office.size - 1)
        place, code = self._service("pots", spot.units[0][0], access=(dp, port), number=number)
        self._checked("O7", place, code, f"its way ends in the cabinet of {dp}")
        self._checked("O10", place, code, f"its number {number} is in use without a line", f"O10 {number}")
        record = next(row for row in self.market.lines if row[1].startswith(self.site))
        row = (number, *record[1:10], dp, port)
        self.injector.note("LINE_DIFFERS", self.folder.add("line_record", [row]), number, "told", "a line that the joints don't have")
        missing = f"{AREA_CODE}9999998"
        self._told("LINE_WITHOUT_SERVICE", self.folder.add("line_record", [(missing, *record[1:])]), missing, "a line without a service")

    def _idle_dp(self) -> tuple[Spot, tuple[str, str]]:
        spots = {spot.node: spot for spot in self.homes.spots if "copper" in spot.points}
        return next(
            (spots[leaf.node], leaf.bank.port(place))
            for demand in self.plant.demands if demand.cabinet.medium == "copper"
            for trunk in demand.cabinet.trunks if trunk.life == "in_service"
            for leaf in trunk.leaves
            for place in range(leaf.block) if place not in leaf.bank.use
        )

    def numbers(self) -> None:
        """A block over another."""
        host = self.plan.overlay.switching.host
        code = f"{AREA_CODE}{host.blocks[0]:04d}500"
        self._told("BLOCK_OVERLAP", self.folder.add_sheet("number_block", [(code, host.code, 100)]), code, "numbers of another block")

    def feeds(self) -> None:
        """A feed to itself, a second one on the same side, a rating of what has none, a breaker too small."""
        rectifier, panel = f"{self.site}/REC01", f"{self.site}/DCP01"
        rack = "/".join(self.plant.office.racks[0][:2])
        cases = (
            ("K13", (rectifier, "X01", rectifier, "", "B", 63, 1), "a rectifier that feeds itself"),
            ("FEED_TWICE", (panel, "X02", "", rack, "A", 63, 1), "a second feed A"),
        )
        for rule, row, description in cases:
            self._told(rule, self.folder.add_sheet("power_feed", [row]), f"{row[0]}:{row[1]}", description)
        rating = (f"{self.site}/ODF01", 53.5)
        self._told("POWER_KIND", self.folder.add_sheet("power_rating", [rating]), rating[0], "ratings of a frame")
        row = (panel, "X03", "", f"{self.site}/R0201/X01-01", "A", 10, 12)
        place = self.folder.add_sheet("power_feed", [row])
        self._checked("K13", place, f"{panel}:X03", "12 A through a breaker for 10 A")
        self._checked("O16", place, f"{panel}:X03", "a rack with feed A alone, and more than its breaker bears")

    def channels(self) -> None:
        """Channels beyond the count and taken twice, sections that don't meet, a ring of trails."""
        ridden = self.book.carriers[-1]
        trail = next(row for row in self.book.carriers if row[7])
        cases = (
            ("CHANNEL_BEYOND", 99_999, f"channel 99999 of {trail[7]}"),
            ("CHANNEL_TAKEN", trail[8], f"channel {trail[8]} of {trail[7]}, which {trail[0]} rides"),
        )
        for number, (rule, channel, description) in enumerate(cases, start=1):
            code = f"{self.prefix}-X.2M.{number:04d}"
            self._trail(code, "planned")
            self._told(rule, self.folder.add("circuit_carrier", [(code, 1, 1, "", "", "", "", trail[7], channel)]), code, description)
        ring = self.book.rings[0][0] if self.book.rings else ""
        member = self.folder.add("ring_member", [(ring, 99, ridden[0])])
        self._told("RING_SECTION", member, ring, "a circuit that is no section")
        code = f"{self.prefix}-X.2M.0003"
        place = self._trail(code, "in_service")
        apart = self._apart()
        for seq, (section, channel) in enumerate(zip(apart, FREE_CHANNELS, strict=True), start=1):
            self.folder.add("circuit_carrier", [(code, 1, seq, "", "", "", "", section, channel)])
        self._checked("K14", place, code, f"{apart[0]} and {apart[1]} don't meet")

    def _trail(self, code: str, life: str) -> tuple[str, int]:
        bank = next(bank for bank in self.plant.line_banks if bank.frames[0][0] == f"{self.site}/SDH01" and bank.size >= E1_PORTS)
        port = bank.port(bank.size - 1)
        row = (code, "trail", "point_to_point", "e1", 2.048, "", 1, "none", *port, "", "", "演示错误", life, "", "")
        return self.folder.add("circuit", [row])

    def _apart(self) -> tuple[str, str]:
        """Two sections that share no office."""
        sections = self.plan.overlay.sections
        return next(
            (one.code, two.code) for one in sections for two in sections if not {one.one, one.two} & {two.one, two.two}
        )

    def trees(self) -> None:
        """Two trees on one port, a tree with two ends, splitters behind splitters."""
        bank = self.plant.office.ports["pon"]
        port = bank.port(max(place for place in range(bank.size) if place not in bank.use))
        codes = [f"{self.prefix}-X-PON{number}" for number in (1, 2, 3)]
        rows = [(code, "pon_tree", "tree", "gpon", 2488, "", 64, "none", *port, "", "", "演示错误", "in_service", "", "") for code in codes]
        place = self.folder.add("circuit", rows[:2])
        self._checked("K9", place, codes[1], "a second tree on its port", f"K9 {'/'.join(port)}")
        place = self.folder.add("circuit", [(*rows[2][:10], *port, *rows[2][12:])])
        self._told("TREE_END", place, codes[2], "a tree with a Z end")
        names = [f"{self.injector.prefix}/XPOS{number}" for number in (1, 2)]
        for name, model in zip(names, ("POS-1X64", "POS-1X8"), strict=True):
            row = (name, model, self.injector.office, "", "", "", "演示错误", "", "", "in_service", "", "2019-05-01", self.injector.unit)
            place = self.folder.add("equipment", [row])
        self.folder.add("patch", [(names[0], "OUT-01", names[1], "IN-1", "patch")])
        self._checked("K8", place, names[1], "1:64 and 1:8 one behind the other")

    def data(self) -> None:
        """A prefix outside its parent."""
        pool = f"100.{64 + self.plan.county.number}"
        place = self.folder.add("ip_prefix", [("203.0.113.0/24", "public", f"{pool}.0.0/16", "", "演示错误", "idle")])
        self._told("PREFIX_OUTSIDE", place, "203.0.113.0/24", f"outside {pool}.0.0/16")

    def _seen(self, bank: Bank) -> None:
        """Ports that the network's management saw otherwise an hour later."""
        idle = min(place for place in range(bank.size) if place not in bank.use)
        busy = min(place for place, use in bank.use.items() if use == "in_use")
        for place, state, description in ((idle, "up", "an idle port that is up"), (busy, "down", "a port in use that is down")):
            port = bank.port(place)
            row = self.folder.add("port_observation", [(*port, state, SEEN_LATER, SEEN_BY)])
            self._checked("O5", row, "/".join(port), description)

    def states(self) -> None:
        """A port in use by nobody, broken strands and a circuit on one, a jumper to an idle port, a value without a card."""
        office = self.plant.office
        idle = {kind: max(place for place in range(bank.size) if place not in bank.use) for kind, bank in office.ports.items() if bank.size}
        port = office.ports["adsl"].port(idle["adsl"])
        place = self.folder.add("port_state", [(*port, "in_use", "", "")])
        self._checked("O2", place, port[0], "a port in use without a line")
        self._checked("O5", place, "/".join(port), "it is down")
        self._seen(office.ports["adsl"])
        crowded = f"{self.injector.prefix}-K6.GL01.24F/S01"
        self._checked("O4", self.folder.add("conductor_state", [(crowded, "10-20", "", "faulty", "")]), crowded, "11 broken strands of 24")
        code = f"{self.prefix}-X.STM1.0001"
        row = (code, "section", "point_to_point", "stm1", 155.52, "", 63, "none", "", "", "", "", "演示错误", "in_service", "", "")
        self._checked("K15", self.folder.add("circuit", [row]), code, "it passes strand 10, which is broken")
        self.folder.add("circuit_carrier", [(code, 1, 1, crowded, 10, "", "", "", "")])
        line = office.ports["pots"].port(idle["pots"])
        frame = office.mdf.port(max(place for place in range(office.mdf.size) if place not in office.mdf.use))
        place = self.folder.add("patch", [(*line, *frame, "jumper")])
        self._checked("O11", place, line[0], "a jumper to a port that is idle", f"O11 {'/'.join(frame)}")
        code = f"{self.injector.prefix}/GF9005"
        place = (self.injector.office, "", "", "", "演示错误", "", "", "in_service", "", "2019-05-01", self.injector.unit)
        row = (code, "GF-12", *place, 100_000)
        self._checked("O18", self.folder.add("equipment", [row]), code, "a value and no asset card")
