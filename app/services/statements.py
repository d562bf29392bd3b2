"""SQL of this package, kept in files."""

import re
from functools import cache
from pathlib import Path

from sqlalchemy import text

from app.network.statements import statement

SQL = Path(__file__).parent / "sql"
LOCKS = re.compile(r"\n *FOR NO KEY UPDATE[^\n]*")


@cache
def sql(name: str, *, locks: bool = True):
    """The statement of ``sql/<name>.sql``; without the lines that lock, where nothing is to be locked."""
    written = statement(name, SQL)
    return text(written if locks else LOCKS.sub("", written))
