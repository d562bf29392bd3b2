"""``flask network``: is the plant in order?"""
import json
import os
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.cli.door import EXIT_FINDINGS, owner_engine, plain_errors
from app.core.journal import get_region_id
from app.core.settings import load_settings
from app.network.checks.registry import PLANT_CHECKS, run_checks
from app.services.checks.registry import USE_CHECKS
from app.survey.export import FORMATS, export_layers

BOOKS = (PLANT_CHECKS, USE_CHECKS)

group = AppGroup("network", help="The plant.")


@group.command("check")
@click.option("--rule", "rules", multiple=True, help="Only this rule; may be given several times.")
@click.option("--region", help="Code of the region.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of the messages; that of the terminal when left out.")
@plain_errors
def check(rules, region, as_json, lang):
    """List everything that breaks a rule; exit 0 where nothing does, 1 where something does."""
    with Session(owner_engine()) as session:
        region_id = get_region_id(session, region or load_settings().region_code)
        breaches = run_checks(session, region_id, rules or None, books=BOOKS, today=date.today(), language=lang or _language())
    if as_json:
        click.echo(json.dumps({"breaches": [asdict(breach) for breach in breaches]}, ensure_ascii=False))
    else:
        for one in breaches:
            reason = f"{one.message} (found: {one.found}; expected: {one.expected}); {one.next_step}"
            click.echo(f"{one.rule} {one.severity} {one.subject}: {reason}")
        click.echo(f"{len(breaches)} breaches." if breaches else "Nothing breaks a rule.")
    if breaches:
        sys.exit(EXIT_FINDINGS)


@group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--layer", "wanted", multiple=True, help="Only this layer; may be given several times.")
@click.option("--format", "kind", type=click.Choice(FORMATS), help="Of the file; told from its ending when left out.")
@click.option("--region", help="Code of the region.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of headers and words; that of the terminal when left out.")
@plain_errors
def export(file, wanted, kind, region, lang):
    """Write layers as surveys hold them: edited and imported again, only the edits are changes. CSV and GeoJSON go into a ZIP."""
    kind = kind or file.suffix.lower().lstrip(".")
    with Session(owner_engine()) as session:
        region_id = get_region_id(session, region or load_settings().region_code)
        for layer, rows in export_layers(session, region_id, file, kind, wanted, language=lang or _language()):
            click.echo(f"{layer}: {rows} rows")


def _language() -> str:
    """The language of the terminal, of the two that messages are in."""
    told = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh" if told.lower().startswith("zh") else "en"
