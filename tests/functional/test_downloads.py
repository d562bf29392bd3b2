"""The occupancy table as CSV and XLSX: what the JSON says, in the page's language, safe to open."""

import csv
import io
import re
import zipfile

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from tests.conftest import REGION
from tests.site import open_site

pytestmark = pytest.mark.functional
STATEMENTS_MAX = 4
FORMULA = '=HYPERLINK("x")'
COUNTS = ("installed", "in_use", "reserved", "releasing", "unusable", "planned", "idle")
RATIOS = ("fill", "occupancy", "effective")


@pytest.fixture(scope="module")
def site(engine):
    with open_site(engine) as site:
        with engine.begin() as connection:
            connection.execute(
                text("UPDATE grid SET name_en = :name, name_zh = :name WHERE region_id = :region AND code = '421022100201'"),
                {"name": FORMULA, "region": REGION},
            )
        yield site


@pytest.fixture(scope="module")
def client(site):
    return site.sign_in()


def read_csv(answer) -> list[list[str]]:
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def read_workbook(answer) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()


def expected_rows(told: dict) -> list[list]:
    """The rows as the JSON tells them; a ratio in percent, cut after two places."""
    percent = lambda ratio: "" if ratio is None else int(ratio * 10000 + 1e-6) / 100  # noqa: E731
    return [
        [grid["code"], grid["name"], *(grid[name] for name in COUNTS), *(percent(grid[name]) for name in RATIOS)] for grid in told["grids"]
    ]


def figures(rows: list[list]) -> list[list]:
    """Code, name and figures of the rows of a file; the words for resource and technology and the hour of the data left out."""
    return [[row[0], row[1].removeprefix("'"), *("" if cell == "" else float(cell) for cell in row[4:-1])] for row in rows]


@pytest.mark.parametrize(
    "chosen",
    [
        {"level": "county", "resource": "strand"},
        {"level": "town", "resource": "port", "technology": "pon"},
        {"level": "community", "resource": "terminal", "technology": "odf"},
        {"level": "community", "resource": "subduct"},
    ],
)
def test_both_files_hold_what_the_json_says(client, chosen):
    told = client.get("/api/v1/occupancy", query_string=chosen).json
    for form, read in (("csv", read_csv), ("xlsx", read_workbook)):
        answer = client.get(f"/api/v1/occupancy.{form}", query_string=chosen)
        headers, *rows = read(answer)
        assert len(headers) == 15
        assert figures(rows) == expected_rows(told) != []
        name = re.search('filename="([^"]+)"', answer.headers["Content-Disposition"])[1]
        words = [f"{REGION}", chosen["resource"], *filter(None, [chosen.get("technology")]), chosen["level"]]
        assert re.fullmatch("-".join(["occupancy", *words]) + rf"-\d{{4}}-\d\d-\d\d\.{form}", name)
        assert {row[-1][:10] for row in rows} == {re.search(r"\d{4}-\d\d-\d\d", name)[0]}


@pytest.mark.parametrize(
    ("language", "words", "resource"),
    [
        ("zh", ["网格编码", "名称", "资源", "技术", "装机数", "占用数"], "纤芯"),
        ("en", ["Grid code", "Name", "Resource", "Technology", "Installed", "In use"], "Strands"),
    ],
)
def test_headers_speak_the_pages_language(client, language, words, resource):
    asked = {"resource": "strand", "lang": language}
    for form, read in (("csv", read_csv), ("xlsx", read_workbook)):
        headers, *rows = read(client.get(f"/api/v1/occupancy.{form}", query_string=asked))
        assert headers[: len(words)] == words
        assert {row[2] for row in rows} == {resource}


def test_a_formula_in_a_name_stays_text(client):
    names = [row[1] for row in read_csv(client.get("/api/v1/occupancy.csv?level=community"))]
    assert f"'{FORMULA}" in names and FORMULA not in names
    answer = client.get("/api/v1/occupancy.xlsx?level=community")
    assert FORMULA in [row[1] for row in read_workbook(answer)]
    assert b"<f>" not in b"".join(unpack(answer.data))


def unpack(body: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        return [parts.read(name) for name in parts.namelist() if "sheet" in name]


@pytest.mark.parametrize("technology", ['x"; filename="y', "../../etc/passwd", "x\r\nSet-Cookie: a=b", "无"])
def test_the_files_name_takes_nothing_from_the_request_as_it_is(client, technology):
    answer = client.get("/api/v1/occupancy.csv", query_string={"technology": technology})
    assert re.fullmatch(r'attachment; filename="[A-Za-z0-9_.-]+"', answer.headers["Content-Disposition"])
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("query", ["level=street", "resource=gold", "region=999999", "colour=red"])
def test_wrong_questions_are_told(client, query):
    for form in ("csv", "xlsx"):
        answer = client.get(f"/api/v1/occupancy.{form}?{query}")
        assert answer.status_code in (404, 422) and answer.json["code"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_few_statements(client, form):
    sent = []
    listener = lambda *given: sent.append(given[2])  # noqa: E731
    event.listen(Engine, "before_cursor_execute", listener)
    client.get(f"/api/v1/occupancy.{form}?level=community&resource=port")
    event.remove(Engine, "before_cursor_execute", listener)
    assert 0 < len(sent) <= STATEMENTS_MAX


def test_layers_are_exported_as_surveys_hold_them(site, client, tmp_path):
    page = client.get("/surveys")
    assert page.status_code == 200 and "Export" in page.text and 'value="structure"' in page.text
    answer = client.get("/api/v1/surveys/export?format=csv&layers=structure,grid&lang=en")
    assert answer.status_code == 422 and answer.json["code"] == "LAYER_PLACE"
    answer = client.get("/api/v1/surveys/export?format=csv&layers=structure&lang=en")
    assert answer.status_code == 200 and 'filename="netgrid-421000.zip"' in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        rows = list(csv.reader(packed.read("structure.csv").decode("utf-8-sig").splitlines()))
    assert rows[0][0] == "Structure code" and "CO-1" in [row[0] for row in rows] and not any(FORMULA in row for row in rows)
    runner = site.app.test_cli_runner()
    told = runner.invoke(args=["network", "export", str(tmp_path / "a.xlsx"), "--layer", "structure", "--lang", "en"])
    assert told.exit_code == 0 and told.output == f"structure: {len(rows) - 1} rows\n"
    wrong = runner.invoke(args=["network", "export", str(tmp_path / "a.pdf")])
    assert wrong.exit_code == 2 and "FORMAT_UNKNOWN" in wrong.output
