"""``flask weak``, ``flask graph facts``: single points of failure, and the shape of each speciality's network."""
import json
from dataclasses import asdict

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.cli.door import owner_engine, plain_errors
from app.core.journal import get_region_id
from app.core.settings import load_settings
from app.reports.answers.weak import plain_weak
from app.reports.tables import text_table
from app.topology.facts import NETWORKS, graph_facts
from app.topology.weak_points import MOST_POINTS, SPECIALITIES

SHOWN = 20

graph = AppGroup("graph", help="The network of a speciality as a graph.")


@click.command("weak")
@click.option("--speciality", type=click.Choice(SPECIALITIES), help="Only elements of this speciality.")
@click.option("--grid", help="Code of a grid: only what lies in it, at least in part.")
@click.option("--limit", type=click.IntRange(1, MOST_POINTS), default=SHOWN, show_default=True, help="So many elements.")
@click.option("--region", help="Code of the region.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@plain_errors
def weak(speciality, grid, limit, region, as_json):
    """What takes down most services where it fails alone; and rings, PON trees and power that are not as safe as they look."""
    with Session(owner_engine()) as session:
        region_id = get_region_id(session, region or load_settings().region_code)
        told = plain_weak(session, region_id, speciality, grid, limit)
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else _weak_text(told))


@graph.command("facts")
@click.option("--speciality", type=click.Choice(list(NETWORKS)), required=True, help="Whose network.")
@click.option("--region", help="Code of the region.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@plain_errors
def facts(speciality, region, as_json):
    """Nodes, edges, components, bridges and cut nodes by name, and length in km."""
    with Session(owner_engine()) as session:
        found = graph_facts(session, get_region_id(session, region or load_settings().region_code), speciality)
    click.echo(json.dumps(asdict(found), ensure_ascii=False) if as_json else _facts_text(asdict(found)))


COMMANDS = (weak, graph)


def _weak_text(told: dict) -> str:
    rows = [[point["kind"], point["code"], point["services"], point["customers"], point["large"]] for point in told["points"]]
    lines = [text_table(["kind", "code", "services", "customers", "large"], rows) if rows else "Nothing takes a service down alone."]
    for ring in told.get("rings", ()):
        open_ = "" if ring["is_closed"] else "it does not close; "
        lines.append(f"Ring {ring['ring']}: {open_}{len(ring['sections'])} sections hold two of its circuits: {_some(ring['sections'])}")
    for tree in told.get("trees", ())[:SHOWN]:
        loss = "" if tree["most_loss_db"] is None else f", {tree['most_loss_db']:.1f} dB of {tree['bears_db']:g}"
        lines.append(f"PON tree {tree['circuit']}: {', '.join(tree['faults'])}{loss}, 1:{tree['splits']}, {tree['most_metres']:.0f} m")
    if len(told.get("trees", ())) > SHOWN:
        lines.append(f"and {len(told['trees']) - SHOWN} more PON trees")
    for root in told.get("power", ()):
        why = "feeds itself in a ring" if root["is_ring"] else f"{root['loads']} loads hang on it alone"
        lines.append(f"Power {root['source']}: {why}")
    return "\n".join(lines)


def _facts_text(found: dict) -> str:
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in found.items() if isinstance(value, (int, str))]
    lines.append(f"length km: {found['length_km']:.1f}")
    lines.append(f"bridges: {len(found['bridges'])}: {_some(found['bridges'])}")
    bundles = [" + ".join(edges) for edges in found["thin_pairs"] if len(edges) > 1]
    lines.append(f"bundles that alone join two nodes: {len(bundles)}: {_some(bundles)}")
    lines.append(f"cut nodes: {len(found['cut_nodes'])}: {_some(found['cut_nodes'])}")
    return "\n".join(lines)


def _some(names) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return (", ".join(names[:SHOWN]) or "-") + more
