"""Cells to typed values: what is taken, what is repaired with a warning, and what is refused."""

import datetime
import time

import pytest

from app.network.rules.codes import code_key
from app.survey.layers import layers
from app.survey.values import Problem, make_column


def parse(layer: str, field: str, cell: object, header: str = "") -> object:
    found = layers()[layer].field(field)
    (value,) = make_column(found, header or found.name).values_of([cell])
    return value


def told(value: object) -> tuple[str, str, object]:
    assert isinstance(value, Problem), value
    return value.rule, value.severity, value.value


@pytest.mark.parametrize("cell", [None, "", "  ", "\u3000", "\t"])
def test_blank_cells(cell):
    assert parse("structure", "built_on", cell) is None
    assert told(parse("structure", "code", cell))[:2] == ("CODE_EMPTY", "error")
    assert told(parse("structure", "kind", cell))[:2] == ("VALUE_REQUIRED", "error")


@pytest.mark.parametrize(
    ("text", "key"),
    [(" mh-1 ", "MH-1"), ("ＭＨ－１", "MH-1"), ("人井\u3000１", "人井 1"), ("\ufeffmh-1\u200b", "MH-1"), ("mh-1\n", "MH-1")],
)
def test_code_keys(text, key):
    assert code_key(text) == key
    assert parse("section", "a_structure", text) == key


def test_own_codes_keep_their_case():
    assert parse("structure", "code", " Mh-１ ") == "Mh-1"
    assert parse("structure", "code", 123.0) == "123"
    assert parse("structure", "code", "=cmd") == "=cmd"
    assert parse("structure", "code", "@x") == "@x"


@pytest.mark.parametrize(
    ("cell", "rule", "severity"),
    [
        ("a\nb", "CODE_SHAPE", "error"),
        ("x" * 300, "CODE_SHAPE", "error"),
        ("4.21E+17", "VALUE_DAMAGED", "warning"),
        (4.21e17, "VALUE_DAMAGED", "error"),
        (datetime.date(2025, 1, 2), "VALUE_DAMAGED", "error"),
        ("a\x00b", "VALUE_ENCODING", "error"),
        ("a\ud800", "VALUE_ENCODING", "error"),
        ("锟斤拷", "VALUE_ENCODING", "error"),
    ],
)
def test_codes_that_are_none(cell, rule, severity):
    assert told(parse("structure", "code", cell))[:2] == (rule, severity)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("100", 100.0), (" 100.5 ", 100.5), (100, 100.0), (100.5, 100.5), ("1e2", 100.0), ("0", 0.0), ("+5", 5.0)],
)
def test_numbers(cell, value):
    assert parse("section", "length_m", cell) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [("１００", 100.0), ("1,234.5", 1234.5), ("3.5km", 3500.0), ("3.5 公里", 3500.0), ("35米", 35.0), ("35M", 35.0), ("1，234", 1234.0)],
)
def test_numbers_repaired_with_a_warning(cell, value):
    assert told(parse("section", "length_m", cell)) == ("VALUE_REPAIRED", "warning", value)


@pytest.mark.parametrize(
    "cell", ["abc", "3.5 miles", "1_000", "nan", "inf", "12,5", "1.2.3", float("nan"), datetime.date(2025, 1, 1), "#REF!"]
)
def test_numbers_that_are_none(cell):
    assert told(parse("section", "length_m", cell))[:2] == ("VALUE_NUMBER", "error")


def test_negative_measures_are_refused_and_coordinates_are_not():
    assert told(parse("section", "length_m", "-5"))[0] == "VALUE_BOUNDS"
    assert parse("structure", "lon", "-71.5") == -71.5


def test_the_unit_of_the_header_counts():
    assert parse("section", "length_m", "3.5", "长度（km）") == 3500.0
    assert parse("section", "length_m", "3.5", "长度(m)") == 3.5
    assert parse("section", "length_m", "3.5", "长度(约)") == 3.5
    assert told(parse("section", "length_m", "3.5m", "长度(km)")) == ("VALUE_REPAIRED", "warning", 3.5)
    assert parse("rack", "power_kw", 500, "功率(W)") == 0.5


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("112°13′46.92″", 112.2297),
        ("112度13分46.92秒", 112.2297),
        ("112°13'46.92\"E", 112.2297),
        ("东经112°13′46.92″", None),
        ("112°70′0″", None),
    ],
)
def test_degrees_minutes_seconds(cell, value):
    found = parse("structure", "lon", cell)
    assert isinstance(found, Problem)
    assert (found.value is None) if value is None else abs(found.value - value) < 1e-9


@pytest.mark.parametrize(("cell", "value"), [("42", 42), (" 42 ", 42), (42, 42), (42.0, 42), ("42.0", 42)])
def test_whole_numbers(cell, value):
    found = parse("rack", "height_u", cell)
    assert found == value and found.__class__ is int


@pytest.mark.parametrize(("cell", "value"), [("42U", 42), ("４２", 42), ("1,000", 1000)])
def test_whole_numbers_repaired(cell, value):
    assert told(parse("rack", "height_u", cell)) == ("VALUE_REPAIRED", "warning", value)


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("4.5", "VALUE_INTEGER"),
        (4.5, "VALUE_INTEGER"),
        ("x", "VALUE_INTEGER"),
        ("-1", "VALUE_BOUNDS"),
        ("99999", "VALUE_BOUNDS"),
        ("9" * 400, "VALUE_INTEGER"),
    ],
)
def test_whole_numbers_that_are_none(cell, rule):
    assert told(parse("rack", "height_u", cell))[:2] == (rule, "error")


@pytest.mark.parametrize(
    ("cell", "header", "value"),
    [
        ("322700000", "资产原值", 322_700_000),
        ("322.7", "资产原值(万元)", 322_700_000),
        (1554.37, "资产原值（万元）", 1_554_370_000),
        (27.5, "原值(万元)", 27_500_000),
        ("1234.56", "原值(元)", 123_456),
        ("45000000000000", "资产原值(分)", 45_000_000_000_000),
    ],
)
def test_money_is_whole_fen(cell, header, value):
    assert parse("equipment", "asset_value_fen", cell, header) == value


def test_money_below_a_fen_is_refused():
    assert told(parse("equipment", "asset_value_fen", "0.001", "原值(元)"))[0] == "VALUE_INTEGER"


def test_prefixes():
    assert parse("ip_prefix", "prefix", "100.64.0.0/16") == "100.64.0.0/16"
    assert parse("ip_prefix", "prefix", " 2001:DB8::/32 ") == "2001:db8::/32"
    assert told(parse("ip_prefix", "prefix", "100.64.0.1/16"))[0] == "VALUE_PREFIX"
    assert told(parse("ip_prefix", "prefix", "10.0.0.0/33"))[0] == "VALUE_PREFIX"


def test_hole_numbers_may_carry_their_letter():
    assert parse("cable_run", "duct_no", "K03") == 3
    assert parse("duct", "nos", "K01-K04") == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "cell",
    ["2025-03-01", "2025/3/1", "2025.3.1", "2025年3月1日", "2025-03-01T08:30:00", "2025-3-1 8:30", "20250301", 20250301,
     datetime.date(2025, 3, 1), datetime.datetime(2025, 3, 1, 8, 30), "２０２５-３-１"],
)  # fmt: skip
def test_dates(cell):
    assert parse("structure", "built_on", cell) == datetime.date(2025, 3, 1)


def test_a_count_of_days_is_repaired():
    day = datetime.date(2025, 3, 1)
    assert told(parse("structure", "built_on", 45717.0)) == ("VALUE_REPAIRED", "warning", day)
    assert told(parse("structure", "built_on", "45717")) == ("VALUE_REPAIRED", "warning", day)


@pytest.mark.parametrize("cell", ["2025-02-30", "2025-13-01", "1/3/2025", "2025", 2025, "x", "0001-01-01", "2025-3", 45717.5, float("inf")])
def test_dates_that_are_none(cell):
    assert told(parse("structure", "built_on", cell))[:2] == ("VALUE_DATE", "error")


@pytest.mark.parametrize("cell", ["占用", "在用", "IN_USE", "In use", "in-use", "used", " 使用中 "])
def test_choices(cell):
    assert parse("port_state", "use", cell) == "in_use"


def test_yes_and_no():
    assert [parse("cable_run", "bundle", cell) for cell in ("是", True, 1, "Y", "0", False)] == ["yes", "yes", "yes", "yes", "no", "no"]


@pytest.mark.parametrize(
    "cell",
    ["2025-03-01 08:30", "2025/3/1 8:30", "2025年3月1日 08:30:00", "2025-03-01T00:30:00Z", "2025-03-01 08:30+08:00",
     "２０２５-３-１ ８:３０", datetime.datetime(2025, 3, 1, 8, 30)],
)  # fmt: skip
def test_times_without_a_zone_are_those_of_china(cell):
    assert parse("port_observation", "seen_at", cell) == datetime.datetime(2025, 3, 1, 0, 30, tzinfo=datetime.UTC)


@pytest.mark.parametrize("cell", ["2025-03-01", "08:30", "2025-03-01 24:30", "2025-02-30 08:30", "0001-01-01 08:30", 45000.5, "now"])
def test_times_that_are_none(cell):
    assert told(parse("port_observation", "seen_at", cell))[:2] == ("VALUE_TIME", "error")


def test_an_unknown_word_names_the_nearest_and_the_list():
    problem = parse("port_state", "use", "占 用了")
    assert told(problem)[:2] == ("VALUE_CHOICE", "error")
    assert problem.next_step == "nearest: 占用 in_use"
    assert problem.expected == "空闲 idle, 预占 reserved, 占用 in_use, 预释放 releasing"
    assert parse("port_state", "use", "zzz").next_step == "write one of the allowed words"


def test_a_field_takes_only_its_own_words():
    assert parse("splice", "kind", "直通") == "through"
    assert told(parse("splice", "kind", "跳纤"))[0] == "VALUE_CHOICE"
    assert parse("patch", "kind", "跳线") == "jumper"


def test_ranges_and_ports():
    assert parse("splice", "from_strands", "1-3，8") == [1, 2, 3, 8]
    assert parse("splice", "from_strands", 7.0) == [7]
    assert parse("termination", "ports", "A-01..A-03") == ["A-01", "A-02", "A-03"]
    assert told(parse("splice", "from_strands", "1-x"))[:2] == ("VALUE_RANGE", "error")
    assert told(parse("splice", "from_strands", "0-5"))[:2] == ("VALUE_RANGE", "error")
    assert told(parse("splice", "from_strands", "1,1"))[:2] == ("VALUE_RANGE", "error")
    assert told(parse("splice", "from_strands", datetime.date(2025, 1, 2)))[0] == "VALUE_DAMAGED"
    assert told(parse("termination", "ports", "A-01..B-12"))[:2] == ("VALUE_PORTS", "error")
    assert parse("termination", "ports", "0/2/0..2") == ["0/2/0", "0/2/1", "0/2/2"]


def test_simple_cells_cost_microseconds():
    column = make_column(layers()["port_state"].field("use"), "use")
    cells = ["占用", "空闲"] * 100_000
    column.values_of(cells[:2])
    began = time.process_time()
    column.values_of(cells)
    assert (time.process_time() - began) / len(cells) < 2e-6


def test_what_is_remembered_is_bounded():
    column = make_column(layers()["section"].field("a_structure"), "a")
    column.values_of(str(number) for number in range(50_000))
    assert len(column) <= 10_000
