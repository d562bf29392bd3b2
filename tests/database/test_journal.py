"""Whoever writes, through whatever door, leaves who, when and what stood there before; versions rise by one in the order of commits."""
import threading
from datetime import UTC, datetime, timedelta

import pytest
from psycopg2 import errors
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.database import sign_changes, transaction
from app.core.journal import journalled_tables, region_version
from app.tables import metadata
from tests.conftest import OTHER_REGION, REGION, keep_regions

ADD = text("INSERT INTO project (region_id, code, name_zh) VALUES (:region_id, :code, :name) RETURNING id")
RENAME = text("UPDATE project SET name_zh = :name WHERE region_id = :region_id AND id = :id")
DELETE = text("DELETE FROM project WHERE region_id = :region_id AND id = :id")
IMAGES = text("SELECT op::text, row_id, before, change_id, since_change_id, tbl FROM journal WHERE region_id = :region_id ORDER BY id")
CHANGES = text("SELECT id, version, actor, source, batch_id, at FROM change WHERE region_id = :region_id ORDER BY id")


def add_project(session, region_id, code="P-1", name="一期") -> int:
    return session.execute(ADD, {"region_id": region_id, "code": code, "name": name}).scalar_one()


def images(session, region_id):
    return session.execute(IMAGES, {"region_id": region_id}).all()


def changes(session, region_id):
    return session.execute(CHANGES, {"region_id": region_id}).all()


@pytest.fixture
def regions(engine, region_guard):
    """Two regions in which the tests of this file really commit."""
    with keep_regions(engine, REGION, OTHER_REGION) as keys:
        yield keys


def test_insert_is_its_own_record(session, region):
    project = add_project(session, region)
    (change,) = changes(session, region)
    written = text("SELECT change_id FROM project WHERE region_id = :region_id AND id = :id")
    assert session.execute(written, {"region_id": region, "id": project}).scalar_one() == change.id
    assert images(session, region) == []


def test_update_keeps_what_stood_there(session, region):
    project = add_project(session, region)
    session.execute(RENAME, {"region_id": region, "id": project, "name": "二期"})
    (image,) = images(session, region)
    assert (image.op, image.row_id, image.tbl) == ("U", project, "project")
    assert image.before["name_zh"] == "一期"
    assert image.change_id == image.since_change_id == changes(session, region)[0].id


def test_delete_keeps_what_stood_there(session, region):
    project = add_project(session, region)
    session.execute(DELETE, {"region_id": region, "id": project})
    (image,) = images(session, region)
    assert (image.op, image.row_id, image.before["code"]) == ("D", project, "P-1")


def test_image_leaves_out_what_can_be_derived(session, town):
    session.execute(
        text("UPDATE structure SET health = 'faulty' WHERE region_id = :region_id AND id = :id"),
        {"region_id": town.region_id, "id": town.structure["MH-1"]},
    )
    image = images(session, town.region_id)[-1]
    assert image.tbl == "structure"
    assert {"geom_3857", "code_key"}.isdisjoint(image.before)
    assert image.before["code"] == "MH-1" and image.before["geom"]


def test_rows_of_a_parent_are_filed_under_it(session, town):
    session.execute(
        text("UPDATE cable_run SET slack_after_m = 5 WHERE region_id = :region_id AND segment_id = :id"),
        {"region_id": town.region_id, "id": town.segment["CB-201/S01"]},
    )
    image = images(session, town.region_id)[-1]
    assert (image.tbl, image.row_id) == ("cable_run", town.segment["CB-201/S01"])


def test_every_journalled_table_has_its_trigger(session):
    rows = session.execute(
        text(
            "SELECT c.relname, encode(t.tgargs, 'escape') FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname = 'journal' AND NOT t.tgisinternal AND NOT c.relispartition"
        )
    ).all()
    told = {name: tuple(arguments.split("\\000")[:2]) for name, arguments in rows}
    assert told == {table.name: (table.info["journal"], table.name) for table in journalled_tables(metadata)}


def test_tables_with_a_change_are_journalled():
    silent = [table.name for table in metadata.sorted_tables if "change_id" in table.columns and "journal" not in table.info]
    assert silent == ["journal", "change_seal"]


def test_door_signs_with_actor_source_and_batch(engine, regions):
    before = datetime.now(UTC) - timedelta(seconds=1)
    with transaction(engine, "cli:anna", "import", batch_id=7) as session:
        add_project(session, REGION)
    with Session(engine) as session:
        (change,) = changes(session, REGION)
    assert (change.actor, change.source, change.batch_id, change.version) == ("cli:anna", "import", 7, 1)
    assert before < change.at < datetime.now(UTC) + timedelta(seconds=1)


def test_bare_sql_is_signed_with_the_database_user(engine, regions):
    with engine.begin() as connection:
        connection.execute(ADD, {"region_id": REGION, "code": "P-1", "name": "一期"})
        user = connection.execute(text("SELECT session_user")).scalar()
    with Session(engine) as session:
        (change,) = changes(session, REGION)
    assert (change.actor, change.source, change.version) == (user, "sql", 1)


def test_signature_does_not_outlive_its_transaction(engine, regions):
    with engine.connect() as connection:
        with Session(connection) as session, session.begin():
            sign_changes(session, "anna", "web")
            add_project(session, REGION, "P-1")
        with Session(connection) as session, session.begin():
            add_project(session, REGION, "P-2")
    with Session(engine) as session:
        assert [change.source for change in changes(session, REGION)] == ["web", "sql"]


def test_one_change_for_each_transaction_and_region(engine, regions):
    for number in (1, 2):
        with transaction(engine, "anna", "web") as session:
            for region_id in regions:
                project = add_project(session, region_id, f"P-{number}")
                session.execute(RENAME, {"region_id": region_id, "id": project, "name": "改"})
    with Session(engine) as session:
        for region_id in regions:
            assert [change.version for change in changes(session, region_id)] == [1, 2]
            assert region_version(session, region_id) == 2


def test_update_tells_since_when_the_row_stood(engine, regions):
    with transaction(engine, "anna", "web") as session:
        project = add_project(session, REGION)
    with transaction(engine, "bo", "web") as session:
        session.execute(RENAME, {"region_id": REGION, "id": project, "name": "二期"})
    with Session(engine) as session:
        first, second = changes(session, REGION)
        (image,) = images(session, REGION)
    assert (image.since_change_id, image.change_id) == (first.id, second.id)


def test_rollback_leaves_nothing(engine, regions):
    with pytest.raises(RuntimeError), transaction(engine, "anna", "web") as session:
        project = add_project(session, REGION)
        session.execute(RENAME, {"region_id": REGION, "id": project, "name": "二期"})
        raise RuntimeError
    with Session(engine) as session:
        assert changes(session, REGION) == [] == images(session, REGION)
        assert region_version(session, REGION) == 0


def test_rolled_back_savepoint_reopens_the_change(engine, regions):
    """A change that was opened inside a savepoint goes with it; the next write must open another, not use its number."""
    with transaction(engine, "anna", "web") as session:
        savepoint = session.begin_nested()
        add_project(session, REGION, "P-1")
        savepoint.rollback()
        add_project(session, REGION, "P-2")
    with Session(engine) as session:
        (change,) = changes(session, REGION)
        rows = session.execute(text("SELECT code, change_id FROM project WHERE region_id = :id"), {"id": REGION}).all()
    assert [tuple(row) for row in rows] == [("P-2", change.id)]
    assert change.version == 1


def test_region_never_changes(session, region, other_region):
    project = add_project(session, region)
    with pytest.raises(IntegrityError, match="region_id never changes") as raised:
        session.execute(
            text("UPDATE project SET region_id = :other WHERE region_id = :region_id AND id = :id"),
            {"other": other_region, "region_id": region, "id": project},
        )
    assert isinstance(raised.value.orig, errors.IntegrityError)


def test_reading_opens_no_change(engine, regions):
    with transaction(engine, "anna", "web") as session:
        session.execute(text("SELECT count(*) FROM project WHERE region_id = :id"), {"id": REGION})
    with Session(engine) as session:
        assert changes(session, REGION) == []


def test_versions_have_no_gap_under_concurrent_commits(engine, regions):
    """Eight writers, a third of whose transactions roll back: 1..n remains, and each saw its own number at commit."""
    writers, rounds = 8, 6
    barrier = threading.Barrier(writers)
    faults = []

    def write(writer: int):
        barrier.wait()
        for turn in range(rounds):
            try:
                with transaction(engine, f"writer {writer}", "test") as session:
                    add_project(session, REGION, f"P-{writer}-{turn}")
                    if turn % 3 == 2:
                        raise InterruptedError
            except InterruptedError:
                continue
            except Exception as error:
                faults.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with Session(engine) as session:
        versions = sorted(change.version for change in changes(session, REGION))
        assert versions == list(range(1, writers * rounds * 2 // 3 + 1))
        assert region_version(session, REGION) == len(versions)


def test_versions_follow_commits_not_beginnings(engine, regions):
    with transaction(engine, "early", "test") as early:
        add_project(early, REGION, "P-1")
        with transaction(engine, "late", "test") as late:
            add_project(late, REGION, "P-2")
    with Session(engine) as session:
        assert {change.actor: change.version for change in changes(session, REGION)} == {"late": 1, "early": 2}


def test_who_sees_a_version_sees_all_before_it(engine, regions):
    """A reader who finds version n finds the changes 1 to n, so that what is cached under n is never too old."""
    stop = threading.Event()

    def write(writer: int):
        for turn in range(15):
            with transaction(engine, f"writer {writer}", "test") as session:
                add_project(session, REGION, f"P-{writer}-{turn}")

    seen = []

    def read():
        while not stop.is_set():
            with engine.connect() as connection:
                statement = text(
                    "SELECT s.version, count(c.version) FROM region_state s LEFT JOIN change c ON c.region_id = s.region_id"
                    " WHERE s.region_id = :id GROUP BY s.version"
                )
                seen.append(tuple(connection.execute(statement, {"id": REGION}).one()))

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    reader.start()
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    reader.join()
    assert seen and all(version == count for version, count in seen)


def test_region_without_state_is_refused(engine, regions):
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM region_state WHERE region_id = :id"), {"id": REGION})
    with pytest.raises(IntegrityError, match="has no state row"), transaction(engine, "anna", "web") as session:
        add_project(session, REGION)
