"""Surveys by somebody who sees a part of the region: handed in, compared, written and undone there, and nothing outside is told of."""

import io
import re

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.access.areas import Area, build_area, recall_area
from app.services.queries.areas import find_grids, keep_inside
from app.survey.hiding import HIDDEN, find_outside
from app.survey.jobs import find_last_job, run_job
from tests.conftest import REGION
from tests.people import add_people, come_in
from tests.photos import photo
from tests.site import open_site, read_token
from tests.town import COUNTY, EAST, TOWN, WEST

pytestmark = pytest.mark.functional
AREA = build_area([f"{REGION}/{WEST}"])
STRUCTURE = "设施编码,设施类型,名称,序号,经度(度),纬度(度)\n"
# Where FC-1 stands, outside; and a place in the west.
AT_FC1, AT_WEST = "112.2338481,30.0599922", "112.2301,30.0601"
ALIAS = (
    "INSERT INTO code_index (region_id, code_key, kind, id, is_alias, code)"
    " SELECT region_id, 'OLD-EAST', kind, id, true, 'OLD-EAST' FROM code_index WHERE region_id = :r AND code = 'FC-1'"
)
TABLE = re.compile(r"survey_api\.|surveys\.")


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def site(engine, state):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETGRID_STATE_DIR", str(state))
        with open_site(engine, in_use=True) as site:
            with engine.begin() as connection:
                for code, number in (("GJ-1", "SER-EAST"), ("CL-1", "SER-WEST")):
                    connection.execute(text("UPDATE equipment SET serial_no = :no WHERE region_id = :r AND code = :code"),
                                       {"no": number, "r": REGION, "code": code})  # fmt: skip
                connection.execute(text(ALIAS), {"r": REGION})
            yield site


@pytest.fixture(scope="module")
def people(site, engine):
    places = {"west": (f"{REGION}/{WEST}",), "colleague": (f"{REGION}/{WEST}",), "east": (f"{REGION}/{EAST}",), "whole": (str(REGION),)}
    keys = add_people(engine, {login: ("resource_centre", places) for login, places in places.items()})
    return {login: come_in(site, key) for login, key in keys.items()}


@pytest.fixture(scope="module")
def outside(site, engine) -> set[str]:
    """The code of every thing that lies outside the west."""
    with Session(engine) as session:
        grids = find_grids(session, REGION, AREA)
        rows = session.execute(text("SELECT code, kind, id FROM code_index WHERE region_id = :r"), {"r": REGION}).all()
        kept = keep_inside(session, REGION, grids, [(row.kind, row.id) for row in rows])
        seen = {row.code for row in rows if (row.kind, row.id) in kept}
    found = {row.code for row in rows} - seen
    assert {"FC-1", "P-1", "GJ-1", "SP-1", "FB-1", "CB-201", "SEC-5", "DP-1", "HH-9", EAST} <= found and "MH-1" not in found
    return found


class Engineer:
    """Somebody at the pages of surveys; ``told`` is all that was answered."""

    def __init__(self, client, engine, state):
        self.client, self._engine, self._state, self.told = client, engine, state, []
        self._token = read_token(client, "/surveys")

    def get(self, path: str):
        answer = self.client.get(path)
        self.told.append(answer.text if answer.mimetype != "image/jpeg" else "")
        return answer

    def post(self, path: str, body: dict):
        answer = self.client.post(path, json=body, headers={"X-CSRFToken": self._token})
        self.told.append(answer.text)
        return answer

    def hand_in(self, files: dict[str, str | bytes], **given) -> int:
        content = [(io.BytesIO(made.encode() if isinstance(made, str) else made), name) for name, made in files.items()]
        form = {**given, "files": content, "csrf_token": self._token}
        answer = self.client.post("/surveys", data=form, content_type="multipart/form-data")
        assert answer.status_code == 302, answer.text
        batch = int(answer.headers["Location"].rsplit("/", 1)[-1])
        self.work(batch)
        return batch

    def work(self, batch: int) -> str:
        with Session(self._engine) as session:
            job = find_last_job(session, REGION, batch)
        return run_job(self._engine, REGION, job["id"], self._state)

    def do(self, batch: int, kind: str) -> str:
        assert self.post(f"/api/v1/surveys/{batch}/jobs", {"kind": kind}).status_code == 200
        return self.work(batch)

    def look(self, batch: int) -> dict:
        """Everything that any address tells of the batch; its progress, findings and differences."""
        self.get("/surveys"), self.get(f"/surveys/{batch}")
        path = f"/api/v1/surveys/{batch}"
        for part in ("marks", "photos"):
            self.get(f"{path}/{part}")
        told = {part: self.get(f"{path}/{part}").json[part] for part in ("findings", "differences")}
        return self.get(path).json | told

    def learned(self, codes: set[str], *own: str) -> set[str]:
        """Those of the codes that were told; what the files say themselves does not count."""
        words = {word.upper() for text in self.told for word in re.findall(r"[\w./:\-]+", text)}
        whole = "\n".join(self.told).upper()
        return {code for code in codes - set(own) if code.upper() in words or (len(code) > 5 and code.upper() in whole)}


@pytest.fixture
def west(people, engine, state):
    return Engineer(people["west"], engine, state)


def rules(told: dict) -> set[tuple[str, str]]:
    return {(one["rule"], one["severity"]) for one in told["findings"]}


def test_a_survey_in_the_own_area_from_upload_to_undo(west, engine, outside):
    batch = west.hand_in({"井.csv": STRUCTURE + f"W-1,电杆,新,,{AT_WEST}\nMH-1,人井,改名,,112.230737,30.0590\n"})
    told = west.look(batch)
    assert {(one["rule"], one["subject"]) for one in told["differences"]} == {("NEW", "W-1"), ("CHANGED", "MH-1")}
    number = next(one["no"] for one in told["differences"] if one["subject"] == "MH-1")
    assert west.post(f"/api/v1/surveys/{batch}/decisions", {"number": number, "verdict": "refused"}).json == {"marked": 1}
    assert west.do(batch, "apply") == "done" and west.look(batch)["state"] == "applied"
    with engine.connect() as connection:
        sql = "SELECT code FROM structure WHERE region_id = :r AND code = 'W-1'"
        assert connection.execute(text(sql), {"r": REGION}).scalar() == "W-1"
    assert west.do(batch, "undo") == "done" and west.look(batch)["state"] == "undone"
    assert west.learned(outside) == set()


NASTY = {
    # A known thing outside, one that would stand where another stands outside, one far away.
    "a.csv": STRUCTURE + f"P-1,电杆,改名,,{AT_WEST}\nX-1,街箱,,,{AT_FC1}\nX-2,电杆,,,112.9,30.06\n",
    # The serial number of a thing outside, and of one inside.
    "b.csv": "code,model,structure,serial_no\nY-1,GJ-144,MH-1,SER-EAST\nY-2,GT-24,MH-1,SER-WEST\n",
    # An end inside that is joined to something outside, and a way through a hole that another takes.
    "c.csv": "panel,ports,segment,strands,end\nXC-1,M-500,CB-104/S02,1,z\n",
    "d.csv": "segment,seq,section,duct_no\nCB-104/S01,3,SEC-4,1\n",
    # What services outside need.
    "e.csv": "段编码,段类型,起点,终点,生命周期\nSEC-1,管道段,CO-1,MH-1,退网\nSEC-2,管道段,MH-1,MH-2,退网\n",
    "f.csv": "设备编码,型号,所在设施,生命周期\nXC-1,J-600,JC-1,退网\nOLT-1,OLT-8,CO-1,退网\n",
    # The same plates as outside.
    "g.csv": "所属缆,缆段编码,型号,起点,终点,皮长(m)\nCB-201,S01,GYTA-12,MH-1,MH-2,200\n",
    # Lines that end beside and pass things outside.
    "i.geojson": '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"cable":"W-C","code":"S01","model":"GYTA-12"},'
    '"geometry":{"type":"LineString","coordinates":[[112.2328111,30.0599923],[112.2338481,30.0599922],[112.2338481,30.0613454]]}}]}',
    # The old name of a thing outside.
    "j.csv": STRUCTURE + f"OLD-EAST,街箱,,,{AT_FC1}\n",
    # What a service outside holds.
    "h.csv": "code,customer,product,state,address,gateway,s_vlan,c_vlan\nFT-99,C-1,ftth,active,B-W/101,BRAS-1,100,1\n",
}


def test_nothing_outside_is_named_whatever_the_files_say(west, people, engine, state, outside):
    typed = {word for content in NASTY.values() for word in re.findall(r"[\w./:\-]+", content)}
    batch = west.hand_in(NASTY, valid_rows_only="1")
    told = west.look(batch)
    assert ("I41", "error") in rules(told) and any(one["rule"] == "I36" and "CL-1" in one["found"] for one in told["findings"])
    assert not [one for one in told["findings"] if one["rule"] in ("I31", "I32") or one["found"] == "the serial number of GJ-1"]
    assert {one["found"] for one in told["findings"] if one["rule"] == "K11"} == {HIDDEN}
    assert any("services outside of your area" in one["found"] for one in told["findings"] if one["rule"] == "I29")
    assert not [one for one in told["differences"] if one["subject"] in ("P-1", "CB-201/S01")]
    west.do(batch, "apply")
    west.look(batch)
    if west.look(batch)["state"] == "applied":
        west.do(batch, "undo")
    assert west.learned(outside, "CB-201/S01", *typed) == set()
    assert [one for one in told["findings"] if one["subject"] == "P-1" and one["rule"] != "I41"] == []

    everybody = Engineer(people["whole"], engine, state)
    batch = everybody.hand_in(NASTY, valid_rows_only="1")
    everybody.look(batch)
    assert len(everybody.learned(outside, *typed)) >= 4


def test_a_stock_take_misses_what_stands_in_the_area_alone(west, outside):
    batch = west.hand_in({"a.csv": STRUCTURE + "MH-1,人井,,,112.230737,30.0590\n"}, stock_take=TOWN)
    told = west.look(batch)
    assert {one["subject"] for one in told["differences"] if one["rule"] == "I30"} == {"CO-1", "MH-2", "HH-3", "JC-1"}
    batch = west.hand_in({"a.csv": STRUCTURE + "MH-1,人井,,,112.230737,30.0590\n"}, stock_take=EAST)
    assert west.look(batch)["job"]["problem"]["code"] == "GRID_UNKNOWN"
    assert west.learned(outside, EAST, TOWN, COUNTY) == set()


def test_photos_outside_are_refused(west, outside):
    place = tuple(float(part) for part in AT_FC1.split(","))
    batch = west.hand_in({"a.jpg": photo(place, "2026:05:01 08:30:00"), "b.jpg": photo((112.2301, 30.0601), "2026:05:01 08:30:00")})
    told = west.look(batch)
    assert [(one["rule"], one["file"]) for one in told["findings"] if one["severity"] == "error"] == [("I41", "a.jpg")]
    assert [one["file"] for one in west.get(f"/api/v1/surveys/{batch}/photos").json["photos"]] == ["b.jpg"]
    assert west.learned(outside) == set()


BODIES = {"survey_api.decide": {"verdict": "accepted", "rule": "NEW"}, "survey_api.start": {"kind": "apply"}}


def test_batches_of_other_areas_are_not_there(site, people, west, engine, state, outside):
    east, whole = Engineer(people["east"], engine, state), Engineer(people["whole"], engine, state)
    theirs = east.hand_in({"EAST-FILE.csv": STRUCTURE + f"E-1,电杆,,,{AT_FC1}\nFC-1,街箱,改名,,{AT_FC1}\n"})
    both = whole.hand_in({"WHOLE-FILE.csv": STRUCTURE + f"E-2,电杆,,,{AT_FC1}\n"})
    for batch in (theirs, both):
        for rule in site.app.url_map.iter_rules():
            if TABLE.match(rule.endpoint) and "batch" in rule.arguments:
                path = rule.build({name: batch if name == "batch" else 1 for name in rule.arguments})[1]
                answer = west.get(path) if "GET" in rule.methods else west.post(path, BODIES.get(rule.endpoint, {}))
                assert answer.status_code == 404, rule.endpoint
        for path in (f"/surveys/{batch}/mapping", f"/surveys/{batch}/mapping.yaml"):
            assert west.get(path).status_code in (403, 404)
    west.get("/surveys")
    assert west.learned({*outside, "EAST-FILE.csv", "WHOLE-FILE.csv", "E-1", "E-2"}) == set()
    assert east.look(theirs)["totals"]["applied"] == 2 and "EAST-FILE.csv" in whole.get("/surveys").text


def test_a_batch_keeps_to_its_area_whoever_works_on_it(people, west, engine, state, outside):
    batch = west.hand_in({"a.csv": NASTY["a.csv"], "b.csv": NASTY["b.csv"]}, valid_rows_only="1")
    before = west.look(batch)
    Engineer(people["whole"], engine, state).do(batch, "compare")
    after = west.look(batch)
    assert [one["rule"] for one in after["findings"]] == [one["rule"] for one in before["findings"]]
    colleague = Engineer(people["colleague"], engine, state)
    assert colleague.look(batch)["findings"] == after["findings"]
    assert colleague.learned(outside, "P-1") == west.learned(outside, "P-1") == set()


def test_an_undo_that_something_outside_needs_does_not_name_it(people, west, engine, state, outside):
    batch = west.hand_in({"a.csv": STRUCTURE + f"W-2,电杆,,,{AT_WEST}\n"})
    assert west.do(batch, "apply") == "done"
    with engine.begin() as connection:
        east = "SELECT id FROM grid WHERE region_id = :r AND code = :east"
        moved = f"UPDATE structure SET grid_id = ({east}) WHERE region_id = :r AND code = 'W-2'"
        connection.execute(text(moved), {"r": REGION, "east": EAST})
    assert west.do(batch, "undo") == "failed"
    problem = west.look(batch)["job"]["problem"]
    assert problem["code"] == "BATCH_NEEDED" and problem["found"] == HIDDEN
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM code_index WHERE region_id = :r AND code = 'W-2'"), {"r": REGION})
        connection.execute(text("DELETE FROM structure WHERE region_id = :r AND code = 'W-2'"), {"r": REGION})
    assert west.learned(outside) == set()


@pytest.mark.parametrize(
    ("told", "is_hidden"),
    [
        ("X in FC-1", True), ("joined to CB-201/S01:3 in GJ-1", True), ("（fc-1）", True), ("GJ-1,GJ-1", True),
        ("needed by FB-1/A-01.", True), ("joined to CB-104/S02:3", False), ("MH-1 stands 3 m away", False),
        ("FC-11 and XFC-1", False), ("", False),
    ],
)
def test_words_that_name_what_lies_outside(site, engine, told, is_hidden):
    with Session(engine) as session:
        assert find_outside(session, REGION, find_grids(session, REGION, AREA), [told, None]) == ({told} if is_hidden else set())


@pytest.mark.parametrize("sets", [(), (["421000/1"],), (["421000/1", "420500"], ["421000"]), ([],), (["421000/a,b;c"],)])
def test_an_area_is_recalled_as_it_was_told(sets):
    area = build_area(*sets)
    assert recall_area(area.told) == Area(tuple(sorted(area.walls, key=sorted))) and recall_area(area.told).told == area.told
