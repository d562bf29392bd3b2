"""Mappings: which layer a table of any layout holds, and how each field of the layer gets its value. Plain data and pure rules."""

from app.survey.mapping.apply import map_source
from app.survey.mapping.rules import FieldRule, Mapping, SheetMapping, fingerprint

__all__ = ["FieldRule", "Mapping", "SheetMapping", "fingerprint", "map_source"]
