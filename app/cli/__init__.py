"""Commands, one file per noun. A command parses, calls one query or command, and answers."""
from app.cli import (
    access,
    ask,
    catalogue,
    database,
    design,
    graph,
    impact,
    jobs,
    journal,
    network,
    occupancy,
    orders,
    otdr,
    plan,
    region,
    runs,
    survey,
    trace,
    weak,
    works,
)


def register(app) -> None:
    """Give the application its commands."""
    for module in (access, database, region, catalogue, network, occupancy, journal, plan, survey, jobs):
        app.cli.add_command(module.group)
    for command in (*ask.COMMANDS, *runs.COMMANDS, design.design):
        plan.group.add_command(command)
    for command in (trace.trace, impact.impact, otdr.otdr, *graph.COMMANDS, *weak.COMMANDS, *orders.COMMANDS, *works.COMMANDS):
        app.cli.add_command(command)
