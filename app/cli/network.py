"""``flask network``: is the plant in order?"""
import json
import sys
from dataclasses import asdict

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.cli.door import EXIT_FINDINGS, owner_engine, plain_errors
from app.core.journal import get_region_id
from app.core.settings import load_settings
from app.network.checks.registry import run_checks

group = AppGroup("network", help="The plant.")


@group.command("check")
@click.option("--rule", "rules", multiple=True, help="Only this rule; may be given several times.")
@click.option("--region", help="Code of the region.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@plain_errors
def check(rules, region, as_json):
    """List everything that breaks a rule; exit 0 where nothing does, 1 where something does."""
    with Session(owner_engine()) as session:
        region_id = get_region_id(session, region or load_settings().region_code)
        breaches = run_checks(session, region_id, rules or None)
    if as_json:
        click.echo(json.dumps({"breaches": [asdict(breach) for breach in breaches]}, ensure_ascii=False))
    else:
        for one in breaches:
            reason = f"{one.message} (found: {one.found}; expected: {one.expected}); {one.next_step}"
            click.echo(f"{one.rule} {one.severity} {one.subject}: {reason}")
        click.echo(f"{len(breaches)} breaches." if breaches else "Nothing breaks a rule.")
    if breaches:
        sys.exit(EXIT_FINDINGS)
