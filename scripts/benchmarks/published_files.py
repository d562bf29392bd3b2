"""Finds published instances below a folder and the values published for them.

A folder holds instances and a CSV with a column ``instance`` (path from that CSV) and the value; of a fibre design, ``geom_summary.csv``
has one column for each size.
"""
import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy
from scipy.sparse.csgraph import floyd_warshall

from app.core.errors import InputError
from app.planning.streets import StreetNet, join_streets
from app.planning.trees.problem import TreeProblem, make_problem

VALUES = ("best_upper_or_optimum", "published_optimum", "best_upper", "optimum", "best_known", "value")
TREE, SITES, MEDIAN, CENTRE, DESIGN = "Steiner tree", "capacitated siting", "p-median", "p-centre", "fibre design"


@dataclass(frozen=True)
class Instance:
    """One question with the value published for it; None where none is known."""

    name: str
    kind: str
    path: Path
    published: float | None


def find_instances(folder: Path) -> list[Instance]:
    """Every instance of the kinds known here, in the order of their paths.

    Raises
    ------
    InputError
        ``INSTANCE_MISSING`` where there is none.
    """
    found = [instance for path in sorted(folder.rglob("*")) if path.is_file() for instance in _instances(path, folder)]
    if not found:
        raise InputError(
            "INSTANCE_MISSING", "no published instance lies here", found=str(folder),
            expected="files .gr or .stp, OR-Library cap*.txt and pmed*.txt, or N_input.geojson", next_step="name another folder",
        )  # fmt: skip
    return found


def _instances(path: Path, folder: Path) -> Iterator[Instance]:
    name = path.relative_to(folder).as_posix()
    if path.suffix in (".gr", ".stp"):
        rows = list(_values(path))
        yield Instance(name, TREE, path, rows[0][1] if rows else None)
    elif path.name.endswith("_input.geojson"):
        yield Instance(name, DESIGN, path, _design_value(path))
    elif path.suffix == ".txt" and (kinds := _facility_kinds(path)):
        rows = [(_kind(problem), value) for problem, value in _values(path)]
        for kind, value in rows or [(kind, None) for kind in kinds]:
            if kind in kinds:
                yield Instance(name, kind, path, value)


def _kind(problem: str) -> str:
    lowered = problem.lower()
    return CENTRE if "p-cent" in lowered else MEDIAN if "p-median" in lowered else SITES


def _facility_kinds(path: Path) -> tuple[str, ...]:
    """What a text file of OR-Library asks: two numbers lead the sites, three the medians."""
    with path.open(encoding="utf-8", errors="replace") as file:
        words = file.readline().split()
    if not words or not all(word.isdigit() for word in words):
        return ()
    return {2: (SITES,), 3: (MEDIAN, CENTRE)}.get(len(words), ())


def _values(path: Path) -> Iterator[tuple[str, float | None]]:
    """The problem and the value in each row that the tables beside or above an instance give it."""
    for folder in list(path.parents)[:4]:
        for table in sorted(folder.glob("*.csv")):
            with table.open(encoding="utf-8-sig", newline="") as file:
                rows = csv.DictReader(file)
                value = next((name for name in VALUES if name in (rows.fieldnames or ())), None)
                if value is None or "instance" not in rows.fieldnames:
                    continue
                for row in rows:
                    if row["instance"] in (path.relative_to(folder).as_posix(), path.relative_to(folder).with_suffix("").as_posix()):
                        yield row.get("problem") or "", float(row[value]) if row[value] else None


def _design_value(path: Path) -> float | None:
    table, size = path.with_name("geom_summary.csv"), path.name.removesuffix("_input.geojson")
    if not table.exists():
        return None
    with table.open(encoding="utf-8-sig", newline="") as file:
        lengths = [float(row[size]) for row in csv.DictReader(file) if row.get(size)]
    return min(lengths, default=None)


def read_tree(path: Path) -> TreeProblem:
    """The problem of a file in the format of SteinLib and PACE.

    Raises
    ------
    InputError
        ``INSTANCE_UNREADABLE``, ``TREE_IMPOSSIBLE``.
    """
    count, edges, terminals = 0, [], []
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        words = line.split()
        try:
            if words[:1] == ["Nodes"]:
                count = int(words[1])
            elif words[:1] == ["E"]:
                edges.append((int(words[1]) - 1, int(words[2]) - 1, float(words[3])))
            elif words[:1] == ["T"]:
                terminals.append(int(words[1]) - 1)
        except (IndexError, ValueError) as fault:
            raise _unreadable(path, f"line {number}: {line[:60]}") from fault
    return make_problem(count, edges, terminals)


def read_sites(path: Path) -> tuple[numpy.ndarray, numpy.ndarray, numpy.ndarray, numpy.ndarray]:
    """Costs by customer and site, opening costs, capacities and demands of a warehouse file of OR-Library.

    Raises
    ------
    InputError
        ``INSTANCE_UNREADABLE``.
    """
    words = path.read_text(encoding="utf-8").split()
    try:
        sites, customers = int(words[0]), int(words[1])
        figures = numpy.array(words[2:], dtype=float)
        pairs = figures[: 2 * sites].reshape(sites, 2)
        rows = figures[2 * sites :].reshape(customers, sites + 1)
    except ValueError as fault:
        raise _unreadable(path, str(fault)) from fault
    return rows[:, 1:], pairs[:, 1], pairs[:, 0], rows[:, 0]


def read_distances(path: Path) -> tuple[numpy.ndarray, int]:
    """The shortest distances between all vertices of a p-median file of OR-Library, and how many medians it asks for.

    Raises
    ------
    InputError
        ``INSTANCE_UNREADABLE``.
    """
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    try:
        count, _, chosen = map(int, lines[0])
        near = numpy.full((count, count), numpy.inf)
        # Where a pair stands twice, its last line counts.
        for tail, head, cost in lines[1:]:
            near[int(tail) - 1, int(head) - 1] = near[int(head) - 1, int(tail) - 1] = float(cost)
    except (ValueError, IndexError) as fault:
        raise _unreadable(path, str(fault)) from fault
    return floyd_warshall(near), chosen


def read_design(path: Path) -> StreetNet:
    """The street net of a fibre design: lines, and the points with a demand.

    Raises
    ------
    InputError
        ``INSTANCE_UNREADABLE``, ``POINT_OFF_STREETS``.
    """
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        lines = [one["geometry"]["coordinates"] for one in features if one["geometry"]["type"] == "LineString"]
        points = [one["geometry"]["coordinates"] for one in features if one["properties"].get("demand")]
    except (ValueError, KeyError, TypeError) as fault:
        raise _unreadable(path, str(fault)) from fault
    return join_streets(lines, points)


def _unreadable(path: Path, found: str) -> InputError:
    return InputError("INSTANCE_UNREADABLE", "the file is not as its kind is", subject=path.name, found=found, next_step="leave it out")
