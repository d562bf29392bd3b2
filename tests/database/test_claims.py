"""Many claim and give up at once, over connections of their own: the tallies stay exact, and nobody waits for ever."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from app.core.database import make_engine, transaction
from app.network.commands.tallies import TallyDelta, change_tallies
from app.network.queries.tallies import list_tally_differences
from app.services.commands.tallies import FAMILIES, settle_all_tallies
from tests.factories.use import put_in_use
from tests.town import build_town

WRITERS, ROUNDS = 32, 8
# Table, the column that names its owner, the kinds of tally by owner: a claim takes one idle row of each.
CLAIMS = {
    "conductor": ("segment_id", "o.id, CASE o.medium WHEN 'fibre' THEN 'strand' ELSE 'pair' END, '' FROM cable_segment o"),
    "number": ("block_id", "o.id, 'number', '' FROM number_block o"),
    "port": (
        "equipment_id",
        "o.id, CASE p.role WHEN 'plain' THEN 'port' WHEN 'panel' THEN 'terminal' ELSE 'splitter_output' END,"
        " CASE p.role WHEN 'plain' THEN p.port_type WHEN 'panel' THEN m.kind ELSE '' END"
        " FROM equipment o JOIN equipment_model m ON m.id = o.model_id JOIN port p ON p.region_id = :r AND p.id = :id",
    ),
}
SOUND = {
    "conductor": "AND life = 'in_service' AND health = 'ok'",
    "number": "",
    "port": "AND life = 'in_service' AND health = 'ok' AND role <> 'split_in'",
}


class Undone(Exception):
    """The writer changed its mind; the transaction is rolled back."""


@pytest.fixture
def busy_engine(engine):
    """As many connections as there are writers."""
    busy = make_engine(engine.url, pool_size=WRITERS)
    yield busy
    busy.dispose()


def test_tallies_stay_exact_under_many_writers(busy_engine, engine, kept_region):
    with transaction(engine, "test", "test") as session:
        put_in_use(build_town(session, kept_region))
        settle_all_tallies(session, kept_region)
    with transaction(engine, "test", "test") as session:
        before = count_in_use(session, kept_region)
    with ThreadPoolExecutor(WRITERS) as pool:
        done = list(pool.map(lambda writer: write(busy_engine, kept_region, writer), range(WRITERS)))
    with transaction(engine, "test", "test") as session:
        assert list_tally_differences(session, kept_region, FAMILIES) == []
        assert count_in_use(session, kept_region) == before + sum(done)
    assert sum(done) > 0


def count_in_use(session, region_id):
    parts = " + ".join(f"(SELECT count(*) FROM {table} WHERE region_id = :r AND use = 'in_use')" for table in CLAIMS)
    return session.execute(text(f"SELECT {parts}"), {"r": region_id}).scalar_one()


def write(engine, region_id, writer):
    """How many rows a writer has taken in the end; a deadlock or a broken CHECK would raise here."""
    dice = random.Random(writer)  # noqa: S311 - to be repeated, not to be secret
    taken = 0
    for _ in range(ROUNDS):
        wanted, found = ("idle", "in_use") if dice.random() < 0.7 else ("in_use", "idle")
        try:
            with transaction(engine, f"writer {writer}", "test") as session:
                session.execute(text("SET LOCAL statement_timeout = '60s'"))
                deltas = [delta for table in CLAIMS if (delta := claim(session, region_id, table, wanted, found, dice))]
                change_tallies(session, region_id, deltas)
                if dice.random() < 0.1:
                    raise Undone
        except Undone:
            continue
        taken += sum(delta.in_use for delta in deltas)
    return taken


def claim(session, region_id, table, wanted, found, dice):
    """The change that one row's claim or release makes to its owner's tally; None where no row is left."""
    owner, counted = CLAIMS[table]
    row = session.execute(
        text(
            f"SELECT id, {owner} FROM {table} WHERE region_id = :r AND use = :wanted {SOUND[table]}"
            " ORDER BY hashint8(id + :salt) LIMIT 1 FOR UPDATE SKIP LOCKED"
        ),
        {"r": region_id, "wanted": wanted, "salt": dice.randrange(10**6)},
    ).one_or_none()
    if row is None:
        return None
    given = {"r": region_id, "id": row[0], "owner": row[1]}
    session.execute(text(f"UPDATE {table} SET use = :found WHERE region_id = :r AND id = :id"), {**given, "found": found})
    owner_id, kind, technology = session.execute(text(f"SELECT {counted} WHERE o.region_id = :r AND o.id = :owner"), given).one()
    return TallyDelta(kind, owner_id, technology, in_use=1 if found == "in_use" else -1)
