"""Answers held against one another, and the time of the next run."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import InputError, RuleError
from app.reports.runs.commands import next_time
from app.reports.runs.compare import CAME, CHANGED, GONE, compare_answers

COLUMNS = [
    {"name": "code", "label": "Code", "kind": "code"}, {"name": "state", "label": "State", "kind": "word:due"},
    {"name": "used", "label": "Used", "kind": "count"}, {"name": "due_on", "label": "Due", "kind": "date"},
]  # fmt: skip


def told(rows, language="en", question="Q5"):
    table = {"name": "running_out", "title": "When it runs out", "columns": COLUMNS, "rows": rows}
    return {"question": question, "language": language, "tables": [table]}


def test_values_that_changed_and_rows_that_came_and_went():
    before = told([["A", "due", 10, "2026-01-01"], ["B", "due", 5, None], ["C", "due", 1, None]])
    after = told([["A", "reached", 12, "2026-01-01"], ["C", "due", 1, None], ["D", "due", 3, None]])
    (found,) = compare_answers(before, after)
    assert (found.title, found.same) == ("When it runs out", 1)
    assert [(one.what, one.row, one.column, one.before, one.after, one.by) for one in found.differences] == [
        (CHANGED, "A", "State", "due", "reached", None), (CHANGED, "A", "Used", 10, 12, 2), (CAME, "D", "", None, None, None),
        (GONE, "B", "", None, None, None),
    ]  # fmt: skip


def test_rows_that_tell_of_the_same_are_told_apart_by_their_order():
    (found,) = compare_answers(told([["A", "due", 1, None], ["A", "due", 2, None]]), told([["A", "due", 1, None], ["A", "due", 5, None]]))
    assert [(one.row, one.before, one.after, one.by) for one in found.differences] == [("A #2", 2, 5, 3)] and found.same == 1


@given(*[st.dictionaries(st.sampled_from("ABCDE"), st.integers(0, 9), max_size=5)] * 2)
def test_differences_lead_from_one_answer_to_the_other(before, after):
    (found,) = compare_answers(*(told([[code, "due", used, None] for code, used in rows.items()]) for rows in (before, after)))
    rows = dict(before)
    for one in found.differences:
        if one.what == GONE:
            del rows[one.row]
        elif one.what == CAME:
            rows[one.row] = after[one.row]
        else:
            assert rows[one.row] == one.before and one.after - one.before == one.by
            rows[one.row] = one.after
    assert rows == after
    assert found.same == sum(before[code] == after.get(code) for code in before)


@pytest.mark.parametrize("other", [told([], question="Q6"), told([], language="zh")])
def test_other_questions_are_not_compared(other):
    with pytest.raises(RuleError) as refused:
        compare_answers(told([]), other)
    assert refused.value.code == "RUNS_DIFFER"


@pytest.mark.parametrize(
    ("every", "day", "wanted"),
    [("day", (2026, 12, 31), (2027, 1, 1)), ("week", (2026, 2, 25), (2026, 3, 4)), ("month", (2026, 1, 31), (2026, 2, 28)),
     ("month", (2026, 12, 5), (2027, 1, 5))],
)  # fmt: skip
def test_the_next_time(every, day, wanted):
    assert next_time(every, datetime(*day, 7, 30, tzinfo=UTC)) == datetime(*wanted, 7, 30, tzinfo=UTC)
    assert next_time(None, datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_an_unknown_period_is_told():
    with pytest.raises(InputError) as refused:
        next_time("hour", datetime(2026, 1, 1, tzinfo=UTC))
    assert refused.value.code == "PERIOD_UNKNOWN"
