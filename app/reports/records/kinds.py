"""The kinds of things that have a record: their tables, and the lists that each page shows. What a column is called the dictionary says."""

from __future__ import annotations

from dataclasses import dataclass

from app.network.models import (
    Cable,
    CableSegment,
    Card,
    Conductor,
    Duct,
    Equipment,
    Grid,
    IpPrefix,
    Joint,
    MaintenanceUnit,
    Port,
    Rack,
    Room,
    Section,
    Site,
    Structure,
    SwitchOffice,
    TrunkGroup,
    Vlan,
)
from app.services.models import Address, Building, Circuit, Customer, Number, NumberBlock, Ring, Service, UnmetRequest


@dataclass(frozen=True)
class Plain:
    """A column told in the dictionary's words; ``field`` of the row where it is called otherwise there."""

    table: str
    column: str
    field: str | None = None


@dataclass(frozen=True)
class Link:
    """A column that leads to another thing: the row's ``<prefix>_id`` and ``<prefix>_code``, and ``<prefix>_kind`` where kinds differ."""

    title: str
    prefix: str
    kind: str | None = None


@dataclass(frozen=True)
class Bare:
    """A column of the statement's own."""

    title: str
    field: str


@dataclass(frozen=True)
class List:
    """A paged list: the statement ``name``, and the columns behind the thing itself; ``only`` for equipment of these kinds."""

    name: str
    columns: tuple = ()
    only: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of record: its model, its lists, and how it takes part in continuity.

    Attributes
    ----------
    ways
        Where it is a port or a conductor, and the ways out of it are told.
    """

    model: type
    lists: tuple[List, ...] = ()
    ways: bool = False


def plain(table: str, *columns: str) -> tuple[Plain, ...]:
    return tuple(Plain(table, column) for column in columns)


# Kinds of equipment that feed others, and those that end broadband sessions.
POWER = ("mains", "genset", "ats", "ac_panel", "rectifier", "dc_panel", "battery", "ups", "cooling", "earth")
GATEWAYS = ("bras", "router")

_MODEL = (Plain("equipment_model", "kind", "model_kind"), Bare("model", "model"))
_OWNER = ("life", "health")
_SEGMENT = (
    *plain("cable_segment", "medium", "conductor_count", "sheath_m"),
    Link("a_end", "a", "structure"),
    Link("z_end", "z", "structure"),
    *plain("cable_segment", *_OWNER),
)
_USERS = (
    Link("circuit", "circuit", "circuit"),
    Link("service", "service", "service"),
    Link("customer", "customer", "customer"),
    Bare("riders_count", "riders"),
)
_PORTS = List("ports", (*plain("port", "role", "port_type", "use", "health"), Link("back", "back"), Link("front", "front"), *_USERS))
_SERVICE = (
    Link("customer", "customer", "customer"),
    *plain("customer", "segment", "name"),
    *plain("service", "product", "rate_mbit", "state"),
    Link("circuit", "circuit", "circuit"),
    Bare("number", "number_code"),
    *plain("service", "started_on", "ended_on"),
)
_FEED = (Plain("equipment_model", "kind", "model_kind"), *plain("power_feed", "outlet_no", "side", "breaker_a", "load_a"))
_UNMET = plain("unmet_request", "product", "segment", "rate_mbit", "requested_on", "reason", "state")
_PREFIX = plain("ip_prefix", "routing_table", "purpose", "use")
_RACK = (*plain("rack", "height_u", "power_kw"), Plain("tally", "in_use"))
_OFFICE = (*plain("switch_office", "role", "name_zh"), Link("office_port", "equipment", "equipment"))

KINDS: dict[str, Kind] = {
    "grid": Kind(
        Grid,
        (
            List("children", plain("grid", "name_zh", "name_en")),
            List("structures_in_grid", (Plain("structure", "kind", "structure_kind"), *plain("structure", "name_zh", *_OWNER))),
            List("buildings", plain("building", "name_zh", "floor_count")),
            List("unmet_in_grid", _UNMET),
        ),
    ),
    "maintenance_unit": Kind(MaintenanceUnit, (List("grids_of_unit", plain("grid", "name_zh", "name_en")),)),
    "structure": Kind(
        Structure,
        (
            List("sites_here", plain("site", "name_zh")),
            List("equipment_here", (*_MODEL, Link("rack", "rack", "rack"), *plain("equipment", *_OWNER))),
            List(
                "sections_here",
                (
                    Plain("section", "kind", "section_kind"),
                    *plain("section", "length_m"),
                    Link("other", "other", "structure"),
                    *plain("section", *_OWNER),
                ),
            ),
            List("segments_here", _SEGMENT),
        ),
    ),
    "section": Kind(
        Section,
        (
            List("ducts", (*plain("duct", "row_no", "col_no", "inner_mm", "life", "use", "health"), Bare("cables", "cables"))),
            List("segments_in_section", _SEGMENT),
        ),
    ),
    "duct": Kind(Duct, (List("subducts", plain("duct", "inner_mm", "life", "use", "health")), List("segments_in_duct", _SEGMENT))),
    "cable": Kind(Cable, (List("segments_of_cable", _SEGMENT),)),
    "segment": Kind(
        CableSegment,
        (
            List(
                "runs",
                (
                    Plain("section", "kind", "section_kind"),
                    *plain("section", "length_m"),
                    Link("ducts", "duct", "duct"),
                    *plain("cable_run", "slack_before_m", "slack_after_m"),
                ),
            ),
            List("conductors", (*plain("conductor", "use", "health"), Link("a_end", "a"), Link("z_end", "z"), *_USERS)),
        ),
    ),
    "conductor": Kind(
        Conductor,
        (List("runs", (Plain("section", "kind", "section_kind"), *plain("section", "length_m"), Link("ducts", "duct", "duct"))),),
        ways=True,
    ),
    "site": Kind(Site, (List("rooms", plain("room", "name_zh", "area_m2")), List("racks_of_site", _RACK))),
    "room": Kind(
        Room, (List("racks", _RACK), List("equipment_in_room", (*_MODEL, Link("rack", "rack", "rack"), *plain("equipment", *_OWNER))))
    ),
    "rack": Kind(
        Rack,
        (
            List("feeds_of_rack", _FEED),
            List("equipment_in_rack", (*_MODEL, *plain("equipment_model", "power_w"), Bare("u_no", "u_no"), *plain("equipment", *_OWNER))),
        ),
    ),
    "equipment": Kind(
        Equipment,
        (
            List("feeds_of_equipment", _FEED),
            List("feeds_out", _FEED, POWER),
            List("readings", plain("power_reading", "read_on", "metric", "value"), POWER),
            List("cards", (Bare("model", "model"), *plain("card", "life", "use", "health"))),
            _PORTS,
            List("joints_here", plain("joint", "kind", "tray_no", "loss_db", "life")),
            List("vlans", (*plain("vlan", "purpose", "use"), Link("service", "service", "service")), GATEWAYS),
            List(
                "serves",
                (*plain("address", "name_zh"), *plain("serving", "technology", "distance_m"), *plain("address", "household_count")),
            ),
        ),
    ),
    "card": Kind(Card, (_PORTS,)),
    "port": Kind(Port, (List("observations", plain("port_observation", "oper_state", "seen_at", "source")),), ways=True),
    "joint": Kind(Joint, (List("joint_ends"),)),
    "switch_office": Kind(
        SwitchOffice,
        (
            List("remotes", _OFFICE),
            List(
                "trunks",
                (
                    Link("a_end", "a", "switch_office"),
                    Link("z_end", "z", "switch_office"),
                    *plain("trunk_group", "far_end", "direction", "e1_count", "channel_count", "busy_hour_erlang"),
                ),
            ),
            List("blocks", (*plain("number_block", "number_count"), Plain("tally", "in_use"), Plain("tally", "reserved"))),
        ),
    ),
    "trunk_group": Kind(TrunkGroup),
    "number_block": Kind(NumberBlock, (List("numbers", (*plain("number", "use", "ageing_until"), Link("service", "service", "service"))),)),
    "number": Kind(Number, (List("holders", _SERVICE),)),
    "vlan": Kind(Vlan, (List("holders", _SERVICE),)),
    "ip_prefix": Kind(IpPrefix, (List("prefixes", _PREFIX), List("holders", _SERVICE))),
    "circuit": Kind(
        Circuit,
        (
            List(
                "carriers",
                (*plain("circuit_carrier", "path_no", "seq", "channel_no"), *plain("port", "role"), *plain("cable_segment", "sheath_m")),
            ),
            List(
                "riders",
                (
                    *plain("circuit_carrier", "channel_no"),
                    Plain("circuit", "kind", "circuit_kind"),
                    *plain("circuit", "use"),
                    Link("service", "service", "service"),
                ),
            ),
            List("rings_of_circuit", plain("ring", "name_zh", "rate")),
        ),
    ),
    "ring": Kind(
        Ring,
        (
            List(
                "ring_sections",
                (
                    *plain("ring_member", "seq"),
                    *plain("circuit", "rate", "channel_count"),
                    Plain("tally", "in_use"),
                    *plain("circuit", "health"),
                ),
            ),
        ),
    ),
    "customer": Kind(
        Customer,
        (
            List(
                "services_of_customer",
                tuple(column for column in _SERVICE if column not in (_SERVICE[0], _SERVICE[1], _SERVICE[2]))
                + (Link("address", "address", "address"),),
            ),
        ),
    ),
    "building": Kind(
        Building,
        (List("addresses", (*plain("address", "name_zh", "household_count"), Bare("live", "live"))),),
    ),
    "address": Kind(
        Address,
        (
            List(
                "served_by",
                (Plain("serving", "technology"), Plain("equipment_model", "kind", "model_kind"), *plain("serving", "distance_m")),
            ),
            List("services_at_address", _SERVICE),
            List("unmet_at_address", _UNMET),
        ),
    ),
    "service": Kind(Service, (List("resources", plain("service_resource", "started_on", "ended_on")),)),
    "unmet_request": Kind(UnmetRequest),
}

# Offices and what feeds or gathers whole offices carry thousands: who uses them is read after the page.
MANY_USERS = ("structure", "site", "room", "rack")
MANY_USERS_EQUIPMENT = (*POWER, *GATEWAYS)

# How a joint's kind and a reading's column are called in the rows of the statements.
FIELDS = {("joint", "kind"): "joint_kind"}
# The part of a statement that differs by kind.
PARTS = {"number": {"held": "r.number_id"}, "vlan": {"held": "r.vlan_id"}, "ip_prefix": {"held": "r.prefix_id"}}
# Whose rows a list reads, where it is not the thing's own: a strand's route is its segment's.
OWNERS = {("conductor", "runs"): "segment_id"}


def kind_of_table(table: str) -> str:
    """The kind of record that a table's rows are."""
    return {"cable_segment": "segment"}.get(table, table)
