"""The layers of the map, read from gis_layers/: <layer>.sql says what is drawn, <layer>.json how.

A new layer is two new files and no code. Files are read once, at start; a mistake in them stops the start with a
sentence that names the file and the field.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.core.errors import SystemFault
from app.network.dictionary import attributes

FOLDER = Path(__file__).parents[2] / "gis_layers"
SHAPES = (
    "office", "ring", "square", "dot", "box", "triangle", "cross", "cabinet", "cabinet_round", "diamond", "capsule",
    "bolt", "person", "house", "phone",
)  # fmt: skip
# The things that a layer can show, and the tables whose columns a layer's list of "popup" may name.
THINGS = {
    "grid": "grid", "structure": "structure", "section": "section", "segment": "cable_segment", "equipment": "equipment",
    "building": "building", "unmet_request": "unmet_request", "switch_office": "switch_office", "circuit": "circuit",
}  # fmt: skip
# The switches of the layers stand under these headings, in this order.
GROUPS = ("space", "line_plant", "switching", "transmission", "data", "power", "customers")
POPUP_EXTRA = {"kind", "model"}
PARAMETER = re.compile(r"(?<![:\w]):([a-z_]\w*)")
PARAMETERS = {"region_id", "z", "x", "y"}
NAME = re.compile(r"[a-z][a-z0-9_]{0,40}\Z")
# Titles reach the page as text nodes and JSON; markup in them is a mistake or an attack, so it is refused here.
PLAIN = validate.Regexp(r"[^<>&`${}\\]{1,60}\Z", error="1 to 60 characters without < > & ` $ {{ }} \\")
COLOUR = validate.Regexp(r"#[0-9a-f]{6}\Z", error="a colour as #rrggbb in lower case")


class TitleSchema(Schema):
    zh = fields.String(required=True, validate=PLAIN)
    en = fields.String(required=True, validate=PLAIN)


class StopsField(fields.List):
    """Numbers by map zoom: [[12, 1], [15, 4]], zooms rising."""

    def __init__(self, **kwargs):
        pair = fields.Tuple((fields.Float(), fields.Float()))
        super().__init__(pair, validate=[validate.Length(min=1), rising], **kwargs)


def rising(stops) -> None:
    """Refuse zoom stops that do not rise."""
    zooms = [stop[0] for stop in stops]
    if zooms != sorted(set(zooms)):
        raise ValidationError("zooms must rise")


class ZoomSchema(Schema):
    min = fields.Integer(required=True, validate=validate.Range(0, 22), strict=True)
    max = fields.Integer(required=True, validate=validate.Range(0, 22), strict=True)

    @validates_schema
    def check_order(self, data, **_):
        if data["min"] > data["max"]:
            raise ValidationError("min is above max")


class ClassSchema(Schema):
    value = fields.String(required=True, validate=PLAIN)
    title = fields.Nested(TitleSchema, required=True)
    colour = fields.String(validate=COLOUR)
    casing = fields.String(validate=COLOUR)
    shape = fields.String(validate=validate.OneOf(SHAPES))
    size = StopsField()
    width = StopsField()
    offset = StopsField()
    shift = fields.Tuple((fields.Float(), fields.Float()))
    label_zoom = fields.Float(validate=validate.Range(0, 24))
    dash = fields.List(fields.Float(validate=validate.Range(min=0.1)), validate=validate.Length(2, 4))


class ClassesSchema(Schema):
    attribute = fields.String(required=True, validate=PLAIN)
    values = fields.List(fields.Nested(ClassSchema), required=True, validate=validate.Length(1, 40))


class ColourSchema(Schema):
    plain = fields.String(validate=COLOUR)
    attribute = fields.String(validate=PLAIN)
    bands = fields.String(validate=PLAIN)
    none = fields.String(validate=COLOUR)

    @validates_schema
    def check_kind(self, data, **_):
        if ("plain" in data) == ("attribute" in data and "bands" in data):
            raise ValidationError("give plain, or attribute and bands")


class OutlineSchema(Schema):
    colour = fields.String(required=True, validate=COLOUR)
    width = StopsField(required=True)


class LabelSchema(Schema):
    attribute = fields.String(required=True, validate=PLAIN)
    min_zoom = fields.Float(required=True, validate=validate.Range(0, 24))


class LayerSchema(Schema):
    title = fields.Nested(TitleSchema, required=True)
    order = fields.Integer(required=True, strict=True)
    group = fields.String(load_default="space", validate=validate.OneOf(GROUPS))
    geometry = fields.String(required=True, validate=validate.OneOf(("point", "line", "polygon")))
    thing = fields.String(allow_none=True, validate=validate.OneOf(list(THINGS)))
    level = fields.String(validate=validate.OneOf(("county", "town", "community")))
    zoom = fields.Nested(ZoomSchema, required=True)
    shown = fields.Boolean(load_default=True)
    classes = fields.Nested(ClassesSchema)
    colour = fields.Nested(ColourSchema)
    opacity = StopsField()
    outline = fields.Nested(OutlineSchema)
    width = StopsField()
    label = fields.Nested(LabelSchema)
    popup = fields.List(fields.String(validate=PLAIN), load_default=list)


class BandSchema(Schema):
    id = fields.String(required=True, validate=PLAIN)
    to = fields.Float(validate=validate.Range(0, 1000))
    to_included = fields.Boolean(load_default=False)
    colour = fields.String(required=True, validate=COLOUR)
    title = fields.Nested(TitleSchema, required=True)


class NoneSchema(Schema):
    colour = fields.String(required=True, validate=COLOUR)
    title = fields.Nested(TitleSchema, required=True)


class BandsSchema(Schema):
    title = fields.Nested(TitleSchema, required=True)
    unit = fields.String(required=True, validate=validate.OneOf(("ratio", "count")))
    none = fields.Nested(NoneSchema, required=True)
    bands = fields.List(fields.Nested(BandSchema), validate=validate.Length(1, 9))
    quantiles = fields.List(fields.String(validate=COLOUR), validate=validate.Length(2, 9))

    @validates_schema
    def check_bands(self, data, **_):
        if ("bands" in data) == ("quantiles" in data):
            raise ValidationError("give bands or quantiles")
        limits = [band.get("to") for band in data.get("bands", ())]
        if limits and (limits[-1] is not None or None in limits[:-1] or limits[:-1] != sorted(set(limits[:-1]))):
            raise ValidationError("every band but the last needs a rising 'to', the last has none")


@dataclass(frozen=True)
class Layer:
    """One layer of the map.

    Attributes
    ----------
    sql
        The SELECT of the layer with psycopg2 placeholders: columns ``id``, ``geom`` and the attributes.
    spec
        The checked content of the JSON file.
    digest
        Changes with either file, so that tiles of older content are never used.
    """

    name: str
    sql: str
    spec: dict
    digest: str

    @property
    def zoom_min(self) -> int:
        return self.spec["zoom"]["min"]

    @property
    def zoom_max(self) -> int:
        return self.spec["zoom"]["max"]


@dataclass(frozen=True)
class LayerBook:
    """All layers in drawing order, and the bands that colour them."""

    layers: dict[str, Layer]
    bands: dict[str, dict]

    def get_levels(self) -> dict[str, str]:
        """The layer that shows each level of the community grid."""
        return {layer.spec["level"]: name for name, layer in self.layers.items() if "level" in layer.spec}


def load_layers(folder: Path = FOLDER) -> LayerBook:
    """The layers and bands of a folder.

    Raises
    ------
    SystemFault
        ``LAYER_FILE_BAD`` with the file and the field.
    """
    bands = {path.stem: read_spec(path, BandsSchema()) for path in sorted((folder / "bands").glob("*.json"))}
    found = [read_layer(path, bands) for path in sorted(folder.glob("*.json"))]
    for path in folder.glob("*.sql"):
        if not path.with_suffix(".json").exists():
            raise fault(path, "has no .json beside it")
    found.sort(key=lambda layer: (layer.spec["order"], layer.name))
    return LayerBook({layer.name: layer for layer in found}, bands)


def read_layer(path: Path, bands: dict[str, dict]) -> Layer:
    """One layer from its pair of files."""
    if not NAME.match(path.stem):
        raise fault(path, "the file name must be lower-case letters, digits and _")
    spec = read_spec(path, LayerSchema())
    wanted = spec.get("colour", {}).get("bands")
    if wanted is not None and wanted not in bands:
        raise fault(path, f"colour.bands: there is no bands/{wanted}.json")
    check_popup(path, spec)
    sql_path = path.with_suffix(".sql")
    if not sql_path.exists():
        raise fault(path, "has no .sql beside it")
    text = sql_path.read_text(encoding="utf-8")
    digest = hashlib.blake2b(text.encode() + path.read_bytes(), digest_size=6).hexdigest()
    return Layer(path.stem, to_placeholders(sql_path, text), spec, digest)


def check_popup(path: Path, spec: dict) -> None:
    """Refuse a popup field that the layer's thing does not have."""
    table = THINGS.get(spec.get("thing"))
    for name in spec["popup"]:
        if name not in POPUP_EXTRA and (table, name) not in attributes():
            raise fault(path, f"popup: {name} is no column of {table}" if table else "popup: the layer names no thing")


def read_spec(path: Path, schema: Schema) -> dict:
    """The checked content of a JSON file."""
    try:
        return schema.load(json.loads(path.read_text(encoding="utf-8")))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise fault(path, f"is not JSON: {error}") from error
    except ValidationError as error:
        raise fault(path, "; ".join(flatten(error.messages))) from error


def flatten(messages, way: str = "") -> list[str]:
    """Validation messages as lines of "field.part: what is wrong"."""
    if isinstance(messages, dict):
        return [line for key, part in messages.items() for line in flatten(part, f"{way}.{key}".strip("."))]
    return [f"{way}: {message}" for message in messages]


def to_placeholders(path: Path, text: str) -> str:
    """The SQL with psycopg2 placeholders in place of ``:name``; comments are dropped, they may hold colons."""
    bare = re.sub(r"--[^\n]*", "", text).strip().rstrip(";")
    unknown = set(PARAMETER.findall(bare)) - PARAMETERS
    if unknown:
        raise fault(path, f"unknown parameter :{sorted(unknown)[0]}; known are {', '.join(sorted(PARAMETERS))}")
    if ":region_id" not in bare:
        raise fault(path, "does not ask for :region_id")
    return PARAMETER.sub(r"%(\1)s", bare.replace("%", "%%"))


def fault(path: Path, what: str) -> SystemFault:
    """The error for a bad layer file."""
    return SystemFault("LAYER_FILE_BAD", f"{path.name} {what}", subject=path.name, next_step="Correct the file and start again.")
