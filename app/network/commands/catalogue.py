"""Load the catalogue of models from CSV."""
import csv
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import InputError
from app.network.rules.ranges import parse_ports

CATALOGUE_DIR = Path(__file__).parent.parent / "catalogue"
MODEL_COLUMNS = (
    "code", "kind", "name_zh", "name_en", "vendor", "height_u", "power_w", "medium", "conductor_count", "tube_size", "outer_mm", "index_n",
)
COUNTED = {
    "height_u": int, "power_w": float, "conductor_count": int, "tube_size": int, "outer_mm": float, "index_n": float, "split_no": int,
}  # fmt: skip


@dataclass(frozen=True)
class Loaded:
    added: int
    updated: int
    unchanged: int


def load_catalogue(session: Session, folder: Path) -> Loaded:
    """Counts of models added, updated and unchanged.

    Ports and slots of a model that has installed equipment are added to, never removed.

    Raises
    ------
    InputError
        ``CATALOGUE_FIELD`` or ``CATALOGUE_MODEL_UNKNOWN`` with file and row.
    """
    models = [_typed(folder / "models.csv", no, row) for no, row in _rows(folder / "models.csv", MODEL_COLUMNS)]
    counts = _write_models(session, models)
    ids = dict(session.execute(text("SELECT code, id FROM equipment_model")).all())
    ports = list(_expanded(folder / "model_ports.csv", ("model", "nos", "role", "split_no", "port_type"), ids))
    slots = list(_expanded(folder / "model_slots.csv", ("model", "nos", "card_type"), ids))
    if ports:
        session.execute(text(
            "INSERT INTO model_port (model_id, no, role, split_no, port_type) VALUES (:model_id, :no, :role, :split_no, :port_type)"
            " ON CONFLICT ON CONSTRAINT pk_model_port DO NOTHING"), ports)
    if slots:
        session.execute(text(
            "INSERT INTO model_slot (model_id, no, card_type) VALUES (:model_id, :no, :card_type)"
            " ON CONFLICT ON CONSTRAINT pk_model_slot DO NOTHING"), slots)
    return counts


def find_model(session: Session, code: str) -> dict | None:
    """The row of a model in the catalogue, or None."""
    query = text(f"SELECT {', '.join(MODEL_COLUMNS)} FROM equipment_model WHERE upper(code) = upper(:code)")
    row = session.execute(query, {"code": code}).mappings().first()
    return None if row is None else dict(row)


def add_models(session: Session, models: list[dict], ports: list[tuple], slots: list[tuple]) -> int:
    """How many models, ports and slots are new or changed; what a model has already stays.

    Parameters
    ----------
    models
        Rows by the names of ``MODEL_COLUMNS``.
    ports, slots
        (model, no, role, port_type) and (model, no, card_type).
    """
    counts = _write_models(session, models)
    codes = [model["code"] for model in models]
    ids = dict(session.execute(text("SELECT code, id FROM equipment_model WHERE code = ANY (:codes)"), {"codes": codes}).all())
    added = 0
    for code, no, role, port_type in ports:
        added += session.execute(
            text("INSERT INTO model_port (model_id, no, role, split_no, port_type) VALUES (:model, :no, :role, NULL, :type)"
                 " ON CONFLICT ON CONSTRAINT pk_model_port DO NOTHING"),
            {"model": ids[code], "no": no, "role": role, "type": port_type}).rowcount
    for code, no, card_type in slots:
        added += session.execute(
            text("INSERT INTO model_slot (model_id, no, card_type) VALUES (:model, :no, :type)"
                 " ON CONFLICT ON CONSTRAINT pk_model_slot DO NOTHING"),
            {"model": ids[code], "no": no, "type": card_type}).rowcount
    return counts.added + counts.updated + added


def _write_models(session: Session, models: list[dict]) -> Loaded:
    known = {row["code"]: dict(row) for row in session.execute(text(f"SELECT {', '.join(MODEL_COLUMNS)} FROM equipment_model")).mappings()}
    new = [model for model in models if model["code"] not in known]
    changed = [model for model in models if model["code"] in known and model != known[model["code"]]]
    if new:
        session.execute(text(
            f"INSERT INTO equipment_model ({', '.join(MODEL_COLUMNS)}) VALUES ({', '.join(':' + name for name in MODEL_COLUMNS)})"), new)
    if changed:
        settings = ", ".join(f"{name} = :{name}" for name in MODEL_COLUMNS[1:])
        session.execute(text(f"UPDATE equipment_model SET {settings} WHERE code = :code"), changed)
    return Loaded(len(new), len(changed), len(models) - len(new) - len(changed))


def _rows(path: Path, columns: tuple):
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = set(columns) - set(reader.fieldnames or ())
        if missing:
            raise InputError("CATALOGUE_FIELD", f"{path.name} lacks the column {sorted(missing)[0]}", expected=", ".join(columns),
                             next_step="add the column, it may be empty")
        for row in reader:
            yield reader.line_num, {name: (row[name] or "").strip() or None for name in columns}


def _typed(path: Path, line: int, row: dict) -> dict:
    for name, kind in COUNTED.items():
        if row.get(name) is not None:
            try:
                row[name] = kind(row[name])
            except ValueError:
                raise InputError("CATALOGUE_FIELD", f"{path.name} row {line}: {name} is not a number", found=row[name], expected="a number",
                                 next_step="correct the cell") from None
    return row


def _expanded(path: Path, columns: tuple, ids: dict):
    for line, row in _rows(path, columns):
        if row["model"] not in ids:
            raise InputError("CATALOGUE_MODEL_UNKNOWN", f"{path.name} row {line}: there is no model {row['model']}",
                             found=row["model"], next_step="add the model to models.csv or correct the code")
        _typed(path, line, row)
        try:
            numbers = parse_ports(row.pop("nos") or "")
        except ValueError as error:
            raise InputError("CATALOGUE_FIELD", f"{path.name} row {line}: {error}", next_step="correct the column nos") from None
        model_id = ids[row.pop("model")]
        for no in numbers:
            yield {**row, "model_id": model_id, "no": no}
