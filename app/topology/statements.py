"""The statements of this package: ``sql/<name>.sql``, bound parameters only."""
from functools import cache
from pathlib import Path

from sqlalchemy import TextClause, text

from app.network.statements import composed, part_of

FOLDER = Path(__file__).parent
SQL = FOLDER / "sql"


@cache
def query(name: str) -> TextClause:
    """The statement ``<name>.sql``; parts such as ``{hits}`` in it are files beside it."""
    return text(composed(name, SQL))


def above_circuit(circuit: str) -> str:
    """SQL for the circuits that ride, or lead on over, the one with this key (a column), see ``above_circuit.sql``."""
    return part_of("above_circuit", circuit, SQL)
