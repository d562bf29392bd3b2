"""Can a place be served: one address, many, and the same in the shape of TM Forum's TMF645."""

from __future__ import annotations

from datetime import UTC, datetime

from apiflask import APIBlueprint
from flask import jsonify

from app.access.gate import get_session
from app.api.callers import ask_caller
from app.api.downloads import XLSX_TYPE, answer_file
from app.api.order_schemas import (
    BatchAnswerBody,
    BatchBody,
    ListForm,
    QualificationBody,
    QualifyQuery,
    Tmf645AnswerBody,
    Tmf645Body,
)
from app.api.places import ask_language
from app.api.schemas import RegionQuery
from app.core.errors import InputError, NetGridError
from app.operations.doors import Caller, ask_place, qualify_places
from app.operations.qualification import Answer, qualify, read_geometry
from app.operations.tell import tell_answer
from app.reports.address_lists import build_workbook, receive_addresses
from app.reports.error_words import say_error

blueprint = APIBlueprint("qualifications", __name__, url_prefix="/api/v1", tag="Orders")
TMF_RESULTS = {"yes": "qualified", "works": "alternate", "no": "unqualified"}
WORST_FIRST = ("unqualified", "alternate", "qualified")
TMF_ALTERNATIVES = 3


@blueprint.get("/qualifications")
@blueprint.input(QualifyQuery, location="query", arg_name="query")
@blueprint.output(QualificationBody)
def qualification(query):
    """Whether a place can be served: yes, yes with works, or no; the best lines with their ways, figures, prices and days."""
    caller = ask_caller(query)
    asked = ask_place(get_session(), caller, query["product"], query.get("rate"), address=query.get("address"), point=_point(query))
    answer = qualify(get_session(), caller.region_id, asked, query["alternatives"])
    told = tell_answer(answer, ask_language(query))
    return jsonify({**told, "path": read_geometry(get_session(), caller.region_id, asked, answer.best)})


def _point(query: dict) -> tuple[float, float] | None:
    """Lon and lat as the request gives them; None where it names an address.

    Raises
    ------
    InputError
        ``PLACE_UNSAID``.
    """
    is_named, is_point = "address" in query, "lon" in query and "lat" in query
    if is_named == is_point:
        raise InputError("PLACE_UNSAID", "the place is to be named once", expected="an address, or lon and lat")
    return (query["lon"], query["lat"]) if is_point else None


@blueprint.post("/qualifications")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(BatchBody, arg_name="body")
@blueprint.output(BatchAnswerBody)
def qualification_batch(query, body):
    """The same for many addresses; one that can't be answered says why. Nothing is kept."""
    caller, language = ask_caller(query), ask_language(query)
    answers = qualify_places(get_session(), caller, body["product"], body.get("rate"), body["addresses"])
    items = [{"address": code, **_tell(answer, language)} for code, answer in zip(body["addresses"], answers, strict=True)]
    return jsonify({"items": items})


def _tell(answer: Answer | NetGridError, language: str) -> dict:
    """An answer, or why there is none."""
    if isinstance(answer, Answer):
        return tell_answer(answer, language)
    message, next_step = say_error(answer, language)
    told = {**answer.as_dict(), "message": message, "next_step": next_step, "found": answer.say_found(language)}
    return {"verdict": None, "error": told}


@blueprint.post("/qualifications.xlsx")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(ListForm, location="form_and_files", arg_name="form")
@blueprint.doc(responses={200: {"content": {XLSX_TYPE: {}}}})
def qualification_list(query, form):
    """A workbook with an answer for each row of a list of addresses."""
    caller, session, language = ask_caller(query), get_session(), ask_language(query)
    product, rate = form["product"], form.get("rate")

    def ask(codes: list[str]):
        return qualify_places(session, caller, product, rate, codes)

    rows = receive_addresses(form["list"].filename or "", form["list"].stream)
    return answer_file(build_workbook(rows, ask, product, language), XLSX_TYPE, f"qualification-{product}.xlsx")


@blueprint.post("/tmf645/checkServiceQualification")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(Tmf645Body, arg_name="body")
@blueprint.output(Tmf645AnswerBody, status_code=201)
def tmf645(query, body):
    """The question and its answer in the shape of TMF645; the answer is done at once, and nothing is kept."""
    caller, language = ask_caller(query), ask_language(query)
    items = [_tmf_item(caller, language, no, item) for no, item in enumerate(body["serviceQualificationItem"], start=1)]
    told = {
        "@type": "CheckServiceQualification", "state": "done", "effectiveQualificationDate": datetime.now(UTC).isoformat(),
        "qualificationResult": min((item["qualificationResult"] for item in items), key=WORST_FIRST.index),
        "serviceQualificationItem": items,
    }  # fmt: skip
    answer = jsonify(told)
    answer.status_code = 201
    return answer


def _tmf_item(caller: Caller, language: str, no: int, item: dict) -> dict:
    service = item["service"]
    place, product = service["place"][0]["id"], service["serviceSpecification"]["name"]
    asked = ask_place(get_session(), caller, product, _rate(service, no), address=place)
    answer = qualify(get_session(), caller.region_id, asked, TMF_ALTERNATIVES)
    best, *others = tell_answer(answer, language)["lines"]
    return {
        "@type": "CheckServiceQualificationItem", "id": item.get("id", str(no)), "state": "done", "service": service,
        "qualificationResult": TMF_RESULTS[answer.verdict],
        "eligibilityUnavailabilityReason": [{"code": one["code"], "label": one["text"]} for one in best["reasons"]],
        "serviceabilityDays": best["days"], "line": best,
        "alternateServiceProposal": [{name: line[name] for name in ("access", "days", "yuan", "missing")} for line in others],
    }  # fmt: skip


def _rate(service: dict, no: int) -> float | None:
    """The rate among the characteristics of a service, Mbit/s.

    Raises
    ------
    InputError
        ``RATE_UNREADABLE``.
    """
    value = next((one["value"] for one in service.get("serviceCharacteristic", ()) if one["name"] == "rate"), None)
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1_000_000):
        return value
    raise InputError("RATE_UNREADABLE", "a rate is a number of Mbit/s", subject=f"item {no}", found=value, expected="a number above 0")
