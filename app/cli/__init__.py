"""Commands, one file per noun. A command parses, calls one query or command, and answers."""
from app.cli import access, catalogue, database, graph, network, occupancy, region, trace


def register(app) -> None:
    """Give the application its commands."""
    for group in (access.group, database.group, region.group, catalogue.group, network.group, occupancy.group, *graph.COMMANDS):
        app.cli.add_command(group)
    app.cli.add_command(trace.trace)
