"""What the addresses of the graph take and answer: traces, impact, routes, weak points, OTDR, checks."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Boolean, DateTime, Dict, Float, Integer, List, Nested, String
from apiflask.validators import Length, OneOf, Range, Regexp

from app.api.schemas import LANGUAGES, RegionQuery
from app.topology.facts import NETWORKS
from app.topology.routes import APART, MOST_ALTERNATIVES
from app.topology.weak_points import MOST_POINTS, SPECIALITIES

# A code is one line; a NUL is no letter to the database.
CODE = [Length(1, 200), Regexp(r"^[^\x00]*$")]
MOST_GOALS = 20


def code_field(told: str, **more) -> String:
    """A full code."""
    return String(validate=CODE, metadata={"description": told}, **more)


def codes_field(told: str, most: int, **more) -> List:
    """Full codes; the parameter is given once for each."""
    return List(String(validate=CODE), validate=Length(0, most), metadata={"description": told}, **more)


class CodeQuery(RegionQuery):
    code = code_field("Full code of a thing.", required=True)


class TraceQuery(CodeQuery):
    pon_class = String(data_key="class", validate=Length(1, 10), metadata={"description": "Class of PON to judge the loss by, such as C+."})


class WayBody(Schema):
    circuit = String(allow_none=True)
    service = String(allow_none=True)
    path_no = Integer()
    start = Integer(metadata={"description": "The hop that was asked for."})
    hops = List(Dict(), metadata={"description": "In order; lengths in m, losses in dB by wavelength in nm, loop in ohm."})
    ends = List(Dict())
    findings = List(Dict())


class TraceBody(Schema):
    kind = String()
    code = String()
    traces = List(Nested(WayBody))
    left_out = Integer(metadata={"description": "Further ways that are not told."})


class CollectionBody(Schema):
    type = String()
    features = List(Dict(), metadata={"description": "GeoJSON, lon and lat in EPSG:4490."})


class LayersBody(Schema):
    kind = String()
    code = String()
    is_traced = Boolean(metadata={"description": "Whether it has a way of its own."})
    below = List(Dict(), metadata={"description": "What it stands on, the nearest layer first."})
    above = List(Dict(), metadata={"description": "Who stands on it, the nearest layer first."})


class ImpactQuestion(Schema):
    codes = codes_field("Full codes of what fails.", 200, load_default=list)
    area = Dict(allow_none=True, load_default=None, metadata={"description": "A GeoJSON polygon, lon and lat in EPSG:4490: a dig."})
    at = DateTime(allow_none=True, load_default=None, metadata={"description": "When it fails, on the wall clock; now when left out."})
    hours = Float(load_default=0.0, validate=Range(0, 8760), metadata={"description": "Hours that it lasts."})
    most = Integer(load_default=500, validate=Range(1, 5000), metadata={"description": "So many rows of each list."})
    region = String(validate=Length(1, 20))
    lang = String(validate=OneOf(LANGUAGES))


class ImpactQuery(RegionQuery):
    codes = codes_field("Full code of what fails; once for each.", 200, required=True, data_key="code")
    at = DateTime(allow_none=True, load_default=None, metadata={"description": "When it fails, on the wall clock; now when left out."})
    hours = Float(load_default=0.0, validate=Range(0, 8760), metadata={"description": "Hours that it lasts."})
    most = Integer(load_default=500, validate=Range(1, 5000), metadata={"description": "So many rows of each list."})


class ImpactBody(Schema):
    failing = List(Dict())
    at = String()
    hours = Float()
    counts = Dict(metadata={"description": "Services by state: down, later, weakened."})
    totals = Dict(metadata={"description": "How many rows each list has in all."})
    services = List(Dict())
    customers = List(Dict(), metadata={"description": "Large ones first, with what to say to each."})
    restoration = List(Dict(), metadata={"description": "What to mend, the first first."})
    batteries = List(Dict())
    grids = List(Dict())
    numbers = List(String())
    places = Nested(CollectionBody)


class RouteQuery(RegionQuery):
    start = code_field("Code of a place.", required=True, data_key="from")
    goals = codes_field("Codes of places; once for each.", MOST_GOALS, required=True, data_key="to")
    count = Integer(load_default=1, validate=Range(1, MOST_ALTERNATIVES), data_key="alternatives")
    disjoint = String(validate=OneOf(APART), metadata={"description": "Two ways that share none of these."})
    free = Boolean(load_default=False, metadata={"description": "Only sections with room for one more cable."})
    max_m = Float(validate=Range(0, min_inclusive=False), metadata={"description": "No way longer than this, in m."})
    dig_m = Float(load_default=0.0, validate=Range(0, 500), metadata={"description": "New sections up to so many m."})
    avoid = codes_field("Codes of what is kept off; once for each.", 100, load_default=list)
    strands = Boolean(load_default=False, metadata={"description": "Over idle strands instead of sections."})
    splice = Boolean(load_default=False, metadata={"description": "Also over strands whose ends must first be spliced."})


class RoutesBody(Schema):
    routes = List(Dict(), metadata={"description": "Of each goal its plans, or reason, told and cuts. Lengths in m, prices in fen."})


class SpareQuery(RegionQuery):
    start = code_field("Code of a place.", required=True, data_key="from")
    goal = code_field("Code of a place.", required=True, data_key="to")
    splice = Boolean(load_default=False)


class SpareBody(Schema):
    start = String()
    goal = String()
    strands = Integer()
    ways = List(Dict())
    bottlenecks = List(Dict())
    sections = List(String())
    shapes = Nested(CollectionBody)


class WeakQuery(RegionQuery):
    speciality = String(validate=OneOf(SPECIALITIES))
    grid = String(validate=Length(1, 20), metadata={"description": "Code of a grid: only what lies in it."})
    limit = Integer(load_default=50, validate=Range(1, MOST_POINTS))


class WeakBody(Schema):
    points = List(Dict())
    rings = List(Dict())
    trees = List(Dict())
    power = List(Dict())


class FactsQuery(RegionQuery):
    speciality = String(required=True, validate=OneOf(list(NETWORKS)))
    most = Integer(load_default=1000, validate=Range(1, 100_000), metadata={"description": "So many names of each list."})


class ShotQuery(RegionQuery):
    strand = code_field("Full code of a strand.", required=True)
    end = String(load_default="A", validate=OneOf(("A", "Z")), metadata={"description": "The end at which the instrument stands."})
    metres = Float(validate=Range(0), metadata={"description": "Length of fibre to the event, as shown."})
    us = Float(validate=Range(0), metadata={"description": "Time there and back in microseconds."})
    wavelength = Integer(validate=OneOf((1310, 1550)), metadata={"description": "In nm: the table's index for it, where none is told."})
    index = Float(validate=Range(1, 2), metadata={"description": "Index that the instrument reckoned with."})
    pulse_ns = Float(load_default=0.0, validate=Range(0, 100_000))


class ShotBody(Schema):
    strand = String()
    end = String()
    near = Dict()
    far = Dict()
    joints = List(String())
    services = List(Dict())
    places = Nested(CollectionBody)


class BreachesQuery(RegionQuery):
    most = Integer(load_default=500, validate=Range(1, 2000), metadata={"description": "So many breaches."})


class CheckBody(Schema):
    rule = String()
    severity = String()
    severity_label = String()
    speciality = String()
    speciality_label = String()
    held_by = String()
    title = String()
    advice = String()
    total = Integer(allow_none=True, metadata={"description": "Null where nobody has looked since the region changed."})
    breaches = List(Dict())


class ChecksBody(Schema):
    region = String()
    checks = List(Nested(CheckBody))


class FactsBody(Schema):
    speciality = String()
    nodes = Integer()
    edges = Integer()
    pairs = Integer()
    self_loops = Integer()
    isolated = Integer()
    components = Integer()
    largest = Integer()
    length_km = Float()
    unknown_lengths = Integer()
    bridges = List(String())
    thin_pairs = List(List(String()))
    cut_nodes = List(String())
    totals = Dict()
