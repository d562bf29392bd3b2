"""The map in a real browser: it shows, its layers switch, a click tells, the search flies, and nothing leaves the house."""

import os
import re
import time
from pathlib import Path

import pytest

from tests.site import HOSTILE, PASSWORD, open_site, served

sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser

SHOTS = Path(__file__).parents[2] / "build" / "screenshots"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
IS_DRAWN = (
    "document.body && document.body.dataset.ready === 'yes' && (!netgrid.withGL ||"
    " (netgrid.layer.getMaplibreMap().loaded() && netgrid.layer.getMaplibreMap().areTilesLoaded()))"
)
# A drawing surface can only be read while it draws, so the page is asked to draw once more.
COUNT_COLOURS = """new Promise((tell) => {
  const gl = netgrid.layer.getMaplibreMap();
  gl.once('render', () => {
    const copy = document.createElement('canvas');
    [copy.width, copy.height] = [gl.getCanvas().width, gl.getCanvas().height];
    const pen = copy.getContext('2d');
    pen.drawImage(gl.getCanvas(), 0, 0);
    const bytes = pen.getImageData(0, 0, copy.width, copy.height).data;
    const seen = new Set();
    for (let at = 0; at < bytes.length; at += 4 * 97) if (bytes[at + 3]) seen.add((bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2]);
    tell(seen.size > 3);
  });
  gl.triggerRepaint();
})"""


def wait_until(page, expression: str, limit_s: float = 40):
    """Wait until an expression is true in the page; the page's policy forbids the driver's own waiting function."""
    end = time.monotonic() + limit_s
    while not page.evaluate(expression):
        assert time.monotonic() < end, expression
        time.sleep(0.2)


@pytest.fixture(scope="module")
def address(engine):
    with open_site(engine) as site:
        with served(site.app) as address:
            yield address


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def signed_in(address, browser):
    """The cookies of somebody who has signed in on the page for that, which leads to the map."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}/login")
        page.fill("#login", "admin")
        page.fill("#password", PASSWORD)
        page.click("button.btn-primary")
        page.wait_for_selector("#map_network", state="attached")
        return context.storage_state()


@pytest.fixture
def open_page(address, browser, signed_in):
    """A function that opens a page signed in, without an address a blank one; at the end no request left the house, no script failed."""
    pages, outside, failures = [], [], []

    def open_page(path=None, language="zh-CN", width=1440, height=900):
        size = {"width": width, "height": height}
        context = browser.new_context(viewport=size, locale=language, has_touch=width < 600, storage_state=signed_in)
        pages.append(context)
        page = context.new_page()
        page.on("request", lambda sent: None if sent.url.startswith((address, "data:", "blob:")) else outside.append(sent.url))
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.on("console", lambda said: failures.append(said.text) if said.type == "error" else None)
        if path:
            page.goto(address + path)
            if "occupancy" not in path:
                wait_until(page, IS_DRAWN)
        return page

    yield open_page
    for context in pages:
        context.close()
    assert outside == []
    assert failures == []


@pytest.mark.parametrize(
    ("language", "size", "word"), [("zh-CN", (1440, 900), "图层"), ("en-GB", (1440, 900), "Layers"), ("zh-CN", (390, 844), "图层")]
)
def test_the_map_shows(open_page, language, size, word):
    page = open_page("/", language=language, width=size[0], height=size[1])
    wait_until(page, COUNT_COLOURS)
    assert word in page.locator("#controls").text_content()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"test_map_{language}_{size[0]}.png")


def test_search_flies_and_details_are_text(open_page):
    page = open_page("/", language="en-GB")
    page.fill("#search-text", "MH-1")
    page.wait_for_selector(".ng-hit")
    page.press("#search-text", "Enter")
    page.wait_for_selector("#panel h2")
    assert page.locator("#panel h2").text_content() == "MH-1"
    assert page.locator("#panel .ng-panel-name").text_content() == HOSTILE
    assert page.evaluate("map_network.getZoom()") >= 15
    wait_until(page, IS_DRAWN)
    page.screenshot(path=SHOTS / "test_details.png")


def test_layers_switch(open_page):
    page = open_page("/", language="en-GB")
    is_shown = "netgrid.layer.getMaplibreMap().getLayoutProperty('cable:fibre', 'visibility') !== 'none'"
    assert page.evaluate(is_shown)
    page.uncheck("#layer-cable")
    wait_until(page, f"!({is_shown})")
    page.check("#layer-cable")
    wait_until(page, is_shown)


def test_a_click_tells_what_lies_there(open_page):
    page = open_page("/", language="en-GB")
    page.fill("#search-text", "MH-2")
    page.wait_for_selector(".ng-hit")
    page.press("#search-text", "Enter")
    page.wait_for_selector("#panel h2")
    wait_until(page, IS_DRAWN)
    page.click("#panel [title='Close']")
    at = page.evaluate("(() => { const p = map_network.latLngToContainerPoint(map_network.getCenter()); return [p.x, p.y]; })()")
    box = page.locator("#map_network").bounding_box()
    page.mouse.click(box["x"] + at[0] + 300, box["y"] + at[1] + 250)
    page.wait_for_selector("#panel h2")
    assert page.locator("#panel h2").text_content()


@pytest.mark.parametrize("path", ["/", "/?canvas=1"])
def test_a_click_on_several_things_lists_them_by_code(open_page, path):
    page = open_page(path, language="en-GB")
    page.fill("#search-text", "MH-2")
    page.wait_for_selector(".ng-hit")
    page.press("#search-text", "Enter")
    page.wait_for_selector("#panel h2")
    lon, lat = page.evaluate("fetch(`/api/v1/things/${location.hash.slice(1).replace(':', '/')}`).then((a) => a.json()).then((t) => t.at)")
    page.click("#panel [title='Close']")
    page.evaluate(f"void map_network.setView([{lat}, {lon}], 17, {{ animate: false }})")
    wait_until(page, IS_DRAWN)
    x, y = page.evaluate(f"(() => {{ const p = map_network.latLngToContainerPoint([{lat}, {lon}]); return [p.x, p.y]; }})()")
    box = page.locator("#map_network").bounding_box()
    for step in range(60):
        page.mouse.move(box["x"] + x + step % 2, box["y"] + y)
        page.wait_for_timeout(200)
        if page.evaluate("map_network.getContainer().style.cursor") == "pointer":
            break
    page.mouse.click(box["x"] + x, box["y"] + y)
    page.wait_for_selector("#panel .ng-choice li")
    listed = page.locator("#panel .ng-choice b").all_text_contents()
    assert "MH-2" in listed and len(listed) > 2
    page.screenshot(path=SHOTS / f"test_several_{'canvas' if 'canvas' in path else 'gl'}.png")
    page.click("#panel .ng-choice li >> nth=1")
    page.wait_for_selector("#panel .ng-states")
    page.click("#panel [title='Back']")
    page.wait_for_selector("#panel .ng-choice li")


def test_the_canvas_serves_without_webgl(open_page):
    page = open_page("/?canvas=1", language="en-GB")
    wait_until(page, "document.querySelectorAll('.leaflet-tile-pane canvas').length > 0")
    page.screenshot(path=SHOTS / "test_canvas.png")


def test_the_table_leads_to_the_map(open_page):
    page = open_page("/occupancy", language="en-GB")
    page.wait_for_selector("#table tbody tr")
    page.screenshot(path=SHOTS / "test_occupancy.png")
    page.click("#table tbody tr:first-child a")
    page.wait_for_selector("#panel h2")


def test_the_downloads_follow_what_is_chosen(open_page):
    page = open_page("/occupancy", language="en-GB")
    page.wait_for_selector("#table tbody tr")
    page.select_option("#resource", "strand")
    page.select_option("#level", "community")
    wait_until(page, "document.querySelectorAll('#table tbody tr').length === 2")
    for form in ("csv", "xlsx"):
        with page.expect_download() as saved:
            page.click(f"#download-{form}")
        assert re.fullmatch(rf"occupancy-421000-strand-community-\d{{4}}-\d\d-\d\d\.{form}", saved.value.suggested_filename)
        assert Path(saved.value.path()).read_bytes()[:3] == (b"PK\x03" if form == "xlsx" else b"\xef\xbb\xbf")
