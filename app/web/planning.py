"""The planner's pages: the saved questions, each with its inputs, its answer and the map."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import current_app, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf

from app.access.gate import get_person, get_session
from app.access.permissions import may
from app.planning.scenarios import list_scenarios
from app.reports.questions.registry import find_question, questions
from app.reports.records.kinds import KINDS
from app.web.language import page_language
from app.web.regions import ask_region
from app.web.shell import map_shell
from app.web.views import map_settings, tell
from app.web.words import script_words

blueprint = APIBlueprint("planning", __name__, enable_openapi=False)
# The questions that planners ask most have a place of their own in the row of pages.
PLANS = "plan"
# What saves, shares and schedules questions: it changes nothing of the network.
SAVES = "save"
PINNED = ("Q5", "D1", "Q13", "Q14", "Q16", "Q1")


@blueprint.get("/questions")
def questions_page():
    """All saved questions."""
    return render_template("planning/questions.html", region=tell(ask_region()), questions=questions().values(), tabs=tabs(), asked=None)


@blueprint.get("/questions/<name>")
def question_page(name):
    """One saved question, its inputs filled in from the address."""
    question, region, book = find_question(name), ask_region(), current_app.extensions["netgrid.layers"]
    asks_scenario = any(row.kind == "scenario" for row in question.inputs)
    draws = any(row.kind in ("area", "point") for row in question.inputs)
    settings = {
        **map_settings(region, book), "words": {**script_words(), **question_words()}, "question": question.id, "records": list(KINDS),
        "csrf": generate_csrf(), "needs": [row.name for row in question.inputs if row.is_needed],
    }  # fmt: skip
    return render_template(
        "planning/question.html", shell=map_shell(region, book, draws=draws), region=tell(region), settings=settings,
        title=f"{question.id} {question.title(page_language())}", question=question, language=page_language(), given=request.args,
        tool="question", tabs=tabs(), asked=question.id, may_save=may(get_person().role, SAVES),
        scenarios=list_scenarios(get_session(), region.id) if asks_scenario else [],
        periods={"day": gettext("Every day"), "week": gettext("Every week"), "month": gettext("Every month")},
    )  # fmt: skip


def tabs() -> list[tuple[str, str]]:
    """The pinned questions with their short names."""
    words = {
        "Q5": gettext("What runs out"), "D1": gettext("Fibre design"), "Q13": gettext("What first"), "Q14": gettext("Milestone"),
        "Q16": gettext("Villages"), "Q1": gettext("Idle and wanted"),
    }  # fmt: skip
    return [(name, words[name]) for name in PINNED]


def question_words() -> dict[str, str]:
    """Words that the page's script shows."""
    return {
        "took_too_long": gettext("This takes too long. Try again in a minute."),
        "seconds": gettext("{count} s"),
        "first_time": gettext("The first time after a change of the network this takes some seconds."),
        "yuan": gettext("{yuan} yuan"),
        "nothing_found": gettext("Nothing to tell here."),
        "compared": gettext("Compared"),
        "run_waits": gettext("It is asked in the background."),
        "asked_to_fill": gettext("Fill in what the question needs, then ask."),
    }
