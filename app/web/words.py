"""Words that the pages' scripts show, and the lists of the selectors, in the page's language."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext

# (name, unit, title): what the colours of the map can show.
MEASURES = (
    ("occupancy", "ratio", lazy_gettext("Occupancy")),
    ("fill", "ratio", lazy_gettext("Fill")),
    ("effective", "ratio", lazy_gettext("Effective occupancy")),
    ("idle", "count", lazy_gettext("Idle count")),
    ("installed", "count", lazy_gettext("Installed count")),
)


def script_words() -> dict[str, str]:
    """The words for the scripts; they reach the page as JSON and stand in text nodes only."""
    return {
        "no_hits": gettext(
            "Nothing found. Three letters or digits are looked for in every part of codes and names, fewer only where they begin."
        ),
        "search_failed": gettext("The search did not answer. Try again."),
        "load_failed": gettext("This could not be loaded. Check the connection and try again."),
        "session_over": gettext("Your session has ended. Sign in again."),
        "several_here": gettext("Several things lie here"),
        "loading": gettext("Loading"),
        "close": gettext("Close"),
        "back": gettext("Back"),
        "record": gettext("Record"),
        "users": gettext("Who uses it"),
        "customers": gettext("Customers"),
        "services": gettext("Services"),
        "circuits": gettext("Circuits"),
        "zoom_to": gettext("Zoom to it"),
        "idle": gettext("Idle"),
        "of": gettext("{held} of {installed}"),
        "and_more": gettext("and {count} more"),
        "data_date": gettext("Data of"),
        "fill": gettext("Fill"),
        "occupancy": gettext("Occupancy"),
        "effective": gettext("Effective"),
        "children": gettext("Grids inside"),
        "units": gettext("Maintenance units"),
        "structures": gettext("Structures"),
        "equipment": gettext("Equipment"),
        "rack_equipment": gettext("Equipment in the rack"),
        "racks": gettext("Racks"),
        "sections": gettext("Sections"),
        "segments": gettext("Cables"),
        "cards": gettext("Cards"),
        "tube": gettext("Tube {number}"),
        "unit": gettext("Unit {number}"),
        "grids": gettext("{count} grids"),
        "nearer": gettext("zoom in"),
        "no_webgl": gettext("This browser has no WebGL, so the map is drawn more plainly."),
        "show_on_map": gettext("Show on the map"),
        "total": gettext("Total"),
        "no_rows": gettext("No grids here yet. Import survey files first."),
    }
