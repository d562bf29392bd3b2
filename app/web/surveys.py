"""The pages of surveys: hand in files, and lead a batch from its findings to its receipt."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

from apiflask import APIBlueprint
from flask import current_app, redirect, render_template, request, url_for
from flask_babel import format_datetime, gettext
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from app.access.gate import get_area, get_engine, get_person, get_session
from app.core.errors import InputError
from app.engineering.quarters import SHANGHAI
from app.network.dictionary import word_label
from app.survey.batches import get_batch, list_batches
from app.survey.datum import read_datum
from app.survey.declaration import Declaration
from app.survey.export import exportable
from app.survey.jobs import begin_job
from app.survey.layers import layers
from app.survey.photos import Said
from app.survey.readers.files import known_suffixes
from app.survey.readers.pictures import SUFFIXES
from app.survey.uploads import LARGEST_PHOTOS, LARGEST_UPLOAD, Upload, receive_files
from app.survey.values import choice_words
from app.web.language import page_language
from app.web.regions import ask_region
from app.web.shell import map_shell
from app.web.views import map_settings, tell

blueprint = APIBlueprint("surveys", __name__, enable_openapi=False)
LENGTH_MAX = 100
UPLOADS = {"surveys.upload": LARGEST_UPLOAD, "surveys.upload_point": LARGEST_PHOTOS, "surveys.upload_photos": LARGEST_PHOTOS}
# Field of the form -> header of the row; degrees are decimal.
POINT = {"code": "code", "kind": "kind", "name_zh": "name_zh", "lon": "lon(°)", "lat": "lat(°)", "metres": "accuracy_m(m)"}
# Named one by one, so that phones turn what only they read into one of them.
PICTURES = "image/jpeg,image/png,image/webp"
EXPORTED = (("xlsx", "XLSX"), ("csv", "CSV"), ("gpkg", "GeoPackage"), ("geojson", "GeoJSON"))


def allow_upload() -> None:
    """Files are larger than forms; told before anything reads the request."""
    if request.endpoint in UPLOADS:
        request.max_content_length = UPLOADS[request.endpoint]


@blueprint.get("/surveys")
def surveys_page(problem: InputError | None = None):
    """Hand in files; the batches so far."""
    region = ask_region()
    batches = list_batches(get_session(), region.id, area=get_area())
    return render_template(
        "surveys/list.html", region=tell(region), batches=batches, state=_state, problem=problem, when=_when,
        accepted=",".join(sorted((*known_suffixes(), *SUFFIXES))), given=request.form, language=page_language(), exported=_exported(),
        formats=EXPORTED, kinds=_kinds(), pictures=PICTURES, is_whole=region.grids is None,
    ), 422 if problem else 200  # fmt: skip


@blueprint.post("/surveys")
def upload():
    """Take files as a batch, and begin to compare them."""
    try:
        declaration, crs = read_form()
        return _receive(_files("files"), declaration, crs, request.form.get("valid_rows_only") == "1")
    except InputError as error:
        return surveys_page(error)


@blueprint.post("/surveys/point")
def upload_point():
    """Take one point, as a phone tells it, with its photos, as a batch of one row; what is wrong with it is found like in any file."""
    cells = [request.form.get(name, "").strip()[:LENGTH_MAX] for name in POINT]
    written = io.StringIO()
    csv.writer(written).writerows([POINT.values(), cells])
    point = Upload("point.csv", io.BytesIO(written.getvalue().encode()))
    try:
        return _receive([point, *_files("photos")], _today(), said=Said(code=cells[0] or None))
    except InputError as error:
        return surveys_page(error)


@blueprint.post("/surveys/photos")
def upload_photos():
    """Take photos alone as a batch; where and when they were taken is asked where the cameras do not say."""
    try:
        return _receive(_files("photos"), _today(), said=read_said())
    except InputError as error:
        return surveys_page(error)


def _today() -> Declaration:
    return Declaration(get_person().login, date.today(), None, None)


def _files(name: str) -> list[Upload]:
    return [Upload(file.filename or "", file.stream) for file in request.files.getlist(name)]


def _receive(uploads: list[Upload], declaration: Declaration, crs: str | None = None, valid: bool = False, said: Said | None = None):
    """Keep the files as a batch, begin to compare them, and lead to the batch."""
    region, person, settings = ask_region(), get_person(), current_app.extensions["netgrid.settings"]
    with Session(get_engine()) as writing, writing.begin():
        batch = receive_files(writing, region.id, uploads, person.login, declaration, crs, valid, settings.state_dir, said, get_area())
    begin_job(get_engine(), settings.web_database_url, (region.id, batch), "compare", person.login)
    return redirect(url_for("surveys.survey_page", batch=batch))


def read_said() -> Said:
    """What the form says about photos.

    Raises
    ------
    InputError
        ``VALUE_NUMBER``, ``VALUE_DATE``.
    """
    given = {name: request.form.get(name, "").strip()[:LENGTH_MAX] for name in ("code", "lon", "lat", "taken_at")}
    try:
        lon, lat = (float(given[name]) if given["lon"] or given["lat"] else None for name in ("lon", "lat"))
    except ValueError as error:
        raise InputError("VALUE_NUMBER", "this is no place", found=f"{given['lon']} {given['lat']}", expected="112.2281 30.0627") from error
    if lon is not None and not (abs(lon) <= 180 and abs(lat) <= 90):
        raise InputError("VALUE_NUMBER", "this is no place", found=f"{lon} {lat}", expected="degrees, 112.2281 30.0627")
    try:
        at = datetime.fromisoformat(given["taken_at"]).replace(tzinfo=SHANGHAI) if given["taken_at"] else None
    except ValueError as error:
        raise InputError("VALUE_DATE", "this is no time", found=given["taken_at"], expected="2026-05-01T08:30") from error
    return Said(given["code"] or None, lon, lat, at.isoformat() if at else None)


def read_form() -> tuple[Declaration, str | None]:
    """What the form says about the files, and their CRS.

    Raises
    ------
    InputError
        ``VALUE_DATE``, ``VALUE_NUMBER``, ``CRS_UNKNOWN``, ``CRS_LOCAL``.
    """
    names = ("surveyor", "surveyed_on", "accuracy_m", "crs", "stock_take")
    said = {name: request.form.get(name, "").strip()[:LENGTH_MAX] or None for name in names}
    try:
        day = date.fromisoformat(said["surveyed_on"]) if said["surveyed_on"] else None
    except ValueError as error:
        raise InputError("VALUE_DATE", "this is no date", found=said["surveyed_on"], expected="2026-05-01") from error
    try:
        metres = float(said["accuracy_m"]) if said["accuracy_m"] else None
    except ValueError as error:
        raise InputError("VALUE_NUMBER", "this is no number", found=said["accuracy_m"], expected="0.5") from error
    if metres is not None and not 0 <= metres < 1e6:
        raise InputError("VALUE_NUMBER", "this is no accuracy", found=said["accuracy_m"], expected="0 m or more")
    if said["crs"]:
        read_datum(said["crs"])
    return Declaration(said["surveyor"], day, metres, said["stock_take"]), said["crs"]


@blueprint.get("/surveys/<int:batch>")
def survey_page(batch):
    """One batch: progress, findings, differences, applying, receipt."""
    region = ask_region()
    held = get_batch(get_session(), region.id, batch, get_area())
    book = current_app.extensions["netgrid.layers"]
    shell = map_shell(region, book)
    settings = {**map_settings(region, book), "batch": batch, "token": generate_csrf()}
    settings["words"] = {**settings["words"], **survey_words()}
    return render_template("surveys/batch.html", region=tell(region), held=held, shell=shell, settings=settings, when=_when,
                           is_whole=region.grids is None)  # fmt: skip


def _exported() -> list[tuple[str, str]]:
    return [(layer.id, layer.title_zh if page_language() == "zh" else layer.title_en) for layer in exportable()]


def _kinds() -> list[tuple[str, str]]:
    words = choice_words(layers()["structure"].field("kind"))
    return [(value, word.label(page_language())) for value, word in words.items()]


def _state(name: str) -> str:
    return word_label("batch_state", name, page_language())


def _when(moment) -> str:
    return format_datetime(moment, "yyyy-MM-dd HH:mm") if moment else "–"


def survey_words() -> dict[str, str]:
    """What the page's script says."""
    return {
        "waiting": gettext("Waiting for the worker"), "running": gettext("At work"), "cancelled": gettext("Stopped; nothing was written."),
        "again": gettext("The worker or the database was stopped; nothing was written, and the work begins anew."),
        "away": gettext("The database is away; asking again."),
        "reading": gettext("Reading"), "checking_rows": gettext("Checking and comparing"), "counting": gettext("Counting"),
        "rows": gettext("rows"), "steps": gettext("steps"),
        "error": gettext("Errors"), "warning": gettext("Warnings"), "info": gettext("Notes"),
        "row": gettext("Row"), "found": gettext("found"), "expected": gettext("expected"),
        "accept": gettext("Accept"), "refuse": gettext("Refuse"), "accepted": gettext("accepted"), "refused": gettext("refused"),
        "open": gettext("not decided"), "accept_all": gettext("Accept all"), "refuse_all": gettext("Refuse all"),
        "more": gettext("More"), "all": gettext("All"), "nothing_found": gettext("Nothing was found wrong."),
        "nothing_differs": gettext("The files say what the network holds."), "read_total": gettext("Rows read"),
        "applied_total": gettext("to be written"), "written_total": gettext("written"), "unchanged_total": gettext("unchanged"),
        "refused_total": gettext("refused"), "old_by": gettext("{old}, by {who} on {day}"), "nothing": gettext("nothing"),
        "receipt": gettext("Batch {batch} was applied by {who}: {applied} rows written, {unchanged} unchanged, {refused} refused."),
        "undone": gettext("Batch {batch} was undone by {who}; the network is as it was before."),
        "errors_block": gettext("There are errors. Mend the files and hand them in again, or write the valid rows only."),
        "sure_apply": gettext("Write this to the network?"), "sure_undo": gettext("Undo the whole batch?"),
        "mark_new": gettext("new"), "mark_changed": gettext("changed"), "mark_missing": gettext("missing"), "mark_photo": gettext("Photo"),
        "NEW": gettext("New"), "CHANGED": gettext("Changed"), "I26": gettext("Another surveyor's value"),
        "I27": gettext("Newer value there"), "I30": gettext("Missing from the survey"), "I31": gettext("Another name?"),
        "I36": gettext("Moved here"),
    }  # fmt: skip
