"""``flask impact``, as an operator calls it."""
import json

import pytest
from python_calamine import load_workbook
from sqlalchemy import text

from app import create_app
from app.core.database import transaction
from tests.factories.use import put_in_use
from tests.site import ENGINES
from tests.town import build_town

pytestmark = [pytest.mark.functional]


@pytest.fixture
def call(engine, kept_region):
    """A function that runs a command on the committed town in use."""
    with transaction(engine, "test", "test") as session:
        put_in_use(build_town(session, kept_region))
        session.execute(text("ANALYZE"))
    app = create_app()
    yield lambda *words: app.test_cli_runner().invoke(args=["impact", *words])
    for name in ENGINES:
        app.extensions[name].dispose()


def test_impact_is_told_in_every_form(call, tmp_path):
    answer = call("SEC-1", "CB-104/S01:1", "--lang", "en", "--at", "2026-03-01", "--for", "4")
    assert answer.exit_code == 0
    assert "Impact of SEC-1 + CB-104/S01:1, from 2026-03-01 00:00, for 4 hours" in answer.output
    assert "Down at once: 6 services" in answer.output and "5220004" in answer.output
    assert "立即中断: 6 个业务" in call("SEC-1", "--lang", "zh").output
    told = json.loads(call("CB-104/S01:3", "--json").output)
    assert told["counts"] == {"down": 0, "later": 0, "weakened": 1} and told["services"][0]["code"] == "LL-S"
    book = tmp_path / "impact.xlsx"
    assert "6 rows" in call("SEC-1", "--xlsx", str(book), "--lang", "en").output
    rows = load_workbook(book).get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["Impact", "Fails after hours", "Service"] and rows[1][2] == "LL-S"
    assert "No service is hit" in call("CB-104/S01:2", "--lang", "en").output


def test_an_area_is_read_as_people_draw_it(call, tmp_path):
    corners = [[112.2330, 30.0580], [112.2336, 30.0580], [112.2336, 30.0586], [112.2330, 30.0586], [112.2330, 30.0580]]
    polygon = {"type": "Polygon", "coordinates": [corners]}
    path = tmp_path / "dig.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": polygon}]}), encoding="utf-8")
    assert json.loads(call("--area", str(path), "--json").output)["counts"]["down"] == 4
    for wrong in ("{", '{"type":"Point","coordinates":[1,2]}', '{"type":"FeatureCollection","features":[]}', "[]"):
        path.write_text(wrong, encoding="utf-8")
        answer = call("--area", str(path))
        assert answer.exit_code == 2 and "AREA_INVALID" in answer.output


def test_what_is_wrong_is_told_in_a_sentence(call):
    for words, said in (("", "name what fails"), ("NOBODY", "CODE_UNKNOWN"), ("FT-1", "NOT_FAILING"), ("SEC-1 --for -1", "hours")):
        answer = call(*words.split())
        assert answer.exit_code == 2 and said in answer.output and "Traceback" not in answer.output
