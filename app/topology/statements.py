"""The statements of this package: ``sql/<name>.sql``, bound parameters only."""
from functools import cache
from pathlib import Path

from sqlalchemy import TextClause, text

from app.network.statements import statement

FOLDER = Path(__file__).parent
SQL = FOLDER / "sql"


@cache
def query(name: str) -> TextClause:
    """The statement ``<name>.sql``; ``{hits}`` in it stands for the paths that failed things carry, see ``hits.sql``."""
    return text(statement(name, SQL).replace("{hits}", statement("hits", SQL)))
