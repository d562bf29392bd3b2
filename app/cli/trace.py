"""``flask trace``: the way of light or current, from one end to the other."""
import json
import os
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.cli.door import owner_engine, plain_errors
from app.core.errors import InputError
from app.core.journal import get_region_id
from app.core.settings import load_settings
from app.reports.answers.traces import TraceAnswer, find_trace, plain_layers, plain_trace
from app.reports.tables import text_table
from app.topology.trace import Question
from app.topology.trace_drawing import geojson_of, svg_of
from app.topology.trace_text import end_lines, finding_lines, say, table_of


@click.command("trace")
@click.argument("code")
@click.option("--class", "pon_class", help="Class of PON to judge the loss by, such as C+; that of the port when left out.")
@click.option("--layers", is_flag=True, help="What it stands on and who stands on it; told in any case of what has no way, as a hole.")
@click.option("--region", help="Code of the region.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of the answer; that of the terminal when left out.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--geojson", "as_geojson", is_flag=True, help="One GeoJSON collection, lon and lat in EPSG:4490.")
@click.option("--svg", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write the drawing; several are numbered.")
@plain_errors
def trace(code, layers, region, lang, as_json, **wishes):
    """Follow a strand, pair or port, or the lines of a circuit, number, service, customer or address, both ways to their ends."""
    language = lang or terminal_language()
    with Session(owner_engine()) as session:
        region_id = get_region_id(session, region or load_settings().region_code)
        try:
            question = Question(wishes["pon_class"], with_lines=wishes["as_geojson"])
            answer = None if layers else find_trace(session, region_id, code, question)
        except InputError as error:
            if error.code != "NOT_TRACED" or wishes["as_geojson"] or wishes["svg"]:
                raise
            answer = None
        told = plain_layers(session, region_id, code, language) if answer is None else None
    if told:
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else _layers_text(told, language))
    else:
        _tell(answer, language, as_json, wishes["as_geojson"], wishes["svg"])


def _tell(answer: TraceAnswer, language: str, as_json: bool, as_geojson: bool, svg: Path | None) -> None:
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


def _layers_text(told: dict, language: str) -> str:
    lines = []
    for name in ("below", "above"):
        lines.append(f"{told['code']}: {say(name if told[name] else f'nothing_{name}', language)}")
        for layer in told[name]:
            more = f" ... {layer['total']}" if layer["total"] > len(layer["things"]) else ""
            lines.append(f"  {layer['kind_label']}: {' '.join(one['code'] for one in layer['things'])}{more}")
    return "\n".join(lines)


def _numbered(path: Path, count: int) -> list[Path]:
    return [path] if count == 1 else [path.with_stem(f"{path.stem}-{number}") for number in range(1, count + 1)]


def terminal_language() -> str:
    """The language of the terminal, of the two that answers are in."""
    told = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh" if told.lower().startswith("zh") else "en"
