"""The wizard in a real browser, with a real worker: files in, findings and differences, a decision, writing, the receipt, undo."""


import pytest
from sqlalchemy import text

from tests.browser.test_map import SHOTS, browser, open_page, signed_in, wait_until  # noqa: F401 - fixtures
from tests.photos import photo
from tests.site import HOSTILE, open_site, served
from tests.worker import working

pytestmark = pytest.mark.browser
HEAD = "设施编码,设施类型,名称,经度,纬度\n"
READY = "document.body?.dataset.ready === 'yes'"


@pytest.fixture(scope="module")
def address(engine, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETGRID_STATE_DIR", str(tmp_path_factory.mktemp("state")))
        with open_site(engine) as site, working(engine), served(site.app) as address:
            yield address


def name_of(engine, code: str):
    with engine.connect() as connection:
        sql = "SELECT name_zh FROM structure WHERE region_id = 421000 AND code = :code"
        return connection.execute(text(sql), {"code": code}).scalar_one_or_none()


@pytest.mark.parametrize(("language", "width"), [("zh-CN", 1440), ("en-GB", 390)])
def test_from_upload_to_undo(open_page, engine, address, tmp_path, language, width):  # noqa: F811
    first, second = tmp_path / "井.csv", tmp_path / "poles.csv"
    hostile = HOSTILE.replace(",", "").replace('"', "")
    first.write_text(HEAD + f"MH-2,人井,新名,112.2328111,30.0590\nMH-77,人井,{hostile},112.2328131,30.0590\n", encoding="utf-8")
    second.write_text(HEAD + "P-77,电杆,,112.2340,30.0610\nP-2,电杆,不要,112.2334333,30.0582783\n", encoding="utf-8")
    page = open_page(language=language, width=width, height=900)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{address}/surveys")
    page.wait_for_selector("#drop")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"surveys_{language}.png", full_page=True)
    page.set_input_files("#files", [str(first), str(second)])
    page.fill("input[name=surveyor]", "张工")
    page.click("#upload button.btn-primary")
    wait_until(page, READY, 300)
    assert page.locator("#findings li[data-rule=I32]").count() == 1
    assert page.locator("#differences li[data-rule=NEW]").count() == 2
    assert page.locator("#differences li[data-rule=CHANGED]").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.screenshot(path=SHOTS / f"survey_compared_{language}.png", full_page=True)
    page.locator("#findings li[data-rule=I32] .ng-pin").click()
    unwanted = page.locator("#differences li", has_text="P-2").locator("button", has_text={"zh-CN": "拒绝", "en-GB": "Refuse"}[language])
    unwanted.click()
    page.wait_for_selector("#differences li[data-verdict=refused]")
    page.evaluate("document.body.dataset.ready = 'no'")
    page.click("#apply")
    wait_until(page, READY, 300)
    assert page.locator("#receipt").is_visible()
    assert name_of(engine, "MH-2") == "新名" and name_of(engine, "P-2") is None
    page.screenshot(path=SHOTS / f"survey_applied_{language}.png", full_page=True)
    page.click("#undo")
    wait_until(page, READY, 300)
    assert page.locator("#state").get_attribute("data-state") == "undone"
    assert name_of(engine, "MH-2") is None and name_of(engine, "MH-77") is None
    page.screenshot(path=SHOTS / f"survey_undone_{language}.png", full_page=True)


MAP = {"zh-CN": ("字段对应", "按此检查"), "en-GB": ("Mapping", "Check so")}


@pytest.mark.parametrize(("language", "width"), [("zh-CN", 1440), ("en-GB", 390)])
def test_a_file_that_nothing_explains_is_mapped_compared_written_and_undone(open_page, engine, address, tmp_path, language, width):  # noqa: F811
    strange = tmp_path / "fremd.csv"
    strange.write_text("Bezeichnung;Sorte;E;N\nS 1;Schacht;112.2350;30.0600\nS 2;Mast;112.2352;30.0600\n", encoding="utf-8")
    page = open_page(language=language, width=width, height=900)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{address}/surveys")
    page.set_input_files("#files", str(strange))
    page.click("#upload button.btn-primary")
    wait_until(page, READY, 300)
    assert page.locator("#findings li[data-rule=LAYER_UNKNOWN]").count() == 1
    page.click("#mapping.btn-primary")
    page.wait_for_selector("#check")
    title, check = MAP[language]
    assert page.locator("h1").inner_text() == title and page.locator("#check").inner_text() == check
    page.select_option("select[name='0-layer']", "structure")
    page.click("button[value=layer]")
    page.wait_for_selector("[data-field=kind]")
    page.select_option("[name='0-code-column']", "Bezeichnung")
    page.select_option("[name='0-lon-column']", "E")
    page.select_option("[name='0-lat-column']", "N")
    page.select_option("[name='0-kind-column']", "Sorte")
    for field in ("code", "kind"):
        if not page.locator(f"[data-field={field}] details[open]").count():
            page.locator(f"[data-field={field}] summary").click()
    page.fill("[name='0-code-pattern']", "MAP-{}")
    page.fill("[name='0-kind-lookup']", "Schacht=manhole\nMast=pole")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.screenshot(path=SHOTS / f"survey_mapping_{language}.png", full_page=True)
    page.click("#check")
    wait_until(page, READY, 300)
    assert page.locator("#differences li[data-rule=NEW]").count() == 2
    page.evaluate("document.body.dataset.ready = 'no'")
    page.click("#apply")
    wait_until(page, READY, 300)
    with engine.connect() as connection:
        sql = "SELECT code, kind FROM structure WHERE region_id = 421000 AND code LIKE 'MAP-%' ORDER BY 1"
        assert connection.execute(text(sql)).all() == [("MAP-S 1", "manhole"), ("MAP-S 2", "pole")]
    page.evaluate("document.body.dataset.ready = 'no'")
    page.click("#undo")
    wait_until(page, READY, 300)
    assert page.locator("#state").get_attribute("data-state") == "undone" and name_of(engine, "MAP-S 1") is None


# Every picture has come, and none is broken.
LOADED = "document.querySelector('{0}') && [...document.querySelectorAll('{0}')].every((one) => one.complete && one.naturalWidth)"


def test_one_point_is_handed_in_where_a_phone_stands_with_photos_from_it(open_page, engine, address, tmp_path):  # noqa: F811
    page = open_page(language="zh-CN", width=390, height=844)
    page.context.grant_permissions(["geolocation"], origin=address)
    page.context.set_geolocation({"longitude": 112.2361234, "latitude": 30.0603456, "accuracy": 4})
    page.goto(f"{address}/surveys")
    page.click("#point .ng-here-button")
    page.wait_for_function("document.querySelector('#point [name=lon]').value !== ''")
    page.fill("#point [name=code]", "PH-1")
    page.select_option("#point [name=kind]", "pole")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    pictures = [tmp_path / name for name in ("one.jpg", "two.jpg")]
    for picture in pictures:
        picture.write_bytes(photo((112.23612, 30.06034), "2026:05:01 08:30:00", size=(1200, 1600)))
    page.set_input_files("#point input[capture]", str(pictures[0]))
    page.set_input_files("#point input[multiple]", str(pictures[1]))
    page.screenshot(path=SHOTS / "survey_point.png", full_page=True)
    page.click("#point button[type=submit]")
    wait_until(page, READY, 300)
    assert page.locator("#differences li[data-rule=NEW]").count() == 1
    wait_until(page, LOADED.format("#photos img"))
    assert page.locator("#photos img").count() == 2 and page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator("#photos .ng-pin").first.click()
    page.screenshot(path=SHOTS / "survey_photos.png", full_page=True)
    page.on("dialog", lambda dialog: dialog.accept())
    page.evaluate("document.body.dataset.ready = 'no'")
    page.click("#apply")
    wait_until(page, READY, 300)
    batch = page.url
    page.goto(f"{address}/things?code=PH-1")
    wait_until(page, LOADED.format("#photos img"))
    assert page.locator("#photos img").count() == 2 and page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.screenshot(path=SHOTS / "record_photos.png", full_page=True)
    page.goto(batch)
    wait_until(page, READY, 300)
    page.evaluate("document.body.dataset.ready = 'no'")
    page.click("#undo")
    wait_until(page, READY, 300)
    assert page.locator("#photos-card").is_hidden()
    with engine.connect() as connection:
        sql = "SELECT ST_X(geom), ST_Y(geom) FROM survey_difference WHERE region_id = 421000 AND subject = 'PH-1'"
        assert connection.execute(text(sql)).one() == (112.2361234, 30.0603456)
