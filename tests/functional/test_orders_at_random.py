"""Random orders of every kind, reservations, expiries and blocks against a plain model: all agree after every step."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule, run_state_machine_as_test
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.database import transaction
from app.core.errors import RuleError
from app.network.commands.members import block_member, unblock_member
from app.network.queries.tallies import list_tally_differences
from app.occupancy.queries import resource_summary
from app.operations import cutovers, orders
from app.operations.design import take_line
from app.operations.models import ORDER_KINDS
from app.operations.qualification import ask_at_address_id
from app.services.commands.reservations import Purpose, expire, release
from app.services.commands.tallies import FAMILIES, settle_all_tallies
from app.survey.importing import import_surveys
from tests.conftest import REGION, keep_regions
from tests.factories.lines import FREE_FTTH, FREE_POTS, build_lines
from tests.factories.plant import insert_card, install

pytestmark = pytest.mark.functional
HOMES = {"ftth": "B-E/101", "pots": "B-W/101"}
OTHER_HOMES = {"ftth": "B-E/102", "pots": "B-W/101"}
# Numbers given back rest for months; an example that has given back so many takes no more telephones.
MOST_RESTING = 8
FREE = {"ftth": FREE_FTTH, "pots": FREE_POTS}
# What one line takes: ports, strands and pairs, VLANs, numbers; and the joints that its activation makes.
TAKES = {"ftth": {"port": 3, "conductor": 1, "vlan": 1, "number": 0}, "pots": {"port": 5, "conductor": 2, "vlan": 0, "number": 1}}
JOINTS = {"ftth": 1, "pots": 2}
# A port that a live service holds, and the one that surveys tell of.
HELD_PORT = (
    "SELECT e.code || ',' || p.no FROM circuit_carrier k JOIN port p ON p.region_id = :region AND p.id = k.port_id AND p.use = 'in_use'"
    " JOIN equipment e ON e.region_id = :region AND e.id = p.equipment_id WHERE k.region_id = :region ORDER BY k.circuit_id DESC LIMIT 1"
)
SURVEYED = (
    "SELECT p.health FROM port p JOIN equipment e ON e.region_id = :region AND e.id = p.equipment_id AND e.code = 'FB-1'"
    " WHERE p.region_id = :region AND p.no = 'A-12'"
)
START = datetime(2026, 11, 27, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def lines(engine):
    with keep_regions(engine, REGION):
        with transaction(engine, "test", "test") as session:
            town, use = build_lines(session, REGION)
            second = install(session, REGION, "SW-2", "SW-32", town.structure["CO-1"])
            insert_card(session, REGION, second, "0/1", "LC-32")
            settle_all_tallies(session, REGION)
            session.execute(text("ANALYZE"))
        yield town, use, [town.equipment["SW-1"], second]


def count(engine, table: str, use: str) -> int:
    sql = f"SELECT count(*) FROM {table} WHERE region_id = :region AND use = :use"
    with engine.connect() as connection:
        return connection.execute(text(sql), {"region": REGION, "use": use}).scalar()


def value(engine, sql: str):
    with engine.connect() as connection:
        return connection.execute(text(sql), {"region": REGION}).scalar()


class Orders(RuleBasedStateMachine):
    """``held``, ``pending`` and ``live`` are the lines of the model by product; ``writes`` the transactions that changed something."""

    engine = town = use = switches = file = None
    reservations = Bundle("reservations")
    open_orders = Bundle("open_orders")
    services = Bundle("services")

    def __init__(self):
        super().__init__()
        self.now = START
        self.held: dict[str, str] = {}
        self.pending: dict[str, str] = {}
        self.reserved_at: dict[str, datetime] = {}
        self.live: dict[str, str] = {}
        self.resting = 0
        self.base = {(table, use): count(self.engine, table, use) for table in TAKES["ftth"] for use in ("reserved", "in_use")}
        self.joints = value(self.engine, "SELECT count(*) FROM joint WHERE region_id = :region")
        self.terminals = self.count_terminals()
        self.version, self.writes = self.read_version(), 0

    def read_version(self) -> int:
        return value(self.engine, "SELECT version FROM region_state WHERE region_id = :region")

    def count_terminals(self) -> int:
        with Session(self.engine) as session:
            rows = resource_summary(session, REGION)
            return sum(row.in_use + row.reserved for row in rows if row.kind == "terminal")

    def write(self, change, *args, **named):
        with transaction(self.engine, "test", "test") as session:
            done = change(session, REGION, *args, **named)
        self.writes += 1
        return done

    def lines_of(self, product: str) -> int:
        kept = [*self.held.values(), *self.pending.values(), *self.live.values()]
        return kept.count(product)

    def has_room(self, product: str) -> bool:
        return self.lines_of(product) < FREE[product] and not (product == "pots" and self.resting >= MOST_RESTING)

    def work(self, wish, *, until: str = "close") -> str:
        """Open an order and lead it through its steps up to and with ``until``."""
        work = self.write(orders.open_order, wish, "test", self.now)
        while work.row["state"] == "open":
            done = work.row["step"]
            work = self.write(orders.advance, work.code, "test", self.now, step=done)
            if done == until:
                break
        return work.code

    def name_service(self, order: str) -> str:
        of = f"(SELECT service_id FROM work_order WHERE region_id = :region AND code = '{order}')"
        return value(self.engine, f"SELECT code FROM service WHERE region_id = :region AND id = {of}")

    def ask(self, session, product: str):
        return ask_at_address_id(session, REGION, self.use.keys["address", HOMES[product]], product)

    @initialize(target=services, kinds=st.permutations(["move", "restore", "change"]))
    def serve(self, kinds):
        """One service of each product lives from the beginning, and has seen each kind of order once, in any order."""
        names = []
        for product, home in HOMES.items():
            given = {"address_id": self.use.keys["address", home], "customer_id": self.use.keys["customer", "C-1"]}
            names.append(self.name_service(self.work(orders.OrderWish("install", product, **given))))
            self.live[names[-1]] = product
        for at, kind in enumerate(kinds):
            name = names[at % 2]
            getattr(self, kind)(name, self.live[name], True)
        return multiple(*names)

    @rule(target=reservations, product=st.sampled_from(sorted(HOMES)))
    def reserve(self, product):
        def take(session, _region):
            return take_line(session, REGION, self.ask(session, product), Purpose("desk", "offer"), self.now)[0]

        if product == "pots" and self.resting >= MOST_RESTING:
            return None
        if self.lines_of(product) == FREE[product]:
            with pytest.raises(RuleError, match="NONE_FREE|NO_LINE|NO_NUMBER"):
                self.write(take)
            return None
        held = self.write(take)
        self.held[held.code] = product
        return held.code

    @rule(code=consumes(reservations))
    def give_back(self, code):
        if code in self.held:
            self.write(release, code, self.now)
            del self.held[code]

    @rule()
    def wait(self):
        """Offers run out after 15 days, what orders have reserved after 45: such an order is cancelled."""
        self.now += timedelta(days=16)
        ended = self.write_expiry()
        overdue = [code for code in self.pending if self.reserved_at[code] + timedelta(days=45) <= self.now]
        assert set(self.held) <= set(ended) and len(ended) == len(self.held) + len(overdue)
        self.held.clear()
        for code in overdue:
            self.write(orders.cancel, code, "too late", "test", self.now)
            del self.pending[code]

    def write_expiry(self):
        before = self.read_version()
        with transaction(self.engine, "test", "test") as session:
            ended = expire(session, REGION, self.now)
        self.writes += self.read_version() - before
        return ended

    @rule(target=open_orders, product=st.sampled_from(sorted(HOMES)))
    def install(self, product):
        if not self.has_room(product):
            return None
        given = {"address_id": self.use.keys["address", HOMES[product]], "customer_id": self.use.keys["customer", "C-1"]}
        code = self.work(orders.OrderWish("install", product, **given), until="reserve")
        self.pending[code], self.reserved_at[code] = product, self.now
        return code

    @rule(code=consumes(open_orders))
    def cancel(self, code):
        if code in self.pending:
            self.write(orders.cancel, code, "test", "test", self.now)
            del self.pending[code]

    @rule(target=services, code=consumes(open_orders))
    def activate(self, code):
        if code not in self.pending:
            return None
        for step in ("dispatch", "build", "test", "activate", "close"):
            work = self.write(orders.advance, code, "test", self.now, step=step)
        name = self.name_service(work.code)
        self.live[name] = self.pending.pop(code)
        return name

    @rule(name=services, kind=st.sampled_from(["remove", "move", "change", "restore"]), goes=st.integers(0, 3))
    def lead(self, name, kind, goes):
        """An order for a service that lives, led to its end, or cancelled when it has reserved."""
        product = self.live.get(name)
        if product is not None:
            getattr(self, kind)(name, product, goes > 0)

    def remove(self, name, product, goes):
        self.work_or_cancel(orders.OrderWish("remove", service=name), goes)
        if goes:
            self.resting += self.live.pop(name) == "pots"

    def move(self, name, product, goes):
        """The old line is free afterwards, and number and name stay."""
        home = self.use.keys["address", OTHER_HOMES[product]]
        if self.has_room(product):
            self.work_or_cancel(orders.OrderWish("move", service=name, address_id=home), goes)

    def restore(self, name, product, goes):
        """The same over another way at the same address."""
        if self.has_room(product):
            self.work_or_cancel(orders.OrderWish("restore", service=name, rest={"rebuilds": True}), goes)

    def change(self, name, product, goes):
        """Another rate, and for a telephone another number: the old one rests."""
        if product == "ftth":
            self.work_or_cancel(orders.OrderWish("change", service=name, rate_mbit=50), goes)
        elif self.resting < MOST_RESTING:
            self.work_or_cancel(orders.OrderWish("change", service=name, rest={"number": "*"}), goes)
            self.resting += goes

    def work_or_cancel(self, wish, goes):
        if goes:
            self.work(wish)
            return
        code = self.work(wish, until="reserve")
        if wish.kind in ("move", "restore"):
            self.write(orders.go_back, code, "test", self.now)
        self.write(orders.cancel, code, "stays", "test", self.now)

    @rule(goes=st.booleans())
    def cut_over(self, goes):
        """Every telephone goes over to the other switch, or comes back half-way."""
        source, target = self.switches
        code = self.write(cutovers.open_cutover, source, target, "test", self.now).code
        for step in ("survey", "design", "reserve", "approve"):
            self.write(orders.advance, code, "test", self.now, step=step)
        moved = self.write(cutovers.run_moves, code, "test", self.now, most=2 if not goes else cutovers.MOST_MOVES)
        assert moved >= 2
        if not goes:
            assert self.write(cutovers.roll_back, code, "test", self.now) == moved
            self.write(orders.cancel, code, "stays", "test", self.now)
            return
        for step in ("build", "test", "close"):
            self.write(orders.advance, code, "test", self.now, step=step)
        self.switches.reverse()

    @rule()
    def fault(self):
        key = self.town.port["FB-1", "A-12"]
        self.write(block_member, "port", key, "water", None)
        self.write(unblock_member, "port", key)

    @rule(health=st.sampled_from(["ok", "faulty"]), use=st.sampled_from(["idle", "in_use"]))
    def survey(self, health, use):
        """A survey finds a terminal that no line takes faulty or mended; what it says of a held port's use is told, and kept as it is."""
        held = value(self.engine, HELD_PORT) if self.live else None
        rows = [f"FB-1,A-12,,{health}", *([f"{held},{use}," ] if held else [])]
        self.file.write_text("\n".join(["equipment,ports,use,health", *rows]) + "\n", encoding="utf-8")
        before, known = self.read_version(), value(self.engine, SURVEYED)
        report = import_surveys(self.engine, [self.file], str(REGION), actor="test")
        assert report.changed == (known != health), report
        assert value(self.engine, SURVEYED) == health
        self.writes += self.read_version() - before

    @invariant()
    def network_agrees(self):
        kept = {"reserved": [*self.held.values(), *self.pending.values()], "in_use": list(self.live.values())}
        for (table, use), base in self.base.items():
            assert count(self.engine, table, use) == base + sum(TAKES[product][table] for product in kept[use]), (table, use)
        joints = value(self.engine, "SELECT count(*) FROM joint WHERE region_id = :region")
        assert joints == self.joints + sum(JOINTS[product] for product in self.live.values())

    @invariant()
    def nothing_is_held_twice(self):
        for column in ("port_id", "conductor_id"):
            twice = f"SELECT count(*) FROM (SELECT k.{column} FROM circuit_carrier k JOIN circuit c ON c.region_id = :region" \
                f" AND c.id = k.circuit_id AND c.life <> 'retired' WHERE k.region_id = :region AND k.{column} IS NOT NULL" \
                f" GROUP BY k.{column} HAVING count(DISTINCT k.circuit_id) > 1) t"  # fmt: skip
            assert value(self.engine, twice) == 0, column

    @invariant()
    def counts_agree(self):
        with Session(self.engine) as session:
            assert list_tally_differences(session, REGION, FAMILIES) == []
        panels = {"ftth": 2, "pots": 4}
        taken = [*self.held.values(), *self.pending.values(), *self.live.values()]
        assert self.count_terminals() == self.terminals + sum(panels[product] for product in taken)

    @invariant()
    def journal_agrees(self):
        assert self.read_version() == self.version + self.writes

    def teardown(self):
        for code in list(self.held):
            self.write(release, code, self.now)
        for code in list(self.pending):
            self.write(orders.cancel, code, "test", "test", self.now)
        for name in list(self.live):
            self.work(orders.OrderWish("remove", service=name))
        with transaction(self.engine, "test", "test") as session:
            expire(session, REGION, self.now + timedelta(days=400))


def test_random_orders_keep_everything_in_step(engine, lines, tmp_path):
    Orders.file = tmp_path / "port_states.csv"
    Orders.engine, (Orders.town, Orders.use, Orders.switches) = engine, lines
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    # A failure is told as it is found: to make it smaller takes minutes.
    run = settings(
        max_examples=4, stateful_step_count=20, deadline=None, suppress_health_check=checks, derandomize=True,
        phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip
    run_state_machine_as_test(Orders, settings=run)
    closed = "SELECT array_agg(DISTINCT kind ORDER BY kind) FROM work_order WHERE region_id = :region AND state = 'closed'"
    assert value(engine, closed) == sorted(ORDER_KINDS)
