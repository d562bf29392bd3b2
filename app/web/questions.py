"""Which questions of the graph a thing's kind answers, so that its record and the map's panel lead to them."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext

from app.topology.impact import FAILING
from app.topology.places import PLACES
from app.topology.trace_start import HOLDERS, MEMBERS

KINDS = {"trace": (*MEMBERS, *HOLDERS), "impact": FAILING, "route": PLACES, "otdr": ("conductor",)}
PARAMETERS = {"trace": "code", "impact": "code", "route": "from", "otdr": "strand"}


def question_words() -> dict[str, str]:
    """What each question is called on a button."""
    return {
        "trace": gettext("Trace"),
        "impact": gettext("Impact"),
        "route": gettext("Route from here"),
        "otdr": gettext("Fault location"),
    }


def question_links(kind: str, code: str, medium: str | None = None) -> list[tuple[str, str, str]]:
    """The questions that a thing leads to: name, word, address. Only strands of fibre are measured with an OTDR."""
    words = question_words()
    asked = [name for name, kinds in KINDS.items() if kind in kinds and not (name == "otdr" and medium == "copper")]
    return [(name, words[name], url_for(f"analysis.{name}_page", **{PARAMETERS[name]: code})) for name in asked]
