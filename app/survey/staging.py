"""Staging: each layer of a survey is copied into a temporary table, where checks run over whole sets."""
import io
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.prepared import send_now
from app.survey.layers import Field, Layer, layers

# Rows in one COPY: large enough to be quick, small enough to keep memory flat.
BLOCK_ROWS = 5_000

COLUMN_TYPES = {"code": "text", "text": "text", "choice": "text", "int": "bigint", "number": "double precision",
                "date": "date", "time": "timestamptz", "range": "integer[]", "ports": "text[]", "prefix": "cidr"}
CODE_KEY = "upper(btrim(normalize(code, NFKC)))"


def create_stages(session: Session) -> None:
    """Make an empty staging table ``stage_<layer>`` for every layer, and the table of findings; they go with the transaction."""
    statements = []
    for layer in layers().values():
        columns = [f'"{field.name}" {COLUMN_TYPES[field.type]}' for field in layer.fields]
        if layer.geometry:
            columns.append("geom geometry")
        if any(field.name == "code" for field in layer.fields):
            columns.append(f"key text GENERATED ALWAYS AS ({CODE_KEY}) STORED")
        statements.append(
            f"CREATE TEMP TABLE stage_{layer.id} (source_no integer NOT NULL, row_no bigint NOT NULL, bad boolean NOT NULL,"
            f" {', '.join(columns)}) ON COMMIT DROP")
    statements.append(
        "CREATE TEMP TABLE finding (source_no integer NOT NULL, row_no bigint, rule text NOT NULL, severity text NOT NULL, field text,"
        " subject text, found text, expected text, next_step text) ON COMMIT DROP")
    session.execute(text("; ".join(statements)))


def stage_rows(session: Session, layer: Layer, source_no: int, rows: Iterable[tuple], progress: Callable[[int], None]) -> int:
    """Number of rows copied.

    Parameters
    ----------
    rows
        ``(row_no, bad, values, geom)`` as ``rows.staged_rows`` gives them; geom is EWKB in hex.
    progress
        Called after each block with the rows done.
    """
    fields = [(f'"{field.name}"', _writer(field)) for field in layer.fields]
    send_now(session)
    cursor = session.connection().connection.cursor()
    done = 0
    sent = None
    # The server takes one block while the next is read.
    with ThreadPoolExecutor(1) as sender:
        for block in _blocks(rows):
            names, lines = _lines(source_no, fields, block)
            buffer = io.StringIO(lines)
            if sent:
                sent.result()
            # Read in one piece: every further one would wait for the interpreter's lock.
            sent = sender.submit(cursor.copy_expert, f"COPY stage_{layer.id} ({names}) FROM STDIN", buffer, len(lines) + 1)
            done += len(block)
            progress(done)
        if sent:
            sent.result()
    return done


def _lines(source_no: int, fields: list[tuple[str, Callable]], block: list[tuple]) -> tuple[str, str]:
    """The columns of which the block has anything, and its rows as COPY reads them; made column by column, which is quickest."""
    numbers, bad, values, places = zip(*block, strict=True)
    names = ["source_no", "row_no", "bad"]
    columns = [repeat(str(source_no)), map(str, numbers), ("t" if one else "f" for one in bad)]
    for (name, write), column in zip([*fields, ("geom", str)], [*zip(*values, strict=True), places], strict=True):
        if any(value is not None for value in column):
            names.append(name)
            columns.append([r"\N" if value is None else write(value) for value in column])
    return ", ".join(names), "\n".join(map("\t".join, zip(*columns, strict=False))) + "\n"


def analyze_stages(session: Session) -> None:
    """Tell the planner how large the staged layers are."""
    session.execute(text("ANALYZE " + ", ".join(f"stage_{layer}" for layer in layers())))


def _blocks(rows: Iterable[tuple]) -> Iterator[list[tuple]]:
    block = []
    for row in rows:
        block.append(row)
        if len(block) == BLOCK_ROWS:
            yield block
            block = []
    if block:
        yield block


_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _escape(value: str) -> str:
    return value.translate(_ESCAPES) if ("\\" in value or "\t" in value or "\n" in value or "\r" in value) else value


def _numbers(value: list[int]) -> str:
    return "{" + ",".join(map(str, value)) + "}"


def _texts(value: list[str]) -> str:
    quoted = ('"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for part in value)
    return _escape("{" + ",".join(quoted) + "}")


def _writer(field: Field) -> Callable[[object], str]:
    if field.type in ("code", "text", "choice", "prefix"):
        return _escape
    return {"range": _numbers, "ports": _texts}.get(field.type, str)
