"""What the addresses of resources and of the journal take and answer."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Boolean, Dict, Float, Integer, List, Nested, String
from apiflask.validators import Length, OneOf, Range, Regexp
from marshmallow import INCLUDE, RAISE

from app.api.schemas import RegionQuery
from app.core.database import KEY_MAX
from app.network.models.states import HEALTH
from app.reports.resources import PAGE_MAX
from app.services.models.customers import PRODUCTS, SEGMENTS, UNMET_REASONS

MOMENT = {"description": "A day, which means its end, or an instant.", "example": "2026-11-27T14:30:00+08:00"}
FIELDS = {"description": "Names between commas; all when left out.", "example": "code,life"}


class ResourceQuery(RegionQuery):
    fields = String(load_default="", validate=Length(0, 1000), metadata=FIELDS)
    as_of = String(validate=Length(1, 40), metadata=MOMENT)


class ResourcesQuery(RegionQuery):
    fields = String(load_default="", validate=Length(0, 1000), metadata=FIELDS)
    filter = List(
        String(validate=Length(1, 200)), load_default=list, validate=Length(0, 10),
        metadata={"description": "Column, colon, value; again for several, all of which hold.", "example": ["life:in_service"]},
    )  # fmt: skip
    sort = String(
        load_default="id", validate=Length(1, 40),
        metadata={"description": "A column that an index orders; - before it falls.", "example": "code"},
    )
    after = String(validate=Length(1, 400), metadata={"description": "What the page before gave as next."})
    limit = Integer(load_default=50, validate=Range(1, PAGE_MAX))


class ResourceBody(Schema):
    """The columns of a thing; which there are depends on its kind."""

    class Meta:
        unknown = INCLUDE

    kind = String(required=True, metadata={"example": "structure"})
    id = String(required=True, metadata={"example": "1071"})
    code = String(metadata={"example": "MH-1"})
    change_id = String(metadata={"example": "42"})
    geometry = Dict(allow_none=True, metadata={"description": "GeoJSON, EPSG:4490, lon before lat."})


class ResourcesBody(Schema):
    region = String()
    kind = String()
    items = List(Dict())
    next = String(allow_none=True, metadata={"description": "Where the next page begins; null on the last."})


class EditBody(Schema):
    """What may be edited depends on the kind: app/network/editable.csv."""

    class Meta:
        unknown = RAISE

    name_zh = String(allow_none=True, validate=Length(0, 200), metadata={"example": "人民路1号井"})
    name_en = String(allow_none=True, validate=Length(0, 200))
    health = String(validate=OneOf(HEALTH), metadata={"example": "faulty"})
    ownership = String(allow_none=True, validate=Length(0, 200))
    asset_no = String(allow_none=True, validate=Length(0, 200))
    serial_no = String(allow_none=True, validate=Length(0, 200))
    verified = Boolean(truthy={True}, falsy=set(), validate=OneOf((True,)), metadata={"description": "True: seen today, by the caller."})


class WaitBody(Schema):
    """Somebody who waits for what could not be given."""

    class Meta:
        unknown = RAISE

    lon = Float(required=True, validate=Range(-180, 180), metadata={"description": "EPSG:4490, degrees.", "example": 112.2307})
    lat = Float(required=True, validate=Range(-90, 90), metadata={"example": 30.059})
    segment = String(required=True, validate=OneOf(SEGMENTS), metadata={"example": "public"})
    product = String(required=True, validate=OneOf(PRODUCTS), metadata={"example": "ftth"})
    reason = String(required=True, validate=OneOf(UNMET_REASONS))
    rate_mbit = Float(allow_none=True, validate=Range(0.001, 1e6), metadata={"example": 300})
    code = String(validate=[Length(1, 60), Regexp(r"^[\w.\-/]+$")], metadata={"description": "One is made where it is left out."})


class DifferenceQuery(RegionQuery):
    earlier = String(required=True, validate=Length(1, 40), metadata=MOMENT)
    later = String(required=True, validate=Length(1, 40), metadata=MOMENT)


class DifferenceBody(Schema):
    kind = String()
    id = String()
    what = String(validate=OneOf(("same", "changed", "came", "went", "absent")))
    columns = Dict(metadata={"description": "Before and after of each column that differs."})


class ChangesQuery(RegionQuery):
    actor = String(validate=Length(1, 200), metadata={"description": "Who: a login, or cli:NAME.", "example": "admin"})
    since = String(validate=Length(1, 40), metadata=MOMENT)
    until = String(validate=Length(1, 40), metadata=MOMENT)
    before = Integer(
        load_default=KEY_MAX, validate=Range(1, KEY_MAX), metadata={"description": "Only versions below; next of the page before."}
    )
    limit = Integer(load_default=50, validate=Range(1, PAGE_MAX))


class ChangeHead(Schema):
    version = Integer()
    change_id = String()
    at = String()
    actor = String()
    source = String()
    batch_id = String(allow_none=True)
    order_id = String(allow_none=True)


class ChangeBody(ChangeHead):
    rows = Integer(metadata={"description": "Rows changed or deleted; 1000 stands for more."})


class ChangesBody(Schema):
    region = String()
    items = List(Nested(ChangeBody))
    next = Integer(allow_none=True)


class EntriesQuery(RegionQuery):
    after = Integer(load_default=0, validate=Range(0, KEY_MAX))
    limit = Integer(load_default=100, validate=Range(1, PAGE_MAX))


class EntryBody(Schema):
    kind = String()
    table = String()
    id = String()
    operation = String(validate=OneOf(("U", "D")))
    before = Dict()


class EntriesBody(ChangeHead):
    region = String()
    entries = List(Nested(EntryBody))
    next = Integer(allow_none=True)


