"""Addresses of the checks: the list with counts, the breaches of one, and these as files."""

from __future__ import annotations

import io
from datetime import date

from apiflask import APIBlueprint

from app.access.gate import get_session
from app.api.downloads import CSV_TYPE, XLSX_TYPE, answer_file
from app.api.graph_schemas import BreachesQuery, CheckBody, ChecksBody
from app.api.patience import answer_patiently
from app.api.places import ask_language, ask_region
from app.api.schemas import RegionQuery
from app.reports.answers.checks import breach_table, find_check, list_breaches, plain_check, plain_checks
from app.reports.tables import csv_table, write_workbook

blueprint = APIBlueprint("checks", __name__, url_prefix="/api/v1", tag="Graph")


@blueprint.get("/checks")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output(ChecksBody)
def checks(query):
    """Every check, with the count of what breaks it where it is known; nothing is looked for."""
    region = ask_region(query)
    return {"region": region.code, "checks": plain_checks(get_session(), region.id, ask_language(query), date.today())}


@blueprint.get("/checks/<rule>")
@blueprint.input(BreachesQuery, location="query", arg_name="query")
@blueprint.output(CheckBody)
def check(rule, query):
    """One check and what breaks it; looked for where it is not known yet."""
    region, language, found = ask_region(query), ask_language(query), find_check(rule)
    return answer_patiently(region, language, lambda session: plain_check(session, region.id, found, language, date.today(), query["most"]))


@blueprint.get("/checks/<rule>/breaches.csv")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.doc(responses={200: {"content": {CSV_TYPE: {}}}})
def breaches_csv(rule, query):
    """Everything that breaks a check, as CSV."""
    name, _, headers, rows = read_breaches(rule, query)
    return answer_file(csv_table(headers, rows).encode(), CSV_TYPE, f"{name}.csv")


@blueprint.get("/checks/<rule>/breaches.xlsx")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.doc(responses={200: {"content": {XLSX_TYPE: {}}}})
def breaches_xlsx(rule, query):
    """Everything that breaks a check, as a workbook."""
    name, sheet, headers, rows = read_breaches(rule, query)
    file = io.BytesIO()
    write_workbook(file, sheet, headers, rows)
    return answer_file(file.getvalue(), XLSX_TYPE, f"{name}.xlsx")


def read_breaches(rule: str, query: dict) -> tuple[str, str, list[str], list[list]]:
    """The file's name without its ending, the sheet's name, headers and rows; looked for now, every one of them."""
    region, language, found = ask_region(query), ask_language(query), find_check(rule)
    breaches = list_breaches(get_session(), region.id, found, language, date.today())
    return f"check-{found.id}-{region.code}", found.id, *breach_table(found, breaches, language)
