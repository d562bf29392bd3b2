"""Fails any statement that touches a network table and doesn't say which region it means (scale.md rule 8).

A statement that is meant to cross regions carries ``/* cross-region: NAME */`` with a name from ``app.core.cross_region``;
a test that looks at several regions itself runs with the execution option ``across_regions``.
"""

import re

from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.core.cross_region import DECLARED
from tests.databases import network_tables

_NAMES = "|".join(sorted(table.name for table in network_tables()))
_TOUCHES = re.compile(rf'\b(?:FROM|JOIN|INTO|UPDATE|USING|ONLY)\s+(?:public\.)?"?({_NAMES})"?(?![\w(])', re.IGNORECASE)
_COMPARED = re.compile(
    r"region_id\"?\s*(?:=|IN\b)|=\s*(?:ANY\s*\(\s*)?[\w.\"]*region_id\b|\(\s*[\w.\"]*region_id\s*,[^()]*\)\s*(?:=|IN\b)|\bUSING\s*\(\s*region_id\b",
    re.IGNORECASE,
)
_ROWS = re.compile(r"^\s*(?:WITH\b.*?\)\s*)?INSERT\s+INTO\s+[\w.\"]+\s*\([^)]*\bregion_id\b", re.IGNORECASE | re.DOTALL)
_DEFINES = re.compile(r"^\s*(?:ALTER|CREATE|DROP|TRUNCATE|ANALYZE|VACUUM|COMMENT|GRANT|REVOKE|LOCK)\b", re.IGNORECASE)
_MARKED = re.compile(r"/\*\s*cross-region:\s*([\w-]+)\s*\*/")
# Texts and comments, whichever begins first: each may hold what looks like the other.
_UNREAD = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
# What waited for the trip, see app/core/prepared.py: it was looked at when it was planned.
_BEFORE = re.compile(
    r"^(?:\s*(?:EXECUTE\s+\w+\s*\([^;]*\)|(?:RELEASE\s+)?SAVEPOINT\s+\w+)\s*;)*\s*(?:PREPARE\s+\w+\s+AS\s)?", re.IGNORECASE
)


class RegionUnnamed(AssertionError):
    """A statement would read or write rows of every region."""


def find_fault(statement: str) -> str | None:
    """What is wrong with a statement, or None."""
    marked = _MARKED.search(statement)
    if marked:
        return None if marked[1] in DECLARED else f"{marked[1]} is not in app/core/cross_region.py"
    plain = _BEFORE.sub("", _UNREAD.sub(lambda found: "''" if found[0].startswith("'") else " ", statement))
    if _DEFINES.match(plain):
        return None
    touched = sorted({name.lower() for name in _TOUCHES.findall(plain)})
    if not touched or _COMPARED.search(plain):
        return None
    if _ROWS.match(plain) and not _TOUCHES.search(re.sub(r"INSERT\s+INTO\s+\S+", "", plain, flags=re.IGNORECASE)):
        return None
    return f"touches {', '.join(touched)} and names no region"


class RegionGuard:
    """Listens to every engine while it is on; keeps what it refused, for doors that turn errors into answers."""

    def __init__(self):
        self.refused: list[str] = []

    def start(self) -> None:
        event.listen(Engine, "before_cursor_execute", self._check)

    def stop(self) -> None:
        event.remove(Engine, "before_cursor_execute", self._check)

    def _check(self, connection, _cursor, statement, _parameters, context, _many):
        options = context.execution_options if context else connection.get_execution_options()
        if options.get("across_regions"):
            return
        fault = find_fault(statement)
        if fault:
            self.refused.append(f"{fault}: {statement[:400]}")
            raise RegionUnnamed(self.refused[-1])
