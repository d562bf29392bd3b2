"""The description of the addresses for programs, to be browsed."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import render_template, url_for

blueprint = APIBlueprint("description", __name__, enable_openapi=False)


@blueprint.get("/description")
def description_page():
    """Every address for programs with what it takes and answers."""
    return render_template("description.html", spec=url_for("openapi.spec"))
