"""SQL of this package, kept in files; ``{lock_o}`` and its like become a lock where a line is being taken."""

import re
from functools import cache
from pathlib import Path

from sqlalchemy import text

from app.network.statements import statement

SQL = Path(__file__).parent / "sql"
# ``{reservation_rows}``: what two statements share; ``{free_outputs c.id}``: asked of the equipment with that key.
PART = re.compile(r"\{(?!lock_)(\w+)(?: (\w+\.id))?\}")
SKIPPED = "FOR NO KEY UPDATE OF {} SKIP LOCKED"


@cache
def sql(name: str, *, is_locked: bool = False):
    """The statement of ``sql/<name>.sql``."""
    written = PART.sub(lambda found: statement(found[1], SQL).replace("{point}", found[2] or "").rstrip(), statement(name, SQL))
    for alias in ("o", "p"):
        written = written.replace("{lock_" + alias + "}", SKIPPED.format(alias) if is_locked else "")
    return text(written)
