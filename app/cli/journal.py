"""``flask journal``: seal the chain, prove it, read what stood when."""

import json
import sys
from datetime import UTC, datetime

import click
from flask.cli import AppGroup

from app.cli.door import EXIT_FINDINGS, actor, owner_engine, plain_errors
from app.core.database import transaction
from app.core.errors import InputError, NotFoundError
from app.core.journal import get_region_id
from app.core.moments import ZONE, day_end, read_day, read_moment
from app.core.sealing import get_head, seal_changes, verify_changes
from app.core.settings import load_settings
from app.network.queries.as_of import list_differences, rows_as_of, version_at
from app.network.queries.changes import Wish, list_changes
from app.network.queries.codes import resolve_code
from app.occupancy.commands import keep_day
from app.reports.records.kinds import KINDS

group = AppGroup("journal", help="Who changed what, and what stood before.")
region_option = click.option("--region", "code", help="Code of the region; the site's own when left out.")


def open_region(code: str | None):
    """A transaction and the region's key."""
    return transaction(owner_engine(), actor(), "cli"), code or load_settings().region_code


@group.command("seal")
@region_option
@plain_errors
def seal(code):
    """Seal the changes that are not sealed yet, and print the last hash: kept elsewhere, it proves the chain later."""
    opened, code = open_region(code)
    with opened as session:
        region_id = get_region_id(session, code)
        count = seal_changes(session, region_id)
        head = get_head(session, region_id)
    head = head.hex() if head else "none"
    click.echo(f"{count} changes sealed; last hash {head}")


@group.command("verify")
@region_option
@click.option("--head", help="A last hash that was kept elsewhere: it must still be in the chain.")
@plain_errors
def verify(code, head):
    """Prove the chain; name the first change that was changed, deleted, reordered or cut. Exit code 1 where there is one."""
    try:
        kept = bytes.fromhex(head) if head else None
    except ValueError:
        raise InputError("HASH_BAD", "This is no hash.", found=head, expected="64 hexadecimal digits") from None
    opened, code = open_region(code)
    with opened as session:
        found = verify_changes(session, get_region_id(session, code), kept)
    if found.breach:
        breach = found.breach
        click.echo(f"BROKEN ({breach.what}) at version {breach.version}: {breach.message}; {found.sealed} changes before it fit")
        sys.exit(EXIT_FINDINGS)
    click.echo(f"{found.sealed} changes fit their seals; {found.unsealed} not sealed yet; last hash {found.head.hex()}")


@group.command("list")
@region_option
@click.option("--actor", "who", help="Only of this person: a login, or cli:NAME.")
@click.option("--since", help="From this moment on.")
@click.option("--until", help="Before this moment.")
@click.option("--limit", type=click.IntRange(1, 10000), default=50, show_default=True)
@plain_errors
def list_all(code, who, since, until, limit):
    """Tell changes, newest first."""
    opened, code = open_region(code)
    with opened as session:
        wish = Wish(who, read_moment(since) if since else None, read_moment(until) if until else None, limit=limit)
        for row in list_changes(session, get_region_id(session, code), wish)[0]:
            click.echo(f"{row['version']}  {row['at']:%Y-%m-%d %H:%M:%S%z}  {row['actor']}  {row['source']}  {row['row_count']} rows")


@group.command("as-of")
@click.argument("thing")
@click.argument("moment")
@region_option
@plain_errors
def as_of(thing, moment, code):
    """Tell the row of the THING (its full code) as it stood at a MOMENT: 2026-11-27, or 2026-11-27T14:30."""
    opened, code = open_region(code)
    with opened as session:
        region_id = get_region_id(session, code)
        for hit in resolve_code(session, region_id, thing):
            table = KINDS[hit.kind].model.__table__ if hit.kind in KINDS else None
            if table is None:
                continue
            version = version_at(session, region_id, read_moment(moment))
            for row in rows_as_of(session, region_id, table, version, [hit.id]).get(hit.id, []):
                click.echo(json.dumps({"kind": hit.kind, "version": version, **row}, ensure_ascii=False))
                return
    raise NotFoundError("THING_UNKNOWN", f"{thing} did not stand at {moment}", subject=thing)


@group.command("diff")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("earlier")
@click.argument("later")
@region_option
@click.option("--limit", type=click.IntRange(1, 100000), default=1000, show_default=True)
@plain_errors
def diff(kind, earlier, later, code, limit):
    """Tell what changed in things of a KIND between two moments, one object a line. Exit code 1 where anything did."""
    opened, code = open_region(code)
    with opened as session:
        region_id = get_region_id(session, code)
        versions = tuple(version_at(session, region_id, read_moment(moment)) for moment in (earlier, later))
        rows = list_differences(session, region_id, KINDS[kind].model.__table__, versions, limit=limit)
    for row in rows:
        what = "changed" if row.before and row.after else ("came" if row.after else "went")
        told = {"id": str(row.row_id), "what": what, "columns": row.columns, **({} if row.columns else {"row": row.after or row.before})}
        click.echo(json.dumps(told, ensure_ascii=False))
    sys.exit(EXIT_FINDINGS if rows else 0)


@group.command("keep-day")
@click.option("--day", help="The day, 2026-11-27; today when left out.")
@region_option
@plain_errors
def keep(day, code):
    """Keep the counts of the grids as they stand at the end of a day; run it daily."""
    opened, code = open_region(code)
    with opened as session:
        on_day = read_day(day) if day else datetime.now(ZONE).date()
        count = keep_day(session, get_region_id(session, code), on_day, min(day_end(on_day), datetime.now(UTC)))
    click.echo(f"{count} counts kept for {on_day}")
