"""Commands, one file per noun. A command parses, calls one query or command, and answers."""
from app.cli import (
    access,
    catalogue,
    database,
    graph,
    impact,
    journal,
    network,
    occupancy,
    orders,
    otdr,
    plan,
    region,
    trace,
    weak,
    works,
)


def register(app) -> None:
    """Give the application its commands."""
    for group in (access.group, database.group, region.group, catalogue.group, network.group, occupancy.group, journal.group, plan.group):
        app.cli.add_command(group)
    for command in (trace.trace, impact.impact, otdr.otdr, *graph.COMMANDS, *weak.COMMANDS, *orders.COMMANDS, *works.COMMANDS):
        app.cli.add_command(command)
