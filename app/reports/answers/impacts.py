"""What falls when things fail together, whom to tell and what; names and telephones as the reader may see them."""
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.access.permissions import mask
from app.core.errors import InputError
from app.network.dictionary import word_label
from app.network.queries.codes import Hit
from app.reports.answers.statements import statement
from app.reports.answers.words import say
from app.topology.area import read_area
from app.topology.impact import Impact, ServiceHit, find_failing, find_impact
from app.topology.impact_text import STATES, as_plain, restoration_table, service_table

MOST_CODES = 200
MOST_HOURS = 24 * 365
PERSONAL = ("name", "contact", "phone")


@dataclass(frozen=True)
class Outage:
    """What fails, from when and for how many hours; ``area`` is GeoJSON, lon and lat in EPSG:4490."""

    codes: Sequence[str]
    start: datetime
    hours: float = 0.0
    area: object = None


@dataclass(frozen=True)
class ImpactAnswer:
    """What was asked, what fails, and what it means; ``people`` by customer's code, masked for the reader."""

    outage: Outage
    failing: Sequence[Hit]
    found: Impact
    people: Mapping[str, Mapping]


def find_answer(session: Session, region_id: int, outage: Outage, role: str) -> ImpactAnswer:
    """The impact, and who the customers are. At most eleven statements, and some for each code and each kind of thing.

    Raises
    ------
    NotFoundError, InputError
        As `find_failing`, `read_area` and `find_impact`; ``NOTHING_FAILS``, ``CODES_MANY``, ``VALUE_IMPOSSIBLE``.
    """
    if not outage.codes and not outage.area:
        raise InputError("NOTHING_FAILS", "nothing is named that fails", next_step="name what fails, or draw an area")
    if len(outage.codes) > MOST_CODES:
        raise InputError("CODES_MANY", "so many can't fail at once", found=len(outage.codes), expected=f"at most {MOST_CODES}")
    if not 0 <= outage.hours <= MOST_HOURS:
        raise InputError("VALUE_IMPOSSIBLE", "the hours are impossible", found=outage.hours, expected=f"0 to {MOST_HOURS}")
    area = read_area(outage.area) if outage.area else None
    failing = find_failing(session, region_id, outage.codes)
    elements = [(hit.kind, hit.id) for hit in failing]
    found = find_impact(session, region_id, elements, outage.hours, day=outage.start.date(), area=area)
    codes = [customer.code for customer in found.customers]
    rows = session.execute(statement("customers_named"), {"region_id": region_id, "codes": codes}).mappings() if codes else ()
    people = {row["code"]: {"id": row["id"], **{name: mask("customer", name, row[name], role) for name in PERSONAL}} for row in rows}
    return ImpactAnswer(outage, failing, found, people)


def plain_impact(answer: ImpactAnswer, language: str, most: int | None = None) -> dict:
    """The answer as JSON: what ``flask impact --json`` tells, the customers named, and what to say to each.

    Parameters
    ----------
    most
        So many services, customers, things to mend and numbers at most; ``totals`` tells how many there are.
    """
    told = as_plain(answer.found)
    totals = {name: len(told[name]) for name in ("services", "customers", "restoration", "numbers", "grids")}
    messages = say_to_customers(answer, language)
    for row in told["customers"]:
        person = answer.people.get(row["code"], {})
        row.update({name: person.get(name) for name in PERSONAL}, id=_text(person.get("id")), message=messages[row["code"]])
    for name in totals:
        told[name] = told[name][:most]
    failing = [{"kind": hit.kind, "id": str(hit.id), "code": hit.code} for hit in answer.failing]
    return {"failing": failing, "at": f"{answer.outage.start:%Y-%m-%dT%H:%M}", "hours": answer.outage.hours, "totals": totals, **told}


def say_to_customers(answer: ImpactAnswer, language: str) -> dict[str, str]:
    """What to say to each customer, by code: how many services, from when, and when they are back."""
    behind: dict[str, list[ServiceHit]] = defaultdict(list)
    for service in answer.found.services:
        behind[service.customer].append(service)
    return {code: _message(services, answer.outage, language) for code, services in behind.items()}


def _message(services: Sequence[ServiceHit], outage: Outage, language: str) -> str:
    parts = []
    for state in STATES:
        own = [service for service in services if service.state == state]
        if not own:
            continue
        hours = min((service.hours for service in own if service.hours is not None), default=None)
        name = "say_later_unknown" if state == "later" and hours is None else f"say_{state}"
        parts.append(say(name, language, count=len(own), start=f"{outage.start:%m-%d %H:%M}", hours=f"{hours or 0:.1f}"))
    if outage.hours:
        parts.append(say("say_until", language, end=f"{outage.start + timedelta(hours=outage.hours):%m-%d %H:%M}"))
    return "；".join(parts) if language == "zh" else "; ".join(parts)


def impact_sheets(answer: ImpactAnswer, language: str) -> list[tuple[str, list[str], list[list]]]:
    """The answer as tables for a workbook: (name, headers, rows), all rows of each."""
    found = answer.found
    messages = say_to_customers(answer, language)
    people = [
        [one.code, *(answer.people.get(one.code, {}).get(name) for name in PERSONAL), word_label("segment", one.segment, language),
         one.sla, one.down, one.later, one.weakened, messages[one.code]]
        for one in found.customers
    ]  # fmt: skip
    grids = [[code, (en or zh) if language == "en" else zh, count] for code, zh, en, count in found.grids]
    batteries = [[one.site or one.structure_id, one.capacity_ah, one.load_a, one.hours] for one in found.batteries]
    named = {
        "services": service_table(found.services, language),
        "customers": (_headers(("customer", *PERSONAL, "segment", "sla", *STATES, "message"), language), people),
        "restoration": restoration_table(found, language),
        "grids": (_headers(("code", "grid_name", "services"), language), grids),
        "numbers": (_headers(("number",), language), [[number] for number in found.numbers]),
        "batteries": (_headers(("site", "capacity", "load", "hours"), language), batteries),
    }
    return [(say(f"sheet_{name}", language), *table) for name, table in named.items()]


def _headers(names: Sequence[str], language: str) -> list[str]:
    return [say(name, language) for name in names]


def _text(key: int | None) -> str | None:
    return None if key is None else str(key)
