"""Photos with a point, alone, and named by rows of a package: kept with their batch, shown where they belong, gone with the undo."""

import io
import zipfile
from datetime import UTC, datetime

import pytest
from PIL import Image
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.survey.importing import import_surveys
from app.survey.jobs import find_last_job, run_job
from app.survey.undo import undo_batch
from tests.conftest import REGION
from tests.people import add_people, come_in
from tests.photos import SECRET, photo
from tests.site import open_site, read_token, recorded_statements
from tests.surveyed_town import findings
from tests.town import EAST, WEST

pytestmark = pytest.mark.functional
AT_MH1 = (112.230737, 30.0590)
HEAD = "设施编码,设施类型,经度(度),纬度(度),照片\n"
TAKEN = "2026:05:01 08:30:00"
MORNING = datetime(2026, 5, 1, 0, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def site(engine, state):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETGRID_STATE_DIR", str(state))
        with open_site(engine) as site:
            yield site


@pytest.fixture(scope="module")
def people(site, engine):
    roles = {"centre": ("resource_centre", None), "viewer-west": ("viewer", (f"{REGION}/{WEST}",)),
             "viewer-east": ("viewer", (f"{REGION}/{EAST}",)), "planner": ("planner", None)}  # fmt: skip
    return {login: come_in(site, key) for login, key in add_people(engine, roles).items()}


@pytest.fixture(scope="module")
def centre(people):
    return people["centre"]


@pytest.fixture
def hand_in(site, engine, state, centre):
    """Hands a form in and compares it; whatever is applied is undone afterwards."""
    made = []

    def send(path: str, photos: list[tuple[str, bytes]], **given) -> int:
        files = [(io.BytesIO(content), name) for name, content in photos]
        token = read_token(centre, "/surveys")
        answer = centre.post(path, data={**given, "photos": files, "csrf_token": token}, content_type="multipart/form-data")
        assert answer.status_code == 302, answer.text
        made.append(int(answer.headers["Location"].rsplit("/", 1)[-1]))
        work(engine, state, made[-1])
        return made[-1]

    yield send
    for batch in reversed(made):
        if state_of(centre, batch)["state"] == "applied":
            with Session(engine) as session, session.begin():
                undo_batch(session, REGION, batch, "test")
    assert count_photos(engine, [batch for batch in made if state_of(centre, batch)["state"] == "undone"]) == 0


def count_photos(engine, batches: list[int]) -> int:
    with engine.connect() as connection:
        sql = "SELECT count(*) FROM photo WHERE region_id = :r AND batch_id = ANY (:batches)"
        return connection.execute(text(sql), {"r": REGION, "batches": batches}).scalar_one()


def work(engine, state, batch: int) -> str:
    with Session(engine) as session:
        job = find_last_job(session, REGION, batch)
    return run_job(engine, REGION, job["id"], state)


def do(engine, state, client, batch: int, kind: str) -> None:
    token = read_token(client, "/surveys")
    assert client.post(f"/api/v1/surveys/{batch}/jobs", json={"kind": kind}, headers={"X-CSRFToken": token}).status_code == 200
    assert work(engine, state, batch) == "done"


def state_of(client, batch: int) -> dict:
    return client.get(f"/api/v1/surveys/{batch}").json


def found(client, batch: int) -> list[tuple[str, str]]:
    return [(one["rule"], one["severity"]) for one in client.get(f"/api/v1/surveys/{batch}/findings").json["findings"]]


def key_of(engine, code: str) -> int:
    with engine.connect() as connection:
        sql = "SELECT id FROM structure WHERE region_id = :r AND code = :code"
        return connection.execute(text(sql), {"r": REGION, "code": code}).scalar_one()


def test_a_point_with_its_photos_from_the_form_to_the_record_and_back(site, engine, state, centre, people, hand_in):
    place = (112.22815, 30.06272)
    batch = hand_in("/surveys/point", [("image.jpg", photo(place, TAKEN)), ("image.jpg", photo(colour="#203080", form="PNG"))],
                    code="PH-9", kind="pole", lon=str(place[0]), lat=str(place[1]), metres="4")  # fmt: skip
    assert state_of(centre, batch)["totals"]["applied"] == 3 and "error" not in [severity for _, severity in found(centre, batch)]
    shown = centre.get(f"/api/v1/surveys/{batch}/photos").json["photos"]
    assert {(one["subject"], one["has_place"], one["taken_at"]) for one in shown} == {
        ("PH-9", True, MORNING.isoformat()), ("PH-9", False, None)}  # fmt: skip
    assert {one["kind"] for one in centre.get(f"/api/v1/surveys/{batch}/marks").json["marks"]} == {"new", "photo"}
    do(engine, state, centre, batch, "apply")
    key = key_of(engine, "PH-9")
    page = centre.get(f"/things/structure/{key}").text
    assert page.count("?size=small") == 2 and f"/api/v1/things/structure/{key}/photos/{batch}/1?size=small" in page
    for number, seen in ((1, 200), (2, 200), (3, 404)):
        answer = centre.get(f"/api/v1/things/structure/{key}/photos/{batch}/{number}")
        assert answer.status_code == seen
        if seen == 200:
            assert answer.content_type == "image/jpeg" and answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "private" in answer.headers["Cache-Control"] and SECRET.encode() not in answer.data
            assert Image.open(io.BytesIO(answer.data)).size == (640, 480)
            same = {"If-None-Match": answer.headers["ETag"]}
            assert centre.get(f"/api/v1/things/structure/{key}/photos/{batch}/{number}", headers=same).status_code == 304
    assert centre.get(f"/api/v1/things/structure/{key_of(engine, 'MH-1')}/photos/{batch}/1").status_code == 404
    west = key_of(engine, "PH-9")
    assert people["viewer-west"].get(f"/api/v1/things/structure/{west}/photos/{batch}/1").status_code == 200
    assert people["viewer-east"].get(f"/api/v1/things/structure/{west}/photos/{batch}/1").status_code == 404
    for address in (f"/api/v1/surveys/{batch}/photos", f"/api/v1/surveys/{batch}/photos/1"):
        assert people["planner"].get(address).status_code == 403 and site.client().get(address).status_code == 401
    do(engine, state, centre, batch, "undo")
    assert count_photos(engine, [batch]) == 0
    assert centre.get(f"/api/v1/surveys/{batch}/photos/1").status_code == 404
    assert not list((state / "uploads" / str(REGION) / str(batch)).rglob("*.jpg"))


def test_photos_alone_take_place_and_time_from_the_camera_or_else_from_the_form(engine, state, centre, hand_in):
    batch = hand_in("/surveys/photos", [("a.jpg", photo(AT_MH1, TAKEN)), ("b.webp", photo(form="WEBP"))],
                    lon="112.2290", lat="30.0621", taken_at="2026-05-02T09:00")  # fmt: skip
    with engine.connect() as connection:
        sql = "SELECT taken_at, ST_X(geom), ST_Y(geom), format FROM photo WHERE region_id = :r AND batch_id = :b ORDER BY no"
        first, second = connection.execute(text(sql), {"r": REGION, "b": batch}).all()
    assert first[0] == MORNING and first[1:3] == pytest.approx(AT_MH1, abs=1e-7) and first[3] == "jpeg"
    assert tuple(second) == (datetime(2026, 5, 2, 1, 0, tzinfo=UTC), 112.2290, 30.0621, "webp")
    do(engine, state, centre, batch, "apply")
    assert state_of(centre, batch)["state"] == "applied"
    do(engine, state, centre, batch, "undo")
    assert state_of(centre, batch)["state"] == "undone"


def test_a_photo_names_what_it_shows_and_comes_once(engine, state, centre, hand_in):
    far = (AT_MH1[0] + 0.05, AT_MH1[1])
    batch = hand_in("/surveys/photos", [("a.jpg", photo(far, TAKEN))], code="mh-1")
    assert ("PHOTO_FAR", "warning") in found(centre, batch)
    do(engine, state, centre, batch, "apply")
    key = key_of(engine, "MH-1")
    with recorded_statements(centre.application) as sent:
        assert f"/photos/{batch}/1" in centre.get(f"/things/structure/{key}").text
    assert sum("FROM photo" in one for one in sent) == 1
    again = hand_in("/surveys/photos", [("b.jpg", photo(far, TAKEN))], code="MH-1")
    assert ("I3", "info") in found(centre, again) and state_of(centre, again)["totals"]["unchanged"] == 1


@pytest.mark.parametrize(
    ("name", "content", "given", "rule"),
    [
        ("a.jpg", b"<script>alert(1)</script>", {"code": "MH-1"}, "PHOTO_FORMAT"),
        ("a.png", photo(form="PNG")[:900], {"code": "MH-1"}, "PHOTO_BROKEN"),
        ("a.jpg", photo(), {}, "PHOTO_PLACE"),
        ("a.jpg", photo(), {"code": "NOWHERE-1"}, "PHOTO_THING"),
    ],
)
def test_a_photo_that_is_none_is_told_and_nothing_is_kept(engine, state, centre, hand_in, name, content, given, rule):
    batch = hand_in("/surveys/photos", [(name, content)], **given)
    assert (rule, "error") in found(centre, batch) and centre.get(f"/api/v1/surveys/{batch}/photos").json["photos"] == []
    do(engine, state, centre, batch, "apply")
    assert state_of(centre, batch)["state"] == "failed" and state_of(centre, batch)["totals"]["applied"] == 0


def test_other_files_and_none_are_refused_at_the_door(centre):
    for files, code in (([(io.BytesIO(b"GIF89a"), "a.gif")], "FILE_KIND"), ([], "FILES_MISSING")):
        token = read_token(centre, "/surveys")
        answer = centre.post("/surveys/photos", data={"photos": files, "csrf_token": token}, content_type="multipart/form-data")
        assert answer.status_code == 422 and code in answer.text
    for given, code in (({"lon": "east", "lat": "30"}, "VALUE_NUMBER"), ({"lon": "500", "lat": "30"}, "VALUE_NUMBER"),
                        ({"lon": "nan", "lat": "30"}, "VALUE_NUMBER"), ({"taken_at": "soon"}, "VALUE_DATE")):  # fmt: skip
        token = read_token(centre, "/surveys")
        data = {**given, "photos": [(io.BytesIO(photo()), "a.jpg")], "csrf_token": token}
        answer = centre.post("/surveys/photos", data=data, content_type="multipart/form-data")
        assert answer.status_code == 422 and code in answer.text


def package(folder, rows: str, pictures: dict[str, bytes]):
    path = folder / "package.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("井.csv", HEAD + rows)
        for name, content in pictures.items():
            packed.writestr(name, content)
    return path


def test_rows_of_a_package_bring_their_photos_and_the_batch_that_brought_the_thing_needs_them(engine, site, tmp_path):
    rows = "PK-1,电杆,112.22811,30.06271,DCIM/one.jpg;DCIM/two.jpg\nPK-2,无此类,112.22821,30.06271,DCIM/three.jpg\n"
    pictures = {f"DCIM/{name}.jpg": photo(taken=TAKEN, colour=colour) for name, colour in
                (("one", "#112233"), ("two", "#223344"), ("three", "#334455"), ("nobodys", "#445566"))}  # fmt: skip
    path = package(tmp_path, rows, pictures)
    report = import_surveys(engine, [path], str(REGION), actor="anna", valid_rows_only=True)
    rules = [(finding.rule, source.sheet) for source in report.sources for finding in source.findings]
    assert report.changed and report.totals["applied"] == 3 and report.totals["refused"] == 2
    assert ("PHOTO_ROW", "DCIM/three.jpg") in rules
    assert [finding.found for finding in findings(report, "FILE_SKIPPED")] == ["1 pictures that no row names"]
    with engine.connect() as connection:
        sql = "SELECT file, subject, kind, thing_id, surveyor FROM photo WHERE region_id = :r AND batch_id = :b ORDER BY file"
        kept = [tuple(row) for row in connection.execute(text(sql), {"r": REGION, "b": report.batch})]
    key = key_of(engine, "PK-1")
    assert kept == [(f"{name}.jpg", "PK-1", "structure", key, "anna") for name in ("one", "two")]
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "late.jpg").write_bytes(photo(colour="#556677"))
    (tmp_path / "more" / "late.csv").write_text(f"{HEAD}PK-1,电杆,112.22811,30.06271,late.jpg\n", encoding="utf-8")
    later = import_surveys(engine, [tmp_path / "more"], str(REGION), actor="bert")
    assert later.changed and later.totals == {**later.totals, "applied": 1, "unchanged": 1}
    with Session(engine) as session, pytest.raises(Exception, match="BATCH_NEEDED") as told:
        undo_batch(session, REGION, report.batch, "anna")
    assert "photo PK-1 (bert" in told.value.found
    for batch in (later.batch, report.batch):
        with Session(engine) as session, session.begin():
            undo_batch(session, REGION, batch, "anna")
    assert count_photos(engine, [later.batch, report.batch]) == 0
