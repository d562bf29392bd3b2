"""``flask trace``: the way of light or current, from one end to the other."""
import json
import os
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.cli.door import owner_engine, plain_errors
from app.core.journal import get_region_id
from app.core.settings import load_settings
from app.reports.answers.traces import TraceAnswer, find_trace, plain_trace
from app.reports.tables import text_table
from app.topology.trace import Question
from app.topology.trace_drawing import geojson_of, svg_of
from app.topology.trace_text import end_lines, finding_lines, say, table_of


@click.command("trace")
@click.argument("code")
@click.option("--class", "pon_class", help="Class of PON to judge the loss by, such as C+; that of the port when left out.")
@click.option("--region", help="Code of the region.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of the answer; that of the terminal when left out.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--geojson", "as_geojson", is_flag=True, help="One GeoJSON collection, lon and lat in EPSG:4490.")
@click.option("--svg", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write the drawing; several are numbered.")
@plain_errors
def trace(code, pon_class, region, lang, as_json, as_geojson, svg):
    """Follow a strand, pair or port, or the lines of a circuit, number, service, customer or address, both ways to their ends."""
    language = lang or terminal_language()
    with Session(owner_engine()) as session:
        region_id = get_region_id(session, region or load_settings().region_code)
        answer = find_trace(session, region_id, code, Question(pon_class, with_lines=as_geojson))
    if as_geojson:
        click.echo(json.dumps(geojson_of(answer.traces, language), ensure_ascii=False))
    elif as_json:
        click.echo(json.dumps(plain_trace(answer, language), ensure_ascii=False))
    elif svg:
        for path, one in zip(_numbered(svg, len(answer.traces)), answer.traces, strict=True):
            path.write_text(svg_of(one, language), encoding="utf-8")
            click.echo(str(path))
    else:
        click.echo(_text(answer, language))


def _text(answer: TraceAnswer, language: str) -> str:
    if not answer.traces:
        return say("no_line", language, code=answer.hit.code)
    blocks = []
    for start, one in zip(answer.starts, answer.traces, strict=True):
        named = [say("trace_of", language, code=one.hop(one.start).code)]
        named += [say(name, language, code=code) for name, code in (("service", start.service), ("circuit", start.circuit)) if code]
        named += [say("path", language, no=start.path_no)] if start.path_no > 1 else []
        found = finding_lines(one, language)
        heading = say("findings" if found else "no_findings", language)
        ends = [f"  {line}" for line in end_lines(one, language)]
        table = text_table(*table_of(one, language))
        blocks.append("\n".join([", ".join(named), table, say("ends", language), *ends, heading, *(f"  {line}" for line in found)]))
    return "\n\n".join(blocks)


def _numbered(path: Path, count: int) -> list[Path]:
    return [path] if count == 1 else [path.with_stem(f"{path.stem}-{number}") for number in range(1, count + 1)]


def terminal_language() -> str:
    """The language of the terminal, of the two that answers are in."""
    told = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh" if told.lower().startswith("zh") else "en"
