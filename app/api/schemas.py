"""What the addresses take and answer. Keys of things are strings: they may be larger than a browser's numbers."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Boolean, DateTime, Dict, Float, Integer, List, Nested, Raw, String
from apiflask.validators import Length, OneOf, Regexp
from marshmallow import EXCLUDE, ValidationError, pre_load

from app.occupancy.resources import resources

LANGUAGES = ("zh", "en")
LEVELS = ("county", "town", "community")
RESOURCES = tuple(resources())


class Query(Schema):
    """Parameters behind the question mark; an unknown one is refused, never passed over."""

    class Meta:
        unknown = EXCLUDE

    @pre_load
    def refuse_unknown(self, data, **_):
        names = {field.data_key or name for name, field in self.fields.items()}
        unknown = sorted(set(data) - names)
        if unknown:
            known = ", ".join(sorted(names))
            raise ValidationError({name: [f"Unknown parameter. Known are: {known}."] for name in unknown})
        return data


class RegionQuery(Query):
    region = String(validate=Length(1, 20), metadata={"description": "Code of the region; the site's own when left out."})
    lang = String(validate=OneOf(LANGUAGES), metadata={"description": "Language of the labels."})


class SearchQuery(RegionQuery):
    q = String(required=True, validate=Length(1, 200))


class BriefsQuery(RegionQuery):
    of = String(
        required=True,
        validate=[Length(1, 1200), Regexp(r"^[a-z0-9_]+:[0-9]{1,18}(,[a-z0-9_]+:[0-9]{1,18})*$")],
        metadata={"description": "Layers and keys of things, as in structure:12,cable:7; 30 at most."},
    )


class OccupancyQuery(RegionQuery):
    level = String(load_default="community", validate=OneOf(LEVELS))
    resource = String(load_default="port", validate=OneOf(RESOURCES))
    technology = String(load_default="", validate=Length(0, 40))
    v = Integer(metadata={"description": "Data version, so that browsers may keep the answer."})


class ErrorBody(Schema):
    code = String()
    message = String()
    subject = String(allow_none=True)
    found = Raw(allow_none=True)
    expected = Raw(allow_none=True)
    next_step = String(allow_none=True)


class HitBody(Schema):
    kind = String()
    kind_label = String()
    id = String()
    code = String()
    name = String(allow_none=True)
    on_map = Boolean()


class SearchBody(Schema):
    region = String()
    hits = List(Nested(HitBody))


class BriefBody(HitBody):
    states = List(Dict())
    facts = List(Dict())


class BriefsBody(Schema):
    region = String()
    things = List(Nested(BriefBody))


class RegionBody(Schema):
    id = String()
    code = String()
    name = String()
    version = Integer()
    changed_at = DateTime(allow_none=True)


class GridBody(Schema):
    id = String()
    code = String()
    name = String()
    at = List(Float())
    box = List(Float())
    installed = Integer()
    in_use = Integer()
    reserved = Integer()
    releasing = Integer()
    unusable = Integer()
    idle = Integer()
    planned = Integer()
    fill = Float(allow_none=True)
    occupancy = Float(allow_none=True)
    effective = Float(allow_none=True)


class OccupancyBody(Schema):
    region = Nested(RegionBody)
    level = String()
    resource = String()
    unit = String(metadata={"description": "Unit of the counts; empty where things are simply counted."})
    ratio_label = String(metadata={"description": "What the ratios mean, where they have a name of their own: take rate."})
    technology = String()
    technologies = List(Dict())
    grids = List(Nested(GridBody))
    total = Nested(GridBody)


class ThingBody(Schema):
    kind = String()
    kind_label = String()
    id = String()
    code = String()
    name = String(allow_none=True)
    at = List(Float(), allow_none=True)
    geometry = Dict(allow_none=True)
    states = List(Dict())
    facts = List(Dict())
    links = List(Dict())
    counts = List(Dict())
    groups = List(Dict())
    members = Dict(allow_none=True)
    record = String(allow_none=True)
    is_cut = Boolean()


class UsersBody(Schema):
    users = Dict(allow_none=True)
