"""The equipment catalogue as the generator and the recount need it, read from its CSV files."""
import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "app" / "network" / "catalogue"


@dataclass(frozen=True)
class Product:
    """A model: height in rack units, power in watts, conductors of a cable; 0 where it has none."""

    code: str
    kind: str
    height_u: int
    power_w: float
    conductor_count: int


@dataclass(frozen=True)
class ProductPort:
    """A port of a model."""

    no: str
    role: str
    port_type: str


@cache
def products() -> dict[str, Product]:
    """Every model by code."""
    return {
        row["code"]: Product(
            row["code"], row["kind"], int(row["height_u"] or 0), float(row["power_w"] or 0), int(row["conductor_count"] or 0)
        )
        for row in _rows("models.csv")
    }


@cache
def product_ports() -> dict[str, tuple[ProductPort, ...]]:
    """The ports of every model that has any."""
    ports: dict[str, list[ProductPort]] = {}
    for row in _rows("model_ports.csv"):
        ports.setdefault(row["model"], []).extend(ProductPort(no, row["role"], row["port_type"]) for no in expand(row["nos"]))
    return {model: tuple(own) for model, own in ports.items()}


@cache
def product_slots() -> dict[str, int]:
    """The number of slots of every model that has any."""
    slots: dict[str, int] = {}
    for row in _rows("model_slots.csv"):
        slots[row["model"]] = slots.get(row["model"], 0) + len(expand(row["nos"]))
    return slots


def expand(text: str) -> list[str]:
    """Port numbers of ``A-01..A-12,B-03`` in order; the last digits count up and keep their width."""
    found = []
    for part in text.split(","):
        first, _, last = part.strip().partition("..")
        if not last:
            found.append(first)
            continue
        head, low = re.fullmatch(r"(.*?)(\d+)", first).groups()
        high = re.search(r"\d+$", last)[0]
        found += [f"{head}{number:0{len(low)}d}" for number in range(int(low), int(high) + 1)]
    return found


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
