"""Present value, return, payback, and the best set of works within a budget."""

import random
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations

import pytest

from app.core.errors import InputError
from app.engineering.finance import Choice, Work, choose_works, payback_periods, present_value_fen, return_ratio
from app.engineering.money import fen_of_wan, wan_of_fen

FLOWS = {
    "adsl": (-78.1, *[30] * 5),
    "lan": (-170.9, *[45] * 5),
    "lines": (-358, *[80] * 8),
    "late": (-100, 0, 0, 60, 60),
}


def hundredths(figure):
    """Two decimals, halves up: 4.475 years are printed as 4.48."""
    return float(Decimal(str(figure)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def fen(name):
    return [fen_of_wan(flow) for flow in FLOWS[name]]


@pytest.mark.parametrize(
    ("name", "rate", "value"), [("adsl", 0.08, "41.6813"), ("lan", 0.08, "8.7720"), ("lines", 0.08, "101.7311"), ("late", 0.10, "-13.9403")]
)
def test_present_value(name, rate, value):
    assert f"{wan_of_fen(present_value_fen(rate, fen(name))):.4f}" == value


@pytest.mark.parametrize(("name", "percent"), [("adsl", 26.60), ("lan", 9.93), ("lines", 15.08), ("late", 5.36)])
def test_return(name, percent):
    found = return_ratio(fen(name))
    assert round(100 * found, 2) == percent
    assert abs(present_value_fen(found, fen(name))) <= 1


@pytest.mark.parametrize(
    ("name", "rate", "simple", "discounted"),
    [("adsl", 0.08, 2.60, 3.04), ("lan", 0.08, 3.80, 4.71), ("lines", 0.08, 4.48, 5.77), ("late", 0.10, 3.67, None)],
)
def test_payback(name, rate, simple, discounted):
    assert hundredths(payback_periods(fen(name))) == simple
    found = payback_periods(fen(name), rate)
    assert found is None if discounted is None else hundredths(found) == discounted


@pytest.mark.parametrize(
    ("flows", "ratio"),
    [
        ([0, -100, 110], 0.10),
        ([-100, 50], -0.5),
        ([100, -110], 0.10),
        # A battery renewed on the way: the running sums change sign once, so there is only one.
        ([-100, 60, 60, -10, 60], None),
        ([-100, -10], None),
        ([100, 10], None),
        ([0, 0], None),
        ([5], None),
        # 10 % and 20 % both make it worth nothing.
        ([-100, 230, -132], None),
    ],
)
def test_returns_that_are_and_are_not(flows, ratio):
    found = return_ratio(flows)
    if flows[1:2] == [60]:
        assert found > 0 and sum(flow / (1 + found) ** year for year, flow in enumerate(flows)) == pytest.approx(0, abs=1e-9)
    else:
        assert found is None if ratio is None else found == pytest.approx(ratio)


def test_three_hundred_periods():
    flows = [-(10**12), *[10**10] * 299]
    assert 0 < return_ratio(flows) < 0.01
    poor = [-(10**12), *[1] * 299]
    assert -0.1 < return_ratio(poor) < 0 and abs(present_value_fen(return_ratio(poor), poor)) < 10
    assert present_value_fen(-0.5, flows) > 10**90 and present_value_fen(100, flows) == pytest.approx(-(10**12) + 10**8, rel=1e-6)


def test_payback_of_what_costs_nothing_and_what_never_pays():
    assert payback_periods([0, 5]) == 0
    assert payback_periods([-10, 5]) is None
    assert payback_periods([-10, 5, 5]) == 2


WORKS = [("ADSL", 78.1, 2232), ("LAN", 170.9, 4300), ("fibre", 60, 0), ("misc", 20, 0), ("lines", 358, 3800)]


def works(*mandatory):
    return [Work(code, fen_of_wan(cost), value, code in mandatory) for code, cost, value in WORKS]


@pytest.mark.parametrize(
    ("budget", "codes", "spent", "value"),
    [
        (300, ("ADSL", "LAN"), 249.0, 6532),
        (440, ("ADSL", "LAN"), 249.0, 6532),
        (530, ("LAN", "lines"), 528.9, 8100),
        (686.6, ("ADSL", "LAN", "lines"), 607.0, 10_332),
        (0, (), 0, 0),
    ],
)
def test_works_within_a_budget(budget, codes, spent, value):
    assert choose_works(works(), fen_of_wan(budget)) == Choice(codes, fen_of_wan(spent), fen_of_wan(budget) - fen_of_wan(spent), value)


def test_what_else_fits_and_what_does_not():
    assert choose_works(works("lines", "ADSL"), fen_of_wan(440)).value == 6032
    assert choose_works(works("fibre"), fen_of_wan(686.6)).spent_fen == fen_of_wan(667.0)
    everything = choose_works(works(*(code for code, _, _ in WORKS)), fen_of_wan(686.6))
    assert (everything.is_feasible, everything.spent_fen, everything.short_fen) == (False, fen_of_wan(687.0), fen_of_wan(0.4))


def test_mandatory_works_beyond_the_budget():
    found = choose_works(works("LAN", "lines"), fen_of_wan(500))
    assert (found.is_feasible, found.short_fen, found.codes) == (False, fen_of_wan(28.9), ("LAN", "lines"))
    # What is mandatory is taken even where it is worth less than nothing.
    assert choose_works([Work("a", 10, -5, True), Work("b", 10, 3), Work("c", 1, -1)], 20) == Choice(("a", "b"), 20, 0, -2)


def test_among_equals_the_cheapest():
    assert choose_works([Work("a", 60, 7), Work("b", 50, 7), Work("c", 55, 7)], 60).codes == ("b",)
    assert choose_works([Work("a", 60, 10), Work("b", 30, 5), Work("c", 20, 5)], 60).codes == ("b", "c")
    assert choose_works([Work("free", 0, 1), Work("idle", 0, 0)], 0).codes == ("free",)


def best_by_trying(candidates, budget):
    """Value and cost of the best set, by trying every set."""
    sets = (some for count in range(len(candidates) + 1) for some in combinations(candidates, count))
    sums = ((sum(work.value for work in some), sum(work.cost_fen for work in some)) for some in sets)
    return max(((value, cost) for value, cost in sums if cost <= budget), key=lambda found: (found[0], -found[1]))


def test_small_budgets_against_every_set():
    dice = random.Random(20050101)  # noqa: S311 - repeatable, not secret
    for _ in range(60):
        # Few different figures, so that equals are frequent.
        candidates = [Work(str(number), dice.randint(1, 12), dice.randint(0, 9)) for number in range(9)]
        budget = dice.randint(0, 60)
        found = choose_works(candidates, budget)
        assert (found.value, found.spent_fen) == best_by_trying(candidates, budget)


def best_by_table(candidates, budget):
    """Value and cost of the best set, by the table of all budgets."""
    best = [(0, 0)] * (budget + 1)
    for work in candidates:
        for money in range(budget, work.cost_fen - 1, -1):
            value, cost = best[money - work.cost_fen]
            best[money] = max(best[money], (value + work.value, cost - work.cost_fen))
    return best[budget][0], -best[budget][1]


@pytest.mark.parametrize("extra", [0, 500])
def test_large_budgets_against_the_table_of_all_budgets(extra):
    # Values that follow the costs are the hardest for a search.
    dice = random.Random(extra)  # noqa: S311 - repeatable, not secret
    candidates = [Work(str(number), cost := dice.randint(10, 600), cost + extra) for number in range(120)]
    found = choose_works(candidates, 6866)
    assert (found.value, found.spent_fen) == best_by_table(candidates, 6866)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: present_value_fen(-1, [1]), "VALUE_IMPOSSIBLE"),
        (lambda: present_value_fen(float("nan"), [1]), "VALUE_IMPOSSIBLE"),
        (lambda: present_value_fen(0.1, []), "VALUE_IMPOSSIBLE"),
        (lambda: present_value_fen(0.1, [1] * 301), "VALUE_IMPOSSIBLE"),
        (lambda: return_ratio([]), "VALUE_IMPOSSIBLE"),
        (lambda: payback_periods([], 0.1), "VALUE_IMPOSSIBLE"),
        (lambda: choose_works([Work("a", -1, 1)], 1), "VALUE_IMPOSSIBLE"),
        (lambda: choose_works([], -1), "VALUE_IMPOSSIBLE"),
        (lambda: choose_works([Work("a", 1, 1), Work("a", 2, 2)], 9), "WORK_REPEATED"),
        (lambda: choose_works([Work("a", 30_000_001, 1), Work("b", 2, 2)], 10**9), "BUDGET_TOO_FINE"),
    ],
)
def test_what_cannot_be(call, code):
    with pytest.raises(InputError) as refused:
        call()
    assert refused.value.code == code
