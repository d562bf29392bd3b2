"""The statements of the records: ``sql/<name>.sql``, bound parameters only."""

from functools import cache
from pathlib import Path

from sqlalchemy import text

SQL = Path(__file__).parent / "sql"


@cache
def statement(name: str, **parts: str):
    """The statement of ``<name>.sql``; parts in braces are SQL of ours, never a value."""
    written = (SQL / f"{name}.sql").read_text(encoding="utf-8")
    for part, sql in parts.items():
        written = written.replace("{" + part + "}", sql)
    return text(written)
