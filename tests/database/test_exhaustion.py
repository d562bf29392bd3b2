"""When the small town's numbers run out, by hand."""

from datetime import date

import pytest
from sqlalchemy import text

from app.core.errors import InputError, NotFoundError
from app.planning.exhaustion import list_exhaustion
from app.planning.factors import Factor
from app.planning.running_owners import list_owners
from tests.town import COUNTY

BEGIN = """
INSERT INTO service (region_id, customer_id, address_id, code, product, state, started_on)
SELECT region_id, customer_id, address_id, :code, 'pots', 'active', :day FROM service WHERE region_id = :region AND code = 'PT-1'
"""


@pytest.fixture
def use(counted_use):
    return counted_use


@pytest.fixture
def grown(use):
    """One more telephone at the end of each month from April 2024 to March 2025; PT-1 to PT-4 began in March 2025."""
    for place in range(12):
        day = date(2024 + (place + 3) // 12, (place + 3) % 12 + 1, 28) if place < 11 else date(2025, 3, 31)
        use.town.session.execute(text(BEGIN), {"code": f"N-{place}", "day": day, "region": use.town.region_id})
    return use


def test_numbers_run_out_when_told(grown):
    """12 + 4 telephones began in twelve months, 16 are live and 4 numbers in use: 16 / 12 x 4 / 16 = a third of a number a month.

    20 numbers, 6 given out, reserved or ageing: 14 last 42 months from the end of March 2025, 1278 days; to 80 % it is 30 months.
    """
    (found,) = list_exhaustion(grown.town.session, grown.town.region_id, 1, resource="number")
    assert (found.grid_code, found.installed, found.used, found.unit_ratio) == (COUNTY, 20, 6, 0.25)
    assert found.growth.per_month == pytest.approx(1 / 3)
    assert (found.forecast.state, found.forecast.months, found.due_on) == ("due", pytest.approx(42), date(2028, 9, 29))
    assert found.growth.low < found.growth.per_month < found.growth.high
    assert found.earliest_on < found.due_on
    assert found.is_first
    (sooner,) = list_exhaustion(grown.town.session, grown.town.region_id, 1, resource="number", threshold_ratio=0.8)
    assert sooner.forecast.months == pytest.approx(30)


def test_what_runs_out_first_is_marked_and_leads(grown):
    rows = list_exhaustion(grown.town.session, grown.town.region_id, 1)
    due = [row.due_on for row in rows if row.due_on]
    assert due == sorted(due)
    assert [row.is_first for row in rows] == [row.due_on == due[0] for row in rows]
    # The forecast of the last six months, made in September 2024 from one telephone a month since April, and the naive one alike:
    # five months right, the sixth wrong by the four of March.
    pots = next(row for row in rows if row.resource == "number")
    assert pots.tested.naive_error == pytest.approx(4 / 6)


def test_each_block_runs_out_with_its_part_of_the_growth(grown):
    """The town has one block of 20 numbers, so it grows as the county does; with a scenario of churn the day goes away."""
    session, region = grown.town.session, grown.town.region_id
    rows = list_exhaustion(session, region, 1, resource="number")
    (block,) = list_owners(session, region, rows)
    assert (block.kind, block.installed, block.used, block.due_on) == ("number_block", 20, 6, rows[0].due_on) and block.code
    churn = Factor("s", "churn", COUNTY, "pots", None, 0.2, "2020-01-01", None, None)
    (fewer,) = list_exhaustion(session, region, 1, resource="number", factors=[churn])
    assert (fewer.forecast.state, fewer.due_on) == ("never", None)
    # 16 telephones more in the first month are four numbers more: 10 left at a third a month, 30 months after it.
    building = Factor("s", "new_building", COUNTY, "pots", 16, None, "2025-04-01", None, None)
    (sooner,) = list_exhaustion(session, region, 1, resource="number", factors=[building])
    assert sooner.forecast.months == pytest.approx(30)


def test_what_can_not_be_told(use):
    session, region = use.town.session, use.town.region_id
    with pytest.raises(NotFoundError) as unknown:
        list_exhaustion(session, region, 1, grid_code="421099")
    assert unknown.value.code == "GRID_UNKNOWN"
    session.execute(text("UPDATE service SET started_on = '2025-03-01' WHERE region_id = :region AND ended_on IS NULL"), {"region": region})
    session.execute(text("DELETE FROM service WHERE region_id = :region AND ended_on IS NOT NULL"), {"region": region})
    with pytest.raises(InputError) as short:
        list_exhaustion(session, region, 1)
    assert short.value.code == "HISTORY_SHORT"
