"""SQL kept in files: ``sql/<name>.sql``, bound parameters only."""
import re
from functools import cache
from pathlib import Path

SQL = Path(__file__).parent / "sql"
_NAME = re.compile(r"[a-z_][a-z0-9_]*")


@cache
def statement(name: str, folder: Path = SQL) -> str:
    """The text of ``<name>.sql``."""
    return (folder / f"{name}.sql").read_text(encoding="utf-8").strip()


@cache
def has_statement(name: str, folder: Path = SQL) -> bool:
    """True where there is a ``<name>.sql``."""
    return (folder / f"{name}.sql").is_file()


def filled(name: str, **parts: str) -> str:
    """The text of ``<name>.sql`` with its ``{parts}`` put in; a part is SQL of ours, never a value."""
    written = statement(name)
    for part, sql in parts.items():
        written = written.replace("{" + part + "}", sql)
    return written


def table_name(name: str) -> str:
    """The name of a table that a caller made, refused where it is not a plain one."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of a table")
    return name
