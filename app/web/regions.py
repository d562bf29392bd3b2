"""The region that the pages show."""

from __future__ import annotations

from flask import current_app

from app.access.gate import get_session
from app.maps.queries import RegionView, get_region


def ask_region() -> RegionView:
    """The site's region."""
    return get_region(get_session(), current_app.extensions["netgrid.settings"].region_code)
