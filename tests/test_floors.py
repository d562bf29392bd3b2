"""The floors hold: a module imports its own package and lower floors, and foreign keys point down."""

import ast
from pathlib import Path

import pytest

from app.core.database import Base
from app.tables import metadata

ROOT = Path(__file__).parent.parent
FLOORS = {
    "core": 0,
    "engineering": 1,
    "access": 1,
    "network": 2,
    "services": 3,
    "topology": 4,
    "occupancy": 5,
    "survey": 5,
    "planning": 6,
    "operations": 6,
    "maps": 7,
    "reports": 7,
    "api": 8,
    "web": 8,
    "cli": 8,
}
ROOF = {"app", "app.tables"}


def package_of(module: str) -> str | None:
    """The package on a floor that a module belongs to; None for the roof."""
    parts = module.split(".")
    return None if module in ROOF or len(parts) < 2 else parts[1]


def imported_modules(tree: ast.AST, module: str, is_package: bool) -> set[str]:
    """Every module of ours that a syntax tree names in an import, anywhere in it, also as text for ``import_module``."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute_name(node, module, is_package)
            found.update(f"{base}.{alias.name}" if base in ROOF - {"app.tables"} else base for alias in node.names)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in ("import_module", "__import__"):
            found.update(argument.value for argument in node.args if isinstance(argument, ast.Constant) and isinstance(argument.value, str))
    return {name for name in found if name == "app" or name.startswith("app.")}


def absolute_name(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    kept = parts[: len(parts) - node.level + (1 if is_package else 0)]
    return ".".join([*kept, *([node.module] if node.module else [])])


def find_breaches(source: str, module: str, is_package: bool = False) -> list[str]:
    """Each import of a module that goes to a neighbour, up, or to a package without a floor."""
    own = package_of(module)
    if own is None:
        return []
    if own not in FLOORS:
        return [f"{module}: package {own} has no floor"]
    breaches = []
    for target in sorted(imported_modules(ast.parse(source), module, is_package)):
        package = package_of(target)
        if package is None or (package not in FLOORS and f"app.{package}" not in ROOF):
            breaches.append(f"{module} imports the roof: {target}")
        elif package != own and FLOORS[package] >= FLOORS[own]:
            breaches.append(f"{module} (floor {FLOORS[own]}) imports {target} (floor {FLOORS[package]})")
    return breaches


def modules():
    for path in sorted((ROOT / "app").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        yield ".".join(parts[:-1] if is_package else parts), is_package, path


def test_imports_go_down():
    breaches = [breach for module, is_package, path in modules() for breach in find_breaches(path.read_text("utf-8"), module, is_package)]
    assert breaches == []


def test_walk_is_not_empty():
    seen = {package_of(module) for module, _, _ in modules()}
    assert {"core", "network", "access", "survey"} <= seen


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("app.network.queries.x", "import app.survey.models"),
        ("app.network.queries.x", "from app.topology import trace"),
        ("app.network.queries.x", "from app import survey"),
        ("app.network.queries.x", "from app import create_app"),
        ("app.network.queries.x", "from app.tables import metadata"),
        ("app.network.queries.x", "def dodge():\n    from app.occupancy import queries"),
        ("app.network.queries.x", "from importlib import import_module\nimport_module('app.web.errors')"),
        ("app.network.queries.x", "from ...survey import models"),
        ("app.survey.x", "from app.occupancy import queries"),
        ("app.core.x", "from app.network.models import Grid"),
        ("app.web.x", "from app.api import schemas"),
        ("app.gadgets.x", ""),
    ],
)
def test_breaches_are_found(module, source):
    assert len(find_breaches(source, module)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("app.network.queries.x", "from app.core.database import Base\nfrom app.network import models\nimport json"),
        ("app.survey.x", "from app.network.models import Grid\nfrom . import findings"),
        ("app.web.x", "def late():\n    from app.maps import layers"),
        ("app", "from app import cli\nfrom app.web import pages"),
        ("app.tables", "from app.survey import models"),
    ],
)
def test_right_imports_pass(module, source):
    assert find_breaches(source, module) == []


def key_breaches(owners: dict[str, str], keys: list[tuple[str, str]]) -> list[str]:
    """Foreign keys (from table, to table) that point to a neighbour or up; ``owners`` names each table's package."""
    return [
        f"{source} ({owners[source]}) points at {target} ({owners[target]})"
        for source, target in keys
        if owners[source] != owners[target] and FLOORS[owners[target]] >= FLOORS[owners[source]]
    ]


def test_foreign_keys_point_down():
    owners = {mapper.local_table.name: package_of(mapper.class_.__module__) for mapper in Base.registry.mappers}
    assert set(owners) == set(metadata.tables)
    keys = [(table.name, key.referred_table.name) for table in metadata.tables.values() for key in table.foreign_key_constraints]
    assert len(keys) >= 40
    assert key_breaches(owners, keys) == []


def test_foreign_keys_up_are_found():
    owners = {"port": "network", "circuit": "services", "survey_batch": "survey", "threshold": "occupancy"}
    assert key_breaches(owners, [("circuit", "port"), ("survey_batch", "port")]) == []
    assert len(key_breaches(owners, [("port", "circuit"), ("threshold", "survey_batch")])) == 2
