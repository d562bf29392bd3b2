"""Saved questions through their doors: runs that keep what they rest on, files that equal the live answer, comparison, rights, schedule."""

import io
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pypdfium2
import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.cli import runs as commands
from app.reports.runs import working
from app.reports.runs.commands import start_due
from app.services.commands.tallies import settle_all_tallies
from tests.conftest import REGION
from tests.people import add_people, come_in
from tests.site import HOSTILE, open_site, read_token, recorded_statements
from tests.town import WEST
from tests.worker import working as worker

pytestmark = [pytest.mark.functional, pytest.mark.usefixtures("region_guard")]
PEOPLE = {
    "paula": ("planner", None), "peter": ("planner", None), "rita": ("resource_centre", None), "vera": ("viewer", None),
    "desk-a": ("desk", None), "max": ("manager", None), "west": ("planner", (f"{REGION}/{WEST}",)),
}  # fmt: skip
PERSONAL = {"name": "王小明", "contact": "王小明", "phone": "13812345678", "old name": "旧名称"}


@pytest.fixture(scope="module")
def site(engine):
    with open_site(engine, in_use=True, personal=PERSONAL) as site:
        yield site


@pytest.fixture(scope="module")
def people(site, engine):
    keys = add_people(engine, PEOPLE)
    return {name: come_in(site, key) for name, key in keys.items()}


def post(client, path: str, body: dict | None = None, method: str = "post"):
    token = {"X-CSRFToken": read_token(client, "/visits"), "Idempotency-Key": str(uuid4())}
    return getattr(client, method)(f"/api/v1/{path}", json=body, headers=token)


def save(client, question="Q24", **more) -> str:
    answer = post(client, "saved-questions", {"name": "号码", "question": question, "language": "en", **more})
    assert answer.status_code == 201, answer.text
    return answer.json["id"]


def run(client, engine, saved: str) -> str:
    """A run that a worker has worked out."""
    answer = post(client, f"saved-questions/{saved}/runs")
    assert answer.status_code == 202, answer.text
    assert working.answer_run(engine, REGION, int(answer.json["run"]["id"]), commands.draw) == "done"
    return answer.json["run"]["id"]


def ask(client, path: str, **inputs):
    while (answer := client.get(f"/api/v1/questions/{path}", query_string=inputs)).status_code == 202:
        pass
    return answer


def sheets(body: bytes) -> list[tuple[str, list]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    return [(name, book.get_sheet_by_name(name).to_python()) for name in book.sheet_names]


def test_a_run_keeps_what_it_rests_on_and_its_files_equal_the_live_answer(site, engine, people):
    key = run(people["paula"], engine, save(people["paula"]))
    told = people["paula"].get(f"/api/v1/runs/{key}").json
    live = ask(people["paula"], "Q24", lang="en").json
    assert told["answer"]["tables"] == live["tables"] and told["answer"]["tables"][0]["rows"]
    assert (told["run"]["data_version"], told["run"]["product_version"]) == (live["region"]["version"], working.product_version())
    assert told["run"]["actor"] == "paula" and told["run"]["data_on"] and told["run"]["inputs"] == {}
    kept = sheets(people["paula"].get(f"/api/v1/runs/{key}.xlsx").data)
    assert kept == sheets(ask(people["paula"], "Q24.xlsx", lang="en").data)
    assert ["Data version", str(live["region"]["version"])] in kept[-1][1]
    assert people["paula"].get(f"/api/v1/runs/{key}.csv").data == ask(people["paula"], "Q24.csv", lang="en").data


def read_pdf(body: bytes) -> tuple[str, int, set[int]]:
    """Its text, its pages, and the kinds of what is drawn: 1 text, 2 lines and areas."""
    document = pypdfium2.PdfDocument(body)
    pages = list(document)
    kinds = {one.type for page in pages for one in page.get_objects()}
    return "".join(page.get_textpage().get_text_range() for page in pages), len(pages), kinds


def test_a_report_has_map_bars_and_table_in_both_languages(people):
    given = {"start": "CO-1", "end": "FC-1"}
    for language, words in (("zh", ("两点间布缆", "逐段", "数据版本")), ("en", ("Which way for a cable", "Data version"))):
        live = ask(people["paula"], "Q7", lang=language, **given).json
        body = ask(people["paula"], "Q7.pdf", lang=language, **given)
        assert body.status_code == 200 and body.content_type == "application/pdf"
        written, pages, kinds = read_pdf(body.data)
        assert pages >= 1 and kinds >= {1, 2}
        assert all(word in written for word in words), written
        assert all(str(row[0]) in written for table in live["tables"] for row in table["rows"][:3])


def test_runs_are_compared_row_by_row(engine, people):
    with Session(engine) as session, session.begin():
        settle_all_tallies(session, REGION)
    saved = save(people["paula"])
    first = run(people["paula"], engine, saved)
    with Session(engine) as session, session.begin():
        idle = "(SELECT min(id) FROM number WHERE region_id = :r AND use = 'idle')"
        sql = f"UPDATE number SET use = 'ageing' WHERE region_id = :r AND id = {idle}"
        assert session.execute(text(sql), {"r": REGION}).rowcount == 1
        settle_all_tallies(session, REGION)
    second = run(people["paula"], engine, saved)
    found = people["paula"].get(f"/api/v1/runs/{second}/difference", query_string={"before": first}).json
    assert found["before"]["data_version"] < found["after"]["data_version"]
    changed = {one["column"]: one["by"] for one in found["tables"][0]["differences"] if one["what"] == "changed"}
    assert changed["Idle numbers"] == -1 and sum(value for value in changed.values() if value == 1) == 1, changed
    page = people["paula"].get(f"/runs/{second}/difference", query_string={"before": first})
    assert page.status_code == 200 and page.text.count('data-what="changed"') == sum(len(table["differences"]) for table in found["tables"])


def test_who_sees_what(engine, people):
    own = save(people["rita"], "Q3", inputs={"address": "C-1", "product": "pots"})
    key = run(people["rita"], engine, own)
    assert people["rita"].get(f"/api/v1/runs/{key}").status_code == 200
    for other in ("paula", "vera", "desk-a"):
        assert people[other].get(f"/api/v1/runs/{key}").json["code"] == "RUN_UNKNOWN"
        assert people[other].get(f"/api/v1/saved-questions/{own}/runs").json["code"] == "SAVED_UNKNOWN"
        assert people[other].get(f"/runs/{key}").status_code == 404
    assert post(people["paula"], f"saved-questions/{own}", {"is_shared": True}, "patch").status_code == 404
    assert post(people["rita"], f"saved-questions/{own}", {"is_shared": True}, "patch").json["is_shared"] is True
    # What was asked before it was shared names persons: only those who may see persons see it.
    assert people["vera"].get(f"/api/v1/runs/{key}").status_code == 404
    assert people["desk-a"].get(f"/api/v1/runs/{key}").status_code == 200
    shared = run(people["paula"], engine, own)
    assert people["vera"].get(f"/api/v1/runs/{shared}").status_code == 200
    assert "王小明" not in people["vera"].get(f"/api/v1/runs/{shared}").text
    refused = post(people["paula"], f"saved-questions/{own}", method="delete")
    assert (refused.status_code, refused.json["code"]) == (403, "SAVED_OF_ANOTHER")
    assert post(people["vera"], "saved-questions", {"name": "x", "question": "Q24"}).json["code"] == "FORBIDDEN"
    assert people["west"].get("/api/v1/saved-questions").json["code"] == "AREA_WHOLE"
    assert people["west"].get(f"/runs/{shared}").status_code == 403
    assert post(people["rita"], f"saved-questions/{own}", method="delete").status_code == 204
    assert people["rita"].get(f"/api/v1/runs/{key}").status_code == 404


def test_a_manager_saves_shares_and_compares_and_changes_nothing(engine, people):
    manager = people["max"]
    own = save(manager)
    first, second = run(manager, engine, own), run(manager, engine, own)
    assert post(manager, f"saved-questions/{own}", {"is_shared": True, "every": "week"}, "patch").json["is_shared"] is True
    assert manager.get(f"/api/v1/runs/{second}/difference", query_string={"before": first}).status_code == 200
    assert people["paula"].get(f"/api/v1/runs/{first}").status_code == 200
    assert 'id="save"' in manager.get("/questions/Q24").text and 'id="acts"' in manager.get(f"/saved/{own}").text
    for path in ("projects", "scenarios", "visits", "blocks"):
        assert post(manager, path, {}).json["code"] == "FORBIDDEN", path
    assert post(manager, f"saved-questions/{own}", method="delete").status_code == 204


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": " ", "question": "Q24"}, "SAVED_NAME_BAD"), ({"name": "x", "question": "Q99"}, "QUESTION_UNKNOWN"),
        ({"name": "x", "question": "Q7"}, "INPUT_MISSING"), ({"name": "x", "question": "Q24", "inputs": {"nope": "1"}}, "INPUT_UNKNOWN"),
        ({"name": "x", "question": "Q24", "every": "hour"}, "REQUEST_BAD"),
    ],
)  # fmt: skip
def test_what_can_not_be_asked_is_not_saved(people, body, code):
    for language in ("en", "zh"):
        assert post(people["paula"], f"saved-questions?lang={language}", body).json["code"] == code


def test_a_question_asks_itself_and_a_failed_run_says_why(engine, people):
    saved = save(people["rita"], "Q9", inputs={"codes": "SEC-1"}, every="day")
    now = datetime.now(UTC)
    with Session(engine) as session, session.begin():
        assert start_due(session, now) == []
        ((region, key),) = start_due(session, now + timedelta(days=1, minutes=1))
        assert region == REGION and start_due(session, now + timedelta(days=1, minutes=2)) == []
        assert (REGION, key) in working.find_waiting(session, now)
        sql = "UPDATE question_run SET given = jsonb_build_object('codes', 'SEC-9') WHERE region_id = :r AND id = :id"
        session.execute(text(sql), {"r": REGION, "id": key})
    assert working.answer_run(engine, REGION, key, commands.draw) == "failed"
    assert working.answer_run(engine, REGION, key, commands.draw) == "taken"
    told = people["rita"].get(f"/api/v1/runs/{key}").json
    assert (told["run"]["state"], told["run"]["problem"]["found"], told["answer"]) == ("failed", "SEC-9", None)
    assert people["rita"].get(f"/api/v1/runs/{key}.pdf").json["code"] == "RUN_NOT_DONE"
    assert post(people["rita"], f"saved-questions/{saved}", {"every": "never"}, "patch").json["next_at"] is None


def test_a_lost_run_waits_again_once(engine, people):
    saved = save(people["paula"])
    key = post(people["paula"], f"saved-questions/{saved}/runs").json["run"]["id"]
    assert post(people["paula"], f"saved-questions/{saved}/runs").json["run"]["id"] == key
    late = datetime.now(UTC) + timedelta(hours=1)
    for attempt, state in ((1, "waiting"), (2, "failed")):
        with Session(engine) as session, session.begin():
            sql = "UPDATE question_run SET state = 'running', started_at = now(), attempt_count = :n WHERE region_id = :r AND id = :id"
            session.execute(text(sql), {"n": attempt, "r": REGION, "id": int(key)})
            working.find_waiting(session, late)
        assert people["paula"].get(f"/api/v1/runs/{key}").json["run"]["state"] == state


def test_the_pages_with_a_worker(site, engine, people):
    """Saved and asked from the question's page, worked out by a worker of its own, looked at in few statements, never as markup."""
    client = people["paula"]
    given = {"csrf_token": read_token(client, "/questions/Q24"), "question": "Q24", "inputs": "{}", "name": HOSTILE, "share": "yes"}
    with worker(engine):
        answer = client.post("/saved", data=given)
        assert answer.status_code == 302, answer.text
        path = answer.headers["Location"]
        until = time.monotonic() + 120
        while 'data-state="done"' not in (page := client.get(path).text):
            assert time.monotonic() < until, page
            time.sleep(0.2)
    for address in (path, "/saved"):
        with recorded_statements(site.app) as sent:
            page = client.get(address)
        assert page.status_code == 200 and len(sent) <= 5 and "<img" not in page.text.split("<main")[1]
    wrong = client.post("/saved", data={**given, "inputs": "[1]"})
    assert wrong.status_code == 422 and "JSON object" not in wrong.text.split("<main")[0]
    run_key = client.get("/api/v1/saved-questions").json["saved"][0]["last_run"]["id"]
    assert client.get(f"/runs/{run_key}").status_code == 200
    acts = {"csrf_token": given["csrf_token"]}
    assert client.post(path, data={**acts, "act": "schedule", "every": "week"}).status_code == 302
    assert "Every week" in client.get(path).text
    assert people["vera"].post(path, data={**acts, "act": "forget"}).status_code in (400, 403)
    assert client.post(path, data={**acts, "act": "forget"}).headers["Location"] == "/saved"


def test_commands(site, tmp_path, monkeypatch):
    def call(command, *words):
        done = CliRunner().invoke(command, [*words, "--region", str(REGION)])
        assert done.exit_code == 0, done.output
        return done.output.strip()

    saved = call(commands.save_command, "Q7", "--start", "CO-1", "--end", "FC-1", "--as", "way", "--share")
    assert "way" in call(commands.saved_command)
    first, state = call(commands.run_command, saved).split()
    second = call(commands.run_command, saved).split()[0]
    assert state == "done" and first in call(commands.runs_command, saved)
    assert "0 differences" in call(commands.compare_command, first, second)
    call(commands.report_command, first, str(tmp_path / "a.pdf"))
    call(commands.report_command, first, str(tmp_path / "a.xlsx"))
    assert "CO-1" in read_pdf((tmp_path / "a.pdf").read_bytes())[0]
    assert CalamineWorkbook.from_path(tmp_path / "a.xlsx").sheet_names[0].startswith("1 ")
