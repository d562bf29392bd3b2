"""``flask plan design``: fibre to the homes of a grid or of addresses; told, written as survey files, kept as a planned project."""

import json
import tempfile
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.cli.door import actor, owner_engine, plain_errors
from app.core.database import transaction
from app.core.errors import InputError, NetGridError, RuleError
from app.core.journal import get_region_id
from app.core.settings import load_settings
from app.operations.projects import Claims, claim, list_projects, open_project
from app.planning.fibre.asking import ask_designs, list_demands
from app.planning.fibre.design import Wish
from app.planning.fibre.plant import Plant, build_plant, find_ducts, give_to_project, write_plant
from app.reports.designs import designs_text, plain_designs
from app.survey.importing import import_surveys
from app.survey.undo import undo_batch


@click.command("design")
@click.option("--grid", help="Code of a grid: all buildings in it.")
@click.option(
    "--addresses", "file", type=click.File(encoding="utf-8-sig"), help="A file with the code of a building or address in each line."
)
@click.option("--unserved", is_flag=True, help="Only addresses that no box serves.")
@click.option(
    "--take", "percent", type=click.FloatRange(0, 100), default=30.0, show_default=True, help="Part of the households that take a line, %."
)
@click.option("--reach", "reach_m", type=click.FloatRange(10, 1000), default=150.0, show_default=True, help="Longest drop in m.")
@click.option("--class", "pon_class", default="B+", show_default=True, help="Class of PON.")
@click.option("--seconds", type=click.FloatRange(1, 600), default=30.0, show_default=True, help="For the boxes, and for the tree.")
@click.option("--files", "folder", type=click.Path(file_okay=False, path_type=Path), help="Write the plant as survey files here.")
@click.option("--project", "code", help="Keep it in the network as planned plant of a new project of this code.")
@click.option("--name", "name_zh", help="The project's name; its code where left out.")
@click.option("--region", help="Code of the region.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object; money in fen.")
@plain_errors
def design(grid, file, unserved, percent, reach_m, pon_class, seconds, folder, code, name_zh, region, as_json):
    """Boxes with splitters, the tree of cables along sections with room and along roads, loss, bill, and the gap to what could be best."""
    addresses = [line.strip() for line in file if line.strip()] if file else None
    if (grid is None) == (addresses is None):
        raise InputError("AREA_MISSING", "a design is for a grid or for addresses", expected="--grid or --addresses")
    engine = owner_engine()
    with Session(engine) as session:
        region_id = get_region_id(session, region or load_settings().region_code)
        demands = list_demands(session, region_id, grid=grid, addresses=addresses, take_ratio=percent / 100, only_unserved=unserved)
        graph, found = ask_designs(session, region_id, demands, Wish(reach_m, pon_class, seconds), code or "FTTH")
        plant = build_plant(session, region_id, graph, found, code or "FTTH") if folder or code else None
    if folder:
        write_plant(plant, folder)
    if code:
        keep(engine, region or load_settings().region_code, region_id, plant, (code, name_zh or code))
    click.echo(json.dumps(plain_designs(graph, found), ensure_ascii=False) if as_json else designs_text(graph, found))
    if code:
        click.echo(
            f"{code}: {len(plant.rows['equipment'])} equipment, {len(plant.rows['cable'])} cables planned; flask projects accept {code}"
        )


def keep(engine, region: str, region_id: int, plant: Plant, project: tuple[str, str]) -> None:
    """Import the plant as a survey is, open the project that it belongs to, and let it claim the ducts: all of it, or nothing.

    Raises
    ------
    RuleError
        ``PROJECT_KNOWN``, and as `claim`.
    InputError
        ``DESIGN_REFUSED`` where the import finds an error.
    """
    code, name_zh = project
    with Session(engine) as session:
        if list_projects(session, region_id, code):
            raise RuleError("PROJECT_KNOWN", "there is such a project already", subject=code, next_step="take another code")
    with tempfile.TemporaryDirectory() as folder:
        write_plant(plant, Path(folder))
        report = import_surveys(engine, [Path(folder)], region, actor=actor())
    if not report.changed:
        wrong = next((finding for source in report.sources for finding in source.findings if finding.severity == "error"), None)
        told = f"{wrong.rule} {wrong.subject}: {wrong.found}; expected {wrong.expected}" if wrong else None
        raise InputError("DESIGN_REFUSED", "the network refuses the planned plant", code, told, next_step="mend that, or take another code")
    try:
        with transaction(engine, actor(), "cli") as session:
            key = open_project(session, region_id, code, name_zh)
            give_to_project(session, region_id, plant, key)
            claim(session, region_id, code, Claims(find_ducts(session, region_id, plant)))
    except NetGridError:
        with Session(engine) as session, session.begin():
            undo_batch(session, region_id, report.batch, actor())
        raise
