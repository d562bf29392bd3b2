"""The graph's pages in a real browser: a way beside its line on the map, a dig drawn by hand, ways that one can choose among."""

from pathlib import Path

import pytest
from python_calamine import load_workbook
from sqlalchemy import text

from app.core.database import transaction
from tests.browser.test_map import SHOTS, browser, open_page, signed_in, wait_until  # noqa: F401 - fixtures
from tests.conftest import REGION
from tests.site import HOSTILE, open_site, served

pytestmark = pytest.mark.browser
IS_READY = "document.body && document.body.dataset.ready === 'yes'"
MARKED = "document.querySelectorAll('.leaflet-overlay-pane path[stroke=\"#e4572e\"]').length"
# Where a place comes to lie in the window.
SPOT = "(([lon, lat]) => { const p = map_network.latLngToContainerPoint([lat, lon]); return [p.x, p.y]; })"


@pytest.fixture(scope="module")
def address(engine):
    with open_site(engine, in_use=True) as site:
        with transaction(engine, "test", "test") as session:
            session.execute(
                text("UPDATE circuit SET code = :code WHERE region_id = :region AND code = 'AC-FT-1'"), {"code": HOSTILE, "region": REGION}
            )
        with served(site.app) as address:
            yield address


def go(page, address, path: str) -> None:
    """Open a page of the graph and wait for its answer."""
    page.goto(address + path)
    wait_until(page, IS_READY)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def spot_of(page, lon: float, lat: float) -> tuple[float, float]:
    """The place on the map, in pixels of the window."""
    box = page.locator("#map_network").bounding_box()
    x, y = page.evaluate(f"{SPOT}([{lon}, {lat}])")
    return box["x"] + x, box["y"] + y


@pytest.mark.parametrize(
    ("language", "width", "word"),
    [("zh-CN", 1440, "熔接 · CL-1"), ("en-GB", 1440, "Splice · CL-1"), ("zh-CN", 390, "熔接 · CL-1"), ("en-GB", 390, "Splice · CL-1")],
)
def test_a_way_and_its_line_point_at_each_other(open_page, address, language, width, word):  # noqa: F811
    page = open_page(language=language, width=width, height=844)
    go(page, address, "/trace?code=FT-1")
    told = page.locator("#drawing").text_content()
    for part in (word, "CB-104/S02:1", "SP-1/OUT-01", "OLT-1/0/1/0", HOSTILE[:20] if width > 1000 else "FB-1/A-01"):
        assert part in told, part
    assert page.locator("#drawing .ng-hop").count() == 10 and page.locator("main img").count() == 0
    strand = page.locator(".ng-hop[data-hop='3']")
    assert page.evaluate(MARKED) == 0
    strand.scroll_into_view_if_needed()
    strand.hover(position={"x": 200, "y": 8})
    wait_until(page, f"{MARKED} === 1")
    page.mouse.move(5, 5)
    wait_until(page, f"{MARKED} === 0")
    page.locator(".ng-hop[data-hop='5']").focus()
    wait_until(page, f"{MARKED} === 1")
    if width > 1000:
        page.evaluate("void (document.activeElement.blur(), window.scrollTo(0, 0))")
        page.mouse.move(*spot_of(page, 112.2338481, 30.0605))
        wait_until(page, "document.querySelectorAll('.ng-hop.ng-over').length > 0")
        assert "CB-201/S01:1" in page.locator(".ng-hop.ng-over").first.text_content()
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"test_trace_{language}_{width}.png", full_page=width < 1000)


def test_branches_fold_and_ways_are_chosen(open_page, address):  # noqa: F811
    page = open_page(language="en-GB")
    go(page, address, "/trace?code=LL-S")
    assert page.locator(".ng-ways button").count() == 4
    page.locator(".ng-ways button").nth(1).click()
    assert page.locator(".ng-ways button").nth(1).get_attribute("aria-selected") == "true"
    page.fill("[name=code]", "OLT-1/0/1/0")
    page.press("[name=code]", "Enter")
    wait_until(page, "document.querySelector('.ng-way-title')?.textContent.includes('OLT-1')")
    assert page.locator("#above").text_content().count("FT-1") == 2
    go(page, address, "/trace?code=SEC-1/K01-1")
    assert "C-2" in page.locator("#above").text_content() and page.locator("#drawing").count() == 0


@pytest.mark.parametrize(("language", "word"), [("zh-CN", "立即中断"), ("en-GB", "Down at once")])
def test_a_dig_drawn_by_hand(open_page, address, language, word):  # noqa: F811
    page = open_page(language=language)
    go(page, address, "/impact")
    page.evaluate("void map_network.setView([30.0582783, 112.2333], 18, { animate: false })")
    page.click("#draw-area")
    corners = [(112.2330, 30.0580), (112.2336, 30.0580), (112.2336, 30.0586), (112.2330, 30.0586), (112.2330, 30.0580)]
    for lon, lat in corners:
        x, y = spot_of(page, lon, lat)
        page.mouse.move(x - 3, y - 3)
        page.mouse.move(x, y)
        page.mouse.click(x, y)
    page.wait_for_selector("#services")
    assert word in page.locator(".ng-figures").text_content() and page.locator(".ng-figures strong").first.text_content() == "4"
    assert "5220004" in page.locator("#services").text_content()
    page.locator("#restoration tbody tr").first.hover()
    wait_until(page, f"{MARKED} === 1")
    with page.expect_download() as saved:
        page.click("#save")
    assert load_workbook(Path(saved.value.path())).sheet_names[0] in ("业务", "Services")
    page.screenshot(path=SHOTS / f"test_dig_{language}.png")
    page.fill("[name=code]", "SEC-1")
    page.press("[name=code]", "Enter")
    page.click(".ng-question .btn-primary")
    wait_until(page, "document.querySelector('.ng-figures strong')?.textContent === '6'")
    assert page.locator(".ng-chip").count() == 1


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_ways_to_choose_among(open_page, address, language):  # noqa: F811
    page = open_page(language=language)
    go(page, address, "/route")
    page.fill("[name=from]", "CO-1")
    page.fill("[name=to]", "FC-1")
    page.fill("[name=from]", "CO-1")
    page.click("summary")
    page.fill("[name=dig_m]", "300")
    page.click("h1 + form .btn-primary")
    page.wait_for_selector(".ng-plan")
    assert page.locator(".ng-plan").count() == 3
    assert "510" in page.locator(".ng-plan summary").first.text_content()
    page.locator(".ng-plan tbody tr").nth(1).hover()
    wait_until(page, f"{MARKED} >= 1")
    page.screenshot(path=SHOTS / f"test_route_{language}.png")
    page.select_option("[name=what]", "spare")
    page.click("h1 + form .btn-primary")
    page.wait_for_selector("#bottlenecks")
    assert page.locator(".ng-figures strong").first.text_content() == "8"


def test_weak_points_faults_and_checks(open_page, address):  # noqa: F811
    page = open_page(language="zh-CN")
    go(page, address, "/weak?speciality=transmission")
    assert "RING-1" in page.locator("#rings").text_content() and "UL-1" in page.locator("#shape").text_content()
    go(page, address, "/otdr?strand=CB-104/S01:1&metres=200")
    assert "SEC-2" in page.locator("#ends").text_content() and "FT-1" in page.locator("#services").text_content()
    go(page, address, "/checks")
    assert page.locator(".ng-checks tbody tr").count() > 40
    page.click("#look")
    wait_until(page, "/^共 \\d+ 个错误/.test(document.getElementById('progress').textContent)")
    assert not page.locator(".ng-checks").filter(has_text="…").count()
    page.screenshot(path=SHOTS / "test_checks.png")
    page.locator(".ng-checks tr").filter(has=page.locator(".ng-count-error, .ng-count-warning")).first.locator("a").first.click()
    page.wait_for_selector("#breaches tbody tr")
    page.locator("#breaches tbody a").first.click()
    page.wait_for_selector(".ng-record-head")


def test_the_map_and_the_records_lead_here(open_page):  # noqa: F811
    page = open_page("/", language="en-GB")
    page.fill("#search-text", "OLT-1")
    page.wait_for_selector(".ng-hit")
    page.press("#search-text", "Enter")
    page.click("#panel .ng-questions >> text=Impact")
    page.wait_for_selector("#services")
    assert "OLT-1" in page.locator(".ng-chip").text_content()
