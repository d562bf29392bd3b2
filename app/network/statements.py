"""SQL kept in files: ``sql/<name>.sql``, bound parameters only."""
import re
from functools import cache
from pathlib import Path

SQL = Path(__file__).parent / "sql"
_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_PART = re.compile(r"\{(\w+)(?: (\w+\.id))?\}")


@cache
def statement(name: str, folder: Path = SQL) -> str:
    """The text of ``<name>.sql``."""
    return (folder / f"{name}.sql").read_text(encoding="utf-8").strip()


@cache
def composed(name: str, folder: Path = SQL) -> str:
    """The text of ``<name>.sql`` with what several statements share put in.

    ``{part}`` in it stands for ``<part>.sql``; ``{part a.id}`` for the same asked of the row whose key is ``a.id``, there written
    ``{point}``. Other braces are the caller's.
    """

    def put(found: re.Match) -> str:
        return part_of(found[1], found[2] or "", folder) if has_statement(found[1], folder) else found[0]

    return _PART.sub(put, statement(name, folder))


def part_of(name: str, point: str, folder: Path) -> str:
    """The text of ``<name>.sql`` asked of the row with the key ``point``, a column of ours."""
    return statement(name, folder).replace("{point}", point)


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
