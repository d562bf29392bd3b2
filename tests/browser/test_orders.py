"""From an address to the active service in a real browser, in Chinese and English, wide and on a phone."""

import pytest

from tests.browser.test_map import SHOTS, browser, open_page, signed_in, wait_until  # noqa: F401 - fixtures
from tests.site import add_idle_vlans, open_site, served

pytestmark = pytest.mark.browser
READY = "document.body?.dataset.ready === 'yes'"
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
STEPS = ("survey", "design", "reserve", "dispatch", "build", "test", "activate", "close")


@pytest.fixture(scope="module")
def address(engine):
    with open_site(engine, in_use=True) as site:
        add_idle_vlans(engine, site, 16)
        with served(site.app) as address:
            yield address


def shoot(page, name: str) -> None:
    """Keep a picture; nothing is wider than the window."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
    assert page.evaluate(FITS), name


@pytest.mark.parametrize(("language", "width", "home", "product"), [("zh-CN", 1440, "B-E/101", "ftth"), ("en-GB", 390, "B-W/101", "pots")])
def test_from_an_address_to_the_active_service(open_page, address, language, width, home, product):  # noqa: F811
    page = open_page(language=language, width=width, height=900)
    page.goto(f"{address}/qualify")
    wait_until(page, READY)
    page.select_option("#question select[name=product]", product)
    page.fill("#question input[name=address]", home)
    page.click("#question button[type=submit]")
    page.wait_for_selector("#answer[data-verdict=yes]")
    wait_until(page, READY)
    page.wait_for_selector("#map_network path.leaflet-interactive", state="attached")
    shoot(page, f"qualify_{language}")
    page.fill("#reserve input[name=reason]", "offer 7")
    page.click("#reserve button[name=port] >> nth=0")
    page.wait_for_selector("#reservations tbody tr")
    shoot(page, f"reservations_{language}")
    page.click("#reservations button[value=release]")
    page.wait_for_selector("#reservations", state="attached")
    assert page.locator("#reservations tbody tr").count() == 0
    page.goto(f"{address}/qualify?address={home}&product={product}")
    page.click("#answer a.btn-primary")
    page.fill("#new-order input[name=customer]", "C-1")
    page.click("#new-order button[type=submit]")
    for step in STEPS:
        page.wait_for_selector(f"#order[data-step={step}][data-state=open]")
        if step == "reserve":
            page.click("#design button[value=redesign]")
            page.wait_for_selector("#order[data-step=reserve][data-state=open]")
            shoot(page, f"order_designed_{language}")
        if step == "build":
            page.select_option("#clock select[name=reason]", "weather")
            page.click("#clock button[value=pause]")
            page.wait_for_selector("#order[data-state=paused]")
            page.click("#clock button[value=resume]")
            page.wait_for_selector("#order[data-state=open]")
        page.click("#next-step")
    page.wait_for_selector("#order[data-state=closed]")
    shoot(page, f"order_closed_{language}")
    page.goto(f"{address}/orders?sort=newest")
    page.wait_for_selector("#orders tbody tr")
    shoot(page, f"orders_{language}")


def test_a_click_on_the_map_asks_for_that_place(open_page, address):  # noqa: F811
    page = open_page(language="en-GB")
    page.goto(f"{address}/qualify?product=pots&address=B-W/101")
    wait_until(page, READY)
    page.evaluate("document.body.dataset.ready = 'no'")
    box = page.locator("#map_network").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**address=112.*")
    page.wait_for_selector("#answer[data-verdict]")
    page.fill("#question input[name=address]", "B-W/10")
    page.wait_for_selector(".ng-hit")


@pytest.mark.parametrize(("language", "width"), [("zh-CN", 1440), ("en-GB", 390)])
def test_a_project_is_opened_and_claims_a_strand(open_page, address, language, width):  # noqa: F811
    page = open_page(language=language, width=width)
    page.goto(f"{address}/works")
    page.fill("#new-project input[name=code]", f"PRJ-{width}")
    page.fill("#new-project input[name=name_zh]", "城东扩容")
    page.click("#new-project button")
    page.wait_for_selector(f"tr[data-code=PRJ-{width}]")
    row = page.locator(f"tr[data-code=PRJ-{width}]")
    row.locator("input[name=things]").fill("CB-104/S01:8")
    row.locator("button[value=claim]").click()
    page.wait_for_selector(f"tr[data-code=PRJ-{width}] td:nth-child(4):text-is('1')")
    shoot(page, f"works_{language}")
    page.locator(f"tr[data-code=PRJ-{width}] button[value=cancel]").click()
    page.wait_for_selector(f"tr[data-code=PRJ-{width}][data-state=cancelled]")


@pytest.mark.parametrize(("language", "width"), [("zh-CN", 1440), ("en-GB", 390)])
def test_the_journal_leads_to_a_change_and_to_a_thing_as_it_stood(open_page, address, language, width):  # noqa: F811
    page = open_page(language=language, width=width)
    page.goto(f"{address}/journal")
    page.fill("#as-of input[name=code]", "MH-2")
    page.fill("#as-of input[name=at]", "2099-01-01")
    page.click("#as-of button")
    page.wait_for_selector("#stood")
    shoot(page, f"journal_{language}")
    page.click("#changes tbody a >> nth=0")
    page.wait_for_selector("#entries", state="attached")
    shoot(page, f"journal_change_{language}")
