"""``flask otdr``: from a reading on a strand to a place on the ground."""
import json
from datetime import date

import click
from sqlalchemy.orm import Session

from app.cli.door import owner_engine, plain_errors
from app.cli.trace import terminal_language
from app.core.journal import get_region_id
from app.core.settings import load_settings
from app.reports.answers.shots import find_shot, plain_shot
from app.reports.tables import text_table
from app.topology.impact_text import service_table
from app.topology.otdr import GroundPoint, OtdrPlace, Shot
from app.topology.trace_text import say


@click.command("otdr")
@click.argument("strand")
@click.option("--end", type=click.Choice(["A", "Z"]), default="A", help="The end of the strand at which it stands; A when left out.")
@click.option("--metres", type=float, help="Length of fibre to the event, as shown.")
@click.option("--us", type=float, help="Time there and back in microseconds.")
@click.option("--index", type=float, help="Index that the instrument reckoned with; that of the table for 1550 nm when left out.")
@click.option("--pulse-ns", type=float, default=0.0, help="Width of the pulse.")
@click.option("--region", help="Code of the region.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of the answer; that of the terminal when left out.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@plain_errors
def otdr(strand, end, metres, us, index, pulse_ns, region, lang, as_json):
    """The stretch of ground in which an event lies that an OTDR shows on a strand, and which services lie behind it."""
    language = lang or terminal_language()
    with Session(owner_engine()) as session:
        region_id = get_region_id(session, region or load_settings().region_code)
        answer = find_shot(session, region_id, strand, Shot(end, metres, us, index, pulse_ns), date.today())
    if as_json:
        click.echo(json.dumps(plain_shot(answer), ensure_ascii=False))
    else:
        click.echo(_text(answer.hit.code, end, answer.place, language))


def _text(code: str, end: str, found: OtdrPlace, language: str) -> str:
    lines = [say("otdr_of", language, code=code, end=end)]
    lines += [f"  {say(name, language)}: {_point(point, language)}" for name, point in (("near", found.near), ("far", found.far))]
    lines.append(f"  {say('joints_there', language)}: {' '.join(found.joints) or '-'}")
    units = dict.fromkeys(" ".join(filter(None, (point.unit, point.unit_zh))) for point in (found.near, found.far))
    lines.append(f"  {say('unit', language)}: {', '.join(filter(None, units)) or '-'}")
    headers, rows = service_table(found.services, language)
    lines.append(text_table(headers, rows) if rows else say("nobody_behind", language))
    return "\n".join(lines)


def _point(point: GroundPoint, language: str) -> str:
    place = say("at_structure", language, code=point.structure) if point.structure else say(
        "in_section", language, code=point.section, offset=f"{point.offset_m:.1f}"
    )  # fmt: skip
    return f"{place}; {say('chainage', language, metres=f'{point.chainage_m:.1f}')}; {point.lon:.6f}, {point.lat:.6f}"
