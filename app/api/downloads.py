"""The occupancy table as files: CSV and XLSX of what the page shows."""

from __future__ import annotations

import io
import re

from apiflask import APIBlueprint
from flask import Response
from flask_babel import to_user_timezone

from app.access.gate import get_session
from app.api.places import ask_language, ask_region
from app.api.schemas import OccupancyQuery
from app.maps.queries import RegionView
from app.network.dictionary import word_label
from app.network.models.grids import LEVELS
from app.occupancy.queries import grid_occupancy
from app.reports.occupancy import Selection, occupancy_headers, occupancy_rows
from app.reports.tables import csv_table, write_workbook

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

blueprint = APIBlueprint("downloads", __name__, url_prefix="/api/v1", tag="Map")


@blueprint.get("/occupancy.csv")
@blueprint.input(OccupancyQuery, location="query", arg_name="query")
@blueprint.doc(responses={200: {"content": {CSV_TYPE: {}}}})
def occupancy_csv(query):
    """Counts and ratios of a resource by grid as CSV."""
    region, selection, headers, rows = read_table(query)
    return answer_file(csv_table(headers, rows).encode(), CSV_TYPE, f"{name_file(region, selection)}.csv")


@blueprint.get("/occupancy.xlsx")
@blueprint.input(OccupancyQuery, location="query", arg_name="query")
@blueprint.doc(responses={200: {"content": {XLSX_TYPE: {}}}})
def occupancy_xlsx(query):
    """Counts and ratios of a resource by grid as a workbook."""
    region, selection, headers, rows = read_table(query)
    file = io.BytesIO()
    write_workbook(file, word_label("resource", selection.resource, ask_language(query)), headers, rows)
    return answer_file(file.getvalue(), XLSX_TYPE, f"{name_file(region, selection)}.xlsx")


def read_table(query: dict) -> tuple[RegionView, Selection, list[str], list[list]]:
    """The region, what is asked for, and the table: its headers and rows."""
    region, language = ask_region(query), ask_language(query)
    selection = Selection(query["level"], query["resource"], query["technology"])
    wanted = LEVELS[selection.level], selection.resource, selection.technology or None
    found = grid_occupancy(get_session(), region.id, *wanted, with_outside=True, grids=region.grids)
    changed_at = to_user_timezone(region.changed_at) if region.changed_at else None
    return region, selection, occupancy_headers(language), occupancy_rows(found, selection, changed_at, language)


def name_file(region: RegionView, selection: Selection) -> str:
    """The file's name without its ending: region, resource, technology, level and the day of the data."""
    day = to_user_timezone(region.changed_at).date().isoformat() if region.changed_at else ""
    parts = ["occupancy", region.code, selection.resource, selection.technology, selection.level, day]
    return "-".join(re.sub(r"[^A-Za-z0-9_-]", "", part) if part != day else day for part in parts if part)


def answer_file(body: bytes, kind: str, name: str) -> Response:
    """The file, to be kept under that name."""
    answer = Response(body, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
