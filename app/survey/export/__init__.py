"""Layers go out in the columns of their templates, so that a file that was exported can be edited and imported again."""
from app.survey.export.files import FORMATS, export_layers
from app.survey.export.rows import exportable

__all__ = ["FORMATS", "export_layers", "exportable"]
