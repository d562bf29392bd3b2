"""CSV and TSV: encodings, delimiters, quotes, title rows, and the file's own line numbers."""

import tracemalloc

import pytest

from app.survey.findings import SourceReport
from app.survey.readers.source import SourceFault
from tests.unit.surveys import SHARED, only_source, opened, raw_rows, refusal, rules, staged

HEADER = "编码,类型,名称,经度,纬度\n"
ROW = "MH-{0},人井,甲,112.22{0},30.05\n"


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("gbk", "gb18030"), ("utf-16", "utf-16")],
)
def test_encodings_are_told_from_the_bytes(tmp_path, encoding, told):
    source = only_source(write(tmp_path / "a.csv", HEADER + ROW.format(1), encoding))
    assert source.encoding == told
    assert source.headers[0] == "编码"
    assert list(source.rows()) == [(2, ("MH-1", "人井", "甲", "112.221", "30.05"), None)]


def test_gb18030_far_behind_the_first_chunk(tmp_path):
    ascii_rows = "".join(f"MH-{number},manhole,,112.2,30.0\n" for number in range(50_000))
    path = write(tmp_path / "a.csv", "code,kind,name,lon,lat\n" + ascii_rows + "MH-X,manhole,最后,112.2,30.0\n", "gb18030")
    assert only_source(path).encoding == "gb18030"
    assert list(only_source(path).rows())[-1][1][2] == "最后"


def test_damaged_utf8_is_not_taken_for_gb18030(tmp_path):
    text = (HEADER + "".join(ROW.format(number) for number in range(20))).encode()
    path = tmp_path / "a.csv"
    path.write_bytes(text + b"MH-X,manhole,\xff\xfe,112.2,30\n")
    finding = refusal(path)
    assert (finding.rule, finding.row) == ("ENCODING_BROKEN", 22)


def test_bytes_that_are_no_text(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"code,kind\n\xff\xff\xff\xff,1\n")
    assert refusal(path).rule == "ENCODING_UNKNOWN"
    path.write_bytes(b"code,kind\n\0\0\0,1\n")
    assert refusal(path).rule == "FILE_NOT_TEXT"
    path.write_bytes(b"")
    assert refusal(path).rule == "FILE_EMPTY"
    path.write_bytes(b"\n\n ,,\n")
    assert refusal(path).rule == "FILE_EMPTY"


def test_lines_without_an_end(tmp_path):
    path = write(tmp_path / "a.csv", HEADER + "x" * 200_000 + "\n" + ROW.format(1))
    rows, report = staged(path)
    assert [row[:2] for row in rows] == [(2, True), (3, False)]
    path.write_bytes(b"x" * (10 << 20))
    assert refusal(path).rule == "FILE_NOT_TEXT"
    path.write_bytes(b"x" * (1 << 20))
    assert refusal(path).rule == "FILE_EMPTY"


def test_a_file_cut_inside_a_character(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes((HEADER + "MH-1,人井").encode()[:-1])
    assert refusal(path).rule == "FILE_TRUNCATED"


def test_a_file_cut_inside_a_row(tmp_path):
    rows, report = staged(write(tmp_path / "a.csv", HEADER + ROW.format(1) + "MH-2,人"))
    assert [row[:2] for row in rows] == [(2, False), (3, True)]
    assert ("FILE_TRUNCATED", 3) in rules(report)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(tmp_path, delimiter):
    text = (HEADER + ROW.format(1)).replace(",", delimiter)
    assert len(only_source(write(tmp_path / "a.csv", text)).headers) == 5


def test_an_unclosed_quote_swallows_no_row(tmp_path):
    lines = [ROW.format(number) for number in range(40)]
    lines[2] = 'MH-2,人井,"甲,112.2,30.05\n'
    rows, report = staged(write(tmp_path / "a.csv", HEADER + "".join(lines)))
    assert len(rows) == report.rows_read == 40
    assert [row[0] for row in rows if row[1]] == [4]
    assert [entry for entry in rules(report) if entry[0] == "QUOTE_UNCLOSED"] == [("QUOTE_UNCLOSED", 4)]


def test_an_unclosed_quote_that_a_later_one_closes(tmp_path):
    lines = [ROW.format(number) for number in range(40)]
    lines[2] = 'MH-2,人井,"甲,112.2,30.05\n'
    lines[30] = 'MH-30,人井,"丙",112.2,30.05\n'
    rows, report = staged(write(tmp_path / "a.csv", HEADER + "".join(lines)))
    assert len(rows) == 40
    assert [row[0] for row in rows if row[1]] == [4]


def test_broken_quotes_spoil_their_own_line_of_a_long_file_only(tmp_path):
    """Clean lines are parsed many at a time: what stands before, between and behind broken ones keeps its number."""
    lines = [ROW.format(number) for number in range(20_000)]
    broken = [0, 1, 4_999, 5_000, 12_345, 19_999]
    for number in broken:
        lines[number] = f'MH-{number},人井,"甲,112.2,30.05\n'
    lines[7_000] = 'MH-7000,人井,"甲\n乙",112.227,30.05\n'
    rows, report = staged(write(tmp_path / "a.csv", HEADER + "".join(lines)))
    assert report.rows_read == 20_000
    assert [row[0] - 2 - (row[0] > 7_002) for row in rows if row[1]] == broken
    assert all(row[2][0] == f"MH-{row[0] - 2 - (row[0] > 7_002)}" for row in rows if not row[1])


def test_a_cell_with_line_breaks_and_delimiters_is_refused_and_told_once(tmp_path):
    rows, report = staged(write(tmp_path / "a.csv", HEADER + 'MH-1,人井,"甲,\n乙",112.2,30.05\n' + ROW.format(2)))
    assert [row[:2] for row in rows] == [(2, True), (4, False)]
    assert ("QUOTE_UNCLOSED", 2) in rules(report)


def test_a_cell_with_a_line_break_alone_is_a_cell(tmp_path):
    rows = raw_rows(write(tmp_path / "a.csv", HEADER + 'MH-1,人井,"甲\n乙",112.2,30.05\n' + ROW.format(2)))
    assert [row[0] for row in rows] == [2, 4]
    assert rows[0][1][2] == "甲\n乙"


def test_too_many_broken_quotes_end_the_reading(tmp_path):
    path = write(tmp_path / "a.csv", HEADER + 'MH-1,人井,"甲,112.2,30.05\nx\n' * 200)
    with pytest.raises(SourceFault) as fault:
        list(only_source(path).rows())
    assert fault.value.finding.rule == "QUOTE_UNCLOSED"


def test_rows_before_a_fault_are_kept_and_counted(tmp_path):
    rows, report = staged(write(tmp_path / "a.csv", HEADER + ROW.format(1) + 'MH-1,人井,"甲,112.2,30.05\nx\n' * 200))
    assert rows[0][:2] == (2, False)
    assert len(rows) == report.rows_read > 100
    assert report.findings[-1].rule == "QUOTE_UNCLOSED" and "100 rows" in report.findings[-1].found


def test_blank_rows_are_skipped_and_said(tmp_path):
    rows, report = staged(write(tmp_path / "a.csv", HEADER + ROW.format(1) + "\n,,,,\n" + ROW.format(2) + "  \n"))
    assert [row[0] for row in rows] == [2, 5]
    told = next(finding for finding in report.findings if finding.rule == "ROWS_BLANK")
    assert (told.row, told.found) == (3, "3 blank rows")


def test_title_rows_above_the_header(tmp_path):
    rows, report = staged(write(tmp_path / "a.csv", "公安县 2025 年普查\n\n填表人,张\n" + HEADER + ROW.format(1)))
    assert [row[0] for row in rows] == [5]
    assert ("TITLE_ROWS", 1) in rules(report)


def test_a_header_in_two_rows(tmp_path):
    source = only_source(write(tmp_path / "a.csv", "编码,类型,起,\n,,始设施,长度\n"))
    assert source.headers == ("编码", "类型", "起")
    joined = only_source(write(tmp_path / "b.csv", "前端,,后端,,接头盒\n缆段,芯序,缆段,芯序,\nCB-1/S01,1-12,CB-1/S02,1-12,JT-1\n"))
    assert joined.headers == ("前端/缆段", "前端/芯序", "后端/缆段", "后端/芯序", "接头盒")
    assert [row[0] for row in joined.rows()] == [3]


def test_rows_with_too_many_and_too_few_cells(tmp_path):
    rows, report = staged(write(tmp_path / "a.csv", HEADER + "MH-1,人井,甲,乙,112.2,30.05\nMH-2,人井\nMH-3,人井,甲,112.2,30.05,,\n"))
    assert [row[:2] for row in rows] == [(2, True), (3, True), (4, False)]
    assert rules(report)[:1] == [("CRS_ASSUMED", None)]
    assert ("ROW_CELLS", 2) in rules(report)
    assert ("GEOM_MISSING", 3) in rules(report)


def test_damaged_characters_name_their_cell(tmp_path):
    rows, report = staged(write(tmp_path / "a.csv", HEADER + "MH-1,人井,锟斤拷,112.2,30.05\nMH-2,人井,\ufffd,112.2,30.05\n"))
    assert all(row[1] for row in rows)
    told = [finding for finding in report.findings if finding.rule == "VALUE_ENCODING"]
    assert [(finding.row, finding.column, finding.subject) for finding in told] == [(2, "名称", "MH-1"), (3, "名称", "MH-2")]


def test_memory_is_flat(tmp_path):
    def peak(count):
        path = write(tmp_path / f"{count}.csv", HEADER + "".join(ROW.format(number) for number in range(count)))
        tracemalloc.start()
        for source in opened(path):
            for _ in source.rows():
                pass
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    assert peak(60_000) < peak(20_000) + 4_000_000


def test_unknown_missing_and_disguised_files(tmp_path):
    assert refusal(write(tmp_path / "a.dwg", "x")).rule == "FILE_KIND"
    assert refusal(tmp_path / "nothing.csv").rule == "FILE_MISSING"
    for suffix in (".xlsx", ".gpkg", ".shp", ".geojson", ".xls"):
        assert refusal(write(tmp_path / f"a{suffix}", "<OGRVRTDataSource></OGRVRTDataSource>")).rule == "FILE_KIND"


def test_a_folder_is_walked_in_order(tmp_path):
    write(tmp_path / "b.csv", HEADER + ROW.format(1))
    write(tmp_path / "README.txt", "synthetic")
    (tmp_path / "a").mkdir()
    write(tmp_path / "a" / "c.csv", HEADER + ROW.format(1))
    write(tmp_path / ".hidden.csv", "x")
    found = opened(tmp_path)
    names = [source.file.removeprefix(f"{tmp_path}/") for source in found]
    assert names == ["README.txt", "b.csv", "a/c.csv"]
    assert isinstance(found[0], SourceReport) and found[0].findings[0].rule == "FILE_SKIPPED"


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data sets are not here")
@pytest.mark.parametrize(
    ("name", "count", "headers"),
    [
        ("areas_gbk_crlf.csv", 2978, ("code", "name", "cityCode", "provinceCode")),
        ("jingzhou_streets_gb18030.csv", 129, ("code", "name", "areaCode", "provinceCode", "cityCode")),
        ("blank-headers.csv", 2, ("id", "", "age")),
        ("duplicate-headers.csv", 2, ("id", "name", "id", "age", "id")),
    ],
)
def test_files_met_elsewhere(name, count, headers):
    source = only_source(SHARED / "nasty-imports" / name)
    assert source.headers == headers
    assert sum(1 for _ in source.rows()) == count
