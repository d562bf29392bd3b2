"""The rules of scale that metadata can show: what keeps a table from being split by region, told as sentences."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, MetaData, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import ExcludeConstraint

SCALES = ("network", "catalogue", "border")
LONGEST_NAME = 63


def find_breaches(metadata: MetaData) -> list[str]:
    """One sentence for each breach, in the order of the tables."""
    return [f"{table.name}: {breach}" for table in metadata.sorted_tables for breach in _table_breaches(table)]


def _table_breaches(table: Table):
    scale = table.info.get("scale")
    if scale not in SCALES:
        yield f"info['scale'] is {scale!r}"
    if scale == "network":
        yield from _region_column_breaches(table)
        yield from _primary_key_breaches(table)
        yield from _unique_breaches(table)
    for key in table.foreign_key_constraints:
        yield from _foreign_key_breaches(table, scale, key)
    for constraint in table.constraints:
        if isinstance(constraint, ExcludeConstraint):
            yield f"EXCLUDE {constraint.name}"
    yield from _name_breaches(table)


def _region_column_breaches(table: Table):
    column = table.columns.get("region_id")
    if column is None:
        yield "no region_id"
    elif column.nullable or not isinstance(column.type, BigInteger):
        yield "region_id is not bigint NOT NULL"
    elif column.identity is not None or column.server_default is not None:
        yield "region_id is given by the database"


def _primary_key_breaches(table: Table):
    names = [column.name for column in table.primary_key.columns]
    if names[:1] != ["region_id"]:
        yield f"primary key ({', '.join(names)}) does not start with region_id"
    elif "id" in table.columns and table.columns["id"].identity is not None and names != ["region_id", "id"]:
        yield f"primary key ({', '.join(names)}) is not (region_id, id)"


def _unique_breaches(table: Table):
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and "region_id" not in constraint.columns:
            yield f"unique {constraint.name} lacks region_id"
    for index in table.indexes:
        if index.unique and "region_id" not in index.columns:
            yield f"unique index {index.name} lacks region_id"


def _foreign_key_breaches(table: Table, scale: str, key: ForeignKeyConstraint):
    target = key.referred_table
    for action in (key.ondelete, key.onupdate):
        if (action or "").upper() == "SET NULL":
            yield f"foreign key {key.name} sets null"
    if target.info.get("scale") != "network":
        return
    if scale != "network":
        yield f"foreign key {key.name} points at the network"
        return
    pairs = [(element.parent.name, element.column.name) for element in key.elements]
    if ("region_id", "region_id") not in pairs:
        yield f"foreign key {key.name} does not carry region_id"
    elif pairs[0] != ("region_id", "region_id"):
        yield f"foreign key {key.name} does not start with region_id"


def _name_breaches(table: Table):
    things = [thing for thing in table.constraints if not _is_type_check(thing)]
    for thing in [*things, *table.indexes]:
        if not isinstance(thing.name, str) or not thing.name:
            yield f"unnamed {type(thing).__name__}"
        elif len(thing.name) > LONGEST_NAME:
            yield f"name {thing.name} is longer than {LONGEST_NAME}"


def _is_type_check(constraint) -> bool:
    return isinstance(constraint, CheckConstraint) and getattr(constraint, "_type_bound", False)
