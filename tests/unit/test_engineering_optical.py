"""Loss of optical links, classes of PON, reach and received power."""

from dataclasses import replace

import pytest

from app.core.errors import InputError
from app.engineering.optical import (
    Link,
    building_link_fits,
    dbm_of,
    judge_link,
    judge_received,
    link_loss,
    milliwatts_of,
    reach_by_margin,
    reach_m,
    received_dbm,
)
from app.engineering.optical_tables import PON_CLASSES, TABLES, LossTables, SplitterLoss, find_class

CASE_1 = Link(3000, (8, 8), 6, 6)
CASE_2 = Link(5000, (4, 8), 6, 5)
CASE_3 = Link(10_000, (2, 32), 7, 8)
CASE_4 = Link(18_000, (4, 8), 7, 12)
CASE_5 = Link(500, (4,), 2, 2)
B_PLUS, C_PLUS, N1 = (find_class(name) for name in ("B+", "C+", "N1"))


@pytest.mark.parametrize(
    ("link", "full_db", "bare_db"),
    [(CASE_1, 26.56, 25.56), (CASE_2, 24.10, 23.10), (CASE_3, 30.94, 28.94), (CASE_4, 31.84, 28.84), (CASE_5, 9.74, 8.74)],
)
def test_loss_at_1310(link, full_db, bare_db):
    loss = link_loss(link, 1310)
    assert (round(loss.full_db, 2), round(loss.bare_db, 2)) == (full_db, bare_db)


@pytest.mark.parametrize(
    ("link", "pon", "faults"),
    [
        (CASE_1, B_PLUS, ()),
        (CASE_2, B_PLUS, ()),
        (CASE_3, B_PLUS, ("loss",)),
        (CASE_3, C_PLUS, ()),
        (CASE_4, B_PLUS, ("loss",)),
        (CASE_4, C_PLUS, ()),
        (CASE_5, B_PLUS, ("overload",)),
        # A class so narrow that both happen at once.
        (CASE_3, replace(B_PLUS, min_db=28, max_db=28.5), ("overload", "loss")),
    ],
)
def test_classes(link, pon, faults):
    verdict = judge_link(link, pon)
    assert (verdict.passes, verdict.faults) == (not faults, faults)


def test_both_wavelengths_count():
    # 1310 nm loses 13.02 dB, 1490 nm only 12.04: overloaded by the second.
    verdict = judge_link(Link(7000, (8,)), B_PLUS)
    assert verdict.faults == ("overload",)
    assert {nm: round(loss.bare_db, 2) for nm, loss in verdict.losses.items()} == {1490: 12.04, 1310: 13.02}


def test_the_limits_themselves_pass():
    exact = replace(B_PLUS, min_db=link_loss(CASE_1, 1490).bare_db, max_db=link_loss(CASE_1, 1310).full_db)
    assert judge_link(CASE_1, exact).passes
    assert judge_link(CASE_1, replace(exact, min_db=exact.min_db + 0.01)).faults == ("overload",)
    assert judge_link(CASE_1, replace(exact, max_db=exact.max_db - 0.01)).faults == ("loss",)


def test_figures_of_the_classes():
    assert {row.pon_class: (row.min_db, row.max_db) for row in PON_CLASSES} == {"B+": (13, 28), "C+": (17, 32), "N1": (14, 29)}
    assert (B_PLUS.olt_tx_min_dbm, B_PLUS.olt_tx_max_dbm, B_PLUS.olt_rx_min_dbm, B_PLUS.olt_rx_max_dbm) == (1.5, 5, -28, -8)
    assert (B_PLUS.onu_tx_min_dbm, B_PLUS.onu_tx_max_dbm, B_PLUS.onu_rx_min_dbm, B_PLUS.onu_rx_max_dbm) == (0.5, 5, -27, -8)
    assert (C_PLUS.olt_tx_min_dbm, C_PLUS.olt_tx_max_dbm, C_PLUS.olt_rx_min_dbm, C_PLUS.onu_rx_min_dbm) == (3, 7, -32, -30)
    assert (N1.olt_tx_min_dbm, N1.olt_tx_max_dbm, N1.onu_rx_min_dbm, N1.onu_rx_max_dbm) == (2, 5, -28, -9)
    assert (N1.onu_tx_min_dbm, N1.onu_tx_max_dbm, N1.olt_rx_min_dbm, N1.olt_rx_max_dbm) == (4, 9, -26, -5)


@pytest.mark.parametrize(("link", "power"), [(CASE_1, -23.64), (CASE_3, -26.04)])
def test_power_at_the_onu(link, power):
    found = received_dbm(1.5, link_loss(link, 1490).bare_db)
    assert round(found, 2) == power
    assert judge_received(found, B_PLUS, "onu") == "ok"


def test_power_that_overloads_the_onu():
    found = received_dbm(5, link_loss(CASE_5, 1490).bare_db)
    assert round(found, 2) == -3.67
    assert judge_received(found, B_PLUS, "onu") == "overload"


def test_power_at_the_limits_of_a_receiver():
    assert [judge_received(power, B_PLUS, "onu") for power in (-27.01, -27, -8, -7.99)] == ["weak", "ok", "ok", "overload"]
    assert [judge_received(power, B_PLUS, "olt") for power in (-28.01, -28)] == ["weak", "ok"]
    # No source gives the overload of C+.
    assert [judge_received(power, C_PLUS, "onu") for power in (-30.01, -30)] == ["weak", None]


def test_reach():
    steps = reach_by_margin(CASE_1, B_PLUS)
    assert [(step.margin_db, round(step.allowed_m, -1), step.holds_to_m) for step in steps[:2]] == [(1, 7000, 5000), (2, 4220, 10_000)]
    assert round(steps[0].allowed_m, -2) == 7000 and steps[1].allowed_m / 1000 == pytest.approx(4.22, abs=0.005)
    assert reach_m(CASE_1, B_PLUS) == 5000


def test_reach_beyond_the_first_margin():
    # 21.3 dB without the fibre: 15.8 km with 1 dB, 13.1 with 2, 10.3 with 3, and the third margin holds beyond 10 km.
    assert [round(step.allowed_m / 1000, 1) for step in reach_by_margin(CASE_2, B_PLUS)] == [15.8, 13.1, 10.3]
    assert reach_m(CASE_2, B_PLUS) == pytest.approx(10_278, abs=1)
    assert reach_m(CASE_5, B_PLUS) == pytest.approx((28 - 8.56 - 3) / 0.36 * 1000)


def test_reach_of_nothing():
    assert reach_m(Link(0, (32, 8)), B_PLUS) is None
    # 27 dB of splitter leave just the first margin.
    exact = LossTables(splitters=(SplitterLoss("design", 2, 27.0, "test"),))
    assert reach_m(Link(0, (2,)), B_PLUS, exact) == 0


def test_reach_is_borne_and_no_more():
    for link in (CASE_1, CASE_2, CASE_4, CASE_5):
        for pon in (B_PLUS, C_PLUS, N1):
            far = reach_m(link, pon)
            assert "loss" not in judge_link(replace(link, length_m=far), pon).faults
            assert "loss" in judge_link(replace(link, length_m=far + 1), pon).faults


@pytest.mark.parametrize(
    ("vendor", "outputs", "loss"),
    [
        *[("design", n, db) for n, db in ((2, 4.1), (4, 7.4), (8, 10.5), (16, 13.8), (32, 17.1))],
        *[("mk16888", n, db) for n, db in ((4, 7.4), (8, 10.7), (16, 13.9), (32, 17.2), (64, 21.5))],
        ("360docs", 64, 20),
    ],
)
def test_splitters_by_vendor(vendor, outputs, loss):
    assert link_loss(Link(0, (outputs,), vendor=vendor), 1310).splitter_db == loss


def test_kinds_of_splices():
    loss = link_loss(Link(1000, (), 1, 1, 1, 1), 1490)
    assert (loss.fibre_db, loss.connector_db, round(loss.splice_db, 2), loss.margin_db) == (0.22, 0.5, 0.35, 1)


@pytest.mark.parametrize(("length_m", "margin"), [(0, 1), (5000, 1), (5001, 2), (10_000, 2), (10_001, 3), (80_000, 3)])
def test_margin_by_length(length_m, margin):
    assert link_loss(Link(length_m), 1310).margin_db == margin


def test_links_in_buildings():
    inside = Link(500, fusion_count=2, place="building")
    assert round(link_loss(inside, 1550).full_db, 2) == 0.36
    assert round(link_loss(replace(inside, fibre="G.657"), 1550).full_db, 2) == 0.39
    # 0.08 km at 0.3 dB and six fusions of 0.12 dB make 0.744 dB; a seventh is too much.
    assert building_link_fits(Link(80, fusion_count=6, fibre="G.657", place="building"))
    assert not building_link_fits(Link(80, fusion_count=7, fibre="G.657", place="building"))


def test_decibels_of_milliwatts():
    assert round(dbm_of(0.5), 2) == -3.01
    assert round(1000 * milliwatts_of(-27), 3) == 1.995
    assert dbm_of(milliwatts_of(-17.3)) == pytest.approx(-17.3)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: link_loss(Link(-1), 1310), "VALUE_IMPOSSIBLE"),
        (lambda: link_loss(Link(1, fusion_count=-1), 1310), "VALUE_IMPOSSIBLE"),
        (lambda: link_loss(Link(1, (3,)), 1310), "SPLITTER_UNKNOWN"),
        (lambda: link_loss(Link(1, (64,)), 1310), "SPLITTER_UNKNOWN"),
        (lambda: link_loss(Link(1), 1625), "ATTENUATION_UNKNOWN"),
        (lambda: link_loss(Link(1, place="moon"), 1310), "ATTENUATION_UNKNOWN"),
        (lambda: link_loss(Link(1), 1310, replace(TABLES, margins=TABLES.margins[:2])), "PLACE_UNKNOWN"),
        (lambda: link_loss(Link(1, connector_count=1), 1310, replace(TABLES, joints=TABLES.joints[1:])), "JOINT_UNKNOWN"),
        (lambda: find_class("D"), "PON_CLASS_UNKNOWN"),
        (lambda: judge_received(-20, B_PLUS, "phone"), "VALUE_IMPOSSIBLE"),
        (lambda: received_dbm(1, -1), "VALUE_IMPOSSIBLE"),
        (lambda: dbm_of(0), "VALUE_IMPOSSIBLE"),
        (lambda: milliwatts_of(float("nan")), "VALUE_IMPOSSIBLE"),
    ],
)
def test_what_cannot_be(call, code):
    with pytest.raises(InputError) as refused:
        call()
    assert refused.value.code == code
    assert refused.value.next_step
