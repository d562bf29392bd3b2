"""What the addresses of qualification, reservations, orders, cutovers and projects take and answer."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Boolean, Date, Dict, File, Float, Integer, List, Nested, Raw, String
from apiflask.validators import Length, OneOf, Range
from marshmallow import RAISE

from app.api.schemas import RegionQuery
from app.core.database import KEY_MAX
from app.operations.models import ORDER_KINDS, ORDER_STATES
from app.operations.pools import POOLS
from app.operations.queries import DUE, LATENESS, MOST_ROWS, NEWEST
from app.operations.rules.lines import VERDICTS, products
from app.reports.address_lists import MOST_ADDRESSES
from app.services.models.reservations import RESERVATION_STATES

MOST_DAYS = 366
MOST_CLAIMS = 200
RATES = Range(min=0.01, max=1_000_000)
PRODUCTS = OneOf(tuple(products()))
CODE = Length(1, 200)
TEXT = Length(1, 500)
NEXT = {"description": "Where the next page begins; null on the last."}


class Strict(Schema):
    """A body of which nothing is passed over."""

    class Meta:
        unknown = RAISE


class QualifyQuery(RegionQuery):
    address = String(
        validate=CODE, metadata={"description": "Full code of an address, or of a customer where he lives.", "example": "BLD-0001/101"}
    )
    lon = Float(validate=Range(-180, 180), metadata={"description": "EPSG:4490, degrees."})
    lat = Float(validate=Range(-90, 90))
    product = String(required=True, validate=PRODUCTS, metadata={"example": "ftth"})
    rate = Float(validate=RATES, metadata={"description": "Mbit/s."})
    alternatives = Integer(load_default=3, validate=Range(1, 10))


class LineBody(Schema):
    verdict = String(validate=OneOf(VERDICTS))
    verdict_text = String()
    access = String(metadata={"description": "Where the drop begins."})
    head = String(allow_none=True, metadata={"description": "The line port in the office."})
    plant_m = Float(metadata={"description": "Metres along the plant, not as the crow flies."})
    drop_m = Float()
    figure = Float(allow_none=True, metadata={"description": "Loss in dB, or loop in ohm."})
    unit = String(allow_none=True)
    limit = Float(allow_none=True)
    pon_class = String(allow_none=True)
    patches = Integer()
    number = String(allow_none=True)
    vlan = String(allow_none=True)
    uplink_spare_mbit = Float(allow_none=True)
    power_spare_a = Float(allow_none=True)
    yuan = Float()
    days = Integer()
    missing = String()
    reasons = List(Dict())
    works = List(Dict())
    hops = List(Dict(), metadata={"description": "The way, the customer's end first; why tells how a hop was chosen."})


class QualificationBody(Schema):
    verdict = String(validate=OneOf(VERDICTS))
    verdict_text = String()
    product = String()
    rate_mbit = Float(allow_none=True)
    address = String(allow_none=True)
    point = String()
    lines = List(Nested(LineBody), metadata={"description": "The best first."})
    path = Dict(metadata={"description": "The best line as a GeoJSON FeatureCollection, EPSG:4490."})


class BatchBody(Strict):
    addresses = List(String(validate=CODE), required=True, validate=Length(1, MOST_ADDRESSES))
    product = String(required=True, validate=PRODUCTS, metadata={"example": "ftth"})
    rate = Float(validate=RATES)


class BatchAnswerBody(Schema):
    items = List(Dict(), metadata={"description": "An answer for each address in its order, or error with code and message."})


class ListForm(Schema):
    list = File(required=True, metadata={"description": f"CSV or XLSX with a column address, at most {MOST_ADDRESSES} rows."})
    product = String(required=True, validate=PRODUCTS)
    rate = Float(validate=RATES)


class TmfPlace(Schema):
    id = String(required=True, validate=CODE, metadata={"example": "BLD-0001/101"})


class TmfSpecification(Schema):
    name = String(required=True, validate=PRODUCTS, metadata={"example": "ftth"})


class TmfCharacteristic(Schema):
    name = String(required=True, validate=Length(1, 60), metadata={"example": "rate"})
    value = Raw(required=True, allow_none=True, metadata={"example": 100})


class TmfService(Schema):
    place = List(Nested(TmfPlace), required=True, validate=Length(1, 1))
    serviceSpecification = Nested(TmfSpecification, required=True)
    serviceCharacteristic = List(Nested(TmfCharacteristic), validate=Length(0, 20))


class TmfItem(Schema):
    id = String(validate=Length(1, 60))
    service = Nested(TmfService, required=True)


class Tmf645Body(Schema):
    serviceQualificationItem = List(Nested(TmfItem), required=True, validate=Length(1, 20))


class Tmf645AnswerBody(Schema):
    """A CheckServiceQualification of TMF645."""

    state = String()
    effectiveQualificationDate = String()
    qualificationResult = String(validate=OneOf(("qualified", "alternate", "unqualified")))
    serviceQualificationItem = List(Dict())


class ReserveBody(Strict):
    address = String(required=True, validate=CODE)
    product = String(required=True, validate=PRODUCTS, metadata={"example": "ftth"})
    rate = Float(validate=RATES)
    reason = String(required=True, validate=TEXT)
    days = Integer(validate=Range(1, MOST_DAYS), metadata={"description": "Days from now; those of limits.csv when left out."})
    ports = List(String(validate=CODE), load_default=list, validate=Length(0, 8))
    number = String(validate=Length(1, 20), metadata={"description": "A number, or a rule such as *888."})


class ExtendBody(Strict):
    days = Integer(required=True, validate=Range(1, MOST_DAYS))


class PageQuery(RegionQuery):
    limit = Integer(load_default=50, validate=Range(1, MOST_ROWS))


class ReservationsQuery(PageQuery):
    after = Integer(validate=Range(1, KEY_MAX), metadata={"description": "What the page before gave as next."})
    state = String(load_default="held", validate=OneOf(RESERVATION_STATES))


class ReservationBody(Schema):
    id = String()
    code = String()
    state = String(validate=OneOf(RESERVATION_STATES))
    owner = String()
    reason = String()
    product = String(allow_none=True)
    address = String(allow_none=True)
    number = String(allow_none=True)
    vlan = String(allow_none=True)
    prefix = String(allow_none=True)
    carriers = Integer(metadata={"description": "How many ports, strands, pairs and channels are held."})
    made_at = String()
    until_at = String()
    ended_at = String(allow_none=True)
    change_id = String()


class ReservedBody(ReservationBody):
    access = String()
    head = String()
    hops = List(Dict())


class ReservationsBody(Schema):
    region = String()
    items = List(Nested(ReservationBody))
    next = Integer(allow_none=True, metadata=NEXT)


class OrdersQuery(PageQuery):
    after = String(validate=Length(1, 80), metadata={"description": "What the page before gave as next."})
    sort = String(
        load_default=NEWEST, validate=OneOf((NEWEST, DUE)), metadata={"description": "due: those at work, what is due first of all."}
    )
    state = String(validate=OneOf(ORDER_STATES))
    kind = String(validate=OneOf(ORDER_KINDS))
    product = String(validate=PRODUCTS)
    owner = String(validate=Length(1, 40), metadata={"description": "The role that owns the step."})
    lateness = String(validate=OneOf(LATENESS))
    of = String(validate=CODE, metadata={"description": "Code of a service, customer or address."})


class OrderHead(Schema):
    id = String()
    code = String()
    kind = String(validate=OneOf(ORDER_KINDS))
    state = String(validate=OneOf(ORDER_STATES))
    step = String()
    product = String(allow_none=True)
    rate_mbit = Float(allow_none=True)
    customer = String(allow_none=True)
    address = String(allow_none=True)
    service = String(allow_none=True)
    reservation = String(allow_none=True)
    owner_role = String(allow_none=True)
    due_at = String(allow_none=True, metadata={"description": "Limit of the step, with the pauses put on."})
    lateness = String(allow_none=True, validate=OneOf(LATENESS))
    opened_at = String()
    opened_by = String()
    change_id = String()


class OrderAnswerBody(OrderHead):
    ended_at = String(allow_none=True)
    note = String(allow_none=True)
    design = Dict(allow_none=True)
    steps = List(Dict(), metadata={"description": "Owner, permission, limit and KPI points of each step; who did it when."})
    pauses = List(Dict())


class OrdersBody(Schema):
    region = String()
    items = List(Nested(OrderHead))
    next = String(allow_none=True, metadata=NEXT)


class OrderBody(Strict):
    kind = String(required=True, validate=OneOf(tuple(kind for kind in ORDER_KINDS if kind != "cutover")), metadata={"example": "install"})
    product = String(validate=PRODUCTS)
    rate = Float(validate=RATES)
    address = String(validate=CODE)
    customer = String(validate=CODE)
    service = String(validate=CODE)
    reservation = String(validate=CODE)
    number = String(validate=Length(1, 20))
    ports = List(String(validate=CODE), load_default=list, validate=Length(0, 8))
    apart_from = String(validate=CODE)
    rebuilds = Boolean()
    reason = String(validate=Length(0, 500))


class StepBody(Strict):
    step = String(required=True, validate=Length(1, 40), metadata={"description": "Where the order stands.", "example": "survey"})
    note = String(validate=Length(0, 500))
    ports = List(String(validate=CODE), validate=Length(0, 8))


class DesignBody(Strict):
    ports = List(String(validate=CODE), load_default=list, validate=Length(0, 8), metadata={"description": "Ports to take."})


class PauseBody(Strict):
    reason = String(required=True, validate=Length(1, 40), metadata={"description": "A code of pause_reasons.csv.", "example": "weather"})
    note = String(validate=Length(0, 500))


class CancelBody(Strict):
    reason = String(required=True, validate=TEXT)


class BlockBody(Strict):
    code = String(required=True, validate=CODE)
    reason = String(required=True, validate=TEXT)
    until = Date(metadata={"description": "Last day of the block, YYYY-MM-DD.", "example": "2027-01-31"})


class LiftBody(Strict):
    code = String(required=True, validate=CODE)


class BlockedBody(Schema):
    code = String()
    health = String()


class CutoverBody(Strict):
    source = String(required=True, validate=CODE, metadata={"description": "Equipment whose line ports are left."})
    target = String(required=True, validate=CODE, metadata={"description": "Equipment whose line ports are taken."})


class RunBody(Strict):
    count = Integer(validate=Range(1, 500), metadata={"description": "So many moves at most; all when left out."})


class CutoverAnswerBody(OrderAnswerBody):
    moves = List(Dict(), metadata={"description": "Before and after: port, port, circuit, services, customers, state."})


class ProjectBody(Schema):
    id = String()
    code = String()
    name_zh = String(allow_none=True)
    state = String()
    claims = Integer()
    planned = Integer(metadata={"description": "Structures, sections, segments and equipment that are planned or built for it."})
    change_id = String()


class ProjectsBody(Schema):
    region = String()
    items = List(Nested(ProjectBody))


class OpenProjectBody(Strict):
    code = String(required=True, validate=Length(1, 60), metadata={"example": "PRJ-2027-01"})
    name_zh = String(required=True, validate=Length(1, 200))


class ClaimBody(Strict):
    things = List(
        String(validate=CODE), required=True, validate=Length(1, MOST_CLAIMS),
        metadata={"description": "Full codes of ducts and strands; rack units as RACK@front:12."},
    )  # fmt: skip


class PoolBody(Strict):
    kind = String(required=True, validate=OneOf(POOLS), metadata={"example": "number"})
    at = String(
        required=True, validate=CODE, metadata={"description": "Equipment with the lines; of prefixes the pool: 10.0.0.0/16."}
    )
    like = String(validate=Length(1, 20), metadata={"description": "A rule for numbers, such as *888."})
    length = Integer(validate=Range(1, 128), metadata={"description": "Length of the prefix."})
    reason = String(required=True, validate=TEXT)
    days = Integer(validate=Range(1, MOST_DAYS))
