"""``flask region``: the regions that this installation holds."""
import click
from flask.cli import AppGroup

from app.cli.door import actor, owner_engine, plain_errors
from app.core.database import transaction
from app.core.journal import add_region

group = AppGroup("region", help="Regions (local networks).")


@group.command("add")
@click.argument("code")
@click.option("--zh", required=True, help="Chinese name.")
@click.option("--en", help="English name.")
@click.option("--metric-crs", type=int, default=4546, show_default=True, help="EPSG number in which the region measures.")
@plain_errors
def add(code, zh, en, metric_crs):
    """Add region CODE (six digits), or mend its names."""
    if not (code.isascii() and code.isdigit() and len(code) == 6):
        raise click.BadParameter(f"{code!r} is not a six-digit region code such as 421000")
    with transaction(owner_engine(), actor(), "cli") as session:
        is_new = add_region(session, code, zh, en, metric_crs)
    click.echo(f"Region {code} {zh} {'added' if is_new else 'is there'}.")
