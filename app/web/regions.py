"""The region that the pages show."""

from __future__ import annotations

from app.access.gate import ask_region_code, get_area, get_session
from app.maps.queries import RegionView, get_region


def ask_region() -> RegionView:
    """The region that the address names, or the site's own, as far as the caller's area goes."""
    return get_region(get_session(), ask_region_code(), get_area())
