"""The map as pages show it: the network of the region, and room for what a page draws over it."""

from __future__ import annotations

from flask import current_app, g
from flask_babel import gettext

from app.maps.layers import LayerBook
from app.maps.queries import RegionView
from app.maps.render import MapShell, render_map
from app.maps.style import build_style
from app.web import assets

WIDE_VIEW = {"center": (112.1, 29.9), "zoom": 6}
MAP_SCRIPTS = ("js/network_layer.js",)
CANVAS_SCRIPT = "leaflet.vectorgrid/dist/Leaflet.VectorGrid.bundled.min.js"


def map_shell(region: RegionView, book: LayerBook, *, draws: bool = False) -> MapShell:
    """The map's parts for a page; with ``draws`` people can draw an area on it."""
    options = {
        "style": build_style(book), "version": region.version, "region": str(region.id),
        "canvas_script": assets.package_url(CANVAS_SCRIPT),
    }  # fmt: skip
    titles = {"fullscreen": gettext("Full screen"), "leave_fullscreen": gettext("Leave full screen")}
    scripts = [assets.own_url(name) for name in MAP_SCRIPTS]
    return render_map(options, first_view(region), titles, scripts, assets.package_url, nonce(), draws=draws)


def nonce() -> str:
    """The nonce that the policy of this answer names."""
    return g.get("csp_nonce") or current_app.jinja_env.globals["csp_nonce"]()


def first_view(region: RegionView) -> dict:
    """The middle of the region's grids; the page then fits the box exactly."""
    if region.box is None:
        return WIDE_VIEW
    west, south, east, north = region.box
    return {"center": ((west + east) / 2, (south + north) / 2), "zoom": 10}
