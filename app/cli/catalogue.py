"""``flask catalogue``: products that equipment and cables are made of."""
from pathlib import Path

import click
from flask.cli import AppGroup

from app.cli.door import actor, owner_engine, plain_errors
from app.core.database import transaction
from app.network.commands.catalogue import CATALOGUE_DIR, load_catalogue

group = AppGroup("catalogue", help="Equipment and cable models.")


@group.command("load")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=CATALOGUE_DIR)
@plain_errors
def load(folder):
    """Load models.csv, model_ports.csv and model_slots.csv from FOLDER; loading twice changes nothing."""
    with transaction(owner_engine(), actor(), "cli") as session:
        counts = load_catalogue(session, folder)
    click.echo(f"Models: {counts.added} added, {counts.updated} updated, {counts.unchanged} unchanged.")
