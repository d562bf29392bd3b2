"""The saved questions in a real browser, in Chinese and English, on a desk and a phone."""

from urllib.parse import urlencode

import pytest
from python_calamine import load_workbook

from app.cli.runs import draw
from app.reports.runs.working import answer_run
from tests.browser.test_map import SHOTS, browser, open_page, signed_in, wait_until  # noqa: F401 - fixtures
from tests.conftest import REGION
from tests.site import HOSTILE, open_site, served

pytestmark = pytest.mark.browser
IS_READY = "document.body && document.body.dataset.ready === 'yes'"
MARKED = "document.querySelectorAll('.leaflet-overlay-pane path[stroke=\"#e4572e\"]').length"


@pytest.fixture(scope="module")
def address(engine):
    with open_site(engine, in_use=True) as site, served(site.app) as address:
        yield address


def go(page, address, path: str) -> None:
    """Open a page and wait for its answer."""
    page.goto(address + path)
    wait_until(page, IS_READY)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("language", "width"), [("zh-CN", 1440), ("en-GB", 390)])
def test_from_the_list_to_an_answer(open_page, address, language, width):  # noqa: F811
    page = open_page(language=language, width=width, height=844)
    page.goto(f"{address}/questions")
    assert page.locator("#questions li").count() == 31
    titles = {"zh-CN": "两点间布缆最省的路由？", "en-GB": "Which way for a cable between two places is cheapest?"}
    page.get_by_text(titles[language]).click()
    wait_until(page, IS_READY)
    assert page.locator("#answer table").count() == 0
    page.fill("[name=start]", "CO-1")
    page.fill("[name=end]", "FC-1")
    page.locator("#question button[type=submit]").click()
    wait_until(page, "document.querySelectorAll('#legs tbody tr').length > 0")
    assert "start=CO-1" in page.url and "end=FC-1" in page.url
    row = page.locator("#legs tbody tr").first
    assert row.locator("a[href^='/things/section/']").count() == 1
    row.focus()
    wait_until(page, f"{MARKED} >= 1")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"test_question_{language}_{width}.png", full_page=width < 1000)


def test_an_address_asks_at_once_and_files_hold_the_answer(open_page, address, tmp_path):  # noqa: F811
    page = open_page(language="en-GB")
    go(page, address, "/questions/Q13?budget_wan=530")
    assert "lan lines" in page.locator("#sets").text_content() and "difference 0.40" in page.locator("#answer").text_content()
    assert page.locator(".ng-compare li").count() >= 10
    with page.expect_download() as download:
        page.locator("#download-xlsx").click()
    download.value.save_as(tmp_path / "a.xlsx")
    assert "lan lines" in str(load_workbook(tmp_path / "a.xlsx").get_sheet_by_index(1).to_python())


def test_a_place_is_taken_from_the_map(open_page, address):  # noqa: F811
    page = open_page(language="en-GB")
    go(page, address, "/questions/Q4?product=pots")
    page.locator("[data-draw=point]").click()
    box = page.locator("#map_network").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    wait_until(page, "/^1\\d\\d\\.\\d+,\\d+/.test(document.querySelector('[name=point]').value)")


def test_hostile_inputs_stay_text(open_page, address):  # noqa: F811
    page = open_page(language="en-GB")
    go(page, address, f"/questions/Q7?{urlencode({'start': HOSTILE})}")
    assert page.locator("[name=start]").input_value() == HOSTILE and page.locator("main img").count() == 0


@pytest.mark.parametrize(("language", "width"), [("zh-CN", 1440), ("en-GB", 390)])
def test_a_question_is_saved_run_and_taken_as_a_report(open_page, address, engine, tmp_path, language, width):  # noqa: F811
    page = open_page(language=language, width=width, height=844)
    go(page, address, "/questions/Q7?start=CO-1&end=FC-1")
    page.locator(".ng-save summary").click()
    page.fill("#save [name=name]", HOSTILE)
    page.locator("#save button[type=submit]").click()
    page.wait_for_selector("#runs tr[data-state=waiting]")
    key = int(page.locator("#runs tbody tr").first.get_attribute("data-run"))
    assert answer_run(engine, REGION, key, draw) == "done"
    page.wait_for_selector(f"#runs tr[data-run='{key}'][data-state=done]")
    assert page.locator("main img").count() == 0 and page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator(f"#runs a[href='/runs/{key}']").click()
    wait_until(page, "document.querySelectorAll('#legs tbody tr').length > 0")
    with page.expect_download() as download:
        page.locator("#download-pdf").click()
    download.value.save_as(tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-") and download.value.suggested_filename == f"Q7-run-{key}.pdf"
    page.screenshot(path=SHOTS / f"test_run_{language}_{width}.png")
    go_plain(page, address, "/visits")
    go_plain(page, address, "/saved")
    page.screenshot(path=SHOTS / f"test_saved_{language}_{width}.png")


def go_plain(page, address, path: str) -> None:
    """Open a page that asks nothing by script."""
    page.goto(address + path)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
