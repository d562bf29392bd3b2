"""The mapping editor of a batch through its doors: what is proposed, what is refused, what is saved, and the same mapping as a file."""
import io

import pytest
import yaml
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.survey.declaration import Declaration
from app.survey.jobs import ask_job, batch_folder, find_last_job, run_job
from app.survey.mapping.tables import TABLES, find_kept_mapping, read_tables
from app.survey.uploads import Upload, receive_files
from tests.conftest import REGION
from tests.site import HOSTILE, open_site, read_token, recorded_statements

pytestmark = pytest.mark.functional
# Nothing in the headers says a layer.
REMARK = HOSTILE.replace('"', "")
STRANGE = f"Bezeichnung;Sorte;Hoch;Rechts;Hinweis\nS 1;Schacht;3328000.5;618700.25;{REMARK}\nS 2;Mast;3328010;618710;\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def site(engine, folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETGRID_STATE_DIR", str(folder))
        with open_site(engine) as site:
            yield site


@pytest.fixture
def batch(engine, site, folder):
    """A batch with a table that no headers explain, compared once."""
    with Session(engine) as session, session.begin():
        uploads = [Upload("fremd.csv", io.BytesIO(STRANGE.encode()))]
        batch = receive_files(session, REGION, uploads, "admin", Declaration(), None, False, folder)
    work(engine, batch, folder)
    return batch


def work(engine, batch: int, folder, kind: str = "compare") -> None:
    with Session(engine) as session, session.begin():
        last = find_last_job(session, REGION, batch)
        job = last["id"] if last and last["state"] == "waiting" else ask_job(session, REGION, batch, kind, "admin")
    assert run_job(engine, REGION, job, folder) == "done"


def state_of(engine, batch: int) -> str:
    with engine.connect() as connection:
        sql = "SELECT state FROM survey_batch WHERE region_id = :region AND id = :id"
        return connection.execute(text(sql), {"region": REGION, "id": batch}).scalar_one()


def list_of(engine, batch: int, table: str, column: str) -> list[str]:
    with engine.connect() as connection:
        sql = f"SELECT {column} FROM {table} WHERE region_id = :region AND batch_id = :batch ORDER BY 1"
        return list(connection.execute(text(sql), {"region": REGION, "batch": batch}).scalars())


FORM = {
    "0-layer": "structure", "0-crs": "EPSG:4546", "0-code-column": "Bezeichnung", "0-code-split": " ", "0-code-part": "2",
    "0-code-pattern": "MAP-{:3}", "0-kind-column": "Sorte", "0-kind-lookup": "Schacht=人井\nMast = 电杆", "0-x-column": "Hoch",
    "0-y-column": "Rechts",
}  # fmt: skip


def send(client, batch: int, act: str, **changes):
    path = f"/surveys/{batch}/mapping"
    form = {**FORM, **changes, "act": act, "csrf_token": read_token(client, path)}
    return client.post(path, data=form, content_type="multipart/form-data")


def test_a_table_that_nothing_explains_is_mapped_saved_and_known_again(engine, site, batch, folder):
    client = site.sign_in()
    assert list_of(engine, batch, "survey_finding", "rule") == ["LAYER_UNKNOWN"]
    shown = client.get(f"/surveys/{batch}/mapping")
    assert shown.status_code == 200 and "Bezeichnung" in shown.text and "<img src=x" not in shown.text
    assert (batch_folder(folder, REGION, batch) / TABLES).exists()

    answer = send(client, batch, "save", name="Schachtliste")
    assert answer.status_code == 302, answer.text
    work(engine, batch, folder)
    assert state_of(engine, batch) == "compared"
    found = list_of(engine, batch, "survey_difference", "subject")
    assert found == ["MAP-001", "MAP-002"]

    # Another file with the same headers needs no mapping any more.
    with Session(engine) as session, session.begin():
        uploads = [Upload("neu.csv", io.BytesIO(STRANGE.replace("S 1", "S 7").encode()))]
        second = receive_files(session, REGION, uploads, "admin", Declaration(), None, False, folder)
    work(engine, second, folder)
    assert list_of(engine, second, "survey_difference", "subject") == ["MAP-002", "MAP-007"]


def test_the_file_of_a_mapping_is_read_back(engine, site, batch, folder):
    client = site.sign_in()
    assert send(client, batch, "check").status_code == 302
    kept = find_kept_mapping(batch_folder(folder, REGION, batch))
    written = client.get(f"/surveys/{batch}/mapping.yaml")
    assert yaml.safe_load(written.data)["sheets"][0]["fields"]["code"]["pattern"] == "MAP-{:3}"
    shown = send(client, batch, "file", file=(io.BytesIO(written.data), "mapping.yaml"))
    assert shown.status_code == 200 and 'value="MAP-{:3}"' in shown.text and "Schacht=人井" in shown.text
    assert find_kept_mapping(batch_folder(folder, REGION, batch)) == kept
    work(engine, batch, folder)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"0-kind-lookup": "Schacht"}, "MAPPING_WRONG"), ({"0-code-part": "two"}, "MAPPING_WRONG"),
        ({"0-crs": "EPSG:999999"}, "CRS_UNKNOWN"), ({"0-lon-column": "Rechts", "0-lon-form": "hex"}, "MAPPING_WRONG"),
    ],
)  # fmt: skip
def test_what_no_mapping_can_say_is_told_and_the_form_stays(site, batch, changes, code):
    answer = send(site.sign_in(), batch, "check", **changes)
    assert answer.status_code == 422 and code in answer.text
    assert 'value="MAP-{:3}"' in answer.text


@pytest.mark.parametrize(
    ("act", "more", "code"),
    [("file", {"file": (io.BytesIO(b"sheets: ["), "x.yaml")}, "YAML_BROKEN"), ("take", {"saved": "nobody"}, "MAPPING_UNKNOWN"),
     ("save", {"name": ""}, "MAPPING_WRONG")],
)  # fmt: skip
def test_what_cannot_be_taken_is_told(site, batch, act, more, code):
    answer = send(site.sign_in(), batch, act, **more)
    assert answer.status_code == 422 and code in answer.text


def test_another_layer_is_proposed_from_headers_and_values(site, batch, folder):
    shown = send(site.sign_in(), batch, "layer", **{"0-layer": "building", "0-before": "structure"})
    assert shown.status_code == 200 and 'name="0-code-column"' in shown.text and 'value="building" selected' in shown.text
    (table,) = read_tables(batch_folder(folder, REGION, batch))
    assert table.headers[0] == "Bezeichnung" and table.values_of(0) == ["S 1", "S 2"]


def test_the_page_asks_no_more_for_more_tables(engine, site, batch, folder):
    client = site.sign_in()
    counts = []
    with Session(engine) as session, session.begin():
        uploads = [Upload(f"{number}.csv", io.BytesIO(f"A{number};B\n1;2\n".encode())) for number in range(12)]
        many = receive_files(session, REGION, uploads, "admin", Declaration(), None, False, folder)
    work(engine, many, folder)
    for one in (batch, many):
        with recorded_statements(site.app) as sent:
            assert client.get(f"/surveys/{one}/mapping").status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 8
