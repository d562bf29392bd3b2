"""Migrations make what the models say, up, down and up again, one at a time; nothing in them blocks a split by region."""
import ast
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.core.errors import SystemFault
from tests import databases

VERSIONS = sorted((databases.ROOT / "migrations" / "versions").glob("*.py"))
OWN_TRIGGERS = {"journal", "number_change"}
LOCK = 727274
CREATORS = {"create_foreign_key", "create_unique_constraint", "create_check_constraint", "create_primary_key", "create_index"}

STRUCTURE = {
    "columns": "SELECT table_name, column_name, udt_name, is_nullable, column_default, is_identity, is_generated, generation_expression"
    " FROM information_schema.columns WHERE table_schema = 'public'",
    "constraints": "SELECT conrelid::regclass::text, conname, contype::text, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace AND conrelid <> 0",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "functions": "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE proname LIKE 'netgrid%'",
}
FOREIGN = {"alembic_version", "spatial_ref_sys", "geometry_columns", "geography_columns"}


@pytest.fixture
def spare(spare_database):
    """An engine on a blank database."""
    engine = create_engine(spare_database, poolclass=NullPool)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def migrated(plain_database):
    """An engine on the migrated database."""
    engine = create_engine(plain_database.url, poolclass=NullPool)
    yield engine
    engine.dispose()


def describe(engine) -> dict[str, set]:
    """Everything of ours that the server knows, by kind."""
    with engine.connect() as connection:
        return {
            kind: {tuple(row) for row in connection.execute(text(sql)) if row[0] not in FOREIGN} for kind, sql in STRUCTURE.items()
        }


def migration_program(engine):
    """A process of its own that migrates to the newest version."""
    environment = {**os.environ, "DATABASE_URL": engine.url.render_as_string(hide_password=False), "PYTHONPATH": str(databases.ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "alembic", "upgrade", "head"], cwd=databases.ROOT, env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )


def test_up_down_up_leaves_no_difference(spare):
    databases.migrate(spare)
    first = describe(spare)
    databases.migrate(spare, "base")
    assert not any(describe(spare).values())
    databases.migrate(spare)
    assert describe(spare) == first
    command.check(databases.migration_settings(spare))


def test_each_step_can_be_undone(spare):
    steps = len(VERSIONS)
    for _ in range(steps):
        command.upgrade(databases.migration_settings(spare), "+1")
    for _ in range(steps):
        command.downgrade(databases.migration_settings(spare), "-1")
    assert not any(describe(spare).values())


def test_migrations_make_what_the_models_say(spare, migrated):
    databases.create_plain(spare)
    from_models, from_migrations = describe(spare), describe(migrated)
    for kind in STRUCTURE:
        assert from_migrations[kind] == from_models[kind], kind
    assert len(from_models["functions"]) >= 3 and len(from_models["triggers"]) >= 20


def test_second_migration_waits_for_the_first(spare):
    with spare.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        program = migration_program(spare)
        waiting = text(
            "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database WHERE locktype = 'advisory' AND NOT granted"
            " AND datname = current_database()"
        )
        deadline = time.monotonic() + 60
        while not connection.execute(waiting).scalar():
            assert program.poll() is None and time.monotonic() < deadline
            time.sleep(0.1)
        assert connection.execute(text("SELECT to_regclass('structure')")).scalar() is None
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
        connection.commit()
    output, _ = program.communicate(timeout=120)
    assert program.returncode == 0, output


@pytest.mark.parametrize(
    ("taken", "told"),
    [
        (f"SELECT pg_advisory_lock({LOCK})", "MIGRATION_BUSY: another migration of this database is still at work"),
        ("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE", "TABLES_BUSY: somebody works with the tables"),
        ("LOCK TABLE region IN ACCESS SHARE MODE", "TABLES_BUSY: somebody works with the tables"),
    ],
)
def test_no_migration_waits_for_ever(spare, taken, told):
    databases.migrate(spare)
    before = describe(spare)
    settings = databases.migration_settings(spare)
    settings.attributes["wait"] = "300ms"
    with spare.connect() as connection:
        connection.execute(text(taken))
        with pytest.raises(SystemFault, match=told):
            command.downgrade(settings, "base")
    assert describe(spare) == before


def test_two_migrations_at_once_both_succeed(spare):
    programs = [migration_program(spare) for _ in range(2)]
    outputs = [program.communicate(timeout=180)[0] for program in programs]
    assert [program.returncode for program in programs] == [0, 0], outputs
    command.check(databases.migration_settings(spare))


def test_one_line_of_versions():
    from alembic.script import ScriptDirectory

    settings = Config()
    settings.set_main_option("script_location", str(databases.ROOT / "migrations"))
    assert len(ScriptDirectory.from_config(settings).get_heads()) == 1


def find_faults(source: str) -> list[str]:
    """What a migration must not do: import the application, set null, leave a constraint unnamed, make other triggers."""
    tree = ast.parse(source)
    faults = []
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        faults += [f"line {node.lineno}: imports {name}" for name in names if name.split(".")[0] == "app"]
        if isinstance(node, ast.Call):
            faults += call_faults(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            faults += text_faults(node)
    return faults


def call_faults(node: ast.Call) -> list[str]:
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    given = {keyword.arg for keyword in node.keywords}
    first = node.args[0] if node.args else None
    unnamed_first = first is None or (isinstance(first, ast.Constant) and first.value is None)
    if (name.endswith("Constraint") or name == "ForeignKey") and "name" not in given:
        return [f"line {node.lineno}: unnamed {name}"]
    if name in CREATORS and unnamed_first:
        return [f"line {node.lineno}: unnamed {name}"]
    return []


def text_faults(node: ast.Constant) -> list[str]:
    words = " ".join(node.value.upper().split())
    faults = [f"line {node.lineno}: SET NULL"] if "SET NULL" in words else []
    if "CREATE TRIGGER" in words or "CREATE CONSTRAINT TRIGGER" in words:
        name = words.partition(" TRIGGER ")[2].split(" ")[0].lower()
        faults += [] if name in OWN_TRIGGERS else [f"line {node.lineno}: trigger {name}"]
    if words.startswith("ALTER TABLE") and words.count("ADD CONSTRAINT") and "," in words.partition("ADD CONSTRAINT")[2].partition(")")[2]:
        faults.append(f"line {node.lineno}: ADD CONSTRAINT does not stand alone")
    return faults


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_migration_keeps_the_rules(path: Path):
    assert find_faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "from app.network import models",
        "import app.tables",
        "sa.ForeignKeyConstraint(['a'], ['b.a'])",
        "sa.Column('a', sa.BigInteger(), sa.ForeignKey('b.a'))",
        "op.create_foreign_key(None, 'a', 'b', ['x'], ['x'])",
        "sa.ForeignKeyConstraint(['a'], ['b.a'], name='fk_a', ondelete='SET NULL')",
        "op.execute('CREATE TRIGGER count_ports AFTER INSERT ON port FOR EACH ROW EXECUTE FUNCTION f()')",
        "op.execute('ALTER TABLE a ADD CONSTRAINT fk_a FOREIGN KEY (x) REFERENCES b (x), ADD COLUMN y int')",
    ],
)
def test_breaches_in_migrations_are_found(source):
    assert len(find_faults(source)) == 1


def test_database_has_no_other_triggers(migrated):
    with migrated.connect() as connection:
        names = connection.execute(text("SELECT DISTINCT tgname FROM pg_trigger WHERE NOT tgisinternal")).scalars()
        assert set(names) == OWN_TRIGGERS


def test_database_sets_no_nulls_and_excludes_nothing(migrated):
    sql = (
        "SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
        " AND (confdeltype = 'n' OR confupdtype = 'n' OR contype = 'x')"
    )
    with migrated.connect() as connection:
        assert connection.execute(text(sql)).scalars().all() == []


def test_everything_in_the_database_is_named_by_the_convention(migrated):
    prefixes = {"p": "pk", "f": "fk", "u": "uq", "c": "ck"}
    found = describe(migrated)
    kept = [(name, f"{prefixes[kind]}_{table}") for table, name, kind, _ in found["constraints"] if kind in prefixes]
    wrong = [name for name, start in kept if not name.startswith(start)]
    wrong += [name for table, name, _ in found["indexes"] if not name.startswith((f"ix_{table}", f"uq_{table}", f"pk_{table}"))]
    assert wrong == []


def test_no_foreign_key_waits_for_its_check(migrated):
    """A key that was added without checking the rows says nothing about them."""
    with migrated.connect() as connection:
        assert connection.execute(text("SELECT conname FROM pg_constraint WHERE NOT convalidated")).scalars().all() == []
