"""The score of records, and intervals of samples."""

import pytest

from app.core.errors import InputError
from app.engineering.quality import WEIGHTS, Weight, judge_sample, quality_score, timeliness_ratio

NAMES = ("completeness", "accuracy", "timeliness", "consistency")


def ratios(*values):
    return dict(zip(NAMES, values, strict=True))


@pytest.mark.parametrize(
    ("values", "score"),
    [((0.98, 0.95, 0.90, 0.99), 95.3), ((0.9, 0, 0.5, 1), 47.0), ((1, 1, 1, 1), 100), ((0, 0, 0, 0), 0), ((0.9, None, 0.5, 1), 47 / 0.6)],
)
def test_score(values, score):
    assert quality_score(ratios(*values)) == pytest.approx(score)


def test_score_by_equal_weights():
    assert quality_score(ratios(1, 0.8, 0.6, 1), [Weight(name, 1, "test") for name in NAMES]) == pytest.approx(85)


def test_weights():
    assert [(row.dimension, row.weight) for row in WEIGHTS] == list(zip(NAMES, (0.3, 0.4, 0.2, 0.1), strict=True))


def test_no_score_of_nothing():
    assert quality_score(ratios(None, None, None, None)) is None


@pytest.mark.parametrize(
    ("matches", "checked", "low", "high"), [(96, 100, 90.16, 98.43), (294, 300, 95.71, 99.08), (50, 50, 92.87, 100.00), (0, 50, 0.00, 7.13)]
)
def test_interval_of_a_sample(matches, checked, low, high):
    found = judge_sample(matches, checked)
    assert (round(100 * found.low, 2), round(100 * found.high, 2), found.checked) == (low, high, checked)
    assert found.ratio == matches / checked


def test_no_interval_of_nothing():
    found = judge_sample(0, 0)
    assert (found.ratio, found.low, found.high, found.checked) == (None, None, None, 0)


def test_changes_in_time():
    assert timeliness_ratio([0, 1.5, 2, 2.01]) == 0.75
    assert timeliness_ratio([3], 3) == 1
    assert timeliness_ratio([]) is None


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: quality_score({"completeness": 1}), "DIMENSION_UNKNOWN"),
        (lambda: quality_score(ratios(1, 1, 1, 1) | {"beauty": 1}), "DIMENSION_UNKNOWN"),
        (lambda: quality_score(ratios(1.1, 1, 1, 1)), "VALUE_IMPOSSIBLE"),
        (lambda: quality_score(ratios(1, 1, 1, 1), [Weight(name, -1, "test") for name in NAMES]), "VALUE_IMPOSSIBLE"),
        (lambda: judge_sample(6, 5), "VALUE_IMPOSSIBLE"),
        (lambda: judge_sample(-1, 5), "VALUE_IMPOSSIBLE"),
        (lambda: judge_sample(1, 5, 0), "VALUE_IMPOSSIBLE"),
        (lambda: timeliness_ratio([-1]), "VALUE_IMPOSSIBLE"),
    ],
)
def test_what_cannot_be(call, code):
    with pytest.raises(InputError) as refused:
        call()
    assert refused.value.code == code
