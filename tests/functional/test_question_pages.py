"""The saved questions through their doors: pages, JSON with places, files, commands; statements counted, hostile text kept text."""

import io
import json

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from app.cli.ask import ask_command, list_command
from app.reports.questions.registry import questions
from tests.site import HOSTILE, open_site, recorded_statements

pytestmark = [pytest.mark.functional, pytest.mark.usefixtures("region_guard")]
PERSONAL = {"name": "演示用户", "contact": "甲", "phone": "13812345678", "old name": "旧名称"}
# Who asks (two), the region, the version, then the question's own statements, and the places.
MOST_STATEMENTS = 24


@pytest.fixture(scope="module")
def site(engine):
    with open_site(engine, in_use=True, personal=PERSONAL) as site:
        yield site


@pytest.fixture(scope="module")
def viewer(site):
    return site.sign_in("viewer")


def ask(client, path: str, **inputs):
    while (answer := client.get(f"/api/v1/questions/{path}", query_string=inputs)).status_code == 202:
        pass
    return answer


GIVEN = {
    "Q3": {"point": "112.2332,30.0582", "product": "pots"}, "Q4": {"point": "112.2332,30.0582", "product": "pots"},
    "Q7": {"start": "CO-1", "end": "FC-1"}, "Q8": {"start": "CO-1", "end": "FC-1"},
    "Q9": {"codes": "SEC-1"}, "Q26": {"on_day": "2030-01-01"},
}  # fmt: skip
ELSEWHERE = ("D1", "Q5", "Q11", "Q17", "Q25", "W1")


@pytest.mark.parametrize("name", [name for name in questions() if name not in ELSEWHERE])
def test_each_answer_and_its_page_in_few_statements(site, viewer, name):
    with recorded_statements(site.app) as sent:
        answer = ask(viewer, name, lang="en", **GIVEN.get(name, {}))
    assert answer.status_code == 200, answer.text
    told = answer.json
    assert len(sent) <= MOST_STATEMENTS and told["question"] == name and told["tables"]
    for table in told["tables"]:
        assert table["title"] and all(column["label"] for column in table["columns"])
        assert all(len(row) == len(table["columns"]) for row in table["rows"])
    with recorded_statements(site.app) as sent:
        page = viewer.get(f"/questions/{name}")
    assert page.status_code == 200 and len(sent) <= 4 and f'"question": "{name}"' in page.text


def test_the_list_in_both_languages(site, viewer):
    assert len(viewer.get("/api/v1/questions").json["questions"]) == 31
    for language, word in (("zh", "何时耗尽"), ("en", "What runs out")):
        page = site.sign_in("viewer", language=language).get("/questions")
        assert page.status_code == 200 and word in page.text and page.text.count('class="card"') == 31


def test_records_and_places_stand_behind_the_rows(viewer):
    told = ask(viewer, "Q7", **GIVEN["Q7"]).json
    legs = next(table for table in told["tables"] if table["name"] == "legs")
    assert legs["rows"] and all(thing["kind"] == "section" for thing in legs["things"])
    assert {f"section:{thing['id']}" for thing in legs["things"]} == set(told["shapes"])
    assert told["region"]["version"] > 0 and told["inputs"]["count"] == 1


def test_files_hold_what_the_page_shows(viewer):
    told = ask(viewer, "Q24", lang="en").json
    file = viewer.get("/api/v1/questions/Q24.csv", query_string={"lang": "en"})
    lines = file.data.decode("utf-8-sig").splitlines()
    assert lines[0].split(",") == [column["label"] for column in told["tables"][0]["columns"]] and len(lines) == 1 + len(
        told["tables"][0]["rows"]
    )
    book = CalamineWorkbook.from_filelike(io.BytesIO(viewer.get("/api/v1/questions/q24.xlsx", query_string={"lang": "en"}).data))
    assert book.get_sheet_by_index(0).to_python()[1:] == [
        [cell if cell is not None else "" for cell in row] for row in told["tables"][0]["rows"]
    ]


@pytest.mark.parametrize(
    ("path", "inputs", "status", "code"),
    [
        ("Q99", {}, 404, "QUESTION_UNKNOWN"), ("Q1", {"nope": "1"}, 400, "INPUT_UNKNOWN"), ("Q1", {"near_m": "x"}, 422, "INPUT_BAD"),
        ("Q7", {}, 422, "INPUT_MISSING"), ("Q4", {"point": "1"}, 422, "INPUT_BAD"), ("Q1", {"grid": HOSTILE}, 404, "GRID_UNKNOWN"),
        ("Q7", {"start": "CO-1", "end": "a\0b"}, 422, "INPUT_BAD"), ("Q9", {}, 422, "NOTHING_FAILS"),
        ("Q27", {"area": "{"}, 422, "INPUT_BAD"),
        ("Q3", {}, 422, "INPUT_MISSING"), ("Q13", {"plan": "../x"}, 422, "INPUT_BAD"),
    ],
)  # fmt: skip
def test_wrong_questions_are_told(viewer, path, inputs, status, code):
    for language in ("en", "zh"):
        answer = ask(viewer, path, lang=language, **inputs)
        assert (answer.status_code, answer.json["code"]) == (status, code), answer.text
        assert "Traceback" not in answer.text


def test_hostile_inputs_stay_text(viewer):
    page = viewer.get("/questions/Q7", query_string={"start": HOSTILE, "end": HOSTILE})
    assert page.status_code == 200 and "<img" not in page.text.split("<main")[1]
    assert viewer.get("/questions/Q99").status_code == 404


def test_who_sees_part_of_the_region_is_refused(site):
    assert site.client().get("/api/v1/questions/Q1").status_code == 401


def test_commands(site):
    run = CliRunner().invoke
    assert run(list_command, ["--lang", "zh"]).output.count("\nQ") == 26
    told = json.loads(run(ask_command, ["q7", "--start", "CO-1", "--end=FC-1", "--json"]).output)
    assert told["question"] == "Q7" and told["tables"][0]["rows"]
    assert "Section by section" in run(ask_command, ["Q7", "--start", "CO-1", "--end", "FC-1"]).output
    assert run(ask_command, ["Q24", "--csv", "--lang", "zh"]).output.startswith("\ufeff编码")
    wrong = run(ask_command, ["Q7", "start"])
    assert (wrong.exit_code, "INPUT_UNKNOWN" in wrong.stderr) == (2, True)


def test_a_workbook_from_the_command(site, tmp_path):
    assert CliRunner().invoke(ask_command, ["Q13", "--xlsx", str(tmp_path / "a.xlsx")]).exit_code == 0
    assert CalamineWorkbook.from_path(tmp_path / "a.xlsx").sheet_names[0].startswith("1 ")
