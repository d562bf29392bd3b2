"""When the small town's numbers run out, by hand."""

from datetime import date

import pytest
from sqlalchemy import text

from app.core.errors import InputError, NotFoundError
from app.planning.exhaustion import list_exhaustion
from app.planning.factors import Factor
from app.planning.running_owners import list_owners
from app.planning.scenarios import NewFactor, add_factor, drop_factor, find_factors, list_scenarios
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
    """6 + 4 telephones began in the last half year, whose pace tells September's half year best; 16 are live and 4 numbers in use:
    10 / 6 x 4 / 16 = 5 / 12 of a number a month.

    20 numbers, 6 given out, reserved or ageing: 14 last 33.6 months from the end of March 2025, 1023 days; to 80 % it is 24 months.
    """
    (found,) = list_exhaustion(grown.town.session, grown.town.region_id, 1, resource="number")
    assert (found.grid_code, found.installed, found.used, found.unit_ratio) == (COUNTY, 20, 6, 0.25)
    assert found.growth.per_month == pytest.approx(5 / 12)
    assert (found.forecast.state, found.forecast.months, found.due_on) == ("due", pytest.approx(33.6), date(2028, 1, 18))
    assert found.growth.low < found.growth.per_month < found.growth.high
    assert found.earliest_on < found.due_on
    assert found.is_first
    (sooner,) = list_exhaustion(grown.town.session, grown.town.region_id, 1, resource="number", threshold_ratio=0.8)
    assert sooner.forecast.months == pytest.approx(24)


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
    # 16 telephones more in the first month are four numbers more: 10 left at 5 / 12 a month, 24 months after it.
    building = Factor("s", "new_building", COUNTY, "pots", 16, None, "2025-04-01", None, None)
    (sooner,) = list_exhaustion(session, region, 1, resource="number", factors=[building])
    assert sooner.forecast.months == pytest.approx(24)


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


def test_an_entered_scenario_moves_the_day(grown):
    """16 telephones more in April 2025 are four numbers more: as the same factor given by hand, and gone when it is deleted."""
    session, region = grown.town.session, grown.town.region_id
    new = NewFactor("estate", "new_building", "pots", date(2025, 4, 1), grid=COUNTY, lines=16)
    key = add_factor(session, region, new)
    (sooner,) = list_exhaustion(session, region, 1, resource="number", factors=find_factors(session, region, "estate"))
    assert sooner.forecast.months == pytest.approx(24)
    assert "estate" in list_scenarios(session, region)
    drop_factor(session, region, key)
    with pytest.raises(InputError) as gone:
        find_factors(session, region, "estate")
    assert gone.value.code == "SCENARIO_UNKNOWN" and find_factors(session, region, None) == []
