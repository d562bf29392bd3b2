"""The best set of investments: the seed's plan (C17), two funds and years, prerequisites, exclusions; against every set."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import InputError
from app.engineering.money import fen_of_wan
from app.planning.portfolio import Investment, choose, choose_robust, fitting, gain_of_more, runner_up

SEED = [("adsl", 78.1, 2232), ("lan", 170.9, 4300), ("fibre", 60, 0), ("misc", 20, 0), ("lines", 358, 3800)]
ONE = ("plan", 2005)


def work(code, wan, value, **more):
    return Investment(code, fen_of_wan(wan), {"base": value}, **more)


def seed(**changes):
    return [work(*row, **changes.get(row[0], {})) for row in SEED]


def budget(wan):
    return {ONE: fen_of_wan(wan)}


@pytest.mark.parametrize(
    ("wan", "codes", "spent", "value"),
    [
        (300, ("adsl", "lan"), 249.0, 6532),
        (440, ("adsl", "lan"), 249.0, 6532),
        (530, ("lan", "lines"), 528.9, 8100),
        (686.6, ("adsl", "lan", "lines"), 607.0, 10332),
    ],
)
def test_seed_items(wan, codes, spent, value):
    found = choose(seed(), budget(wan), "base")
    assert (found.codes, found.spent_fen, found.value) == (codes, fen_of_wan(spent), value)
    assert found.left_fen == {ONE: fen_of_wan(wan) - fen_of_wan(spent)}


def test_what_also_fits_is_told():
    found = choose(seed(), budget(686.6), "base")
    assert fitting(seed(), found) == ["fibre", "misc"]


def test_mandatory_works_beyond_the_budget_are_told():
    found = choose(seed(lines={"is_mandatory": True}), budget(300), "base")
    assert (found.short_fen, found.codes) == (fen_of_wan(58), ("lines",))


def test_runner_up_and_ten_more():
    second = runner_up(seed(), budget(530), "base")
    assert (second.codes, second.value) == (("adsl", "lan"), 6532)
    # With 540 nothing better fits; with 600 and 10 more all three of value are within 610.
    assert gain_of_more(seed(), budget(530), "base", fen_of_wan(10)) == {ONE: 0}
    assert gain_of_more(seed(), budget(600), "base", fen_of_wan(10)) == {ONE: 2232}


def test_prerequisites_exclusions_funds_and_years():
    works = [
        work("a", 10, 5, years=frozenset({2}), funds=frozenset({"x"})),
        work("b", 10, 50, requires=frozenset({"a"})),
        work("c", 10, 40, excludes=frozenset({"b"})),
    ]
    budgets = {("x", 1): fen_of_wan(10), ("x", 2): fen_of_wan(10), ("y", 2): fen_of_wan(10)}
    found = choose(works, budgets, "base")
    # b waits for a, which is built in year 2 from x: so b is paid by y in year 2.
    assert [(one.code, one.fund, one.year) for one in found.chosen] == [("a", "x", 2), ("b", "y", 2)]
    assert choose(works, {key: budgets[key] for key in list(budgets)[:1]}, "base").codes == ("c",)


def test_robust_set_loses_least():
    """Each of two works is worth all in one scenario; the third is worth most of it in both."""
    works = [
        Investment("left", fen_of_wan(10), {"one": 100, "two": 0}),
        Investment("right", fen_of_wan(10), {"one": 0, "two": 100}),
        Investment("both", fen_of_wan(10), {"one": 70, "two": 80}),
    ]
    found = choose_robust(works, budget(10))
    assert (found.portfolio.codes, found.regrets, found.portfolio.value) == (("both",), {"one": 30, "two": 20}, 70)
    assert {name: best.codes for name, best in found.best.items()} == {"one": ("left",), "two": ("right",)}


@pytest.mark.parametrize(
    ("works", "code"),
    [
        ([work("a", 1, 1), work("a", 1, 1)], "WORK_REPEATED"),
        ([work("a", 1, 1, requires=frozenset({"z"}))], "WORK_UNKNOWN"),
        ([work("a", 1, -1)], "VALUE_IMPOSSIBLE"),
        ([replace(work("a", 1, 1, is_mandatory=True), cost_fen=None)], "VALUE_IMPOSSIBLE"),
        ([replace(work("a", 1, 1), cost_fen=10**9 + 1)], "BUDGET_TOO_FINE"),
    ],
)
def test_wrong_figures_are_told(works, code):
    with pytest.raises(InputError) as wrong:
        choose(works, budget(10), "base")
    assert wrong.value.code == code


def every_set(works, budgets):
    """Value, cost and codes of each set that keeps to all rules."""
    for ways in product([None, *budgets], repeat=len(works)):
        held = {one.code: way for one, way in zip(works, ways, strict=True) if way}
        by_code = {one.code: one for one in works}
        spent = dict.fromkeys(budgets, 0)
        for code, way in held.items():
            spent[way] += by_code[code].cost_fen
        if any(spent[key] > budgets[key] for key in budgets) or any(one.is_mandatory and one.code not in held for one in works):
            continue
        if any(other in held for code in held for other in by_code[code].excludes):
            continue
        if any(other not in held or held[other][1] > held[code][1] for code in held for other in by_code[code].requires):
            continue
        yield sum(by_code[code].values["base"] for code in held), sum(spent.values()), frozenset(held)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_choice_agrees_with_every_set(data):
    codes = "abcde"[: data.draw(st.integers(1, 5))]

    def others(code):
        return frozenset(data.draw(st.sets(st.sampled_from(codes), max_size=1))) - {code}

    works = [
        work(
            code, data.draw(st.integers(0, 9)), data.draw(st.integers(0, 9)), is_mandatory=data.draw(st.integers(0, 5)) == 0,
            excludes=others(code), requires=others(code),
        )
        for code in codes
    ]  # fmt: skip
    budgets = {("x", year): fen_of_wan(data.draw(st.integers(0, 12))) for year in range(1, data.draw(st.integers(1, 2)) + 1)}
    ranked = sorted(every_set(works, budgets), key=lambda row: (-row[0], row[1]))
    found = choose(works, budgets, "base")
    if not ranked:
        assert found is None or found.short_fen > 0
        return
    assert (found.value, found.spent_fen, found.short_fen) == (*ranked[0][:2], 0)
    rest = [row for row in ranked if row[2] != frozenset(found.codes)]
    second = runner_up(works, budgets, "base")
    assert (second is None) == (not rest)
    assert second is None or (second.value, second.spent_fen) == rest[0][:2]
