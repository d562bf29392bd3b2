"""SQL of this package, kept in files."""

from functools import cache
from pathlib import Path

from sqlalchemy import text

from app.network.statements import statement

SQL = Path(__file__).parent / "sql"


@cache
def sql(name: str, *, locks: bool = True):
    """The statement of ``sql/<name>.sql``; without its last line, which locks, where nothing is to be locked."""
    written = statement(name, SQL)
    return text(written if locks else written.rpartition("\nFOR ")[0])
