"""Records in a real browser: from a customer by links to duct and power, a search by number, a layer of another speciality."""


import pytest

from tests.browser.test_map import IS_DRAWN, SHOTS, browser, open_page, signed_in, wait_until  # noqa: F401 - fixtures
from tests.site import open_site, served

pytestmark = pytest.mark.browser
PERSONAL = {"name": "演示用户一二三", "contact": "演示联系人甲", "phone": "13812345678", "old name": "旧名称四五六"}


@pytest.fixture(scope="module")
def address(engine):
    with open_site(engine, in_use=True, personal=PERSONAL) as site:
        with served(site.app) as address:
            yield address


def follow(page, code: str) -> None:
    """Click the first link with that text, and wait for the record behind it."""
    page.locator("main a", has_text=code).filter(has_text=code).first.click()
    page.wait_for_selector(f"h1:text-is('{code}')")


@pytest.mark.parametrize(
    ("language", "width", "word"),
    [("zh-CN", 1440, "业务全程"), ("en-GB", 1440, "Whole line"), ("zh-CN", 390, "业务全程"), ("en-GB", 390, "Whole line")],
)
def test_from_a_customer_to_duct_and_power(open_page, address, language, width, word):  # noqa: F811
    page = open_page(language=language, width=width, height=844)
    page.goto(f"{address}/things?code=C-1")
    assert PERSONAL["name"] in page.locator("main").text_content()
    follow(page, "FT-1")
    assert page.locator("#line h2").text_content() == word
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator("#line .ng-step").count() >= 12
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"test_line_{language}_{width}.png", full_page=True)
    follow(page, "SEC-1/K01-1")
    assert "C-1" in page.locator("#used_services").text_content()
    follow(page, "FT-1")
    follow(page, "RECT-1")
    page.wait_for_selector("#used_services")
    assert "C-1" in page.locator("#used_services").text_content()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_search_by_number_opens_its_record(open_page):  # noqa: F811
    page = open_page("/", language="en-GB")
    page.fill("#search-text", "522-0002")
    page.wait_for_selector(".ng-hit")
    page.press("#search-text", "Enter")
    page.wait_for_selector("h1:text-is('5220002')")
    assert "PT-2" in page.locator("#holders").text_content()


def test_a_record_leads_to_the_map_and_back(open_page, address):  # noqa: F811
    page = open_page(language="en-GB")
    page.goto(f"{address}/things?code=CB-104/S01:1")
    page.click(".ng-record-head .btn-primary")
    page.wait_for_selector("#panel h2:text-is('CB-104/S01')")
    page.wait_for_selector("#panel [data-group=users]")
    assert "2" in page.locator("#panel [data-group=users] strong").first.text_content()
    page.click("#panel .ng-record-link")
    page.wait_for_selector("h1:text-is('CB-104/S01')")


def test_a_layer_of_another_speciality_is_drawn(open_page):  # noqa: F811
    page = open_page("/", language="zh-CN")
    assert [group.text_content() for group in page.locator(".ng-layer-group").all()] == [
        "空间",
        "管线",
        "交换",
        "传输",
        "数据",
        "动力",
        "客户",
    ]
    hidden = "netgrid.layer.getMaplibreMap().getLayoutProperty('transmission:section', 'visibility') === 'none'"
    assert page.evaluate(hidden)
    page.check("#layer-transmission")
    page.check("#layer-office_power")
    wait_until(page, f"!({hidden})")
    wait_until(page, IS_DRAWN)
    wait_until(page, "netgrid.layer.getMaplibreMap().queryRenderedFeatures({layers: ['transmission:section']}).length > 0")
    wait_until(page, "netgrid.layer.getMaplibreMap().queryRenderedFeatures({layers: ['office_power:normal']}).length > 0")
    page.screenshot(path=SHOTS / "test_layers_zh.png")
