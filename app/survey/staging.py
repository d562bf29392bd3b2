"""Staging: each layer of a survey is copied into a temporary table, where checks run over whole sets."""
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, repeat

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
    columns = [repeat(str(source_no)), map(str, numbers), ("t" if one else "f" for one in bad) if any(bad) else repeat("f")]
    for (name, write), column in zip([*fields, ("geom", _plain)], [*zip(*values, strict=True), places], strict=True):
        missing = column.count(None)
        if missing < len(column):
            names.append(name)
            given = iter(write([value for value in column if value is not None])) if missing else write(column)
            columns.append([r"\N" if value is None else next(given) for value in column] if missing else given)
    return ", ".join(names), "\n".join(map("\t".join, zip(*columns, strict=False))) + "\n"


def analyze_stages(session: Session) -> None:
    """Tell the planner how large the staged layers are."""
    session.execute(text("ANALYZE " + ", ".join(f"stage_{layer}" for layer in layers())))


def _blocks(rows: Iterable[tuple]) -> Iterator[list[tuple]]:
    rows = iter(rows)
    while block := list(islice(rows, BLOCK_ROWS)):
        yield block


_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _plain(values: Sequence[str]) -> Sequence[str]:
    return values


def _escape(values: Sequence[str]) -> Sequence[str]:
    joined = "".join(values)
    if "\\" in joined or "\t" in joined or "\n" in joined or "\r" in joined:
        return [value.translate(_ESCAPES) for value in values]
    return values


def _words(values: Sequence[object]) -> Sequence[str]:
    return list(map(str, values))


def _numbers(values: Sequence[list[int]]) -> Sequence[str]:
    return ["{" + ",".join(map(str, value)) + "}" for value in values]


def _texts(values: Sequence[list[str]]) -> Sequence[str]:
    quoted = [['"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for part in value] for value in values]
    return _escape(["{" + ",".join(parts) + "}" for parts in quoted])


def _writer(field: Field) -> Callable[[Sequence], Sequence[str]]:
    """What makes values of a field, none of them missing, as COPY reads them."""
    if field.type in ("code", "text", "choice", "prefix"):
        return _escape
    return {"range": _numbers, "ports": _texts}.get(field.type, _words)
