"""The rows of the network as survey layers hold them: a statement for each layer in ``sql/``, values as cells."""
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.access.permissions import personal_columns
from app.engineering.quarters import SHANGHAI
from app.network.rules.ranges import write_numbers, write_ports
from app.survey.layers import Layer, layers
from app.survey.values import choice_words

SQL = Path(__file__).parent / "sql"
# Rows that the server hands over at a time.
FETCHED = 5_000
_CODE = re.compile(r"\[(\w+) ([\w.]+)\]")
_FULL_CODE = (
    r"(SELECT k.code FROM code_index k WHERE k.region_id = :region AND k.kind = '\1' AND k.id = \2 AND NOT k.is_alias LIMIT 1)"
)


def exportable() -> list[Layer]:
    """The layers that can be exported, parents first: those that are rows of the network."""
    return [layer for layer in layers().values() if (SQL / f"{layer.id}.sql").exists()]


def read_rows(
    session: Session, region: int, layer: Layer, language: str, personal: bool
) -> Iterator[tuple[dict[str, object], bytes | None]]:
    """Each row of a layer: its cells by field, words in the language, and its place as WKB in EPSG:4490.

    Parameters
    ----------
    personal
        False leaves the columns empty that tell of persons; empty cells change nothing when they are imported.
    """
    statement = (SQL / f"{layer.id}.sql").read_text(encoding="utf-8")
    choices = {field.name: choice_words(field) for field in layer.fields if field.choices}
    shapes = {field.name: _SHAPES.get(field.type, _plain) for field in layer.fields}
    hidden = set() if personal else {field.name for field in layer.fields if (layer.table, field.name) in personal_columns()}
    place = ", ST_AsBinary(x.geom) AS place" if layer.geometry else ", NULL AS place"
    sql = f"SELECT x.*{place} FROM ({_CODE.sub(_FULL_CODE, statement)}) x"
    rows = session.execute(text(sql), {"region": region}, execution_options={"yield_per": FETCHED}).mappings()

    def written(name: str, value: object) -> object:
        if value is None or name in hidden:
            return None
        return choices[name][value].label(language) if name in choices else shapes[name](value)

    for row in rows:
        cells = {name: written(name, value) for name, value in row.items() if name not in ("geom", "place")}
        yield cells, None if row["place"] is None else bytes(row["place"])


def _plain(value: object) -> object:
    return value


def _day(value: date) -> str:
    return value.isoformat()


def _moment(value: datetime) -> str:
    return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S+08:00")


_SHAPES = {"range": write_numbers, "ports": write_ports, "date": _day, "time": _moment, "int": int, "number": float}
