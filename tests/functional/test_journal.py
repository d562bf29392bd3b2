"""What stood when equals a plain model, also after bulk SQL; the chain names whatever was done to the journal behind its back."""

import json
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.core.database import transaction
from app.core.moments import day_end, read_day
from app.core.sealing import seal_changes, verify_changes
from app.network.commands.tallies import settle_tallies
from app.network.models import CableRun, Port, Structure
from app.network.queries.as_of import list_differences, rows_as_of, version_at
from app.occupancy.as_of import occupancy_as_of, occupancy_of_day
from app.occupancy.commands import keep_day
from app.occupancy.queries import grid_occupancy
from app.services.commands.tallies import settle_all_tallies
from tests.conftest import REGION, keep_regions
from tests.factories.use import put_in_use
from tests.town import build_town

pytestmark = pytest.mark.functional
TABLES = (Port.__table__, Structure.__table__, CableRun.__table__)
TIMES = 200
LEVEL, KINDS = 3, ("port", "strand", "strand_m", "home")


@pytest.fixture(scope="module")
def town(engine):
    with keep_regions(engine, REGION):
        with transaction(engine, "test", "test") as session:
            town = build_town(session, REGION)
            put_in_use(town)
            settle_all_tallies(session, REGION)
        yield town
    with engine.begin() as connection:
        for table, key in (("model_port", "model_id"), ("equipment_model", "id")):
            connection.execute(text(f"DELETE FROM {table} WHERE {key} IN (SELECT id FROM equipment_model WHERE code LIKE 'T-%')"))


def read_now(session) -> dict:
    """Every row of the tables as it stands, by table and key, in an order of its own."""
    found = {}
    for table in TABLES:
        key, rows = table.info["journal"], {}
        sql = f"SELECT {key}, to_jsonb(t) - 'geom_3857' - 'code_key' FROM {table.name} t WHERE region_id = :r"
        for row_id, image in session.execute(text(sql), {"r": REGION}):
            rows.setdefault(row_id, []).append(image)
        found[table.name] = sort_rows(rows)
    return found


def sort_rows(rows: dict) -> dict:
    return {key: sorted(images, key=lambda image: json.dumps(image, sort_keys=True)) for key, images in rows.items()}


def count_now(session) -> dict:
    return {kind: grid_occupancy(session, REGION, LEVEL, kind, with_outside=True) for kind in KINDS}


CHANGES = {
    "one": "UPDATE port SET health = :health WHERE region_id = :r AND id ="
    " (SELECT id FROM port WHERE region_id = :r ORDER BY md5(id::text || :seed) LIMIT 1)",
    "bulk": "UPDATE port SET health = :health WHERE region_id = :r AND id % 3 = :third AND use = 'idle'",
    "rename": "UPDATE structure SET name_zh = :seed WHERE region_id = :r AND kind = 'pole'",
    "cut": "DELETE FROM cable_run WHERE region_id = :r AND (segment_id, seq) = (SELECT segment_id, seq FROM cable_run WHERE region_id = :r"
    " ORDER BY md5(segment_id::text || seq || :seed) LIMIT 1)",
    "add": "INSERT INTO structure (region_id, code, kind, geom) VALUES (:r, 'NEW-' || :seed, 'pole', 'SRID=4490;POINT(112.23 30.06)')",
    "drop": "DELETE FROM structure WHERE region_id = :r AND id ="
    " (SELECT id FROM structure WHERE region_id = :r AND code LIKE 'NEW-%' ORDER BY md5(code || :seed) LIMIT 1)",
    "use": "UPDATE conductor SET use = CASE use WHEN 'idle' THEN 'reserved' ELSE 'idle' END"
    " WHERE region_id = :r AND no BETWEEN 15 AND 15 + :third",
}


def test_what_stood_equals_the_model_at_random_times(engine, town):
    """A model keeps copies of the rows after each of some random changes; two hundred random instants are asked of the journal."""
    chance = random.Random(7)  # noqa: S311
    model = []
    with transaction(engine, "t", "test") as session:
        model.append((datetime.now(UTC), read_now(session), count_now(session)))
    for step in range(16):
        names = [chance.choice(list(CHANGES)) for _ in range(chance.randint(1, 3))]
        with transaction(engine, f"actor{step % 4}", "sql") as session:
            for name in names:
                given = {"r": REGION, "seed": f"{step}-{chance.random()}", "third": chance.randint(0, 2),
                         "health": chance.choice(["ok", "faulty", "blocked"])}  # fmt: skip
                wanted = {key: value for key, value in given.items() if f":{key}" in CHANGES[name]}
                session.execute(text(CHANGES[name]), wanted)
            settle_tallies(session, REGION)
        with transaction(engine, "t", "test") as session:
            model.append((datetime.now(UTC), read_now(session), count_now(session)))
    times = [model[0][0] + (model[-1][0] - model[0][0]) * chance.random() for _ in range(TIMES)]
    with transaction(engine, "t", "test") as session:
        assert version_at(session, REGION, model[-1][0] + timedelta(days=1)) == version_at(session, REGION, datetime.now(UTC))
        copies = {version_at(session, REGION, stamp): (rows, counts) for stamp, rows, counts in model}
        asked = {version_at(session, REGION, at): at for at in times}
        assert set(asked) <= set(copies) and len(asked) > 12
        for version, at in asked.items():
            rows, counts = copies[version]
            for table in TABLES:
                assert sort_rows(rows_as_of(session, REGION, table, version)) == rows[table.name], (table.name, at)
            assert {kind: occupancy_as_of(session, REGION, at, LEVEL, kind) for kind in KINDS} == counts, at
        check_differences(session, model)


def check_differences(session, model) -> None:
    first, last = (version_at(session, REGION, model[place][0]) for place in (3, -2))
    for table in TABLES:
        old, new = model[3][1][table.name], model[-2][1][table.name]
        found = {row.row_id: row for row in list_differences(session, REGION, table, (first, last), limit=100000)}
        for key in {*old, *new}:
            row = found.get(key)
            assert sort_rows({0: row.before, 1: row.after}) == {0: old.get(key, []), 1: new.get(key, [])} if row else old[key] == new[key]


def test_days_are_kept_at_their_end(engine, town):
    with transaction(engine, "t", "test") as session:
        today = read_day(f"{datetime.now(UTC):%Y-%m-%d}")
        before = count_now(session)
        assert keep_day(session, REGION, today, datetime.now(UTC)) > 20
        for kind in KINDS:
            kept = occupancy_of_day(session, REGION, today, LEVEL, kind)
            assert [row for row in kept if row.grid_id] == [row for row in before[kind] if row.grid_id], kind
        assert occupancy_of_day(session, REGION, today - timedelta(days=1), LEVEL, "port") is None
        earlier = session.execute(text("SELECT min(at) FROM change WHERE region_id = :r AND actor <> 'test'"), {"r": REGION}).scalar()
        assert keep_day(session, REGION, today, (earlier or datetime.now(UTC)) - timedelta(milliseconds=1)) > 20
        assert day_end(today) > datetime.now(UTC) - timedelta(days=1)


FORGERIES = {
    "changed image": "UPDATE journal SET before = before || jsonb_build_object('forged', 1) WHERE region_id = {r} AND change_id = {id}",
    "changed actor": "UPDATE change SET actor = 'somebody else' WHERE region_id = {r} AND id = {id}",
    "changed hour": "UPDATE change SET at = at - interval '1 second' WHERE region_id = {r} AND id = {id}",
    "deleted row": "DELETE FROM journal WHERE region_id = {r} AND id ="
    " (SELECT min(id) FROM journal WHERE region_id = {r} AND change_id = {id})",
    "added row": "INSERT INTO journal (region_id, change_id, tbl, row_id, op) VALUES ({r}, {id}, 'port', 1, 'U')",
    "deleted change": "DELETE FROM change WHERE region_id = {r} AND id = {id}",
    "reordered": "UPDATE change SET version = -version WHERE region_id = {r} AND version IN ({v}, {v} + 1);"
    "UPDATE change SET version = CASE -version WHEN {v} THEN {v} + 1 ELSE {v} END WHERE region_id = {r} AND version < 0",
    "deleted seal": "DELETE FROM change_seal WHERE region_id = {r} AND version = {v}",
    "cut tail": "DELETE FROM journal WHERE region_id = {r} AND change_id IN"
    " (SELECT id FROM change WHERE region_id = {r} AND version >= {v});"
    "DELETE FROM change WHERE region_id = {r} AND version >= {v}; DELETE FROM change_seal WHERE region_id = {r} AND version >= {v}",
}
TOLD = {"deleted change": "deleted", "reordered": "reordered", "deleted seal": "cut", "cut tail": "cut"}


@settings(max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(FORGERIES)), share=st.floats(0.05, 0.9))
def test_whatever_is_done_to_the_journal_is_named(engine, town, name, share):
    """Each forgery is made in a transaction of its own that is rolled back; what verify names is the change that was touched."""
    with engine.connect() as connection:
        outer = connection.begin()
        seal_changes(connection, REGION)
        assert verify_changes(connection, REGION).breach is None
        touched = connection.execute(
            text("SELECT c.id, c.version FROM change c WHERE c.region_id = :r AND EXISTS (SELECT 1 FROM journal j WHERE j.region_id = :r"
                 " AND j.change_id = c.id) ORDER BY c.version"), {"r": REGION}).all()  # fmt: skip
        place = touched[int(share * (len(touched) - 1))]
        for statement in FORGERIES[name].format(r=REGION, id=place.id, v=place.version).split(";"):
            connection.execute(text(statement.replace(":", "\\:")))
        found = verify_changes(connection, REGION).breach
        assert found is not None, name
        assert (found.version, found.what) == (place.version, TOLD.get(name, "changed")), (name, found)
        outer.rollback()


def test_sealing_goes_on_where_it_stopped_and_a_kept_hash_proves_the_past(engine, town):
    with transaction(engine, "t", "test") as session:
        seal_changes(session, REGION)
        kept = verify_changes(session, REGION).head
    with transaction(engine, "t", "test") as session:
        session.execute(text("UPDATE structure SET name_en = 'sealed' WHERE region_id = :r"), {"r": REGION})
    with transaction(engine, "t", "test") as session:
        waiting = verify_changes(session, REGION)
        assert (waiting.unsealed, waiting.breach) == (1, None)
        assert seal_changes(session, REGION) == 1 and seal_changes(session, REGION) == 0
        found = verify_changes(session, REGION, kept)
        assert found.breach is None and found.head != kept and found.unsealed == 0
        assert verify_changes(session, REGION, bytes(32)).breach.what == "cut"


def test_commands_seal_prove_and_tell(engine, town):
    from app import create_app

    run = create_app().test_cli_runner()
    args = ["--region", str(REGION)]
    assert "last hash" in run.invoke(args=["journal", "seal", *args]).output
    answer = run.invoke(args=["journal", "verify", *args])
    assert answer.exit_code == 0 and "fit their seals" in answer.output
    with engine.begin() as connection:
        version = connection.execute(text("SELECT max(version) FROM change WHERE region_id = :r"), {"r": REGION}).scalar()
        connection.execute(text("UPDATE change SET source = 'forged' WHERE region_id = :r AND version = :v"), {"r": REGION, "v": version})
    answer = run.invoke(args=["journal", "verify", *args])
    assert answer.exit_code == 1 and f"BROKEN (changed) at version {version}" in answer.output
    assert run.invoke(args=["journal", "list", *args]).output.count("\n") > 3
    told = json.loads(run.invoke(args=["journal", "as-of", "MH-1", "2099-01-01", *args]).output)
    assert told["code"] == "MH-1" and run.invoke(args=["journal", "as-of", "MH-1", "2001-01-01", *args]).exit_code == 2
    answer = run.invoke(args=["journal", "diff", "structure", "2001-01-01", "2099-01-01", *args])
    assert answer.exit_code == 1 and json.loads(answer.output.splitlines()[0])["what"] == "came"
    assert "counts kept" in run.invoke(args=["journal", "keep-day", *args]).output
    assert run.invoke(args=["journal", "diff", "structure", "soon", "later", *args]).exit_code == 2
