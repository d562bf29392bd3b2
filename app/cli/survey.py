"""``flask survey``: batches, and undoing them."""
import json

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.cli.door import actor, owner_engine, plain_errors
from app.core.journal import get_region_id
from app.core.settings import load_settings
from app.survey.batches import list_batches
from app.survey.undo import undo_batch

group = AppGroup("survey", help="Batches of surveys.")


@group.command("list")
@click.option("--region", help="Code of the region.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@plain_errors
def list_them(region, as_json):
    """The latest batches, newest first."""
    with Session(owner_engine()) as session:
        batches = list_batches(session, get_region_id(session, region or load_settings().region_code))
    if as_json:
        click.echo(json.dumps({"batches": batches}, ensure_ascii=False, default=str))
        return
    for one in batches:
        files = ", ".join(one["files"] or [])
        surveyed = f" surveyed by {one['surveyor'] or '?'} on {one['surveyed_on'] or '?'}" if one["surveyor"] or one["surveyed_on"] else ""
        click.echo(f"{one['id']} {one['state']} {one['at']:%Y-%m-%d %H:%M} UTC {one['actor']}{surveyed}: {files}")


@group.command("undo")
@click.argument("batch", type=int)
@click.option("--region", help="Code of the region.")
@plain_errors
def undo(batch, region):
    """Undo BATCH, as long as nothing later depends on it."""
    with Session(owner_engine()) as session, session.begin():
        done = undo_batch(session, get_region_id(session, region or load_settings().region_code), batch, actor())
    click.echo(f"Batch {batch} undone: {done.removed} rows removed, {done.restored} restored, {done.returned} put back.")
