"""SQL of this package, kept in files; ``{lock_o}`` and its like become a lock where a line is being taken."""

from functools import cache
from pathlib import Path

from sqlalchemy import text

from app.network.statements import composed

SQL = Path(__file__).parent / "sql"
SKIPPED = "FOR NO KEY UPDATE OF {} SKIP LOCKED"


@cache
def sql(name: str, *, is_locked: bool = False):
    """The statement of ``sql/<name>.sql``."""
    written = composed(name, SQL)
    for alias in ("o", "p"):
        written = written.replace("{lock_" + alias + "}", SKIPPED.format(alias) if is_locked else "")
    return text(written)
