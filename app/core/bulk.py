"""First load: keys off, rows in, keys on again. Building a key afterwards is several times cheaper than keeping it row by row.

All of it happens in the loading transaction, so a failure leaves the tables as they were.
"""
from sqlalchemy import text
from sqlalchemy.orm import Session

_CONSTRAINTS = """
SELECT conrelid::regclass::text AS tbl, conname AS name, contype AS type, pg_get_constraintdef(oid) AS definition
FROM pg_constraint
WHERE contype IN ('p', 'u', 'f') AND
  (conrelid = ANY (CAST(:tables AS regclass[])) OR (contype = 'f' AND confrelid = ANY (CAST(:tables AS regclass[]))))
ORDER BY contype = 'f' DESC, conname
"""
_INDEXES = """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
FROM pg_index i
WHERE i.indrelid = ANY (CAST(:tables AS regclass[])) AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""


def are_empty(session: Session, tables: list[str]) -> bool:
    """True where none of the tables holds a row and none is partitioned: only such may lose their keys for a while."""
    partitioned = session.execute(
        text("SELECT EXISTS (SELECT 1 FROM pg_class WHERE oid = ANY (CAST(:tables AS regclass[])) AND relkind <> 'r')"), {"tables": tables}
    ).scalar_one()
    return not partitioned and not any(
        session.execute(text(f"/* cross-region: first_load */ SELECT EXISTS (SELECT 1 FROM {table})")).scalar_one() for table in tables
    )


def drop_keys(session: Session, tables: list[str]) -> list[str]:
    """The statements that put back what was taken: keys, indexes, and the journal's triggers."""
    constraints = session.execute(text(_CONSTRAINTS), {"tables": tables}).mappings().all()
    indexes = session.execute(text(_INDEXES), {"tables": tables}).mappings().all()
    journalled = session.execute(
        text("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'journal' AND tgrelid = ANY (CAST(:tables AS regclass[]))"),
        {"tables": tables},
    ).scalars().all()
    for row in constraints:
        session.execute(text(f"ALTER TABLE {row['tbl']} DROP CONSTRAINT {row['name']}"))
    for row in indexes:
        session.execute(text(f"DROP INDEX {row['name']}"))
    for table in journalled:
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER journal"))
    keys = [row for row in constraints if row["type"] != "f"]
    foreign = [row for row in constraints if row["type"] == "f"]
    restore = [f"ALTER TABLE {row['tbl']} ADD CONSTRAINT {row['name']} {row['definition']}" for row in keys]
    restore += [row["definition"] for row in indexes]
    restore += [f"ANALYZE {table}" for table in tables]
    restore += [f"ALTER TABLE {row['tbl']} ADD CONSTRAINT {row['name']} {row['definition']}" for row in foreign]
    restore += [f"ALTER TABLE {table} ENABLE TRIGGER journal" for table in journalled]
    return restore


def put_back(session: Session, statements: list[str], names: tuple[str, ...]) -> None:
    """Put back some keys and indexes before the others, and take them out of the list that ``drop_keys`` gave."""
    chosen = [statement for statement in statements if any(f" {name} " in statement for name in names)]
    for statement in chosen:
        session.execute(text(statement))
        statements.remove(statement)
